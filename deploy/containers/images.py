"""The images: ours are built, official ones are pulled, and what cannot be pulled is stood in for.

A stand-in has the official tag and is made on this machine: Debian with its Python by `debootstrap`, the servers from
the wheels that `make up` uses, our own mail catcher for Mailpit, our own collector, Debian's Prometheus. It answers to
what docker-compose.yml and the tests ask of the official image, and is only for trying the rest where no registry is
reached. Grafana has none.

`python -m deploy.containers.images` makes all of them and says which is which, with sizes.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.containers.engine import CHECKOUT, EngineFailed, docker, ensure_engine, run
from deploy.local import binaries
from deploy.local.broker import SERVICES
from deploy.local.errors import PlatformError

RECIPES = Path(__file__).parent / "stand_ins"
PYTHON = "python:3.11-slim-bookworm"
NATS = "nats:2.15-alpine"
POSTGRES = "postgres:18-bookworm"
CADDY = "caddy:2-alpine"
MAILPIT = "axllent/mailpit:v1.27"
COLLECTOR = "otel/opentelemetry-collector:0.162.0"
PROMETHEUS = "prom/prometheus:v3.13.0"
GRAFANA = "grafana/grafana:12.4.0"

OURS = {f"milliard/{service}": service for service in ("shared", *SERVICES)} | {
    "milliard/operator": " ".join(SERVICES)
}
"""Each image of ours, and the members of the workspace that it is built from."""

PREPARES = "milliard/shared"
"""The image of what prepares the others' ground."""

AT_ONCE = 2
"""Builds side by side: half of one waits for the network, half compiles on a core."""

DEBIAN_SUITE = "bookworm"
DEBIAN_PACKAGES = "python3,python3-venv,ca-certificates,wget"
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")


class NoStandIn(PlatformError):
    """« L’image … ne peut être ni téléchargée ni remplacée … »"""

    def __init__(self, *, tag: str, reason: str) -> None:
        super().__init__(f"L’image {tag} ne peut être ni téléchargée ni remplacée : {reason}.")


def ensure_official(tag: str, *, say: Callable[[str], None]) -> None:
    """Have an official image here: as it is, pulled, or stood in for. Raises NoStandIn, EngineFailed."""
    if is_here(tag):
        return
    try:
        docker("pull", "--quiet", tag)
    except EngineFailed:
        if tag not in STAND_INS:
            raise NoStandIn(tag=tag, reason="rien ici n’en a le programme") from None
        say(f"{tag} n’a pas pu être téléchargée : une image construite ici la remplace.")
        STAND_INS[tag]()


def build_ours(members: str, *, tag: str, anew: bool = False) -> None:
    """Build an image of these members, over this machine's own way to the package index; `anew`, from the start."""
    docker(
        *("build", "--quiet", "--network", "host", "--file", CHECKOUT / "deploy" / "Dockerfile"),
        *(["--no-cache"] if anew else []),
        *("--build-arg", f"SERVICE={members}", "--tag", tag, CHECKOUT),
        environment=_builder(),
    )


def ensure_all(*, say: Callable[[str], None]) -> None:
    """Have every image that docker-compose.yml names. Raises NoEngine, NoStandIn, EngineFailed."""
    ensure_engine()
    ensure_official(PYTHON, say=say)
    build_ours(OURS[PREPARES], tag=PREPARES)  # first: what all share is then built already
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="build") as threads:
        list(threads.map(lambda tag: build_ours(OURS[tag], tag=tag), set(OURS) - {PREPARES}))
    for tag in (NATS, POSTGRES, CADDY, MAILPIT, COLLECTOR, PROMETHEUS):
        ensure_official(tag, say=say)
    try:
        ensure_official(GRAFANA, say=say)
    except NoStandIn as lack:
        say(f"{lack} Les tableaux de bord sont essayés par leurs requêtes, sans leur écran.")


def is_here(tag: str) -> bool:
    """Whether the engine has the image."""
    return bool(docker("images", "--quiet", tag).strip())


def size_of(tag: str) -> int:
    """The size of an image, in bytes."""
    return int(docker("image", "inspect", "--format", "{{.Size}}", tag))


