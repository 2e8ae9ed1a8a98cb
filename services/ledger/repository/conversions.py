"""Conversions: the state beside their entries, and which shares of gifts each took."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.ledger.domain.chart import GIFTS_FOR_LOCAL_CURRENCY, Journal
from services.ledger.domain.conversion import BEGINNING, Conversion, ConversionState, Mark, UnitsReceived
from shared.database import Work

CONVERSION_COLUMNS = (
    "territory, conversion_id, fund, local_currency, amount_minor, issuer_name, issuer_iban, state, ordered_by,"
    " confirmed_by, from_seq, from_offset_minor, through_seq, through_offset_minor, paid_on, units_minor,"
    " received_on, issuer_reference, proof_sha256, recorded_by"
)


def conversion_from(row: Mapping[str, Any]) -> Conversion:
    """A conversion from its columns."""
    is_marked, is_received = row["through_seq"] is not None, row["received_on"] is not None
    return Conversion(
        conversion_id=row["conversion_id"],
        territory=row["territory"],
        fund=row["fund"],
        local_currency=row["local_currency"],
        amount_minor=row["amount_minor"],
        issuer_name=row["issuer_name"],
        issuer_iban=row["issuer_iban"],
        ordered_by=row["ordered_by"],
        state=ConversionState(row["state"]),
        confirmed_by=row["confirmed_by"],
        begins=Mark(row["from_seq"], row["from_offset_minor"]) if is_marked else None,
        ends=Mark(row["through_seq"], row["through_offset_minor"]) if is_marked else None,
        paid_on=row["paid_on"],
        received=UnitsReceived._make(row[name] for name in UnitsReceived._fields) if is_received else None,
        recorded_by=row["recorded_by"],
    )


async def lock_conversion(work: Work, territory: str, conversion_id: UUID) -> Conversion | None:
    """One conversion, locked until the transaction ends."""
    found = await work.execute(
        f"select {CONVERSION_COLUMNS} from conversions"  # noqa: S608 - a constant list of columns
        " where territory = :territory and conversion_id = :id for update",
        territory=territory,
        id=conversion_id,
    )
    row = found.mappings().first()
    return conversion_from(row) if row else None


async def add_conversion(work: Work, conversion: Conversion) -> bool:
    """Whether it was added; False when another territory has one of this id."""
    added = await work.execute(
        """
        insert into conversions (territory, conversion_id, fund, local_currency, amount_minor, issuer_name,
            issuer_iban, state, ordered_by, ordered_at, changed_at)
        values (:territory, :conversion_id, :fund, :local_currency, :amount_minor, :issuer_name, :issuer_iban,
            :state, :ordered_by, :now, :now)
        on conflict do nothing
        """,
        territory=conversion.territory,
        conversion_id=conversion.conversion_id,
        fund=conversion.fund,
        local_currency=conversion.local_currency,
        amount_minor=conversion.amount_minor,
        issuer_name=conversion.issuer_name,
        issuer_iban=conversion.issuer_iban,
        state=conversion.state.value,
        ordered_by=conversion.ordered_by,
        now=work.now,
    )
    return bool(added.rowcount)


async def save_conversion(work: Work, conversion: Conversion) -> None:
    """Write where it stands now."""
    begins, ends, received = conversion.begins, conversion.ends, conversion.received
    await work.execute(
        """
        update conversions set state = :state, confirmed_by = :confirmed_by,
            confirmed_at = case when cast(:confirmed_by as uuid) is not null then coalesce(confirmed_at, :now) end,
            from_seq = :from_seq, from_offset_minor = :from_offset_minor, through_seq = :through_seq,
            through_offset_minor = :through_offset_minor, paid_on = :paid_on, units_minor = :units_minor,
            received_on = :received_on, issuer_reference = :issuer_reference, proof_sha256 = :proof_sha256,
            recorded_by = :recorded_by, changed_at = :now
        where territory = :territory and conversion_id = :id
        """,
        territory=conversion.territory,
        id=conversion.conversion_id,
        state=conversion.state.value,
        confirmed_by=conversion.confirmed_by,
        from_seq=begins.seq if begins else None,
        from_offset_minor=begins.offset_minor if begins else None,
        through_seq=ends.seq if ends else None,
        through_offset_minor=ends.offset_minor if ends else None,
        paid_on=conversion.paid_on,
        units_minor=received.units_minor if received else None,
        received_on=received.received_on if received else None,
        issuer_reference=received.issuer_reference if received else None,
        proof_sha256=received.proof_sha256 if received else None,
        recorded_by=conversion.recorded_by,
        now=work.now,
    )


async def to_convert_minor(work: Work, *, territory: str, fund: str) -> int:
    """What is set aside in a territory and fund, in cents, and no conversion has or waits for.

    The caller holds the chain, so it cannot change. Below zero when gifts went back since.
    """
    found = await work.execute(
        """
        select (
            select coalesce(-sum(amount_minor), 0) from balances
            where territory = :territory and account = :account and fund = :fund and currency = 'EUR'
        ) - (
            select coalesce(sum(amount_minor), 0) from conversions
            where territory = :territory and fund = :fund and state <> 'cancelled'
        )
        """,
        territory=territory,
        fund=fund,
        account=GIFTS_FOR_LOCAL_CURRENCY,
    )
    return int(found.scalar())


async def last_mark(work: Work, *, territory: str, fund: str) -> Mark:
    """Where the last conversion of a territory and fund ended."""
    found = await work.execute(
        "select through_seq, through_offset_minor from conversions"
        " where territory = :territory and fund = :fund and through_seq is not null"
        " order by through_seq desc, through_offset_minor desc limit 1",
        territory=territory,
        fund=fund,
    )
    row = found.first()
    return Mark(*row) if row else BEGINNING


_SHARES = """
    with share as (
        select l.seq, -sum(l.amount_minor) - coalesce((
            select div(r.share_minor::numeric * r.returned_minor, r.amount_minor) from returned_receipts r
            where r.line_id = e.line_id
        ), 0) as kept_minor, case when l.seq = :seq then :offset_minor else 0 end as taken_minor
        from entry_lines l join journal_entries e using (territory, seq)
        where territory = :territory and l.seq >= :seq and e.seq >= :seq and l.account = :account and l.fund = :fund
            and l.currency = 'EUR' and l.amount_minor < 0 and e.journal = :journal and e.line_id is not null
        group by l.seq, e.line_id
    ), reached as (
        select seq, taken_minor, left_minor, sum(left_minor) over (order by seq) as reached_minor
        from (select *, greatest(kept_minor - taken_minor, 0) as left_minor from share) as share
    )
    select seq, (taken_minor + left_minor - (reached_minor - :amount_minor))::bigint as offset_minor
    from reached where reached_minor >= :amount_minor order by seq limit 1
"""
"""Shares in the order of the chain, each less what went back of it and what was taken before: where the amount is full.

A payment's entry has its share whatever was corrected of it: a correction leaves the share where it is.
"""


async def mark_after(
    work: Work, *, territory: str, fund: str, begins: Mark, amount_minor: int
) -> Mark | None:
    """How far the shares from a mark on make an amount, first in, first out; None where they do not."""
    found = await work.execute(
        _SHARES,
        territory=territory,
        fund=fund,
        account=GIFTS_FOR_LOCAL_CURRENCY,
        journal=Journal.COLLECTIONS.value,
        seq=begins.seq,
        offset_minor=begins.offset_minor,
        amount_minor=amount_minor,
    )
    row = found.first()
    return Mark(*row) if row else None
