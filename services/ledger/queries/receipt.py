"""One payment, from its bank line to what became of its share: policy, vote, conversions."""

from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.ledger.domain.chart import BANK, GIFTS_FOR_LOCAL_CURRENCY, LIAISON, Journal
from services.ledger.domain.conversion import CONVERTED_CURRENCY, Conversion, Taken, taken_of
from services.ledger.repository.conversions import CONVERSION_COLUMNS, conversion_from
from shared.database import Work


class ReceiptTrail(NamedTuple):
    """A payment and its share, in minor units. `statement_id` is None where it came by way of suspense.

    `proved_on` is the closing day of its statement, once that one is proved. `taken` says which part of the share each
    conversion took; `to_convert_minor`, what is left of it. Only euros are converted: what is set aside of another
    currency stays so, and no conversion took it.
    """

    amount_minor: int
    currency: str
    fund: str
    line_id: UUID
    bank_line: str
    statement_id: UUID | None
    proved_on: date | None
    share_minor: int
    share_returned_minor: int
    basis_points: int | None
    effective_on: date | None
    decision_reference: str | None
    taken: list[tuple[Conversion, Taken]]
    to_convert_minor: int

    @property
    def kept_minor(self) -> int:
        return self.share_minor - self.share_returned_minor


_RECEIPT = """
    select min(l.currency) as currency, min(l.fund) as fund, e.line_id, e.document, e.statement_id,
        case when s.proved_at is not null then s.closing_on end as proved_on,
        sum(l.amount_minor) filter (where l.account in (:bank, :liaison))::bigint as amount_minor,
        coalesce(-sum(l.amount_minor) filter (where l.account = :share), 0)::bigint as share_minor,
        coalesce(div(r.share_minor::numeric * r.returned_minor, r.amount_minor), 0)::bigint as share_returned_minor,
        p.basis_points, p.effective_on, p.decision_reference
    from journal_entries e join entry_lines l using (territory, seq)
        left join statements s using (statement_id)
        left join returned_receipts r on r.line_id = e.line_id
        left join local_currency_policies p on p.policy_id = e.policy_id
    where e.territory = :territory and e.seq = :seq and e.journal = :journal and e.line_id is not null
    group by e.territory, e.seq, s.statement_id, r.line_id, p.policy_id
    having sum(l.amount_minor) filter (where l.account in (:bank, :liaison)) > 0
"""


async def receipt_trail(work: Work, territory: str, seq: int) -> ReceiptTrail | None:
    """What became of a payment, known by its entry; None where the entry is no payment."""
    found = await work.execute(
        _RECEIPT,
        territory=territory,
        seq=seq,
        journal=Journal.COLLECTIONS.value,
        bank=BANK,
        liaison=LIAISON,
        share=GIFTS_FOR_LOCAL_CURRENCY,
    )
    row: Any = found.first()
    if row is None:
        return None
    kept = row.share_minor - row.share_returned_minor
    is_converted = row.currency == CONVERTED_CURRENCY
    taken = [
        (conversion, part)
        for conversion in (await _conversions_at(work, territory, row.fund, seq) if is_converted else ())
        if (part := taken_of(conversion, seq, kept_minor=kept)) is not None
    ]
    reached = max((kept if part.until_minor is None else part.until_minor for _, part in taken), default=0)
    return ReceiptTrail(
        amount_minor=row.amount_minor,
        currency=row.currency,
        fund=row.fund,
        line_id=row.line_id,
        bank_line=row.document,
        statement_id=row.statement_id,
        proved_on=row.proved_on,
        share_minor=row.share_minor,
        share_returned_minor=row.share_returned_minor,
        basis_points=row.basis_points,
        effective_on=row.effective_on,
        decision_reference=row.decision_reference,
        taken=taken,
        to_convert_minor=max(kept - reached, 0) if is_converted else 0,
    )


async def _conversions_at(work: Work, territory: str, fund: str, seq: int) -> list[Conversion]:
    """The conversions whose shares reach over an entry, in order: found by the index of their ends."""
    found = await work.execute(
        f"select {CONVERSION_COLUMNS} from conversions"  # noqa: S608 - a constant list of columns
        " where territory = :territory and fund = :fund and through_seq >= :seq and from_seq <= :seq"
        " order by through_seq, through_offset_minor",
        territory=territory,
        fund=fund,
        seq=seq,
    )
    return [conversion_from(row) for row in found.mappings()]
