"""The daily proof: what the books hold at the bank is what the bank's statements say, to the cent.

What the books must hold is the closing balance of each account's last proved statement, and the posted lines of the
statements that are not proved. One statement of the database, so that a posting under way is seen whole or not at all.
"""

from datetime import date
from typing import Any
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.ledger.domain.chart import BANK
from shared.database import Work

MOST_SHOWN = 50
"""Statements that wait for their proof, at one sight: a few wait for seconds; more is a matter for an engineer."""


class ProvedAccount(BaseModel):
    """A bank account, by its name on events, and the last statement up to which all are proved."""

    account: str
    proved_until: date
    closing_minor: int


class UnprovedStatement(BaseModel):
    """A statement that is not proved: its lines or its announcement have not come, or it follows no other one.

    Only what announces it says its account, its day and its number of lines.
    """

    statement_id: UUID
    account: str | None
    closing_on: date | None
    announced_lines: int | None
    posted_lines: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def reason(self) -> str:
        """What is missing, in a sentence."""
        if self.announced_lines is None:
            return (
                "Des lignes en sont inscrites, mais son annonce (soldes, dates, nombre de lignes) n’est pas arrivée."
                " Si cela dure plus d’une minute, prévenez l’équipe technique."
            )
        if self.posted_lines < self.announced_lines:
            return (
                f"{self.posted_lines} lignes inscrites sur {self.announced_lines} : les autres sont en route."
            )
        return "Il ne suit pas le relevé précédent : il en manque un, à importer."


class BankProof(BaseModel):
    """What the books hold at the bank, what they must hold, and what is not proved yet."""

    held_minor: int
    expected_minor: int
    accounts: list[ProvedAccount]
    unproved: list[UnprovedStatement]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def gap_minor(self) -> int:
        """Zero, or somebody must look at once."""
        return self.held_minor - self.expected_minor

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_proved(self) -> bool:
        return not self.gap_minor and not self.unproved


_PROOF = """
    with last_proved as (
        select distinct on (account) account, closing_on, closing_minor
        from statements where proved_at is not null order by account, proved_position desc
    ), posted as (
        select t.statement_id, sum(t.line_count)::bigint as line_count,
            sum(t.credit_minor - t.debit_minor)::bigint as moved_minor
        from statement_tallies t left join statements s using (statement_id)
        where s.proved_at is null group by t.statement_id
    )
    select
        (select coalesce(sum(amount_minor), 0)::bigint from balances where account = :bank) as held_minor,
        (select coalesce(sum(closing_minor), 0)::bigint from last_proved)
            + (select coalesce(sum(moved_minor), 0)::bigint from posted) as expected_minor,
        (select coalesce(json_agg(json_build_object('account', account, 'proved_until', closing_on,
            'closing_minor', closing_minor) order by account), '[]') from last_proved) as accounts,
        (select coalesce(json_agg(json_build_object('statement_id', statement_id, 'account', account,
            'closing_on', closing_on, 'announced_lines', line_count, 'posted_lines', posted_lines)), '[]')
         from (
            select statement_id, s.account, s.closing_on, s.line_count, coalesce(p.line_count, 0) as posted_lines
            from (select * from statements where proved_at is null) s full join posted p using (statement_id)
            order by s.closing_on nulls first, statement_id limit :most
        ) as waiting) as unproved
"""


async def bank_proof(work: Work) -> BankProof:
    """The proof as it stands now."""
    found: Any = await work.execute(_PROOF, bank=BANK, most=MOST_SHOWN)
    return BankProof.model_validate(dict(found.mappings().one()))
