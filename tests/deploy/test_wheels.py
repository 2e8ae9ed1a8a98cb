"""Each service's wheel, installed in an environment of its own, as its image has it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.local.broker import SERVICES, Broker
from deploy.local.child import Child
from deploy.local.cluster import Cluster
from deploy.local.probe import answers

CHECKOUT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
OTHERS = "import importlib.util as u; print(*[n for n in {names!r} if u.find_spec('services.' + n)])"


@pytest.fixture
def python(service: str, tmp_path: Path) -> Path:
    """The Python of an environment with one service's wheel and what the lock says that it needs."""
    environment = tmp_path / "alone"
    subprocess.run(
        [
            *(UV, "sync", "--frozen", "--no-dev", "--no-editable", "--quiet"),
            *("--package", f"milliard-{service}", "--python", sys.executable),
        ],
        cwd=CHECKOUT,
        env={**os.environ, "UV_PROJECT_ENVIRONMENT": str(environment), "UV_PYTHON_DOWNLOADS": "never"},
        check=True,
    )
    return environment / "bin" / "python"


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_alone(
    service: str, python: Path, tmp_path: Path, homes: tuple[Path, Path], cluster: Cluster, broker: Broker
) -> None:
    """It makes its tables and answers, where no other service can be imported."""
    owner_url, app_url = cluster.fresh_database(service)
    prefix = f"MILLIARD_{service.upper()}_"
    socket = homes[1] / f"alone-{service}.sock"
    told = {
        "PATH": os.environ["PATH"],
        "MILLIARD_HOME": str(tmp_path),
        "MILLIARD_LISTEN": f"unix:{socket}",
        f"{prefix}OWNER_DATABASE_URL": owner_url,
        f"{prefix}DATABASE_URL": app_url,
        f"{prefix}NATS_URL": broker.url_for(service),
        f"{prefix}SECRET": "a secret of the tests, 32 bytes and more",
    }

    def run(*arguments: str) -> str:
        done = subprocess.run([python, *arguments], cwd=tmp_path, env=told, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert run("-c", OTHERS.format(names=SERVICES)).split() == [service]
    run("-m", "shared.database.migrate", service)
    child = Child(
        name=f"alone-{service}",
        command=[python, "-m", f"services.{service}.main"],
        log=tmp_path / "alone.log",
        environment=told,
        folder=tmp_path,
    )
    child.start()
    try:
        child.wait_until(lambda: answers(socket, "/health/ready"), within_seconds=60)
    finally:
        child.stop()
