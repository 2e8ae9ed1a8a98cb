"""A donor's payments: the one place that says what a tax receipt may count.

`GIFTS` is a table of SQL, one row for each payment that was received, with what is left of it after returns. Whoever
adds another way for money to find its pledge adds a `union all` here, with an id of its own for each payment, and
keeps the row, at what is left, for as long as a receipt may count it: a row that vanished would go unnoticed.
"""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.tax_receipt import CountedPayment, Mode
from shared.database import Work

_MODE = """case when line.transaction_code ~ '(^|/)(RCHQ|LBOX|CCHQ)(/|$)' then 'cheque'
            when line.transaction_code ~ '(^|/)CDPT(/|$)' then 'cash' else 'transfer' end as mode"""
_GIFT = "line.currency = 'EUR' and pledge.instrument = 'gift'"
_GIFT_OF_A_PERSON = f"{_GIFT} and pledge.payer_kind = 'natural_person'"
_COLLECTED = """left join debit_collections as collection
        on collection.end_to_end_id = {end_to_end_id} and collection.pledge_id = pledge.pledge_id
    left join mandates as mandate on mandate.mandate_id = collection.mandate_id"""
_RULED = "left join payment_rulings as ruling on ruling.taken_back_at is null and ruling.payment_id ="

# An allocation that was undone counts for nothing, and keeps its row; so does what a treasurer says not to count.
GIFTS = f"""(
    select pledge.person_id, pledge.territory, pledge.pledge_id, line.line_id as payment_id, line.line_id,
        statement.iban, line.booked_on, line.amount_minor - line.returned_minor as kept_minor,
        case when ruling.counts is false then 0 else line.amount_minor - line.returned_minor end as amount_minor,
        line.returned_minor as lost_minor, ruling.counts is false as is_detached, ruling.counts,
        coalesce(mandate.holder_name, line.counterparty_name) as payer_name, {_MODE}
    from bank_lines as line
    join pledges as pledge on pledge.pledge_id = line.pledge_id
    join statements as statement on statement.statement_id = line.statement_id
    {_COLLECTED.format(end_to_end_id="line.end_to_end_id")}
    {_RULED} line.line_id
    where line.fate = 'received' and {_GIFT_OF_A_PERSON}
    union all
    select pledge.person_id, pledge.territory, pledge.pledge_id, part.allocation_id, line.line_id,
        statement.iban, line.booked_on,
        case when part.undone_at is null then part.amount_minor - part.returned_minor else 0 end,
        case when part.undone_at is null and ruling.counts is not false
            then part.amount_minor - part.returned_minor else 0 end,
        case when part.undone_at is null then part.returned_minor else part.amount_minor end,
        part.undone_at is not null or ruling.counts is false, ruling.counts,
        coalesce(mandate.holder_name, detail.counterparty_name, line.counterparty_name), {_MODE}
    from allocations as part
    join bank_lines as line on line.line_id = part.line_id
    join pledges as pledge on pledge.pledge_id = part.pledge_id
    join statements as statement on statement.statement_id = line.statement_id
    left join notified_details as detail on detail.allocation_id = part.allocation_id
    {_COLLECTED.format(end_to_end_id="coalesce(detail.end_to_end_id, line.end_to_end_id)")}
    {_RULED} part.allocation_id
    where {_GIFT_OF_A_PERSON}
)"""  # noqa: S608 - constants


def _words(name: str) -> str:
    """SQL: a name in small letters without accents, one space between its words; null where none is left.

    `same_name` folds in the same way, but for words: a bank's « LI » is not in « PHILIPPE ». By `normalize` first, so
    that it holds in every locale of a database.
    """
    plain = f"lower(regexp_replace(normalize({name}, nfkd), '[\\u0300-\\u036f]', '', 'g'))"
    for letters, latin in (("œŒ", "oe"), ("æÆ", "ae"), ("ß", "ss"), ("øØ", "o"), ("łŁ", "l"), ("đĐ", "d")):
        plain = f"regexp_replace({plain}, '[{letters}]', '{latin}', 'g')"
    return f"nullif(trim(regexp_replace({plain}, '[^a-z0-9]+', ' ', 'g')), '')"


_PAYER = f"' ' || {_words('gift.payer_name')} || ' '"
_LAST_NAME = _words("donors.last_name")
_IS_DONORS_OWN = f"""coalesce(strpos({_PAYER}, ' ' || {_LAST_NAME} || ' ') > 0
    or strpos({_PAYER}, ' ' || replace({_LAST_NAME}, ' ', '') || ' ') > 0, false)"""

WITH_DONOR = "left join donors on donors.person_id = gift.person_id and donors.is_current"
HELD = f"(donors.donor_id is not null and gift.counts is null and not {_IS_DONORS_OWN})"
"""Whether somebody else may have paid: who promised would be given a receipt for it. A bank that names nobody says
nothing; nor does anything wait of donors who left no name."""

