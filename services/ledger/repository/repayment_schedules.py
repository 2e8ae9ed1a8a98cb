"""Schedules of investments that are paid back, and the investments themselves."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from services.ledger.domain.chart import INVESTMENTS
from services.ledger.domain.entries import Line
from services.ledger.domain.instalments import Instalment
from services.ledger.domain.repayment import INVESTMENT
from services.ledger.domain.repayment_schedule import RepaymentSchedule, ScheduleState
from services.ledger.repository.standing import LAST_CORRECTION
from shared.database import Work

SCHEDULE_COLUMNS = (
    "schedule_id, territory, disbursement_id, version, currency, instalments, decision_reference, ordered_by, state,"
    " confirmed_by, confirmed_on, principal_before_minor, interest_before_minor"
)


class Investment(NamedTuple):
    """An investment that the bank has debited, in the fund where it stands."""

    fund: str
    amount_minor: int
    currency: str


def schedule_from(row: Mapping[str, Any]) -> RepaymentSchedule:
    """A schedule from its columns."""
    instalments = tuple(Instalment(date.fromisoformat(day), *amounts) for day, *amounts in row["instalments"])
    return RepaymentSchedule(**{**row, "state": ScheduleState(row["state"]), "instalments": instalments})


async def investment(work: Work, territory: str, disbursement_id: UUID) -> Investment | None:
    """A disbursed investment; None when there is none, or a correction made something else of it.

    A correction may have moved it to another fund. The caller holds the chain, so none comes meanwhile.
    """
    found = await work.execute(
        f"""
        select d.family, d.fund, d.amount_minor, d.currency, ({LAST_CORRECTION}) as corrected from disbursements d
        where d.territory = :territory and d.disbursement_id = :id and d.state = 'disbursed'
        """,  # noqa: S608 - a constant
        territory=territory,
        id=disbursement_id,
    )
    row = found.first()
    if row is None:
        return None
    fund = fund_of_investment(row.family, row.fund, row.amount_minor, row.corrected)
    return Investment(fund, row.amount_minor, row.currency) if fund is not None else None


def fund_of_investment(
    family: str, fund: str, amount_minor: int, corrected: Sequence[Sequence[Any]] | None
) -> str | None:
    """The fund where a disbursement stands as an investment, whole; None when it is none, or stands in several.

    `corrected`: the lines that its last correction put in place of its entry.
    """
    if corrected is None:
        return fund if family == INVESTMENT else None
    lines = [line for line in map(Line._make, corrected) if line.account == INVESTMENTS]
    return lines[0].fund if len(lines) == 1 and lines[0].amount_minor == amount_minor else None


async def add_schedule(work: Work, schedule: RepaymentSchedule) -> bool:
    """Whether it was added; False while another of the investment waits."""
    added = await work.execute(
        """
        insert into repayment_schedules (territory, schedule_id, disbursement_id, version, currency, instalments,
            decision_reference, state, ordered_by, ordered_at, principal_before_minor, interest_before_minor)
        values (:territory, :schedule_id, :disbursement_id, :version, :currency, cast(:instalments as jsonb),
            :decision_reference, :state, :ordered_by, :now, :principal_before_minor, :interest_before_minor)
        on conflict do nothing
        """,
        territory=schedule.territory,
        schedule_id=schedule.schedule_id,
        disbursement_id=schedule.disbursement_id,
        version=schedule.version,
        currency=schedule.currency,
        instalments=json.dumps([[one.due_on.isoformat(), *one[1:]] for one in schedule.instalments]),
        decision_reference=schedule.decision_reference,
        state=schedule.state.value,
        ordered_by=schedule.ordered_by,
        principal_before_minor=schedule.principal_before_minor,
        interest_before_minor=schedule.interest_before_minor,
        now=work.now,
    )
    return bool(added.rowcount)


async def waiting_schedule(work: Work, territory: str, disbursement_id: UUID) -> RepaymentSchedule | None:
    """The one that waits for its confirmation."""
    found = await work.execute(
        f"select {SCHEDULE_COLUMNS} from repayment_schedules"  # noqa: S608 - a constant list of columns
        " where territory = :territory and disbursement_id = :id and state = 'ordered'",
        territory=territory,
        id=disbursement_id,
    )
    row = found.mappings().first()
    return schedule_from(row) if row else None


async def schedule_in_force(work: Work, territory: str, disbursement_id: UUID) -> RepaymentSchedule | None:
    """The newest that was confirmed."""
    found = await work.execute(
        f"select {SCHEDULE_COLUMNS} from repayment_schedules"  # noqa: S608 - a constant list of columns
        " where territory = :territory and disbursement_id = :id and state = 'confirmed'"
        " order by version desc limit 1",
        territory=territory,
        id=disbursement_id,
    )
    row = found.mappings().first()
    return schedule_from(row) if row else None


async def has_schedule(work: Work, territory: str, *, document: str) -> bool:
    """Whether the disbursement that an entry's document names has a schedule, confirmed or waiting."""
    found = await work.execute(
        "select exists (select from repayment_schedules where territory = :territory"
        " and disbursement_id::text = :document and state <> 'cancelled')",
        territory=territory,
        document=document,
    )
    return bool(found.scalar())


async def lock_schedule(work: Work, territory: str, schedule_id: UUID) -> RepaymentSchedule | None:
    """One schedule, locked until the transaction ends."""
    found = await work.execute(
        f"select {SCHEDULE_COLUMNS} from repayment_schedules"  # noqa: S608 - a constant list of columns
        " where territory = :territory and schedule_id = :id for update",
        territory=territory,
        id=schedule_id,
    )
    row = found.mappings().first()
    return schedule_from(row) if row else None


async def save_schedule(work: Work, schedule: RepaymentSchedule) -> None:
    """Write how it ended."""
    await work.execute(
        "update repayment_schedules set state = :state, confirmed_by = :confirmed_by, confirmed_on = :confirmed_on,"
        " order_hash = :order_hash, ended_at = :now"
        " where territory = :territory and schedule_id = :id",
        territory=schedule.territory,
        id=schedule.schedule_id,
        state=schedule.state.value,
        confirmed_by=schedule.confirmed_by,
        confirmed_on=schedule.confirmed_on,
        order_hash=schedule.order_hash if schedule.state is ScheduleState.CONFIRMED else None,
        now=work.now,
    )
