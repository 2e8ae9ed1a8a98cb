"""The daily proof: what the books hold at the bank is what the bank's statements say, to the cent.

Each currency is proved apart: a franc never makes up for a cent. What the books must hold is the closing balance of
each account's last proved statement, and the posted lines of the statements that are not proved. One statement of the
database, so that a posting under way is seen whole or not at all.
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
    currency: str
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
    is_in_other_currencies: bool = False

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
        if self.is_in_other_currencies:
            return (
                "Ses lignes sont inscrites dans une autre devise que la sienne : prévenez l’équipe technique."
            )
        return "Il ne suit pas le relevé précédent : il en manque un, à importer."


class HeldAtTheBank(BaseModel):
    """What the books hold at the bank in one currency, and what they must hold, in its minor units."""

    currency: str
    held_minor: int
    expected_minor: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def gap_minor(self) -> int:
        """Zero, or somebody must look at once."""
        return self.held_minor - self.expected_minor


class BankProof(BaseModel):
    """What the books hold at the bank, what they must hold, and what is not proved yet."""

    currencies: list[HeldAtTheBank]
    accounts: list[ProvedAccount]
    unproved: list[UnprovedStatement]

    @property
    def gaps(self) -> list[HeldAtTheBank]:
        """The currencies in which books and bank differ."""
        return [one for one in self.currencies if one.gap_minor]

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_proved(self) -> bool:
        return not self.gaps and not self.unproved


_PROOF = """
    with last_proved as (
        select distinct on (account) account, currency, closing_on, closing_minor
        from statements where proved_at is not null order by account, proved_position desc
    ), posted as (
        select t.statement_id, t.currency, sum(t.line_count)::bigint as line_count,
            sum(t.credit_minor - t.debit_minor)::bigint as moved_minor
        from statement_tallies t left join statements s using (statement_id)
        where s.proved_at is null group by t.statement_id, t.currency
    ), sides as (
        select currency, amount_minor as held_minor, 0 as expected_minor from balances where account = :bank
        union all select currency, 0, closing_minor from last_proved
        union all select currency, 0, moved_minor from posted
    )
    select
        (select coalesce(json_agg(held order by currency), '[]') from (
            select currency, sum(held_minor)::bigint as held_minor, sum(expected_minor)::bigint as expected_minor
            from sides group by currency
        ) as held) as currencies,
        (select coalesce(json_agg(json_build_object('account', account, 'currency', currency,
            'proved_until', closing_on, 'closing_minor', closing_minor) order by account), '[]')
         from last_proved) as accounts,
        (select coalesce(json_agg(json_build_object('statement_id', statement_id, 'account', account,
            'closing_on', closing_on, 'announced_lines', line_count, 'posted_lines', posted_lines,
            'is_in_other_currencies', not currencies <@ array[currency])), '[]')
         from (
            select statement_id, s.account, s.closing_on, s.line_count, coalesce(p.posted_lines, 0) as posted_lines,
                coalesce(p.currencies, '{}') as currencies, coalesce(s.currency, p.currencies[1]) as currency
            from (select * from statements where proved_at is null) s
                full join (
                    select statement_id, sum(line_count)::bigint as posted_lines, array_agg(currency) as currencies
                    from posted group by statement_id
                ) p using (statement_id)
            order by s.closing_on nulls first, statement_id limit :most
        ) as waiting) as unproved
"""


async def bank_proof(work: Work) -> BankProof:
    """The proof as it stands now."""
    found: Any = await work.execute(_PROOF, bank=BANK, most=MOST_SHOWN)
    return BankProof.model_validate(dict(found.mappings().one()))
