"""Receipts: what each payment was and what share was split off, so that a return gives back exactly that.

A payment is its entry in the journal, known by its bank line, or by its allocation when it came by way of suspense;
one of which something went back has a row that says how much.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from services.ledger.domain.chart import BANK, GIFTS_FOR_LOCAL_CURRENCY, LIAISON, Journal
from services.ledger.domain.entries import Line
from services.ledger.domain.sharing import Receipt
from shared.database import Work


async def find_receipts(work: Work, territory: str, line_ids: Collection[UUID]) -> dict[UUID, Receipt]:
    """The territory's receipts of these bank lines or allocations, with what a correction put in their place.

    What is right was posted right behind its contra-entry, and may have been corrected again.
    """
    if not line_ids:
        return {}
    found = await work.execute(
        """
        select e.line_id, min(l.fund), min(l.currency), min(l.instrument),
            sum(l.amount_minor) filter (where l.account in (:bank, :liaison))::bigint,
            coalesce(-sum(l.amount_minor) filter (where l.account = :share), 0)::bigint,
            coalesce(min(r.returned_minor), 0),
            (
                with recursive stood as (
                    select 1 as depth, c.correction_id, c.lines from corrections c
                    where c.territory = e.territory and c.corrected_seq = e.seq and c.state = 'confirmed'
                    union all
                    select depth + 1, c.correction_id, c.lines
                    from stood s
                        join journal_entries contra on contra.event_id = s.correction_id
                        join corrections c on c.territory = contra.territory and c.corrected_seq = contra.seq + 1
                            and c.state = 'confirmed'
                )
                select lines from stood order by depth desc limit 1
            ) as stands
        from journal_entries e join entry_lines l using (territory, seq)
            left join returned_receipts r on r.line_id = e.line_id
        where e.territory = :territory and e.line_id = any(cast(:ids as uuid[])) and e.journal = :journal
        group by e.territory, e.seq
        having sum(l.amount_minor) filter (where l.account in (:bank, :liaison)) > 0
        """,
        territory=territory,
        ids=list(line_ids),
        bank=BANK,
        liaison=LIAISON,
        share=GIFTS_FOR_LOCAL_CURRENCY,
        journal=Journal.COLLECTIONS.value,
    )
    return {
        line_id: Receipt._make((line_id, *columns, tuple(Line._make(line) for line in stands or ())))
        for line_id, *columns, stands in found
    }


async def save_returned(work: Work, territory: str, receipts: Sequence[Receipt]) -> None:
    """Write how much of these receipts has gone back by now."""
    if not receipts:
        return
    await work.execute(
        """
        insert into returned_receipts (territory, line_id, fund, currency, amount_minor, share_minor, returned_minor)
        select :territory, * from unnest(
            cast(:lines as uuid[]), cast(:funds as text[]), cast(:currencies as text[]),
            cast(:amounts as bigint[]), cast(:shares as bigint[]), cast(:returned as bigint[])
        )
        on conflict (line_id) do update set returned_minor = excluded.returned_minor
        """,
        territory=territory,
        lines=[receipt.line_id for receipt in receipts],
        funds=[receipt.fund for receipt in receipts],
        currencies=[receipt.currency for receipt in receipts],
        amounts=[receipt.amount_minor for receipt in receipts],
        shares=[receipt.share_minor for receipt in receipts],
        returned=[receipt.returned_minor for receipt in receipts],
    )
