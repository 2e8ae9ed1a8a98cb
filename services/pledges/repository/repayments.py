"""By which references investments are paid back, and the lines by which they were."""

from collections.abc import Sequence
from uuid import UUID

from services.pledges.domain.repayments import ExpectedRepayment, RepaidLine
from shared.database import Work


async def add_reference(
    work: Work, *, territory: str, disbursement_id: UUID, reference: str, currency: str
) -> bool:
    """Whether it was added; False when another investment has it. One that has a reference keeps it: see `has_one`."""
    added = await work.execute(
        "insert into repayment_references (territory, disbursement_id, reference, currency, issued_at)"
        " values (:territory, :id, :reference, :currency, :now) on conflict (reference) do nothing",
        territory=territory,
        id=disbursement_id,
        reference=reference,
        currency=currency,
        now=work.now,
    )
    return bool(added.rowcount)


async def has_reference(work: Work, *, territory: str, disbursement_id: UUID) -> bool:
    """Whether an investment has its reference already."""
    found = await work.execute(
        "select exists (select from repayment_references where territory = :territory and disbursement_id = :id)",
        territory=territory,
        id=disbursement_id,
    )
    return bool(found.scalar())


async def expected_repayments(work: Work, *, references: Sequence[str]) -> list[ExpectedRepayment]:
    """The investments that have one of these references."""
    if not references:
        return []
    rows = await work.execute(
        "select territory, disbursement_id, reference, currency from repayment_references"
        " where reference = any(cast(:references as text[]))",
        references=references,
    )
    return [ExpectedRepayment(**row) for row in rows.mappings()]


async def repaid_lines(
    work: Work, *, disbursement_ids: Sequence[UUID], end_to_end_ids: Sequence[str]
) -> list[RepaidLine]:
    """The lines that paid one of these investments back, or bear one of these EndToEndIds, the newest first."""
    if not disbursement_ids and not end_to_end_ids:
        return []
    rows = await work.execute(
        """
        select line_id, territory, disbursement_id, amount_minor, currency, end_to_end_id,
            returned_minor > 0 as is_returned
        from bank_lines where fate = 'repaid' and (disbursement_id = any(cast(:disbursements as uuid[]))
            or end_to_end_id = any(cast(:names as text[])))
        order by booked_on desc, line_id
        """,
        disbursements=disbursement_ids,
        names=end_to_end_ids,
    )
    return [RepaidLine(**row) for row in rows.mappings()]


async def save_repayment_returns(work: Work, line_ids: Sequence[UUID]) -> None:
    """Write that these went back, whole."""
    if line_ids:
        await work.execute(
            "update bank_lines set returned_minor = amount_minor where line_id = any(cast(:ids as uuid[]))",
            ids=line_ids,
        )