NOT_COUNTED = """not exists (
    select from counted_payments where counted_payments.payment_id = gift.payment_id and counted_payments.in_force
)"""


class Period(NamedTuple):
    """The gifts that an issuer may count: to these accounts, booked on these days, both included."""

    ibans: list[str]
    first: date
    last: date


class Gift(NamedTuple):
    """A payment that no receipt counts yet, and whose it is."""

    person_id: UUID
    territory: str
    payment: CountedPayment


WITHIN = """
    gift.iban = any(cast(:ibans as text[])) and gift.booked_on between :first and :last and gift.amount_minor > 0
"""


async def gifts_to_count(work: Work, person_ids: list[UUID], period: Period) -> list[Gift]:
    """The gifts of these persons that no receipt in force counts, in the order of persons and days."""
    return await _gifts(work, person_ids, period, f"not {HELD}")


async def gifts_on_hold(work: Work, person_ids: list[UUID], period: Period) -> list[Gift]:
    """Those that wait for a treasurer's word, since the bank names somebody else, or nobody."""
    return await _gifts(work, person_ids, period, HELD)


async def _gifts(work: Work, person_ids: list[UUID], period: Period, which: str) -> list[Gift]:
    rows = await work.execute(
        f"""
        select gift.person_id, gift.territory, gift.payment_id, gift.booked_on, gift.amount_minor, gift.mode
        from {GIFTS} as gift {WITH_DONOR}
        where gift.person_id = any(cast(:person_ids as uuid[])) and {WITHIN} and {NOT_COUNTED} and {which}
        order by gift.person_id, gift.booked_on, gift.payment_id
        """,  # noqa: S608 - SQL of the code
        person_ids=person_ids,
        **period._asdict(),
    )
    return [
        Gift(person_id, territory, CountedPayment(payment_id, booked_on, amount_minor, Mode(mode)))
        for person_id, territory, payment_id, booked_on, amount_minor, mode in rows
    ]


class DueReceipts(NamedTuple):
    """Receipts that wait to be issued: how many, for how much in cents, and the same of donors without a name.

    `held` payments, not receipts, wait for a treasurer's word.
    """

    ready: int = 0
    ready_minor: int = 0
    nameless: int = 0
    nameless_minor: int = 0
    held: int = 0
    held_minor: int = 0


async def due_receipts(work: Work, period: Period) -> DueReceipts:
    """What an issue would give now. Reads all gifts of the period: for a desk, not for a page that many open."""
    rows = await work.execute(
        f"""
        select count(*) filter (where has_name and free_minor > 0),
            coalesce(sum(free_minor) filter (where has_name), 0)::bigint,
            count(*) filter (where not has_name),
            coalesce(sum(free_minor) filter (where not has_name), 0)::bigint,
            coalesce(sum(held), 0)::bigint,
            coalesce(sum(held_minor), 0)::bigint
        from (
            select bool_or(has_name) as has_name,
                coalesce(sum(amount_minor) filter (where not is_held), 0) as free_minor,
                count(*) filter (where is_held) as held,
                coalesce(sum(amount_minor) filter (where is_held), 0) as held_minor
            from (
                select gift.person_id, gift.amount_minor, donors.donor_id is not null as has_name, {HELD} as is_held
                from {GIFTS} as gift {WITH_DONOR} where {WITHIN} and {NOT_COUNTED}
            ) as gift
            group by person_id
        ) as due
        """,  # noqa: S608 - SQL of the code
        **period._asdict(),
    )
    return DueReceipts(*rows.one())


async def kept_minor(work: Work, ibans: list[str], year: int) -> int:
    """All gifts that these accounts received in a civil year and kept, in cents, whoever paid: persons, companies."""
    found = await work.execute(
        f"""
        select coalesce(sum(kept), 0)::bigint from (
            select line.amount_minor - line.returned_minor as kept, line.statement_id, line.booked_on
            from bank_lines as line join pledges as pledge on pledge.pledge_id = line.pledge_id
            where line.fate = 'received' and {_GIFT}
            union all
            select part.amount_minor - part.returned_minor, line.statement_id, line.booked_on
            from allocations as part
            join bank_lines as line on line.line_id = part.line_id
            join pledges as pledge on pledge.pledge_id = part.pledge_id
            where part.undone_at is null and {_GIFT}
        ) as gift
        join statements as statement on statement.statement_id = gift.statement_id
        where statement.iban = any(cast(:ibans as text[])) and gift.booked_on between :first and :last
        """,  # noqa: S608 - SQL of the code
        ibans=ibans,
        first=date(year, 1, 1),
        last=date(year, 12, 31),
    )
    return int(found.scalar_one())


async def persons_after(work: Work, last: UUID | None, *, limit: int) -> list[UUID]:
    """The next persons who promised anything, in the order of their ids."""
    rows = await work.execute(
        """
        select distinct person_id from pledges where person_id > :last order by person_id limit :limit
        """,
        last=last or UUID(int=0),
        limit=limit,
    )
    return list(rows.scalars())
