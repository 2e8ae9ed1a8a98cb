"""What may be collected under mandates, and what a batch still announces: read by the set, under lock."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.collection import ON_ITS_WAY_DAYS
from services.pledges.domain.mandate import MandateState, Rhythm
from services.pledges.queries.debits import CREDITED
from services.pledges.repository.mandates import USABLE
from shared.database import Work

_IS_OVER = f"""
    exists (select from statements where iban = :iban and closing_on >= collect_on + {ON_ITS_WAY_DAYS})
    and not exists (
        select from bank_lines as lump
        where fate = 'suspended' and allocated_minor < amount_minor and direction = 'credit' and detail_index = 0
            and lump.booked_on between collect_on and collect_on + {ON_ITS_WAY_DAYS}
            and lump.allocated_minor + debit_collections.amount_minor <= lump.amount_minor
    )
"""  # noqa: S608 - a number of the code
"""Whether a collection comes no more: our account's statements cover its days, by their days and not by ours, and no
undivided sum of them that may hold it waits in suspense."""

_COLLECTED = f"""
    left join lateral (
        select cast(coalesce(sum(amount_minor) filter (where state = 'announced'), 0) as bigint) as announced_minor,
            cast(coalesce(sum(amount_minor) filter (where is_on_its_way), 0) as bigint) as on_its_way_minor,
            cast(coalesce(sum(amount_minor) filter (where state = 'returned'), 0) as bigint) as returned_minor
        from (
            select debit_collections.amount_minor, debit_collections.state,
                debit_collections.state = 'sent' and received_on is null and not ({_IS_OVER}) as is_on_its_way
            from debit_collections join debit_batches using (batch_id)
            {CREDITED}
            where debit_collections.pledge_id = pledges.pledge_id and debit_collections.state <> 'cancelled'
        ) as each
    ) as collected on true
"""  # noqa: S608 - parts of the code
"""What collections say of a pledge. One that may still come is on its way: rather too little is collected than too
much. Read pledge by pledge, by index: what a new batch holds, no statistics know yet."""

_MISSING = """
    least(
        pledges.amount_minor - pledges.received_minor + pledges.returned_minor,
        pledges.amount_minor - pledges.received_minor + collected.returned_minor
    ) - collected.on_its_way_minor
"""
"""What may still be collected: what we gave back to somebody is not taken again, what their bank gave back is."""


_EXPECTED = """
    pledges.state <> 'cancelled' and (pledges.released_at is null or pledges.released_at < mandates.signed_at)
"""
"""Whether a mandate's pledge still waits for money. One that was cancelled or has expired waits for none, whatever late
money or a return makes of its state, unless a mandate was signed for it since then."""


class DueMandate(NamedTuple):
    """A mandate that may be collected, with what it may collect."""

    territory: str
    mandate_id: UUID
    pledge_id: UUID
    person_id: UUID
    mandate_reference: str
    reference: str
    rhythm: Rhythm
    amount_minor: int | None
    day: int | None
    prenotification_days: int
    creditor_name: str
    collectible_minor: int
    is_taken: bool


class AnnouncedCollection(NamedTuple):
    """A collection of a batch that is to be sent, with its mandate as it is now."""

    collection_id: UUID
    mandate_id: UUID
    amount_minor: int
    end_to_end_id: str
    mandate_reference: str
    mandate_state: MandateState
    signed_on: date
    holder_name: str
    iban: str
    rhythm: Rhythm
    is_first: bool
    reference: str
    missing_minor: int
    announced_minor: int


async def due_mandates(work: Work, *, creditor_id: str, iban: str, on: date, lock: bool) -> list[DueMandate]:
    """The active mandates of a creditor that have not lapsed on a day; locked, so that none is cancelled meanwhile.

    `iban`: the account that is credited.
    """
    rows = await work.execute(
        f"""
        select mandates.territory, mandate_id, mandates.pledge_id, person_id, mandate_reference, reference, rhythm,
            mandates.amount_minor, day, prenotification_days, creditor_name,
            {_MISSING} - collected.announced_minor as collectible_minor,
            exists (
                select from debit_collections as taken
                where taken.pledge_id = mandates.pledge_id and taken.state <> 'cancelled'
                    and case rhythm when 'once' then taken.mandate_id = mandates.mandate_id else period = :period end
            ) as is_taken
        from mandates
        join pledges using (pledge_id)
        {_COLLECTED}
        where {USABLE} and {_EXPECTED} and pledges.currency = 'EUR'
        order by mandate_id
        {"for update of mandates" if lock else ""}
        """,  # noqa: S608 - conditions of the code
        creditor_id=creditor_id,
        iban=iban,
        on=on,
        period=on.replace(day=1),
    )
    return [DueMandate(**{**row, "rhythm": Rhythm(row["rhythm"])}) for row in rows.mappings()]


async def lock_announced(work: Work, batch_id: UUID, *, iban: str) -> list[AnnouncedCollection]:
    """What a batch still announces, its mandates locked in the order of their ids.

    `iban` is the account that is credited, `missing_minor` what the pledge may still be asked for, `announced_minor`
    what all that is announced asks.
    """
    await work.execute(
        """
        select 1 from mandates
        where mandate_id in (select mandate_id from debit_collections where batch_id = :id and state = 'announced')
        order by mandate_id for update
        """,
        id=batch_id,
    )
    rows = await work.execute(
        f"""
        select collection_id, mandate_id, debit_collections.amount_minor, end_to_end_id, mandate_reference,
            mandates.state as mandate_state, holder_name, iban,
            cast(signed_at at time zone 'Europe/Paris' as date) as signed_on,
            rhythm, last_collected_on is null as is_first, reference,
            case when {_EXPECTED} then {_MISSING} else 0 end as missing_minor,
            collected.announced_minor
        from debit_collections
        join mandates using (mandate_id)
        join pledges on pledges.pledge_id = debit_collections.pledge_id
        {_COLLECTED}
        where batch_id = :id and debit_collections.state = 'announced'
        order by collection_id
        """,  # noqa: S608 - conditions of the code
        id=batch_id,
        iban=iban,
    )
    return [
        AnnouncedCollection(
            **{
                **row,
                "mandate_state": MandateState(row["mandate_state"]),
                "rhythm": Rhythm(row["rhythm"]),
            }
        )
        for row in rows.mappings()
    ]
