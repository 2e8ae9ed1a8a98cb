"""What is kept of investments that are paid back is what journal REM says, and schedules are of what was disbursed."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.ledger.domain.chart import INTEREST_RECEIVED, INVESTMENTS_REPAID, SUSPENSE, Journal
from services.ledger.queries.verification.found import Verification
from services.ledger.repository.repayment_schedules import SCHEDULE_COLUMNS, schedule_from
from shared.values import day_of

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
_CONFIRMED = f"""
    select {SCHEDULE_COLUMNS}, order_hash, ended_at,
        row_number() over (partition by territory, disbursement_id order by version) as nth
    from repayment_schedules where state = 'confirmed' order by territory, disbursement_id, version
"""  # noqa: S608 - a constant list of columns
_SUMS = """
    with booked as (
        select territory, currency, -sum(amount_minor) filter (where account = :principal) as principal_minor,
            -sum(amount_minor) filter (where account = :interest) as interest_minor
        from balances where account in (:principal, :interest) group by territory, currency
    ), kept as (
        select territory, currency, sum(principal_minor) as principal_minor, sum(interest_minor) as interest_minor
        from repayments r where not exists (select from repayment_returns b where b.repaid_line_id = r.line_id)
        group by territory, currency
    )
    select territory, currency from kept k full join booked b using (territory, currency)
    where (coalesce(k.principal_minor, 0), coalesce(k.interest_minor, 0))
        <> (coalesce(b.principal_minor, 0), coalesce(b.interest_minor, 0))
    order by 1, 2
"""


async def verify_repayments(connection: AsyncConnection, found: Verification) -> None:
    """Each repayment and return has its entry, each entry of REM is one, and no other journal moves their accounts.

    Schedules repay what was disbursed, are those whose hash was confirmed, and none is missing between two.
    """
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
    found.problems += [
        f"territoire {territory}, {currency} : les comptes {INVESTMENTS_REPAID} et {INTEREST_RECEIVED} diffèrent des"
        " remboursements tenus."
        for territory, currency in await connection.execute(
            text(_SUMS), {"principal": INVESTMENTS_REPAID, "interest": INTEREST_RECEIVED}
        )
    ]
    found.problems += [
        f"territoire {row['territory']}, investissement {row['disbursement_id']} : l’échéancier {row['version']} n’est"
        " pas celui qui a été confirmé."
        for row in (await connection.execute(text(_CONFIRMED))).mappings()
        if not _is_as_confirmed(dict(row))
    ]


def _is_as_confirmed(said: dict[str, Any]) -> bool:
    """Whether a schedule has the hash and the day of its confirmation, and follows the one before it."""
    order_hash, ended_at, nth = (said.pop(name) for name in ("order_hash", "ended_at", "nth"))
    schedule = schedule_from(said)
    return (schedule.order_hash, schedule.confirmed_on, schedule.version) == (
        order_hash,
        day_of(ended_at),
        nth,
    )
