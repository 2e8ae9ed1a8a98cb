"""A ledger to post to in a test: the facts that it hears, and what its books say afterwards."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from services.ledger.operations.prove import prove_statements
from services.ledger.queries.progress import Figures, figures_of
from services.ledger.queries.verification.found import Verification
from services.ledger.queries.verify import verify
from shared.events import Event, Heard
from shared.events.members import RoleGranted, RoleRevoked
from shared.events.pledges import (
    AllocationReversed,
    BankFeeCharged,
    ConditionLapsed,
    ConditionMet,
    ConversionDebited,
    Direction,
    DisbursementDebited,
    MatchingReversed,
    MatchingTriggered,
    PaymentAllocated,
    PaymentReceived,
    PaymentRefunded,
    PaymentReturned,
    PaymentSuspended,
    PledgeCancelled,
    PledgeChanged,
    PledgeExpired,
    PledgeMade,
    PledgeSigned,
    RepaymentReceived,
    RepaymentReferenceIssued,
    RepaymentReturned,
    StatementImported,
    SuspenseCleared,
    SuspenseRestored,
)
from shared.events.projects import DisbursementRequested, Family
from shared.runtime import Service
from shared.testing.harness import client_for, hear, session_token

DAY = date(2026, 3, 2)
FUND = "fonds-commun"

GUARDED = ("journal_entries", "entry_lines", "fund_rules")
"""Tables with triggers that `as_owner` puts aside."""


def pledge(amount_minor: int, **other: Any) -> PledgeMade:
    said = {
        "territory": "64",
        "pledge_id": uuid4(),
        "person_id": uuid4(),
        "fund": FUND,
        "currency": "EUR",
        "reference": "RF00640000000001",
        "beneficiary_name": "Opération Milliard",
        "beneficiary_iban": "FR7630006000011234567890189",
        "made_at": datetime(2026, 3, 1, 12).astimezone(),
    }
    return PledgeMade(**{**said, "amount_minor": amount_minor, **other})


def letter(amount_minor: int, **other: Any) -> PledgeMade:
    """A letter of intent."""
    return pledge(amount_minor, **{"commitment": "letter_of_intent", **other})


def made_firm(letter: PledgeMade, commitment: str = "promise") -> PledgeSigned:
    """What is said when a letter of intent becomes a promise or a signed commitment."""
    said = letter.model_dump(exclude={"made_at", "commitment"})
    return PledgeSigned(**said, commitment=commitment, signed_at=datetime(2026, 3, 5, 12).astimezone())


def _about(of: PledgeMade) -> dict[str, Any]:
    """What every later event of a pledge says."""
    return {
        name: getattr(of, name)
        for name in ("territory", "pledge_id", "person_id", "fund", "currency", "reference", "instrument")
    }


def pledge_changed(of: PledgeMade, before_minor: int, amount_minor: int) -> PledgeChanged:
    return PledgeChanged(
        **_about(of), amount_before_minor=before_minor, amount_minor=amount_minor, changed_at=of.made_at
    )


def pledge_cancelled(of: PledgeMade, released_minor: int) -> PledgeCancelled:
    return PledgeCancelled(**_about(of), released_minor=released_minor, cancelled_at=of.made_at)


def pledge_expired(of: PledgeMade, released_minor: int) -> PledgeExpired:
    return PledgeExpired(**_about(of), released_minor=released_minor, expired_at=of.made_at)


def moved(of: PledgeMade, amount_minor: int) -> dict[str, Any]:
    """What every event about a promise under a condition says."""
    pledge = of.model_dump(include={"territory", "pledge_id", "fund", "currency", "instrument"})
    return {**pledge, "amount_minor": amount_minor, "decided_on": DAY}


def triggered(of: PledgeMade, amount_minor: int) -> MatchingTriggered:
    return MatchingTriggered(**moved(of, amount_minor), triggered_minor=amount_minor)


def trigger_reversed(of: PledgeMade, amount_minor: int) -> MatchingReversed:
    return MatchingReversed(**moved(of, amount_minor), triggered_minor=0)


def met(of: PledgeMade, amount_minor: int) -> ConditionMet:
    return ConditionMet(**moved(of, amount_minor))


def lapsed(of: PledgeMade, amount_minor: int) -> ConditionLapsed:
    return ConditionLapsed(**moved(of, amount_minor))


def line(amount_minor: int, **other: Any) -> dict[str, Any]:
    """What every event of a bank line says."""
    said = {
        "territory": "64",
        "line_id": uuid4(),
        "statement_id": UUID(int=1),
        "currency": "EUR",
        "booked_on": DAY,
        "value_on": DAY,
    }
    return {**said, "amount_minor": amount_minor, **other}


def payment(amount_minor: int, **other: Any) -> PaymentReceived:
    of_pledge = {"pledge_id": uuid4(), "person_id": uuid4(), "fund": FUND, "matched_by": "reference"}
    return PaymentReceived(**{**of_pledge, **line(amount_minor, **other)})


def payment_back(
    received: PaymentReceived | PaymentAllocated, amount_minor: int, **other: Any
) -> PaymentReturned:
    of_pledge = {"pledge_id": received.pledge_id, "person_id": received.person_id, "fund": received.fund}
    return PaymentReturned(
        **of_pledge,
        **line(
            amount_minor, **{"territory": received.territory, "received_line_id": received.line_id, **other}
        ),
    )


def refund(received: PaymentReceived, amount_minor: int, **other: Any) -> PaymentRefunded:
    back = payment_back(received, amount_minor, **other)
    return PaymentRefunded(**back.model_dump(exclude={"reason_code"}), refund_id=uuid4())


def unexplained(amount_minor: int, direction: Direction = Direction.CREDIT, **other: Any) -> PaymentSuspended:
    national = {"territory": "00", "direction": direction, "reason": "no_reference", **other}
    return PaymentSuspended(**line(amount_minor, **national))


def allocation(
    of: PaymentSuspended, amount_minor: int, **other: Any
) -> tuple[SuspenseCleared, PaymentAllocated]:
    """Both sides of a part of a suspended credit that has found its pledge."""
    moved = {
        "allocation_id": uuid4(),
        "line_id": of.line_id,
        "amount_minor": amount_minor,
        "currency": of.currency,
        "made_on": of.booked_on,
    }
    received = {
        "territory": "64",
        "statement_id": of.statement_id,
        "booked_on": of.booked_on,
        "value_on": of.value_on,
        "pledge_id": uuid4(),
        "person_id": uuid4(),
        "fund": FUND,
        "matched_by": "by_hand",
        **other,
    }
    return SuspenseCleared(territory="00", **moved), PaymentAllocated(**moved, **received)


def allocation_undone(of: PaymentAllocated) -> tuple[SuspenseRestored, AllocationReversed]:
    """Both sides of an allocation that is taken back."""
    moved = of.model_dump(include={"allocation_id", "line_id", "amount_minor", "currency", "made_on"})
    pledge = of.model_dump(include={"territory", "pledge_id", "person_id", "fund"})
    return SuspenseRestored(territory="00", **moved), AllocationReversed(**moved, **pledge)


def fee(amount_minor: int, **other: Any) -> BankFeeCharged:
    return BankFeeCharged(**line(amount_minor, **{"territory": "00", **other}))


def statement(
    opening_minor: int,
    lines: list[Any],
    *,
    day: date = DAY,
    statement_id: UUID = UUID(int=1),
    account: str = "FR..0189",
    currency: str = "EUR",
) -> StatementImported:
    """The announcement of a statement that has these lines."""
    out = (
        PaymentReturned,
        PaymentRefunded,
        BankFeeCharged,
        DisbursementDebited,
        ConversionDebited,
        RepaymentReturned,
    )
    debits = [
        one.amount_minor
        for one in lines
        if isinstance(one, out) or getattr(one, "direction", None) is Direction.DEBIT
    ]
    total = sum(one.amount_minor for one in lines)
    return StatementImported(
        territory="00",
        statement_id=statement_id,
        account=account,
        opening_minor=opening_minor,
        closing_minor=opening_minor + total - 2 * sum(debits),
        currency=currency,
        opening_on=day,
        closing_on=day,
        line_count=len(lines),
        credit_minor=total - sum(debits),
        debit_minor=sum(debits),
        follows_previous=True,
    )


def request(amount_minor: int, **other: Any) -> DisbursementRequested:
    said = {
        "territory": "64",
        "disbursement_id": uuid4(),
        "need_id": uuid4(),
        "organisation_id": uuid4(),
        "organisation_name": "La Graine commune",
        "fund": FUND,
        "family": Family.GRANT,
        "currency": "EUR",
        "payee_name": "La Graine commune",
        "payee_iban": "FR7630006000011234567890189",
        "decision_reference": "AG du 12/03/2026, résolution 4",
        "requested_by": uuid4(),
    }
    return DisbursementRequested(**{**said, "amount_minor": amount_minor, **other})


def debit(of: DisbursementRequested, **other: Any) -> DisbursementDebited:
    end_to_end = {"disbursement_id": of.disbursement_id, "end_to_end_id": f"MIL{of.disbursement_id.hex}"}
    return DisbursementDebited(**end_to_end, **line(of.amount_minor, **{"territory": of.territory, **other}))


def repayment(of: DisbursementRequested, amount_minor: int, **other: Any) -> RepaymentReceived:
    said = {"disbursement_id": of.disbursement_id, "matched_by": "structured_reference"}
    return RepaymentReceived(**said, **line(amount_minor, **{"territory": of.territory, **other}))


def repayment_back(of: RepaymentReceived, **other: Any) -> RepaymentReturned:
    said = {"disbursement_id": of.disbursement_id, "repaid_line_id": of.line_id}
    return RepaymentReturned(
        **said, **line(**{"amount_minor": of.amount_minor, "territory": of.territory, **other})
    )


def reference_issued(of: DisbursementRequested) -> RepaymentReferenceIssued:
    return RepaymentReferenceIssued(
        territory=of.territory,
        disbursement_id=of.disbursement_id,
        reference="RF680641234567890",
        beneficiary_name="Opération Milliard",
        beneficiary_iban="FR7630006000011234567890189",
    )


@dataclass
class Books:
    """A ledger on a fresh database; `owner` connects as the role that owns the tables."""

    service: Service
    owner: AsyncEngine
    grants: dict[tuple[UUID, str], UUID] = field(default_factory=dict)

    async def hear(self, *events: Event) -> list[Heard[Any]]:
        return await hear(self.service, list(events))

    async def rows(self, sql: str, **values: Any) -> list[Any]:
        async with self.service.database.begin() as work:
            return list((await work.execute(sql, **values)).all())

    async def as_owner(self, *statements: str) -> None:
        """Change the books behind the service's back: triggers are put aside first, as an owner can."""
        async with self.owner.begin() as connection:
            for table in GUARDED:
                await connection.execute(text(f"alter table {table} disable trigger user"))
            for sql in statements:
                await connection.execute(text(sql))

    async def guard(self) -> None:
        """Put the triggers back that `as_owner` put aside."""
        async with self.owner.begin() as connection:
            for table in GUARDED:
                await connection.execute(text(f"alter table {table} enable trigger user"))

    async def entries(self, territory: str = "64") -> list[tuple[str, int, dict[str, int]]]:
        """Journal, number and lines of each entry of a territory, in the chain's order."""
        found = await self.rows(
            "select journal, entry_number, json_object_agg(account, amount_minor order by line) as lines"
            " from journal_entries join entry_lines using (territory, seq) where territory = :territory"
            " group by territory, seq order by seq",
            territory=territory,
        )
        return [tuple(row) for row in found]

    async def balances(self, territory: str | None = None) -> dict[str, int]:
        """Balance of each account that is not empty, of one territory or of all."""
        found = await self.rows(
            "select account, sum(amount_minor)::bigint as amount_minor from balances"
            " where cast(:territory as text) is null or territory = :territory"
            " group by account having sum(amount_minor) <> 0",
            territory=territory,
        )
        return {row.account: row.amount_minor for row in found}

    async def figures(self, territory: str = "64") -> Figures:
        async with self.service.database.begin() as work:
            return (await figures_of(work))[territory]

    async def prove(self) -> int:
        async with self.service.database.begin() as work:
            return await prove_statements(work)

    async def verify(self) -> Verification:
        return await verify(self.service.database.engine)

    async def problems(self) -> list[str]:
        return (await self.verify()).problems

    async def adopt(self, basis_points: int, *, on: date, territory: str = "64") -> None:
        """A policy as an assembly adopted it, whenever that was."""
        await self.as_owner(
            "insert into local_currency_policies (policy_id, territory, basis_points, effective_on,"
            f" decision_reference, adopted_by) values ('{uuid4()}', '{territory}', {basis_points}, '{on}',"
            f" 'AG', '{uuid4()}')"
        )

    async def add_fund(self, code: str) -> None:
        """A fund that gives both families without limits, as the common fund does at first; once."""
        await self.as_owner(
            "insert into funds (code, name, purpose, added_at)"
            f" values ('{code}', 'Fonds {code}', 'Un fonds de plus.', now()) on conflict do nothing",
            "insert into fund_rules (rules_id, fund, effective_on, decision_reference, families, instruments,"
            f" recorded_at) select gen_random_uuid(), '{code}', effective_on, 'AG', families, instruments, now()"
            f" from fund_rules where fund = '{FUND}' on conflict do nothing",
        )

    async def treasurer(self, territory: str = "64") -> UUID:
        """A person whom the ledger knows as treasurer."""
        person = uuid4()
        await self.grant(person, territory)
        return person

    async def grant(self, person: UUID, territory: str = "64") -> None:
        """A person is treasurer of one territory more."""
        grant = self.grants[person, territory] = uuid4()
        await self.hear(
            RoleGranted(
                territory=territory, person_id=person, role="treasurer", grant_id=grant, granted_by=uuid4()
            )
        )

    async def revoke(self, person: UUID, territory: str = "64") -> None:
        await self.hear(
            RoleRevoked(
                territory=territory,
                person_id=person,
                role="treasurer",
                grant_id=self.grants[person, territory],
                revoked_by=uuid4(),
            )
        )

    async def get(self, path: str, person: UUID | None = None, roles: tuple[str, ...] = ("64",)) -> Any:
        async with client_for(self.service) as http:
            return await http.get(path, headers=self.headers(person, roles))

    async def post(self, path: str, person: UUID, roles: tuple[str, ...] = ("64",), **body: Any) -> Any:
        async with client_for(self.service) as http:
            return await http.post(path, headers=self.headers(person, roles), **body)

    def client(self) -> Any:
        return client_for(self.service)

    def headers(self, person: UUID | None, roles: tuple[str, ...]) -> dict[str, str]:
        if person is None:
            return {}
        token = session_token(person, roles=[("treasurer", territory) for territory in roles])
        return {"Authorization": f"Bearer {token}"}
