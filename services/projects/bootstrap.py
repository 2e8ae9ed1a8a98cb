"""Puts projects together, the same for production and tests."""

from services.projects import api
from services.projects.domain.disbursements import (
    AmountBeyondRemaining,
    NeedNotOpenToRequests,
)
from services.projects.domain.needs import (
    DecidedByItsRepresentative,
    NeedAlreadyDecided,
    NeedNoLongerWithdrawable,
    NeedOutOfOrder,
    NeedUnknown,
)
from services.projects.domain.organisations import (
    NotItsRepresentative,
    OrganisationAlreadyRegistered,
    OrganisationUnknown,
)
from services.projects.domain.refusals import Refusal
from services.projects.domain.territories import TerritoryUnknown
from services.projects.handlers import handlers
from services.projects.pages import decisions, needs, organisations, projects
from services.projects.settings import Settings
from shared.runtime import Service

STATUSES: dict[type[Exception], int] = {
    Refusal: 422,
    OrganisationUnknown: 404,
    NeedUnknown: 404,
    TerritoryUnknown: 404,
    NotItsRepresentative: 403,
    DecidedByItsRepresentative: 403,
    OrganisationAlreadyRegistered: 409,
    NeedAlreadyDecided: 409,
    NeedNoLongerWithdrawable: 409,
    NeedOutOfOrder: 409,
    NeedNotOpenToRequests: 409,
    AmountBeyondRemaining: 409,
}
"""Refusal → HTTP status; what is not named is a value to correct (422)."""


def bootstrap(settings: Settings) -> Service:
    """The service, ready to run."""
    return Service(
        name="projects",
        settings=settings,
        handlers=handlers(),
        routers=(api.router, organisations.router, projects.router, decisions.router, needs.router),
        statuses=STATUSES,
    )
