"""Random statements through the real import and the real database."""

import tempfile

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.pledges.domain.references import issue_reference
from services.pledges.operations.import_files import import_file
from services.pledges.operations.import_statements import BankFile
from shared.events.pledges import BankLineEvent, StatementImported
from shared.testing import recorded

MOVEMENTS = st.lists(
    st.tuples(
        st.integers(-5000, 5000).filter(bool),
        st.fixed_dictionaries(
            {
                "structured_reference": st.sampled_from(["paid", issue_reference(75, 1), None]),
                "end_to_end_id": st.sampled_from(["E2E-1", "E2E-2", None]),
                "return_reason": st.sampled_from(["AC04", None]),
                "transaction_code": st.sampled_from(["PMNT/RCDT/ESCT", "PMNT/MDOP/CHRG"]),
            }
        ),
    ),
    max_size=12,
)


def _signed(event: BankLineEvent) -> int:
    match event.name:
        case "payment_received":
            return event.amount_minor
        case "payment_suspended" if event.direction == "CRDT":
            return event.amount_minor
    return -event.amount_minor


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(MOVEMENTS, min_size=1, max_size=3))
async def test_events_tell_every_statement_to_the_cent(
    pledges, promised, movement, statement, bank_file, days
):
    """Σ events = closing − opening for each statement, one event a line, and nothing new the second time.

    Examples share one service: each file goes on where the one before it ended.
    """
    before = await recorded(pledges)
    imported = [event for event in before if isinstance(event, StatementImported)]
    balance = imported[-1].closing_minor if imported else 0
    reference = (await promised())["reference"]
    statements = []
    for number, movements in enumerate(days, start=len(imported)):
        lines = [
            movement(amount, **fields | {"structured_reference": _reference(fields, reference)})
            for amount, fields in movements
        ]
        one = statement(lines, opening_minor=balance, day=number)
        statements.append(one)
        balance = one[0].closing_minor
    content = bank_file(*statements)
    with tempfile.TemporaryFile() as file:
        file.write(content)
        for _ in range(2):
            await import_file(
                pledges.database,
                BankFile(file, "releve.xml"),
                settings=pledges.settings,
                imported_by=None,
            )
    said = (await recorded(pledges))[len(before) + 1 :]
    told = {event.statement_id: event for event in said if isinstance(event, StatementImported)}
    lines_said = [event for event in said if isinstance(event, BankLineEvent)]
    assert len(told) == len(days)
    assert len({event.line_id for event in lines_said}) == len(lines_said)
    for statement_id, whole in told.items():
        own = [event for event in lines_said if event.statement_id == statement_id]
        assert len(own) == whole.line_count
        assert sum(map(_signed, own)) == whole.closing_minor - whole.opening_minor
        assert whole.follows_previous


def _reference(fields, reference):
    chosen = fields["structured_reference"]
    return reference if chosen == "paid" else chosen
