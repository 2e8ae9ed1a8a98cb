"""Puts the ledger together; production and tests both start here."""

import asyncio

from services.ledger import api, pages
from services.ledger.board import Board
from services.ledger.domain import disbursement, sharing
from services.ledger.handlers import ledger_handlers
from services.ledger.operations.prove import prove_statements
from services.ledger.settings import Settings
from shared.runtime import Service
from shared.web.static_files import mount_static

PROVE_SECONDS = 0.5
"""The page shows a proof this much after the statement's last line; an idle round is one look at an empty index."""


def bootstrap(settings: Settings) -> Service:
    """The ledger with these settings."""
    service = Service(
        name="ledger",
        settings=settings,
        handlers=ledger_handlers(),
        routers=(api.router, pages.router),
        statuses={
            disbursement.NotInState: 409,
            disbursement.SamePersonTwice: 403,
            disbursement.RequesterMayNotPay: 403,
            disbursement.AnotherOrder: 409,
            disbursement.OrdererLeft: 409,
            disbursement.EnvelopeShort: 409,
            sharing.PolicyInThePast: 422,
        },
    )
    service.app.state.board = Board(database=service.database, target_minor=settings.target_minor)
    mount_static(service.app)

    async def prove_regularly() -> None:
        while True:
            async with service.database.begin() as work:
                await prove_statements(work)
            await asyncio.sleep(PROVE_SECONDS)

    service.background.append(prove_regularly)
    return service
