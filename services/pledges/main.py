"""Runs pledges: settings, composition, service."""

from services.pledges.bootstrap import bootstrap
from services.pledges.settings import Settings
from shared.runtime.run import run

if __name__ == "__main__":
    run(bootstrap(Settings()))
