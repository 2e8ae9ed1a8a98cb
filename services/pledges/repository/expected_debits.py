"""The debits that confirmed disbursements will cause."""

from collections.abc import Iterable, Sequence

from services.pledges.domain.reconciliation import ExpectedDebit
from shared.database import Work
from shared.events.ledger import DisbursementCommitted


async def add_expected_debits(work: Work, committed: Sequence[DisbursementCommitted]) -> None:
    """Expect one debit for each; one that is expected already stays as it is."""
    await work.execute(
        """
        insert into expected_debits
            (territory, disbursement_id, end_to_end_id, amount_minor, currency, payee_name, payee_iban)
        select * from unnest(
            cast(:territories as text[]), cast(:ids as uuid[]), cast(:end_to_end_ids as text[]),
            cast(:amounts as bigint[]), cast(:currencies as text[]), cast(:names as text[]),
            cast(:ibans as text[]))
        on conflict on constraint pk_expected_debits do nothing
        """,
        territories=[event.territory for event in committed],
        ids=[event.disbursement_id for event in committed],
        end_to_end_ids=[event.end_to_end_id for event in committed],
        amounts=[event.amount_minor for event in committed],
        currencies=[event.currency for event in committed],
        names=[event.payee_name for event in committed],
        ibans=[event.payee_iban for event in committed],
    )


async def lock_expected_debits(work: Work, *, end_to_end_ids: Sequence[str]) -> list[ExpectedDebit]:
    """The expected debits with one of these EndToEndIds, debited or not, locked."""
    if not end_to_end_ids:
        return []
    rows = await work.execute(
        """
        select territory, disbursement_id, end_to_end_id, amount_minor, line_id
        from expected_debits where end_to_end_id = any(cast(:ids as text[]))
        order by disbursement_id for update
        """,
        ids=end_to_end_ids,
    )
    return [ExpectedDebit(**row) for row in rows.mappings()]


async def save_debits(work: Work, debits: Iterable[ExpectedDebit]) -> None:
    """Write which line showed each debit."""
    for debit in debits:  # a statement shows a few: orders are confirmed by hand
        await work.execute(
            "update expected_debits set line_id = :line"
            " where territory = :territory and disbursement_id = :id",
            line=debit.line_id,
            territory=debit.territory,
            id=debit.disbursement_id,
        )
