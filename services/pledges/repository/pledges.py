"""Pledges: added one by one, locked and changed by the set."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from services.pledges.domain.particulars import PLAIN, Particulars
from services.pledges.domain.pledge import Pledge, PledgeState
from services.pledges.domain.schedule import Schedule
from shared.database import Work


async def add_pledge(
    work: Work,
    pledge: Pledge,
    *,
    by_member: bool,
    currency: str,
    made_at: datetime,
    idempotency_hash: str | None,
    said: Particulars = PLAIN,
    schedule: Schedule,
) -> bool:
    """Whether it was added; False when its reference or its idempotency key is taken."""
    added = await work.execute(
        """
        insert into pledges (territory, pledge_id, person_id, by_member, fund, amount_minor, currency,
            reference, state, made_at, idempotency_hash, payer_kind, instrument, commitment, schedule,
            due_on)
        values (:territory, :pledge_id, :person_id, :by_member, :fund, :amount_minor, :currency, :reference,
            :state, :made_at, :idempotency_hash, :payer_kind, :instrument, :commitment, :schedule,
            :due_on)
        on conflict do nothing
        """,
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
        person_id=pledge.person_id,
        by_member=by_member,
        fund=pledge.fund,
        amount_minor=pledge.amount_minor,
        currency=currency,
        reference=pledge.reference,
        state=pledge.state,
        made_at=made_at,
        idempotency_hash=idempotency_hash,
        payer_kind=said.payer_kind,
        instrument=said.instrument,
        commitment=said.commitment,
        schedule=schedule.kind,
        due_on=schedule.last_due_on,
    )
    return added.rowcount == 1


async def lock_pledges(work: Work, *, references: Sequence[str], pledge_ids: Sequence[UUID]) -> list[Pledge]:
    """The pledges that bear one of the references or ids, locked in the order of their ids."""
    if not references and not pledge_ids:
        return []
    # All in one row, in the order of `Pledge`'s fields: the driver and SQLAlchemy take 4 µs for each row.
    found = await work.execute(
        """
        with locked as (
            select pledge_id, person_id, territory, fund, amount_minor, reference, received_minor, returned_minor,
                state, instrument
            from pledges
            where reference = any(cast(:references as text[])) or pledge_id = any(cast(:pledge_ids as uuid[]))
            order by pledge_id
            for update
        )
        select array_agg(pledge_id), array_agg(person_id), array_agg(territory), array_agg(fund),
            array_agg(amount_minor), array_agg(reference), array_agg(received_minor),
            array_agg(returned_minor), array_agg(state), array_agg(instrument)
        from locked
        having count(*) > 0
        """,
        references=references,
        pledge_ids=pledge_ids,
    )
    columns = found.one_or_none() or ()
    return [
        Pledge._make((*values, PledgeState(state), instrument))
        for *values, state, instrument in zip(*columns, strict=True)
    ]


async def save_money(work: Work, pledges: Iterable[Pledge]) -> None:
    """Write what came, what went back and the state of pledges that are locked."""
    changed = list(pledges)
    if not changed:
        return
    await work.execute(
        """
        update pledges
        set received_minor = moved.received_minor, returned_minor = moved.returned_minor, state = moved.state
        from unnest(cast(:ids as uuid[]), cast(:received as bigint[]), cast(:returned as bigint[]),
            cast(:states as text[])) as moved (pledge_id, received_minor, returned_minor, state)
        where pledges.pledge_id = moved.pledge_id
        """,
        ids=[pledge.pledge_id for pledge in changed],
        received=[pledge.received_minor for pledge in changed],
        returned=[pledge.returned_minor for pledge in changed],
        states=[pledge.state.value for pledge in changed],
    )
