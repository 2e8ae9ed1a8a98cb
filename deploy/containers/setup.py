"""The secrets and configurations that docker-compose.yml mounts: `python -m deploy.containers.setup`.

Run by `docker compose run --rm setup`, in a container that has this repository at its working folder. Secrets are made
once and kept; configurations are written anew, so that it is also what an upgrade runs first.

Containers read them through their own mounts, each with a user of its own: the files are open (0444) in a folder that
only the repository's owner enters (0700).
"""

import json
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import quote

from deploy.local.broker import SERVICES, Membership
from deploy.local.broker import TEMPLATE as NATS_TEMPLATE
from deploy.local.configuration import write_configuration
from deploy.local.environments import PERSONAL
from deploy.local.gateway import FALLBACK, ROUTES
from deploy.local.gateway import FOLDER as CADDY
from deploy.local.keys import Keys
from shared.database.provision import application_of, owner_of

FOLDER = Path(os.environ.get("MILLIARD_CONTAINERS") or "var/containers")
"""Within the repository; another one for another platform of the same checkout."""

DATABASE = "database:5432"
BROKERS = ("broker", "broker-2", "broker-3")
SERVICE_PORT = 8000
GATEWAY_PORT = 8080
MAIL_PORT = 8025
MOST_BROKER_BYTES = 8 << 30
"""What the broker may write: twice what all streams together reserve (`MILLIARD_BUS_STORE_BYTES`, 4 GiB)."""


def prepare(folder: Path, *, nodes: int = 1) -> None:
    """Write what is missing of the secrets, and all configurations. `nodes`: brokers of the cluster, one or three."""
    mask = os.umask(0o077)
    try:
        _prepare(folder, brokers=BROKERS[:nodes])
    finally:
        os.umask(mask)


def _prepare(folder: Path, *, brokers: tuple[str, ...]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    keys = Keys(home=folder)
    secrets = _secrets(keys, brokers)
    secrets["platform.json"] = json.dumps(_platform(secrets), indent=2)
    private, public = keys.operator_key_files()
    secrets |= {"operator.key": private.read_text(), "operator.pub": public.read_text()}
    draft = folder / "secrets.draft"
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for name, value in secrets.items():
        (draft / name).write_text(value)
    for broker in BROKERS:  # docker-compose.yml names all; without a cluster each is alone, and one is called
        write_broker(draft / f"{broker}.conf", keys, broker, brokers)
    write_configuration(
        CADDY / "Caddyfile.j2",
        to=draft / "Caddyfile",
        port=GATEWAY_PORT,
        addresses=["0.0.0.0"],  # noqa: S104 - of its container; docker-compose.yml says what is published
        services={service: f"{service}:{SERVICE_PORT}" for service in SERVICES},
        routes=ROUTES,
        fallback=FALLBACK,
        pages="/srv",
    )
    _open(draft, at=folder / "secrets")
    hand_over(folder.parent, folder, *folder.rglob("*"))


def _secrets(keys: Keys, brokers: tuple[str, ...]) -> dict[str, str]:
    """Each program's own, by the name of its setting."""
    admin = keys.secret("database-postgres")
    found = {
        "postgres_password": admin,
        "grafana_password": keys.secret("grafana"),
        "milliard_admin_database_url": _database_url("postgres", admin, "postgres"),
        "milliard_topology_nats_url": _nats_url(keys, "topology", brokers),
        "milliard_topology_personal_nats_url": _nats_url(keys, "topology-personal", brokers),
    }
    for service in SERVICES:
        owner, application = owner_of(service), application_of(service)
        found |= {
            f"milliard_{service}_secret": keys.secret(f"service-{service}"),
            f"milliard_{service}_database_url": _database_url(
                application, keys.secret(f"database-{application}"), service
            ),
            f"milliard_{service}_owner_database_url": _database_url(
                owner, keys.secret(f"database-{owner}"), service
            ),
            f"milliard_{service}_nats_url": _nats_url(keys, service, brokers),
        }
    for service in PERSONAL:
        found[f"milliard_{service}_personal_nats_url"] = _nats_url(keys, f"{service}-personal", brokers)
    found["integrator_nats_url"] = _nats_url(keys, "integrator", brokers)
    return found


def _platform(secrets: dict[str, str]) -> dict[str, object]:
    """Where everything answers, for the operator's commands (`shared.client`) and for the sample campaign."""
    return {
        "public_url": f"http://gateway:{GATEWAY_PORT}",
        "mail_url": f"http://mail:{MAIL_PORT}",
        "services": {service: f"http://{service}:{SERVICE_PORT}" for service in SERVICES},
        "monitor_url": f"http://{BROKERS[0]}:8222",
        "database_urls": {service: secrets[f"milliard_{service}_database_url"] for service in SERVICES},
        "topology_nats_url": secrets["milliard_topology_nats_url"],
        "topology_personal_nats_url": secrets["milliard_topology_personal_nats_url"],
        "integrator_nats_url": secrets["integrator_nats_url"],
    }


def write_broker(file: Path, keys: Keys, name: str, brokers: tuple[str, ...]) -> None:
    """The configuration of a broker in a container: one alone, or the one of that name among several."""
    routes = tuple(f"{one}:6222" for one in brokers)
    write_configuration(
        NATS_TEMPLATE,
        to=file,
        listen="0.0.0.0:4222",
        monitor="0.0.0.0:8222",
        store="/data",
        max_file_bytes=MOST_BROKER_BYTES,
        services=SERVICES,
        password=lambda user: keys.secret(f"nats-{user}"),
        membership=Membership(name=name, listen="0.0.0.0:6222", routes=routes) if len(brokers) > 1 else None,
    )


def _database_url(role: str, password: str, database: str) -> str:
    return f"postgresql://{role}:{quote(password, safe='')}@{DATABASE}/{database}"


def _nats_url(keys: Keys, user: str, brokers: tuple[str, ...]) -> str:
    return ",".join(f"nats://{user}:{keys.secret(f'nats-{user}')}@{broker}:4222" for broker in brokers)


def _open(draft: Path, *, at: Path) -> None:
    """Put files in their place by renaming: what a running container has mounted stays until it is recreated."""
    at.mkdir(exist_ok=True)
    at.chmod(0o755)
    for file in draft.iterdir():
        file.chmod(0o444)
        file.rename(at / file.name)
    draft.rmdir()


def hand_over(*places: Path) -> None:
    """Give these files and folders to whoever owns the repository: this runs as root in a container."""
    owner = Path().stat()
    for place in places:
        os.chown(place, owner.st_uid, owner.st_gid)


if __name__ == "__main__":
    prepare(FOLDER, nodes=int(sys.argv[1]) if sys.argv[1:] else 1)
