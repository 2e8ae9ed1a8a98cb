"""Statements, whether they follow one another, and the lock under which they are imported."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from uuid import UUID

from sqlalchemy.exc import DBAPIError

from services.pledges.domain.days_told import DaysTold
from services.pledges.domain.gaps import InOrder, find_gaps
from services.pledges.domain.reconciliation import Fate
from services.pledges.domain.statement import StatementHeader, StatementTotals
from shared.database import Work
from shared.values import new_id

IMPORT_LOCK = 0x6D696C6C69617264
"""One import at a time, over all accounts: two of them could wait for each other's pledges."""

LOCK_WAIT = "45s"
"""Longer than the import of a large file, shorter than the database's limit on a statement."""

LONGEST_PAUSE = "90s"
"""What is known of a file needs no statement of the database: reading the largest one takes some 20 s. A process that
was stopped in the middle keeps the lock this long."""

_LOCK_NOT_AVAILABLE = "55P03"  # SQLSTATE


class ImportUnderWay(Exception):
    """Another import held its lock for longer than one waits for it."""

    def __init__(self) -> None:
        super().__init__(
            "Un autre relevé est en cours d’import. Rien n’a été importé : réessayez dans une minute."
        )


async def lock_imports(work: Work) -> None:
    """Wait for imports under way. Raises ImportUnderWay."""
    await work.execute(
        "select set_config('lock_timeout', :wait, true),"
        " set_config('idle_in_transaction_session_timeout', :pause, true)",
        wait=LOCK_WAIT,
        pause=LONGEST_PAUSE,
    )
    try:
        await work.execute("select pg_advisory_xact_lock(:lock)", lock=IMPORT_LOCK)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            raise ImportUnderWay from None
        raise


async def content_hash_of(work: Work, statement_id: UUID) -> str | None:
    """The content of a statement that was imported before."""
    found = await work.execute(
        "select content_hash from statements where statement_id = :id", id=statement_id
    )
    hash: str | None = found.scalar()
    return hash


async def add_statement(
    work: Work,
    *,
    statement_id: UUID,
    header: StatementHeader,
    totals: StatementTotals,
    counts: Mapping[Fate, int],
    told: DaysTold | None,
    content_hash: str,
    file_name: str,
    imported_by: UUID | None,
) -> None:
    """Add a statement whose lines are in; `told`: the days of these, None when it has none."""
    await work.execute(
        """
        insert into statements (statement_id, iban, bank_statement_id, sequence_number, content_hash,
            file_name, norm, currency, opening_minor, closing_minor, opening_on, closing_on, first_booked_on,
            last_booked_on, line_count, received_count, returned_count, refunded_count, suspended_count, fee_count,
            disbursed_count, repaid_count, repayment_returned_count, credit_minor, debit_minor, imported_by,
            imported_at)
        values (:statement_id, :iban, :bank_statement_id, :sequence_number, :content_hash, :file_name,
            :norm, :currency, :opening_minor, :closing_minor, :opening_on, :closing_on, :first_booked_on,
            :last_booked_on, :line_count, :received, :returned, :refunded, :suspended, :fee, :disbursed,
            :repaid, :repayment_returned, :credit_minor, :debit_minor, :imported_by, :imported_at)
        """,
        statement_id=statement_id,
        iban=header.iban,
        bank_statement_id=header.statement_id,
        sequence_number=header.sequence_number,
        content_hash=content_hash,
        file_name=file_name,
        norm=header.norm,
        currency=header.currency,
        opening_minor=header.opening_minor,
        closing_minor=header.closing_minor,
        opening_on=header.opening_on,
        closing_on=header.closing_on,
        first_booked_on=told.first_on if told else None,
        last_booked_on=told.last_on if told else None,
        line_count=totals.lines,
        credit_minor=totals.credits_minor,
        debit_minor=totals.debits_minor,
        imported_by=imported_by,
        imported_at=work.now,
        **{fate.value: counts.get(fate, 0) for fate in Fate},
    )


