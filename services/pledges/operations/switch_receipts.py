"""Who may issue tax receipts: an organisation is written down, then its right switched on by a treasurer, with why."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from services.pledges.domain.account import masked
from services.pledges.domain.receipt_issuer import (
    AccountTaken,
    IssuerInState,
    IssuerNotFound,
    IssuerRefused,
    Mentions,
    ReceiptsNotCovered,
    Right,
    check_mentions,
    check_right,
)
from services.pledges.queries.receipt_issuers import (
    IssuerView,
    conflicting_issuers,
    counted_days,
    ibans_of_issuer,
    issuer_by_id,
    issuers_on_with,
)
from services.pledges.repository import receipt_issuers as issuers
from services.pledges.settings import Settings
from shared.database import Work
from shared.web.numbers import date_fr


async def add_issuer(
    work: Work, mentions: Mentions, *, ibans: Sequence[str], settings: Settings, by: UUID
) -> IssuerView:
    """Write an organisation down, its right off. Raises IssuerRefused."""
    check_mentions(mentions)
    if not ibans or not set(ibans) <= set(settings.account_ibans):
        raise IssuerRefused(
            {"accounts": "Choisissez le ou les comptes qui reçoivent les dons à cet organisme."}
        )
    issuer_id = uuid4()
    await issuers.add_issuer(work, issuer_id=issuer_id, mentions=mentions, ibans=ibans, by=by)
    return await _found(work, issuer_id)


async def switch_on(work: Work, issuer_id: UUID, right: Right, *, by: UUID) -> IssuerView:
    """Switch the receipts of an organisation on; other mentions of the same organisation give way.

    Raises IssuerRefused, ReceiptsNotCovered, IssuerNotFound, IssuerInState, AccountTaken.
    """
    check_right(right)
    await issuers.lock_issuers(work)
    issuer = await _found(work, issuer_id)
    for other in await conflicting_issuers(work, issuer_id):
        if other.registration != issuer.registration:
            raise AccountTaken(other.name)
    await _check_covers(work, issuer, right)
    await issuers.switch_off(work, issuer_ids=await issuers_on_with(work, issuer.registration), by=by)
    if not await issuers.switch_on(work, issuer_id=issuer_id, right=right, by=by):
        raise IssuerInState
    return await _found(work, issuer_id)


async def switch_off(work: Work, issuer_id: UUID, *, by: UUID) -> IssuerView:
    """Switch the receipts of an organisation off: what was issued stays. Raises IssuerNotFound, IssuerInState."""
    await issuers.lock_issuers(work)
    await _found(work, issuer_id)
    if not await issuers.switch_off(work, issuer_ids=[issuer_id], by=by):
        raise IssuerInState
    return await _found(work, issuer_id)


async def discard_issuer(work: Work, issuer_id: UUID) -> None:
    """Take an organisation away whose right was never on. Raises IssuerNotFound, IssuerInState."""
    await _found(work, issuer_id)
    if not await issuers.discard_issuer(work, issuer_id):
        raise IssuerInState


async def _check_covers(work: Work, issuer: IssuerView, right: Right) -> None:
    """Raises ReceiptsNotCovered where receipts in force would not be made again for what is left after a return."""
    ibans = await ibans_of_issuer(work, issuer.issuer_id)
    counted = await counted_days(work, issuer.registration, ibans=ibans)
    if counted.first and counted.first < right.first_on:
        raise ReceiptsNotCovered("first_on", f"du {date_fr(counted.first)}")
    if counted.last and right.last_on and counted.last > right.last_on:
        raise ReceiptsNotCovered("last_on", f"du {date_fr(counted.last)}")
    if counted.other_iban:
        raise ReceiptsNotCovered("accounts", f"reçus sur le compte {masked(counted.other_iban)}")


async def _found(work: Work, issuer_id: UUID) -> IssuerView:
    found = await issuer_by_id(work, issuer_id)
    if found is None:
        raise IssuerNotFound
    return found
