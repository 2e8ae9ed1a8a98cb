"""Puts pledges together: the same for production and tests."""

from services.pledges import api, pages
from services.pledges.domain.pledge import PledgeRefused
from services.pledges.domain.refusals import BankFileRefused, StatementTooLarge
from services.pledges.handlers import handlers
from services.pledges.operations.limit_floods import FloodGate
from services.pledges.operations.reading_apart import ReadingStopped
from services.pledges.repository.statements import ImportUnderWay
from services.pledges.settings import Settings
from shared.runtime import Service


def bootstrap(settings: Settings) -> Service:
    service = Service(
        name="pledges",
        settings=settings,
        handlers=handlers(),
        routers=(api.router, pages.router),
        statuses={
            PledgeRefused: 422,
            ImportUnderWay: 409,
            StatementTooLarge: 413,
            BankFileRefused: 422,
            ReadingStopped: 503,
        },
    )
    service.app.state.floods = FloodGate()  # pages and API count the same promises
    return service
