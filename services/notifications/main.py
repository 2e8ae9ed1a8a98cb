"""Notifications as a process."""

from services.notifications.bootstrap import bootstrap
from services.notifications.settings import Settings
from shared.runtime.run import run

if __name__ == "__main__":
    run(bootstrap(Settings()))