async def renamed_from(
    work: Work, statement_id: UUID, header: StatementHeader, totals: StatementTotals
) -> str | None:
    """The bank's id of an earlier statement of the account with the same balances and lines; these are in.

    Only what has the same sums is compared line by line.
    """
    found = await work.execute(
        f"""
        select bank_statement_id from statements as earlier
        where iban = :iban and closing_on = :closing_on and line_count > 0
          and (opening_minor, closing_minor, line_count, credit_minor, debit_minor)
              = (:opening_minor, :closing_minor, :line_count, :credit_minor, :debit_minor)
          and not exists (
              select {_SAID} from bank_lines where statement_id = :statement_id
              except select {_SAID} from bank_lines where statement_id = earlier.statement_id)
        order by position limit 1
        """,  # noqa: S608 - names of columns
        statement_id=statement_id,
        iban=header.iban,
        closing_on=header.closing_on,
        opening_minor=header.opening_minor,
        closing_minor=header.closing_minor,
        line_count=totals.lines,
        credit_minor=totals.credits_minor,
        debit_minor=totals.debits_minor,
    )
    bank_statement_id: str | None = found.scalar()
    return bank_statement_id


_SAID = (
    "entry_index, detail_index, direction, amount_minor, booked_on, value_on, bank_reference, end_to_end_id,"
    " structured_reference, remittance_text, counterparty_name, counterparty_iban, return_reason"
)
"""What a line says: what `ContentHash` has, as far as it is kept."""


async def telling_some_of(work: Work, told: DaysTold, *, iban: str) -> list[DaysTold]:
    """The statements of an account that tell some of the same days."""
    found = await work.execute(
        """
        select bank_statement_id, norm, sequence_number, opening_minor, closing_minor, first_booked_on, last_booked_on
        from statements
        where iban = :iban and closing_on >= :first_on and last_booked_on >= :first_on and first_booked_on <= :last_on
        order by position
        """,
        iban=iban,
        first_on=told.first_on,
        last_on=told.last_on,
    )
    return [DaysTold(*row) for row in found]


async def review_gaps(work: Work, *, ibans: Sequence[str], now: datetime) -> None:
    """Raise an alarm for each statement that does not open where the one before it closed; clear the others.

    Statements stand in the order of their days, whenever they were imported: a late one closes its gap.
    """
    found = await work.execute(
        """
        select iban, statement_id, closing_on, opening_minor, closing_minor from statements
        where iban = any(cast(:ibans as text[]))
        order by iban, closing_on, opening_on, sequence_number nulls first, position
        """,
        ibans=ibans,
    )
    gaps = [
        gap
        for _, of_account in groupby(found, key=lambda row: row.iban)
        for gap in find_gaps(InOrder(*row[1:]) for row in of_account)
    ]
    expected = {
        "ids": [gap.statement_id for gap in gaps],
        "expected": [gap.expected_minor for gap in gaps],
    }
    await work.execute(
        """
        update gap_alarms set cleared_at = :now
        from statements
        where gap_alarms.statement_id = statements.statement_id
          and statements.iban = any(cast(:ibans as text[]))
          and cleared_at is null
          and (gap_alarms.statement_id, expected_minor) not in (
              select * from unnest(cast(:ids as uuid[]), cast(:expected as bigint[])))
        """,
        now=now,
        ibans=ibans,
        **expected,
    )
    await work.execute(
        """
        insert into gap_alarms (alarm_id, statement_id, expected_minor, found_minor, raised_at)
        select alarm_id, statement_id, expected_minor, found_minor, :now
        from unnest(cast(:alarm_ids as uuid[]), cast(:ids as uuid[]), cast(:expected as bigint[]),
            cast(:found as bigint[])) as gap (alarm_id, statement_id, expected_minor, found_minor)
        on conflict (statement_id) where cleared_at is null do nothing
        """,
        now=now,
        alarm_ids=[new_id() for _ in gaps],
        found=[gap.found_minor for gap in gaps],
        **expected,
    )


async def statements_with_gap(work: Work, *, statement_ids: Sequence[UUID]) -> set[UUID]:
    """Those of the statements that have an open alarm."""
    rows = await work.execute(
        "select statement_id from gap_alarms"
        " where cleared_at is null and statement_id = any(cast(:ids as uuid[]))",
        ids=statement_ids,
    )
    return set(rows.scalars())
