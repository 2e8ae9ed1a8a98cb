"""Proves the books against the bank: statement by statement, the lines posted are the lines announced.

A statement is proved when its lines and sums are all posted, every earlier statement of the account is proved,
and it opens where the one before it closed. The public page then says up to which day "received" is proved.
The first proved statement of an account also opens the books with what the account held before (journal AN).
"""

from collections.abc import Mapping

from services.ledger.domain import posting
from services.ledger.domain.funds import GENERAL_FUND
from services.ledger.domain.milestones import BILLION_MINOR
from services.ledger.domain.proof import next_proved
from services.ledger.domain.proved import Proved, Unproved, days_within
from services.ledger.operations.tell_progress import tell_milestones, tell_progress
from services.ledger.repository import books, journal, statements
from shared.database import Work
from shared.events import Heard
from shared.events.pledges import StatementImported
from shared.values import NATIONAL


async def record_statement(work: Work, heard: Heard[StatementImported]) -> None:
    """Keep what a statement announced. Raises EventChanged when it was announced otherwise before."""
    announced = posting.payload_hash(heard.payload)
    if not await statements.insert(work, heard.event, event_id=heard.id, payload_hash=announced):
        kept = await statements.payload_hash_of(work, heard.event.statement_id)
        if kept != announced:
            raise books.EventChanged(f"statement {heard.event.statement_id} was announced otherwise before")


async def prove_statements(work: Work, *, target_minor: int = BILLION_MINOR) -> int:
    """Prove what can be proved now; tells the public figures of every territory that a proved statement moved.

    The national chain is locked first: replicas prove one after the other, and never tell older figures last.
    """
    if not await statements.some_unproved(work):
        return 0
    chain = await books.lock_chain(work, NATIONAL)
    before = {account: Proved(*ends) for account, *ends in await statements.proved_runs(work)}
    unproved = [Unproved(*row) for row in await statements.unproved(work)]
    standings = await statements.standings(work, days_within(unproved, before))
    found = next_proved(unproved, runs=before, standings=standings)
    if not found.positions:
        return 0
    await statements.make_room(work, found.moved)
    await statements.mark_proved(work, found.positions)
    await _open_books(work, chain, before, found.runs)
    moved = await statements.territories_moved_by(work, list(found.positions))
    figures = await tell_progress(work, moved)
    await tell_milestones(work, moved, figures, target_minor=target_minor)
    return len(found.positions)


async def _open_books(
    work: Work, chain: books.Chain, before: Mapping[str, Proved], after: Mapping[str, Proved]
) -> None:
    """Post the opening balance of accounts that begin, or begin earlier than was known: then, the difference."""
    drafts = []
    for account, run in after.items():
        difference = run.first_opening_minor - (
            before[account].first_opening_minor if account in before else 0
        )
        if not difference:
            continue
        first = await statements.at_position(work, account=account, position=run.first_position)
        drafts.append(
            posting.opening(
                event_id=first.event_id,
                hashed=first.payload_hash,
                on=first.opening_on,
                statement_id=first.statement_id,
                amount_minor=difference,
                fund=GENERAL_FUND,
                currency=first.currency,
            )
        )
    await journal.append(work, chain, drafts)
