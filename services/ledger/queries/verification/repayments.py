"""What is kept of investments that are paid back is what journal REM says, and schedules are of what was disbursed."""

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import INTEREST_RECEIVED, INVESTMENTS_REPAID, SUSPENSE, Journal
from services.ledger.queries.verification.found import Verification

_REPAYMENTS = """
    with posted as (
        select e.territory, e.line_id, e.document,
            coalesce(-sum(l.amount_minor) filter (where l.account = :principal), 0)::bigint as principal_minor,
            coalesce(-sum(l.amount_minor) filter (where l.account = :interest), 0)::bigint as interest_minor,
            coalesce(-sum(l.amount_minor) filter (where l.account = :excess), 0)::bigint as excess_minor
        from journal_entries e join entry_lines l using (territory, seq)
        where e.journal = :journal group by e.territory, e.seq
    ), kept as (
        select territory, line_id, disbursement_id::text as document, principal_minor, interest_minor, excess_minor
        from repayments
        union all
        select b.territory, b.line_id, r.disbursement_id::text, -principal_minor, -interest_minor, -excess_minor
        from repayment_returns b left join repayments r on r.line_id = b.repaid_line_id
    )
    select line_id from kept k full join posted p using (territory, line_id, document)
    where (k.principal_minor, k.interest_minor, k.excess_minor)
        is distinct from (p.principal_minor, p.interest_minor, p.excess_minor)
    order by line_id
"""
_SCHEDULES = """
    select s.territory, s.disbursement_id, s.version
    from repayment_schedules s left join disbursements d
        on d.territory = s.territory and d.disbursement_id = s.disbursement_id and d.state = 'disbursed'
    where s.state = 'confirmed' and d.amount_minor is distinct from s.principal_before_minor + (
        select sum((one ->> 1)::bigint) from jsonb_array_elements(s.instalments) as one
    )
    order by 1, 2, 3
"""


async def verify_repayments(connection: AsyncConnection, found: Verification) -> None:
    """Each repayment and return has its entry and each entry of REM is one; schedules repay what was disbursed."""
    differing = await connection.execute(
        text(_REPAYMENTS),
        {
            "principal": INVESTMENTS_REPAID,
            "interest": INTEREST_RECEIVED,
            "excess": SUSPENSE,
            "journal": Journal.REPAYMENTS.value,
        },
    )
    found.problems += [
        f"remboursement {line_id} : ce qui est tenu diffère des écritures." for (line_id,) in differing
    ]
    found.problems += [
        f"territoire {territory}, investissement {disbursement_id} : le capital de son échéancier {version}"
        " n’est pas ce qui a été versé."
        for territory, disbursement_id, version in await connection.execute(text(_SCHEDULES))
    ]
