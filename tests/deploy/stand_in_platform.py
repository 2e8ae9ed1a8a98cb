"""`milliard up` with stand-ins for the five services, so that the launcher is tested and nothing else."""

import os
import sys
from pathlib import Path

import typer

from deploy.local.broker import SERVICES
from deploy.local.commands import Commands
from deploy.local.display import PlainDisplay
from deploy.local.errors import PlatformError
from deploy.local.home import AlreadyRunning, Home
from deploy.local.settings import Settings
from deploy.local.up import run_platform

STAND_IN = Path(__file__).with_name("stand_in_service.py")

if __name__ == "__main__":
    os.umask(0o077)
    done = [sys.executable, "-c", "print('fait')"]
    commands = Commands(
        services={service: [sys.executable, STAND_IN, service] for service in SERVICES},
        migrations=done,
        topology=done,
        keeper=["sleep", "3600"],
        campaign=done,
    )
    try:
        run_platform(
            home=Home.of_environment(),
            settings=Settings.of_environment(),
            commands=commands,
            display=PlainDisplay(),
        )
    except AlreadyRunning as running:
        typer.echo(str(running))
        sys.exit(0 if running.is_live else 1)
    except PlatformError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
