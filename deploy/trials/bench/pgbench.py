"""The yardstick that everybody has: pgbench's own "TPC-B (sort of)" transfers, on the server of a stage.

Each moves an amount between an account, a teller and a branch and notes it, in one transaction. Source: the
PostgreSQL documentation, « pgbench ».
"""

import os
import re
import subprocess
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg

from deploy.local import binaries
from deploy.local.errors import PlatformError
from deploy.trials.stage import Stage

DATABASE = "pgbench"
SCALE = 10
"""A million accounts; sixteen clients on ten branches wait for one another now and then, as the test wants it."""

CLIENTS, THREADS = 16, 2
MARGIN_SECONDS = 60
_RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)


class PgbenchMissing(PlatformError):
    """« pgbench est introuvable … »"""

    def __init__(self) -> None:
        super().__init__(
            "« pgbench » est introuvable à côté de PostgreSQL : "
            "indiquez dans PG_BIN un dossier de programmes qui le contient."
        )


class PgbenchFailed(PlatformError):
    """« pgbench a échoué … »"""

    def __init__(self, said: str) -> None:
        super().__init__(f"« pgbench » a échoué : {said.strip().splitlines()[-1] if said.strip() else '?'}")


class Pgbench:
    """pgbench in a database of its own on the stage's server."""

    def __init__(self, stage: Stage) -> None:
        self._program = binaries.postgres_folder() / "pgbench"
        if not self._program.exists():
            raise PgbenchMissing
        self._admin_url = stage.cluster.admin_url
        parts = urlsplit(self._admin_url)
        self._environment = {  # not on the command line: everybody may read that
            **os.environ,
            "PGHOST": parse_qs(parts.query)["host"][0],
            "PGUSER": parts.username or "",
            "PGPASSWORD": unquote(parts.password or ""),
            "PGDATABASE": DATABASE,
        }

    async def prepare(self, *, scale: int = SCALE) -> None:
        """Make the database and its accounts."""
        admin = await asyncpg.connect(self._admin_url)
        await admin.execute(f"create database {DATABASE}")
        await admin.close()
        self._run("-i", "-q", "-s", str(scale), seconds=0)

    def transfers_per_second(self, seconds: int) -> float:
        """Run for so long; blocks."""
        said = self._run(
            *("-b", "tpcb-like", "-M", "prepared", "-c", str(CLIENTS), "-j", str(THREADS)),
            *("-T", str(seconds)),
            seconds=seconds,
        )
        found = _RATE.search(said)
        if found is None:
            raise PgbenchFailed(said)
        return float(found.group(1))

    def _run(self, *options: str, seconds: int) -> str:
        done = subprocess.run(
            [self._program, *options],
            env=self._environment,
            capture_output=True,
            text=True,
            timeout=seconds + MARGIN_SECONDS,
            check=False,
        )
        if done.returncode != 0:
            raise PgbenchFailed(done.stderr)
        return done.stdout
