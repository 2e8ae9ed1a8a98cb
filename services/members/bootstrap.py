"""Puts members together: the same in production and in tests."""

import asyncio

import structlog
from fastapi import APIRouter

from services.members import api, pages
from services.members.domain import grant_refusals, limits, links, membership
from services.members.domain.addresses import AddressRefused
from services.members.handlers import answer_key_requests, handlers
from services.members.operations.contacts import PledgeUnknown
from services.members.operations.signing_keys import keep_signing_keys
from services.members.operations.tidying import tidy
from services.members.operations.vault import Vault
from services.members.settings import Settings
from shared.runtime import Service

log = structlog.get_logger(__name__)

HOUSEKEEPING_SECONDS = 3600
"""Counts are by hour and links live for minutes to days: nothing needs to leave sooner."""

STATUSES: dict[type[Exception], int] = {
    AddressRefused: 422,
    membership.OrganisationCannotJoin: 422,
    membership.WrongFields: 422,
    limits.TooManyRequests: 429,
    links.LinkUsedUp: 409,
    PledgeUnknown: 404,
    grant_refusals.RoleUnknownThere: 422,
    grant_refusals.GranteeUnknown: 422,
    grant_refusals.RoleHeldAlready: 409,
    grant_refusals.OperatorNeeded: 403,
    grant_refusals.OwnRole: 403,
    grant_refusals.SamePersonTwice: 403,
    grant_refusals.HeldByOtherAccount: 409,
    grant_refusals.GrantChanged: 409,
    grant_refusals.GrantNotWaiting: 409,
    grant_refusals.GrantUnknown: 404,
    grant_refusals.FoundersComplete: 409,
}


def bootstrap(settings: Settings) -> Service:
    """The service on its settings. Raises SecretMissing when it could not keep a key."""
    Vault(settings.secret)
    routers: tuple[APIRouter, ...] = (*api.routers, *pages.routers)
    service = Service(
        name="members", settings=settings, handlers=handlers(), routers=routers, statuses=STATUSES
    )

    async def have_signing_keys() -> None:
        async with service.database.begin() as work:
            await keep_signing_keys(work, settings=settings)

    async def open_key_desk() -> None:
        if service.personal is not None:
            await answer_key_requests(service.personal, database=service.database, settings=settings)

    async def keep_house() -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            try:
                async with service.database.begin() as work:
                    await tidy(work, settings=settings)
                    await keep_signing_keys(work, settings=settings)
            except Exception as error:  # the database may be away for a while; the next hour does it
                log.warning("housekeeping_failed", error=type(error).__name__)

    service.startup += [have_signing_keys, open_key_desk]
    service.background.append(keep_house)
    return service
