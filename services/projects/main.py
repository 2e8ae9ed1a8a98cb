"""Runs projects: settings, build, run."""

from services.projects.bootstrap import bootstrap
from services.projects.settings import Settings
from shared.runtime.run import run

if __name__ == "__main__":
    run(bootstrap(Settings()))
