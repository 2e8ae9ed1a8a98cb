"""Funds and their rules: only ever added."""

from collections import defaultdict
from dataclasses import asdict
from uuid import UUID

from services.ledger.domain.funds import FundRules
from shared.database import Work

_RULES = (
    "rules_id, fund, effective_on, decision_reference, families, instruments, largest_disbursement_minor,"
    " largest_share_basis_points, opens_on, closes_on"
)


async def add_fund(work: Work, *, code: str, name: str, purpose: str, by: UUID) -> bool:
    """Whether it was added: False when a fund has this code."""
    added = await work.execute(
        "insert into funds (code, name, purpose, added_by, added_at) values (:code, :name, :purpose, :by, :now)"
        " on conflict do nothing",
        code=code,
        name=name,
        purpose=purpose,
        by=by,
        now=work.now,
    )
    return bool(added.rowcount)


async def is_fund(work: Work, code: str) -> bool:
    """Whether a fund has this code."""
    found = await work.execute("select from funds where code = :code", code=code)
    return bool(found.rowcount)


async def codes_of_funds(work: Work) -> list[str]:
    """The code of each fund, in their order."""
    return list((await work.execute("select code from funds order by code")).scalars())


async def add_rules(work: Work, rules: FundRules, *, by: UUID) -> bool:
    """Whether they were added: False when the fund has others that take effect on their day."""
    added = await work.execute(
        f"insert into fund_rules ({_RULES}, adopted_by, recorded_at)"  # noqa: S608 - a constant list of columns
        " values (:rules_id, :fund, :effective_on, :decision_reference, cast(:families as text[]),"
        " cast(:instruments as text[]), :largest_disbursement_minor, :largest_share_basis_points, :opens_on,"
        " :closes_on, :by, :now) on conflict (fund, effective_on) do nothing",
        **{**asdict(rules), "families": list(rules.families), "instruments": list(rules.instruments)},
        by=by,
        now=work.now,
    )
    return bool(added.rowcount)


async def rules_of(work: Work, fund: str | None = None) -> dict[str, list[FundRules]]:
    """All rules of one fund, or of each, in the order in which they take effect."""
    found = await work.execute(
        f"select {_RULES} from fund_rules"  # noqa: S608 - a constant list of columns
        " where cast(:fund as text) is null or fund = :fund order by fund, effective_on",
        fund=fund,
    )
    rules: dict[str, list[FundRules]] = defaultdict(list)
    for row in found.mappings():
        rules[row["fund"]].append(
            FundRules(**{**row, "families": tuple(row["families"]), "instruments": tuple(row["instruments"])})
        )
    return rules
