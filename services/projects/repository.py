"""Writes of projects, and the reads that lock what is about to change."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from services.projects.domain.disbursements import DisbursementState
from services.projects.domain.needs import NeedUnknown
from services.projects.domain.organisations import OrganisationAlreadyRegistered, OrganisationUnknown
from services.projects.tables import Disbursement, Need, Organisation
from shared.database import Work


async def add_organisation(work: Work, organisation: Organisation) -> None:
    """Insert an organisation. Raises OrganisationAlreadyRegistered, also when two register it at once."""
    added = await work.session.execute(
        insert(Organisation)
        .values(organisation.model_dump())
        .on_conflict_do_nothing()
        .returning(Organisation.organisation_id)  # type: ignore[call-overload]
    )
    if added.first() is None:
        raise OrganisationAlreadyRegistered()


async def organisation_of(work: Work, organisation_id: UUID) -> Organisation:
    """An organisation by its id. Raises OrganisationUnknown."""
    found = await work.session.scalar(
        select(Organisation).where(Organisation.organisation_id == organisation_id)  # type: ignore[arg-type]
    )
    if found is None:
        raise OrganisationUnknown()
    return found


async def locked_need(work: Work, *, territory: str, need_id: UUID) -> Need:
    """A need, locked until the transaction ends: whatever happens to it happens one after the other.

    Raises NeedUnknown.
    """
    found = await work.session.get(Need, (territory, need_id), with_for_update=True, populate_existing=True)
    if found is None:
        raise NeedUnknown()
    return found


async def locked_need_of(work: Work, *, territory: str, disbursement_id: UUID) -> Need | None:
    """The need of a disbursement, locked; None when no disbursement has this id here."""
    need_id = await work.session.scalar(
        select(Disbursement.need_id).filter_by(territory=territory, disbursement_id=disbursement_id)  # type: ignore[call-overload]
    )
    return await locked_need(work, territory=territory, need_id=need_id) if need_id else None


async def disbursement_of(work: Work, *, territory: str, disbursement_id: UUID) -> Disbursement:
    """A disbursement that is there, as it stands now; lock its need before."""
    return await work.session.get_one(Disbursement, (territory, disbursement_id), populate_existing=True)


async def disbursement_with_key(work: Work, need: Need, idempotency_key: str) -> Disbursement | None:
    """The request that was made on a need with this key, if there is one."""
    return await work.session.scalar(
        select(Disbursement).filter_by(
            territory=need.territory, need_id=need.need_id, idempotency_key=idempotency_key
        )
    )


async def asked_minor(work: Work, need: Need) -> int:
    """What was asked for on a need so far, in cents; refused requests do not count."""
    return await _sum(work, need, set(DisbursementState) - {DisbursementState.REFUSED})


async def disbursed_minor(work: Work, need: Need) -> int:
    """What the bank has debited for a need, in cents."""
    return await _sum(work, need, {DisbursementState.DISBURSED})


async def _sum(work: Work, need: Need, states: set[DisbursementState]) -> int:
    total = await work.execute(
        "select coalesce(sum(amount_minor), 0)::bigint from disbursements"
        " where territory = :territory and need_id = :need and state = any(:states)",
        territory=need.territory,
        need=need.need_id,
        states=sorted(states),
    )
    return int(total.scalar_one())