def _stand_in_for_python() -> None:
    """Debian's own Python, with the certificates that this machine trusts."""
    program = shutil.which("debootstrap")
    if program is None or os.getuid() != 0:
        raise NoStandIn(tag=PYTHON, reason="il y faut « debootstrap », et être root")
    with tempfile.TemporaryDirectory(prefix="milliard-", ignore_cleanup_errors=True) as folder:
        root = Path(folder) / "root"
        run(program, "--variant=minbase", f"--include={DEBIAN_PACKAGES}", DEBIAN_SUITE, root)
        (root / "usr/local/bin/python").symlink_to("/usr/bin/python3")
        if CERTIFICATES.is_file():
            shutil.copy(CERTIFICATES, root / CERTIFICATES.relative_to("/"))
        for left in (
            *(root / "var/cache/apt/archives").glob("*.deb"),
            *(root / "var/lib/apt/lists").glob("*_*"),
        ):
            left.unlink()
        _import(root, tag=PYTHON)


def _import(root: Path, *, tag: str) -> None:
    told = f"SSL_CERT_FILE={CERTIFICATES} PIP_CERT={CERTIFICATES}"
    path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    with subprocess.Popen(["tar", "-C", root, "-c", "."], stdout=subprocess.PIPE) as files:
        done = subprocess.run(
            ["docker", "import", "--change", f"ENV {path} {told}", "--change", 'CMD ["python3"]', "-", tag],
            stdin=files.stdout,
            capture_output=True,
            text=True,
        )
    if done.returncode != 0 or files.returncode != 0:
        raise EngineFailed(command=["docker", "import", tag], said=done.stderr)


def _stand_in_for_nats() -> None:
    _build(NATS, "nats", binaries.nats_server())


def _stand_in_for_caddy() -> None:
    _build(CADDY, "caddy", binaries.caddy())


def _stand_in_for_postgres() -> None:
    package = binaries.postgres_folder().parents[1]
    libraries = package.with_name(f"{package.name}.libs")
    if not libraries.is_dir():
        raise NoStandIn(
            tag=POSTGRES, reason="les programmes de PostgreSQL trouvés ne sont pas ceux du paquet Python"
        )
    _build(POSTGRES, "postgres", package, libraries, RECIPES / "postgres.sh")


def _stand_in_for_mailpit() -> None:
    _build(MAILPIT, "mailpit", CHECKOUT / "deploy" / "local", under="deploy")


def _stand_in_for_the_collector() -> None:
    _build(COLLECTOR, "collector", RECIPES / "collector.py")


def _stand_in_for_prometheus() -> None:
    _build(PROMETHEUS, "prometheus")


def _build(tag: str, recipe: str, *sources: Path, under: str = ".") -> None:
    """Build a recipe from copies of these files and folders."""
    with tempfile.TemporaryDirectory(prefix="milliard-") as folder:
        place = Path(folder) / under
        place.mkdir(exist_ok=True)
        for source in sources:
            if source.is_dir():
                shutil.copytree(source, place / source.name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, place)
        docker(
            *("build", "--quiet", "--network", "host", "--file", RECIPES / f"{recipe}.Dockerfile"),
            *("--tag", tag, folder),
            environment=_builder(),
        )


def _builder() -> dict[str, str]:
    """The builder that every engine has: the other one needs a plug-in that Debian's does not bring."""
    return {**os.environ, "DOCKER_BUILDKIT": "0"}


STAND_INS: dict[str, Callable[[], None]] = {
    PYTHON: _stand_in_for_python,
    NATS: _stand_in_for_nats,
    POSTGRES: _stand_in_for_postgres,
    CADDY: _stand_in_for_caddy,
    MAILPIT: _stand_in_for_mailpit,
    COLLECTOR: _stand_in_for_the_collector,
    PROMETHEUS: _stand_in_for_prometheus,
}


def _main() -> int:
    def say(sentence: str) -> None:
        print(sentence, flush=True)  # noqa: T201

    try:
        ensure_all(say=say)
    except PlatformError as error:
        say(str(error))
        return 1
    for tag in OURS:
        say(f"{tag} : {size_of(tag) / 1e6:.0f} Mo".replace(".", ","))
    return 0


if __name__ == "__main__":
    sys.exit(_main())
