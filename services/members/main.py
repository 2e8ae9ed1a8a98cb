"""Runs members."""

from services.members.bootstrap import bootstrap
from services.members.settings import Settings
from shared.runtime.run import run

if __name__ == "__main__":
    run(bootstrap(Settings()))
