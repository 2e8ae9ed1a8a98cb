"""Our images, as an engine runs them."""

import pytest

from deploy.containers.engine import docker
from deploy.containers.images import build_ours
from deploy.local.broker import SERVICES

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("built")]


def in_image(service: str, *command: str, options: tuple[str, ...] = ()) -> str:
    """What a command says in a container of a service's image, with the rights that docker-compose.yml gives."""
    rights = (
        "--read-only",
        "--cap-drop",
        "ALL",
        "--security-opt",
        "no-new-privileges:true",
        "--network",
        "none",
    )
    return docker("run", "--rm", *rights, *options, f"milliard/{service}", *command)


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_cannot_import_the_others(service: str) -> None:
    """Inside are the service and `shared`, and nothing else of the repository."""
    look = (
        "import os, services; print(*[name for folder in services.__path__ for name in os.listdir(folder)])"
    )
    assert in_image(service, "python", "-c", look).split() == [service]


@pytest.mark.parametrize("service", SERVICES)
def test_nobody_in_it_is_root_or_may_anything(service: str) -> None:
    """Its user has a number of its own and no capability, and writes nowhere but to /tmp."""
    status = in_image(service, "cat", "/proc/self/status")
    values = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    assert values["Uid"].split() == ["10001"] * 4
    assert {int(values[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert values["NoNewPrivs"].strip() == "1"


def test_it_says_what_it_is() -> None:
    """Labels name the service; the health check is the image's own."""
    labels = docker("image", "inspect", "--format", "{{json .Config.Labels}}", "milliard/ledger")
    assert '"org.opencontainers.image.title":"milliard-ledger"' in labels
    assert "/health/ready" in docker(
        "image", "inspect", "--format", "{{json .Config.Healthcheck}}", "milliard/ledger"
    )


def test_two_builds_of_one_lock_are_the_same() -> None:
    """Built again without the builder's memory, every file of the environment has the same content."""
    listing = (
        "sh",
        "-c",
        "cd /milliard && find . -type f -print0 | sort -z | xargs -0 sha256sum | sha256sum",
    )
    build_ours("ledger", tag="milliard/again", anew=True)
    try:
        assert in_image("again", *listing) == in_image("ledger", *listing)
    finally:
        docker("rmi", "milliard/again")  # with its layers, which the next build would begin from
