"""One Compose project of this checkout, started, acted upon and ended: what trials on a real engine stand on."""

import json
import os
import secrets
import shutil
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from deploy.containers.engine import CHECKOUT, compose, docker, run
from deploy.containers.images import COLLECTOR, GRAFANA, PREPARES, PROMETHEUS, is_here
from deploy.local.broker import SERVICES
from deploy.local.ports import LOOPBACK, free_port
from shared.client import Platform

READY_SECONDS = 180
"""Sixteen containers on two cores; twenty seconds are usual."""

LOOK_SECONDS = 0.2


OBSERVERS = {"collector": COLLECTOR, "prometheus": PROMETHEUS, "grafana": GRAFANA}
PROFILES = ("--profile", "cluster", "--profile", "observability")


class Site:
    """A project with a name, ports and secrets of its own.

    `files`: a folder that operators' commands see at the same path. `nodes`: brokers, one or three. `empty`: as it is
    started without the sample campaign. `observed`: with the profile `observability`, as far as its images are here.
    """

    def __init__(self, *, files: Path, nodes: int = 1, empty: bool = True, observed: bool = False) -> None:
        self.project = f"milliard-{secrets.token_hex(3)}"
        self._files = files
        self._folder = Path("var") / self.project
        self._backups = Path("var") / f"{self.project}-backups"
        self._port, self._mail_port = free_port(), free_port()
        self._environment = {
            **os.environ,
            "COMPOSE_PROJECT_NAME": self.project,
            "COMPOSE_PROFILES": "cluster" if nodes > 1 else "",
            "MILLIARD_CONTAINERS": f"./{self._folder}",
            "MILLIARD_BACKUPS": f"./{self._backups}",
            "MILLIARD_BUS_REPLICAS": f"{nodes}",
            "MILLIARD_EMPTY": "1" if empty else "",
            "MILLIARD_TELEMETRY_URL": "http://collector:4318" if observed else "",
            "MILLIARD_TELEMETRY_EVERY_MS": "1000",
            "MILLIARD_DASHBOARDS_PORT": f"{free_port()}",
            "MILLIARD_PORT": f"{self._port}",
            "MILLIARD_MAIL_PORT": f"{self._mail_port}",
            "MILLIARD_PUBLIC_URL": self.public_url,
        }
        self._observers = [name for name, tag in OBSERVERS.items() if observed and is_here(tag)]
        self._operator = ""

    @property
    def public_url(self) -> str:
        """The gateway's address on this machine."""
        return f"http://localhost:{self._port}"

    @property
    def platform(self) -> Platform:
        """What a client on this machine knows: the gateway's address, and the operator's key."""
        facts = {
            "public_url": self.public_url,
            "mail_url": f"http://localhost:{self._mail_port}",
            "services": dict.fromkeys(SERVICES, self.public_url),
        }
        return Platform(facts=facts, home=CHECKOUT / self._folder)

    def start(self, **replicas: int) -> float:
        """Start everything from images that are here; returns the seconds until the page answers. Raises EngineFailed.

        `replicas`: containers of a service, by its name, where there is to be more than one.
        """
        self.compose("run", "--rm", "setup")
        began = time.monotonic()
        self._up(**replicas)
        self._wait_for_page()
        seconds = time.monotonic() - began
        self._operator = self.compose(
            *("run", "--detach", "--rm", "--volume", f"{self._files}:{self._files}"),
            *("--entrypoint", "sleep", "operator", "infinity"),
        ).split()[-1]
        return seconds

    def scale(self, service: str, replicas: int) -> None:
        """Have so many containers of a service; the others go on. Raises EngineFailed."""
        self._up(**{service: replicas})

    def back_up(self) -> str:
        """Stop everything and write it to a file; its name. Raises EngineFailed."""
        self.compose("stop")
        return self.compose("run", "--rm", "backup").split()[0]

    def restore(self, file: str) -> float:
        """Put a backup in the place of everything and start; the seconds that the start takes. Raises EngineFailed."""
        self.remove()
        self.compose("run", "--rm", "restore", file)
        return self.start()

    def remove(self) -> None:
        """Remove everything, with data and secrets; backups stay."""
        if self._operator:
            docker("rm", "--force", self._operator)
        self.compose(*PROFILES, "kill")  # a clean stop takes ten seconds, for data that are thrown away
        self.compose(*PROFILES, "down", "--volumes", "--remove-orphans")
        shutil.rmtree(CHECKOUT / self._folder)

    def end(self) -> None:
        """Remove everything, with backups."""
        self.remove()
        shutil.rmtree(CHECKOUT / self._backups, ignore_errors=True)

    def compose(self, *arguments: str) -> str:
        """What a Compose command on this project says. Raises EngineFailed."""
        return run(*compose(), *arguments, environment=self._environment)

    def milliard(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """An operator's command, in the operator's container."""
        return subprocess.run(
            ["docker", "exec", self._operator, "milliard", *(str(word) for word in arguments)],
            capture_output=True,
            text=True,
            timeout=180,
            stdin=subprocess.DEVNULL,
        )

    def rows(self, service: str, query: str) -> list[list[str]]:
        """The rows of a query on a service's database, as text."""
        (database,) = self.containers("database")
        said = docker(
            *("exec", database, "psql", "--username", "postgres", "--host", "/var/run/postgresql"),
            *(
                "--dbname",
                service,
                "--tuples-only",
                "--no-align",
                "--field-separator",
                "|",
                "--command",
                query,
            ),
        )
        return [line.split("|") for line in said.splitlines() if line]

    def containers(self, service: str) -> list[str]:
        """The running containers of a service, by id."""
        return self._containers(service)

    def is_done(self, service: str) -> bool:
        """Whether a container that has one task ended it well."""
        return bool(self._containers(service, "--all", "--filter", "exited=0"))

    def facts_of(self, container: str) -> dict[str, Any]:
        """What the engine knows of a container."""
        found: dict[str, Any] = json.loads(docker("inspect", container))[0]
        return found

    def kill(self, container: str) -> None:
        """End a container's first process as a crash does, so that the engine starts it again by its own rule.

        `docker kill` would be a wish of the operator's, after which the engine leaves it down.
        """
        pid = self.facts_of(container)["State"]["Pid"]
        docker(
            *("run", "--rm", "--pid", "host", "--user", "0", "--network", "none", PREPARES),
            *("sh", "-c", f"kill -9 {pid}"),
        )

    def restarts_of(self, container: str) -> int:
        """How often the engine has started a container again."""
        return int(self.facts_of(container)["RestartCount"])

    def cut(self, container: str, network: str) -> None:
        """Take a container off one of its networks; its other ways stay."""
        docker("network", "disconnect", f"{self.project}_{network}", container)

    def mend(self, container: str, network: str, *, names: Sequence[str] = ()) -> None:
        """Put a container back on a network, where others find it under these names."""
        aliases = [word for name in names for word in ("--alias", name)]
        docker("network", "connect", *aliases, f"{self.project}_{network}", container)

    def log_of(self, service: str) -> str:
        """The last lines of a service's containers."""
        return self.compose("logs", "--no-color", "--tail", "60", service)

    def _containers(self, service: str, *options: str) -> list[str]:
        return docker(
            *("ps", "--quiet", "--no-trunc", *options),
            *("--filter", f"label=com.docker.compose.project={self.project}"),
            *("--filter", f"label=com.docker.compose.service={service}"),
            *("--filter", "label=com.docker.compose.oneoff=False"),
        ).split()

    def _up(self, **replicas: int) -> None:
        scales = [word for name, count in replicas.items() for word in ("--scale", f"{name}={count}")]
        self.compose("up", "--detach", "--no-build", "--no-recreate", *scales)
        if self._observers:
            self.compose("up", "--detach", "--no-build", "--no-recreate", *self._observers)

    def _wait_for_page(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not self._page_answers():
            if time.monotonic() > deadline:
                raise TimeoutError(f"http://{LOOPBACK}:{self._port} did not answer within {READY_SECONDS} s")
            time.sleep(LOOK_SECONDS)

    def _page_answers(self) -> bool:
        try:
            return httpx.get(f"{self.public_url}/health/ready", timeout=2).is_success
        except httpx.TransportError:
            return False
