"""A need is submitted by its organisation, decided by a steward who is somebody else, or withdrawn."""

from datetime import timedelta
from uuid import UUID

from services.projects import repository
from services.projects.domain.amounts import CURRENCY
from services.projects.domain.needs import (
    MAX_REASON,
    Decision,
    NeedAct,
    NeedState,
    Proposal,
    after,
    check_decider,
    past_decision,
)
from services.projects.domain.refusals import text_within
from services.projects.operations.organisations import represented
from services.projects.tables import Need
from shared.database import Work
from shared.events.projects import Family, NeedApproved
from shared.values import new_id

EARLIEST_DAY = timedelta(hours=14)
"""A day begins this long before UTC somewhere: a decision of today there is not in the future."""


async def submit_need(
    work: Work, *, territory: str, organisation_id: UUID, proposal: Proposal, submitted_by: UUID
) -> Need:
    """An organisation's representative submits a need in a territory.

    Raises OrganisationUnknown or NotItsRepresentative.
    """
    organisation = await represented(work, organisation_id=organisation_id, person_id=submitted_by)
    need = Need(
        territory=territory,
        need_id=new_id(),
        organisation_id=organisation.organisation_id,
        title=proposal.title,
        description=proposal.description,
        family=proposal.family,
        fund=proposal.fund,
        amount_minor=proposal.amount_minor,
        currency=CURRENCY,
        human_support=proposal.human_support,
        state=after(NeedState.DRAFT, NeedAct.SUBMIT),
        submitted_by=submitted_by,
        submitted_at=work.now,
    )
    work.session.add(need)
    await work.session.flush()
    return need


async def approve_need(
    work: Work, *, territory: str, need_id: UUID, decision: Decision, approved_by: UUID
) -> Need:
    """A steward approves a need in the name of a decision; everybody may know it from then on.

    Raises NeedUnknown, NeedAlreadyDecided, DecidedByItsRepresentative or DecisionInTheFuture.
    """
    need = await repository.locked_need(work, territory=territory, need_id=need_id)
    past_decision(decision, today=(work.now + EARLIEST_DAY).date())
    await _decide(work, need, NeedAct.APPROVE, decided_by=approved_by)
    need.decision_reference = decision.reference
    need.decided_on = decision.decided_on
    organisation = await repository.organisation_of(work, need.organisation_id)
    work.record(
        NeedApproved(
            territory=need.territory,
            need_id=need.need_id,
            organisation_id=organisation.organisation_id,
            organisation_name=organisation.name,
            title=need.title,
            family=Family(need.family),
            amount_minor=need.amount_minor,
            currency=need.currency,
            decision_reference=decision.reference,
            approved_on=decision.decided_on,
        )
    )
    return need


async def refuse_need(work: Work, *, territory: str, need_id: UUID, reason: str, refused_by: UUID) -> Need:
    """A steward refuses a need and says why; the organisation reads the reason.

    Raises NeedUnknown, NeedAlreadyDecided, DecidedByItsRepresentative or TextMissing.
    """
    need = await repository.locked_need(work, territory=territory, need_id=need_id)
    await _decide(work, need, NeedAct.REFUSE, decided_by=refused_by)
    need.refusal_reason = text_within(reason, most=MAX_REASON)
    return need


async def withdraw_need(work: Work, *, territory: str, need_id: UUID, withdrawn_by: UUID) -> Need:
    """The organisation takes its need back before it is decided.

    Raises NeedUnknown, NotItsRepresentative or NeedNoLongerWithdrawable.
    """
    need = await repository.locked_need(work, territory=territory, need_id=need_id)
    await represented(work, organisation_id=need.organisation_id, person_id=withdrawn_by)
    need.state = after(NeedState(need.state), NeedAct.WITHDRAW)
    return need


async def _decide(work: Work, need: Need, act: NeedAct, *, decided_by: UUID) -> None:
    organisation = await repository.organisation_of(work, need.organisation_id)
    check_decider(
        decider=decided_by, representative=organisation.representative_id, submitted_by=need.submitted_by
    )
    need.state = after(NeedState(need.state), act)
    need.decided_by = decided_by
    need.decided_at = work.now
