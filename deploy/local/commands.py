"""The programs of this repository that the launcher runs; tests put stand-ins in their place."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from deploy.local.broker import SERVICES

CAMPAIGN = "deploy.local.campaign"


@dataclass(frozen=True, kw_only=True)
class Commands:
    """`services`: the command of each; `migrations`, `topology`: what prepares the databases and the bus;
    `keeper`: what keeps the streams from filling; `campaign`: what plays the sample, if there is one."""

    services: dict[str, Sequence[str | Path]]
    migrations: Sequence[str | Path]
    topology: Sequence[str | Path]
    keeper: Sequence[str | Path]
    campaign: Sequence[str | Path] | None

    @classmethod
    def of_this_repository(cls) -> "Commands":
        """The real programs, run by the Python that runs this one."""
        python = [sys.executable, "-m"]
        return cls(
            services={service: [*python, f"services.{service}.main"] for service in SERVICES},
            migrations=[*python, "shared.database.migrate", *SERVICES],
            topology=[*python, "shared.bus.apply"],
            keeper=[*python, "shared.bus.keeper"],
            campaign=[*python, CAMPAIGN] if find_spec(CAMPAIGN) else None,
        )
