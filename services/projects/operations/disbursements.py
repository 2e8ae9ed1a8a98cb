"""Money is asked for on an approved need; then the request follows what the ledger says about it."""

from typing import Any
from uuid import UUID

from services.projects import repository
from services.projects.domain.disbursements import (
    DisbursementState,
    RequestKeyReused,
    check_request,
    moved_on,
)
from services.projects.domain.needs import NeedAct, NeedState, after
from services.projects.operations.organisations import represented
from services.projects.tables import Disbursement, Need
from shared.bus import CauseMissing
from shared.database import Work
from shared.events.projects import DisbursementRequested, Family
from shared.values import new_id


async def request_disbursement(
    work: Work,
    *,
    territory: str,
    need_id: UUID,
    amount_minor: int,
    payee_iban: str,
    requested_by: UUID,
    idempotency_key: str,
) -> Disbursement:
    """The representative asks for money; the ledger will reserve it or refuse. The payee is the organisation.

    The need is locked first, so that requests made at once cannot exceed what was approved. The same key with
    the same content is the same request. Raises NeedUnknown, NotItsRepresentative, NeedNotOpenToRequests,
    AmountBeyondRemaining or RequestKeyReused.
    """
    need = await repository.locked_need(work, territory=territory, need_id=need_id)
    organisation = await represented(work, organisation_id=need.organisation_id, person_id=requested_by)
    earlier = await repository.disbursement_with_key(work, need, idempotency_key)
    if earlier is not None:
        if (earlier.amount_minor, earlier.payee_iban) != (amount_minor, payee_iban):
            raise RequestKeyReused()
        return earlier
    check_request(
        amount_minor=amount_minor,
        need_state=NeedState(need.state),
        approved_minor=need.amount_minor,
        asked_minor=await repository.asked_minor(work, need),
    )
    disbursement = Disbursement(
        territory=territory,
        disbursement_id=new_id(),
        need_id=need_id,
        amount_minor=amount_minor,
        currency=need.currency,
        payee_name=organisation.name,
        payee_iban=payee_iban,
        state=DisbursementState.REQUESTED,
        requested_by=requested_by,
        requested_at=work.now,
        idempotency_key=idempotency_key,
        changed_at=work.now,
    )
    work.session.add(disbursement)
    _ask_the_ledger(work, need, disbursement)
    await work.session.flush()
    return disbursement


def _ask_the_ledger(work: Work, need: Need, disbursement: Disbursement) -> None:
    assert need.decision_reference, "an approved need names its decision (ck_needs__decision)"
    work.record(
        DisbursementRequested(
            territory=need.territory,
            disbursement_id=disbursement.disbursement_id,
            need_id=need.need_id,
            organisation_id=need.organisation_id,
            organisation_name=disbursement.payee_name,
            fund=need.fund,
            family=Family(need.family),
            amount_minor=disbursement.amount_minor,
            currency=disbursement.currency,
            payee_name=disbursement.payee_name,
            payee_iban=disbursement.payee_iban,
            decision_reference=need.decision_reference,
            requested_by=disbursement.requested_by,
        )
    )


async def follow_disbursement(
    work: Work, *, territory: str, disbursement_id: UUID, said: DisbursementState, **facts: Any
) -> None:
    """Note what the ledger said about a request, with the facts of that step; said twice, it changes nothing.

    Money held opens the disbursing of the need; the last euro debited closes it. Raises CauseMissing, or
    DisbursementOutOfOrder for what cannot follow.
    """
    need = await repository.locked_need_of(work, territory=territory, disbursement_id=disbursement_id)
    if need is None:
        raise CauseMissing(f"no disbursement {disbursement_id} was requested here yet")
    disbursement = await repository.disbursement_of(
        work, territory=territory, disbursement_id=disbursement_id
    )
    state = moved_on(DisbursementState(disbursement.state), said)
    if state == disbursement.state:
        return
    disbursement.state = state
    disbursement.changed_at = work.now
    for name, value in facts.items():
        setattr(disbursement, name, value)
    await work.session.flush()
    if state is DisbursementState.RESERVED:
        need.state = after(NeedState(need.state), NeedAct.DISBURSE)
    if (
        state is DisbursementState.DISBURSED
        and await repository.disbursed_minor(work, need) == need.amount_minor
    ):
        need.state = after(NeedState(need.state), NeedAct.CLOSE)
