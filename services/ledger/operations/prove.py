"""Proves the books against the bank: statement by statement, the lines posted are the lines announced.

A statement is proved when its lines and sums are all posted, every earlier statement of the account is proved,
and it opens where the one before it closed. The public page then says up to which day "received" is proved.
"""

from datetime import date

from services.ledger.domain import posting
from services.ledger.domain.proof import Proved, Unproved, next_proved
from services.ledger.operations.post import GENERAL_FUND
from services.ledger.queries.progress import figures_of
from services.ledger.repository import journal
from shared.database import Work
from shared.events import Heard
from shared.events.ledger import ProgressAdvanced
from shared.events.pledges import StatementImported
from shared.values import NATIONAL


async def record_statement(work: Work, heard: Heard[StatementImported]) -> None:
    """Keep what a statement announced; the account's earliest one also opens the books (journal AN)."""
    statement = heard.event
    chain = await journal.lock_chain(work, NATIONAL)
    earliest = await _earliest(work, statement.account)
    await work.execute(
        "insert into statements (statement_id, account, opening_minor, closing_minor, currency, opening_on,"
        " closing_on, line_count, credit_minor, debit_minor)"
        " values (:statement_id, :account, :opening_minor, :closing_minor, :currency, :opening_on,"
        " :closing_on, :line_count, :credit_minor, :debit_minor) on conflict do nothing",
        **statement.model_dump(exclude={"territory", "follows_previous"}),
    )
    opened_with = earliest[1] if earliest else 0
    is_earliest = earliest is None or statement.opening_on < earliest[0]
    difference = statement.opening_minor - opened_with
    if not is_earliest or not difference:
        return
    hashed = posting.payload_hash(heard.payload)
    if heard.id in await journal.known_events(work, [heard.id], {heard.id: hashed}):
        return
    draft = posting.opening(
        event_id=heard.id,
        hashed=hashed,
        on=statement.opening_on,
        statement_id=statement.statement_id,
        amount_minor=difference,
        fund=GENERAL_FUND,
        currency=statement.currency,
    )
    await journal.append(work, chain, [draft])


async def _earliest(work: Work, account: str) -> tuple[date, int] | None:
    found = await work.execute(
        "select opening_on, opening_minor from statements where account = :account"
        " order by opening_on, closing_on limit 1",
        account=account,
    )
    row = found.first()
    return (row.opening_on, row.opening_minor) if row else None


_UNPROVED = """
    select s.statement_id, s.account, s.opening_minor, s.closing_minor, s.closing_on,
        s.line_count = coalesce(sum(t.line_count), 0)
            and s.credit_minor = coalesce(sum(t.credit_minor), 0)
            and s.debit_minor = coalesce(sum(t.debit_minor), 0) as is_complete
    from statements s left join statement_tallies t using (statement_id)
    where s.proved_at is null
    group by s.statement_id
    order by s.account, s.closing_on, s.opening_on, s.statement_id
"""
_RUNS = """
    select distinct account,
        first_value(opening_minor) over forwards as first_opening_minor,
        first_value(closing_on) over forwards as first_closing_on,
        first_value(proved_position) over forwards as first_position,
        first_value(closing_minor) over backwards as last_closing_minor,
        first_value(proved_position) over backwards as last_position
    from statements where proved_at is not null
    window forwards as (partition by account order by proved_position),
        backwards as (partition by account order by proved_position desc)
"""


async def prove_statements(work: Work) -> int:
    """Prove what can be proved now; tells the public figures of every territory that a proved statement moved."""
    unproved = (await work.execute(_UNPROVED)).all()
    if not unproved:
        return 0
    runs = {account: Proved(*ends) for account, *ends in await work.execute(_RUNS)}
    proved = next_proved([Unproved(*row) for row in unproved], runs=runs)
    if not proved:
        return 0
    marked = await work.execute(
        "update statements set proved_at = now(), proved_position = position"
        " from unnest(cast(:ids as uuid[]), cast(:positions as bigint[])) as new (id, position)"
        " where statement_id = new.id and proved_at is null returning statement_id",
        ids=list(proved),
        positions=list(proved.values()),
    )
    mine = list(marked.scalars())
    moved = await work.execute(
        "select distinct territory from statement_tallies"
        " where statement_id = any(cast(:ids as uuid[])) and territory <> '00' order by territory",
        ids=mine,
    )
    figures = await figures_of(work)
    for territory in moved.scalars():
        found = figures[territory]
        work.record(
            ProgressAdvanced(
                territory=territory,
                promised_minor=found.promised_minor,
                received_minor=found.received_minor,
                local_currency_minor=found.local_currency_minor,
                disbursed_minor=found.disbursed_minor,
                currency="EUR",
            )
        )
    return len(mine)
