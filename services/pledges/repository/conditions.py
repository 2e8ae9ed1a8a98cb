"""Conditions and wishes: added with their pledge; conditions are moved by the one task that holds the matching lock."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.conditions import ConditionKind, ConditionState, ConditionTerms
from services.pledges.domain.earmark import Earmark
from services.pledges.domain.pledge import Pledge
from shared.database import Work


class Condition(NamedTuple):
    """The condition of a pledge and how far it is, with what its events say of the pledge.

    `kept_minor` is what the funder paid and has not got back.
    """

    pledge_id: UUID
    person_id: UUID
    territory: str
    fund: str
    currency: str
    reference: str
    instrument: str
    kept_minor: int
    kind: ConditionKind
    amount_minor: int
    is_everywhere: bool
    from_on: date
    until_on: date
    ratio_basis_points: int | None
    target_minor: int | None
    state: ConditionState
    triggered_minor: int
    counted_minor: int | None
    called_minor: int
    called_on: date | None
    closed_on: date | None


async def add_condition(work: Work, pledge: Pledge, terms: ConditionTerms) -> None:
    """Write the condition of a pledge that was just added.

    The first condition of all begins behind the statements that are in: they are of days that count for nobody.
    """
    await work.execute(
        """
        update matching_progress set position = greatest(position, (select coalesce(max(position), 0) from statements)),
            at_returns = false, entry_index = 0, detail_index = 0
        where not exists (select from conditions)
        """
    )
    await work.execute(
        """
        insert into conditions (territory, pledge_id, kind, amount_minor, is_everywhere, from_on, until_on,
            ratio_basis_points, target_minor, state)
        values (:territory, :pledge_id, :kind, :amount_minor, :is_everywhere, :from_on, :until_on,
            :ratio_basis_points, :target_minor, 'waiting')
        """,
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
        amount_minor=pledge.amount_minor,
        **terms._asdict(),
    )


async def add_earmark(work: Work, pledge: Pledge, earmark: Earmark) -> None:
    """Write the wish of a pledge that was just added."""
    await work.execute(
        "insert into earmarks (territory, pledge_id, theme, need_id, instrument)"
        " values (:territory, :pledge_id, :theme, :need_id, :instrument)",
        territory=pledge.territory,
        pledge_id=pledge.pledge_id,
        **earmark._asdict(),
    )


_CONDITIONS = """
    select c.pledge_id, p.person_id, c.territory, p.fund, p.currency, p.reference, p.instrument,
        p.received_minor - p.returned_minor as kept_minor, c.kind, c.amount_minor, c.is_everywhere, c.from_on,
        c.until_on, c.ratio_basis_points, c.target_minor, c.state, c.triggered_minor, c.counted_minor, c.called_minor,
        c.called_on, c.closed_on
    from conditions c join pledges p using (pledge_id)
"""


async def open_conditions(work: Work, kind: ConditionKind) -> list[Condition]:
    """Those of which more may be triggered."""
    return await _conditions(work, "where c.closed_on is null and c.kind = :kind", kind=kind)


async def conditions_of(work: Work, pledge_ids: Iterable[UUID]) -> list[Condition]:
    """The conditions of these pledges, open or not."""
    return await _conditions(work, "where c.pledge_id = any(cast(:ids as uuid[]))", ids=list(pledge_ids))


async def conditions_at_their_end(work: Work, last_until_on: date) -> list[Condition]:
    """Those that are open and ended on this day or before."""
    return await _conditions(work, "where c.closed_on is null and c.until_on <= :last", last=last_until_on)


async def conditions_to_call(work: Work, today: date) -> list[Condition]:
    """Those whose funder has something to pay that they were not told of, and were not told of anything today.

    Not those of which the rest has expired: nobody waits for it.
    """
    return await _conditions(
        work,
        "where c.triggered_minor <> c.called_minor and (c.called_on is null or c.called_on < :today)"
        " and c.triggered_minor > p.received_minor - p.returned_minor and p.released_minor = 0",
        today=today,
    )


async def forget_calls(work: Work, payment_ids: Sequence[UUID]) -> None:
    """Funders whose own payment is one of these, a line or an allocation, are to be told anew what there is to pay."""
    if not payment_ids:
        return
    await work.execute(
        """
        update conditions set called_minor = 0
        where called_minor > 0 and pledge_id in (
            select pledge_id from bank_lines where line_id = any(cast(:ids as uuid[]))
            union all select pledge_id from allocations where allocation_id = any(cast(:ids as uuid[])))
        """,
        ids=list(payment_ids),
    )


async def _conditions(work: Work, where: str, **values: object) -> list[Condition]:
    """In the order of their ids."""
    rows = await work.execute(f"{_CONDITIONS} {where} order by c.pledge_id", **values)
    return [
        Condition._make(row)._replace(kind=ConditionKind(row.kind), state=ConditionState(row.state))
        for row in rows
    ]


async def save_conditions(work: Work, conditions: Sequence[Condition]) -> None:
    """Write how far conditions are."""
    if not conditions:
        return
    await work.execute(
        """
        update conditions c
        set state = moved.state, triggered_minor = moved.triggered_minor, counted_minor = moved.counted_minor,
            called_minor = moved.called_minor, called_on = moved.called_on, closed_on = moved.closed_on
        from unnest(cast(:ids as uuid[]), cast(:states as text[]), cast(:triggered as bigint[]),
            cast(:counted as bigint[]), cast(:called as bigint[]), cast(:called_on as date[]),
            cast(:closed_on as date[]))
            as moved (pledge_id, state, triggered_minor, counted_minor, called_minor, called_on, closed_on)
        where c.pledge_id = moved.pledge_id
        """,
        ids=[one.pledge_id for one in conditions],
        states=[one.state.value for one in conditions],
        triggered=[one.triggered_minor for one in conditions],
        counted=[one.counted_minor for one in conditions],
        called=[one.called_minor for one in conditions],
        called_on=[one.called_on for one in conditions],
        closed_on=[one.closed_on for one in conditions],
    )
