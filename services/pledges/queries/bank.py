"""Reads of the bank desk: statements, their lines, what waits in suspense, gaps, debits to expect.

Names and accounts of givers are in it: for treasurers of the national lane and nobody else.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.pledges.domain.account import masked
from services.pledges.domain.matching import EXPLANATIONS, FoundIn
from services.pledges.domain.payment_file import OrderKind
from services.pledges.domain.reconciliation import SUSPENSE_SENTENCES, Fate, Suspense
from services.pledges.domain.references import printed
from services.pledges.domain.statement import Direction
from shared.database import Work

PAGE_LINES = 200
"""Lines in one answer: a page that a browser shows at once."""

FATE_SENTENCES = {
    Fate.RETURNED: "Un paiement reçu est rendu à la personne qui l’avait versé.",
    Fate.REFUNDED: "Un remboursement que deux personnes ont ordonné.",
    Fate.DISBURSED: "Le débit d’un versement confirmé.",
    Fate.REPAID: "Le remboursement d’un investissement, reconnu à sa référence.",
    Fate.REPAYMENT_RETURNED: "La banque reprend le remboursement d’un investissement : il est dû à nouveau.",
    Fate.FEE: "Des frais pris par la banque.",
}


class StatementView(BaseModel):
    """An imported statement. `gap_minor` is what its opening balance is off by, 0 when it follows.

    Of its `suspended_count` lines, `waiting_count` have not found all of their pledges since.
    """

    statement_id: UUID
    bank_statement_id: str
    account: str
    file_name: str
    currency: str
    opening_on: date
    closing_on: date
    opening_minor: int
    closing_minor: int
    line_count: int
    received_count: int
    returned_count: int
    refunded_count: int
    suspended_count: int
    fee_count: int
    disbursed_count: int
    repaid_count: int
    repayment_returned_count: int
    credit_minor: int
    debit_minor: int
    gap_minor: int
    waiting_count: int
    imported_at: datetime

    @computed_field  # type: ignore[prop-decorator]
    @property
    def follows_previous(self) -> bool:
        return self.gap_minor == 0


class BankLineView(BaseModel):
    """A booked line with its fate, and why."""

    line_id: UUID
    statement_id: UUID
    entry_index: int
    detail_index: int
    territory: str
    fate: Fate
    reason: Suspense | None
    direction: Direction
    amount_minor: int
    currency: str
    booked_on: date
    value_on: date
    bank_reference: str | None
    end_to_end_id: str | None
    structured_reference: str | None
    remittance_text: str | None
    counterparty_name: str | None
    counterparty_iban: str | None
    return_reason: str | None
    additional_information: str | None
    pledge_id: UUID | None
    matched_by: FoundIn | None
    received_line_id: UUID | None
    disbursement_id: UUID | None
    allocated_minor: int

    @property
    def counterparty_iban_printed(self) -> str:
        return printed(self.counterparty_iban or "")

    @computed_field  # type: ignore[prop-decorator]
    @property
    def waiting_minor(self) -> int:
        """What is still in suspense of it, in minor units."""
        return self.amount_minor - self.allocated_minor if self.fate is Fate.SUSPENDED else 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def explanation(self) -> str:
        """Why it did, or did not, find what it pays."""
        if self.allocated_minor == self.amount_minor:
            return "Rapprochée depuis l’import : elle n’attend plus."
        if self.reason:
            return SUSPENSE_SENTENCES[self.reason]
        known = FATE_SENTENCES.get(self.fate), EXPLANATIONS[self.matched_by] if self.matched_by else None
        return " ".join(sentence for sentence in known if sentence)


class GapAlarmView(BaseModel):
    """A statement that does not open where the one before it closed."""

    statement_id: UUID
    bank_statement_id: str
    account: str
    opening_on: date
    expected_minor: int
    found_minor: int
    raised_at: datetime


class ExpectedDebitView(BaseModel):
    """A confirmed disbursement or conversion: the transfer to make at the bank, with this EndToEndId."""

    territory: str
    order_id: UUID
    kind: OrderKind
    end_to_end_id: str
    amount_minor: int
    currency: str
    payee_name: str
    payee_iban: str


_STATEMENTS = """
    select statements.*, coalesce(found_minor - expected_minor, 0) as gap_minor, (
        select count(*) from bank_lines
        where bank_lines.statement_id = statements.statement_id and fate = 'suspended'
            and allocated_minor < amount_minor
    ) as waiting_count
    from statements
    left join gap_alarms on gap_alarms.statement_id = statements.statement_id and cleared_at is null
"""


async def newest_statements(work: Work, *, limit: int = PAGE_LINES) -> list[StatementView]:
    rows = await work.execute(
        _STATEMENTS + " order by closing_on desc, imported_at desc limit :limit", limit=limit
    )
    return [_statement(row) for row in rows.mappings()]


async def statements_by_id(work: Work, statement_ids: Sequence[UUID]) -> list[StatementView]:
    """These statements, in this order."""
    rows = await work.execute(
        _STATEMENTS + " where statements.statement_id = any(cast(:ids as uuid[]))", ids=statement_ids
    )
    found = {row["statement_id"]: _statement(row) for row in rows.mappings()}
    return [found[statement_id] for statement_id in statement_ids if statement_id in found]


async def open_alarms(work: Work) -> list[GapAlarmView]:
    rows = await work.execute(
        """
        select gap_alarms.*, bank_statement_id, iban, opening_on
        from gap_alarms join statements using (statement_id)
        where cleared_at is null order by opening_on
        """
    )
    return [GapAlarmView.model_validate(_with_account(row)) for row in rows.mappings()]


async def debits_to_expect(work: Work) -> list[ExpectedDebitView]:
    """The orders that no statement has shown yet, the oldest first."""
    rows = await work.execute(
        "select * from expected_debits where line_id is null order by expected_at limit :limit",
        limit=PAGE_LINES,
    )
    return [ExpectedDebitView.model_validate(dict(row)) for row in rows.mappings()]


def _statement(row: Any) -> StatementView:
    return StatementView.model_validate(_with_account(row))


def _with_account(row: Any) -> dict[str, Any]:
    return {**row, "account": masked(row["iban"])}
