"""Investments of a territory: what was lent, what came back, what is due and what is late."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from services.ledger.domain.instalments import Instalment
from services.ledger.domain.repayment_schedule import RepaymentSchedule, ScheduleState
from services.ledger.repository.repayment_schedules import (
    SCHEDULE_COLUMNS,
    fund_of_investment,
    schedule_from,
)
from services.ledger.repository.standing import LAST_CORRECTION
from shared.database import Work

A_YEAR = timedelta(days=365)

LEAST_DEBTORS = 3
"""Of so many organisations that owe, a sum tells none which of the others is late."""


@dataclass(frozen=True, slots=True)
class InvestmentView:
    """A disbursed investment. Amounts in minor units; `repaid_minor` is principal alone; `owed` what its schedule has
    left, the oldest first. `excess_minor` came beyond all that was owed and waits in suspense.
    """

    disbursement_id: UUID
    organisation_name: str
    fund: str
    decision_reference: str
    amount_minor: int
    currency: str
    repaid_minor: int
    interest_minor: int
    excess_minor: int
    in_force: RepaymentSchedule | None
    waiting: RepaymentSchedule | None
    earlier: tuple[RepaymentSchedule, ...]
    reference: str | None
    beneficiary_name: str | None
    beneficiary_iban: str | None
    owed: tuple[Instalment, ...]
    today: date

    @property
    def outstanding_minor(self) -> int:
        return self.amount_minor - self.repaid_minor

    @property
    def late(self) -> tuple[Instalment, ...]:
        """What was due before today."""
        return tuple(one for one in self.owed if one.due_on < self.today)

    @property
    def late_minor(self) -> int:
        return sum(one.amount_minor for one in self.late)

    @property
    def due_in_a_year_minor(self) -> int:
        """What is due from today on, within a year."""
        return sum(one.amount_minor for one in self.owed if self.today <= one.due_on < self.today + A_YEAR)


@dataclass(frozen=True, slots=True)
class Sums:
    """The investments of a territory in one currency, in its minor units. `debtors`: how many organisations owe by now.

    `public_due_in_a_year_minor`, `public_late_minor`: None where so few owe that a sum would say who is late.
    """

    currency: str
    lent_minor: int
    repaid_minor: int
    interest_minor: int
    outstanding_minor: int
    due_in_a_year_minor: int
    late_minor: int
    debtors: int

    @property
    def public_due_in_a_year_minor(self) -> int | None:
        return self.due_in_a_year_minor if self.debtors >= LEAST_DEBTORS else None

    @property
    def public_late_minor(self) -> int | None:
        return self.late_minor if self.debtors >= LEAST_DEBTORS else None


async def investments_of(work: Work, territory: str) -> list[InvestmentView]:
    """The disbursed investments of a territory, the newest first: two statements, whatever their number."""
    schedules = await _schedules(work, territory)
    found = await work.execute(
        f"""
        select d.family, ({LAST_CORRECTION}) as corrected, d.disbursement_id, organisation_name, d.fund,
            d.decision_reference, d.amount_minor, d.currency,
            coalesce(p.principal, 0)::bigint as principal_minor, coalesce(p.interest, 0)::bigint as interest_minor,
            coalesce(p.excess, 0)::bigint as excess_minor, f.reference, f.beneficiary_name, f.beneficiary_iban
        from disbursements d
            left join repayment_references f using (territory, disbursement_id)
            left join lateral (
                select sum(principal_minor) as principal, sum(interest_minor) as interest, sum(excess_minor) as excess
                from repayments r where r.territory = d.territory and r.disbursement_id = d.disbursement_id
                    and not exists (select from repayment_returns b where b.repaid_line_id = r.line_id)
            ) p on true
        where d.territory = :territory and d.state = 'disbursed'
        order by d.changed_at desc, d.disbursement_id
        """,  # noqa: S608 - a constant
        territory=territory,
    )
    today = work.today
    standing = [said for row in found.mappings() if (said := _standing(dict(row)))]
    return [_view(said, schedules.get(said["disbursement_id"], []), today) for said in standing]


async def investment_of(work: Work, territory: str, disbursement_id: UUID) -> InvestmentView | None:
    """One of them; None when there is none."""
    found = await investments_of(work, territory)
    return next((one for one in found if one.disbursement_id == disbursement_id), None)


async def repayments_of(work: Work, territory: str, disbursement_id: UUID) -> list[dict[str, Any]]:
    """What came for an investment, the newest first; `returned_on` when the bank took it back."""
    found = await work.execute(
        "select r.booked_on, principal_minor, interest_minor, excess_minor, b.booked_on as returned_on"
        " from repayments r left join repayment_returns b on b.repaid_line_id = r.line_id"
        " where r.territory = :territory and disbursement_id = :id order by r.booked_on desc, r.line_id",
        territory=territory,
        id=disbursement_id,
    )
    return [dict(row) for row in found.mappings()]


def _standing(said: dict[str, Any]) -> dict[str, Any] | None:
    """What is said of a disbursement, in the fund where it stands; None when it is no investment."""
    family, corrected = said.pop("family"), said.pop("corrected")
    fund = fund_of_investment(family, said["fund"], said["amount_minor"], corrected)
    return {**said, "fund": fund} if fund is not None else None


def _view(row: Mapping[str, Any], schedules: Sequence[RepaymentSchedule], today: date) -> InvestmentView:
    confirmed = [one for one in schedules if one.state is ScheduleState.CONFIRMED]
    in_force = confirmed[-1] if confirmed else None
    said = dict(row)
    repaid, interest = said.pop("principal_minor"), said.pop("interest_minor")
    return InvestmentView(
        **said,
        repaid_minor=repaid,
        interest_minor=interest,
        in_force=in_force,
        waiting=next((one for one in schedules if one.state is ScheduleState.ORDERED), None),
        earlier=tuple(confirmed[:-1]),
        owed=in_force.owed(principal_minor=repaid, interest_minor=interest) if in_force else (),
        today=today,
    )


async def _schedules(work: Work, territory: str) -> dict[UUID, list[RepaymentSchedule]]:
    """Those that are not given up, by investment, in the order of their versions."""
    found = await work.execute(
        f"select {SCHEDULE_COLUMNS} from repayment_schedules"  # noqa: S608 - a constant list of columns
        " where territory = :territory and state <> 'cancelled' order by version",
        territory=territory,
    )
    by_investment: dict[UUID, list[RepaymentSchedule]] = {}
    for row in found.mappings():
        schedule = schedule_from(row)
        by_investment.setdefault(schedule.disbursement_id, []).append(schedule)
    return by_investment


def summed(views: Sequence[InvestmentView]) -> list[Sums]:
    """The sums of a territory, for each currency apart: its own euros first, where it has any."""
    currencies = sorted({one.currency for one in views}, key=lambda currency: (currency != "EUR", currency))
    return [_sums(currency, [one for one in views if one.currency == currency]) for currency in currencies]


def _sums(currency: str, views: Sequence[InvestmentView]) -> Sums:
    return Sums(
        currency=currency,
        lent_minor=sum(one.amount_minor for one in views),
        repaid_minor=sum(one.repaid_minor for one in views),
        interest_minor=sum(one.interest_minor for one in views),
        outstanding_minor=sum(one.outstanding_minor for one in views),
        due_in_a_year_minor=sum(one.due_in_a_year_minor for one in views),
        late_minor=sum(one.late_minor for one in views),
        debtors=len({one.organisation_name for one in views if one.owed}),
    )
