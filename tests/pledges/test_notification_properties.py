"""Statements and notifications in any order, in any files, any number of times: the same allocations, to the cent."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.references import issue_reference
from shared.events.pledges import PaymentAllocated, PaymentReceived, PaymentSuspended, SuspenseCleared
from shared.testing import recorded
from tests.fuzzing import fuzzed
from tests.pledges.notified import DAY, Notified, Part, notification

KINDS = ["named", "text", "unknown", "none"]
SUMS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(1, 5000), st.sampled_from(KINDS)), min_size=1, max_size=4),
        st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


@fuzzed(12)
@given(sums=SUMS, data=st.data())
async def test_the_order_of_files_changes_nothing(
    pledges, promised, send, movement, statement, bank_file, sums, data
):
    """Each sum twice: its own day and reference, and one more day and reference, sent in another order.

    What was received and what waits is the statement, and each pledge has what the parts that name it are worth.
    """
    before = await recorded(pledges)
    number = sum(event.name == "statement_imported" for event in before)
    outcomes = []
    for day in (number, number + 1):
        known = (await promised())["reference"]
        entries = [_entry(parts, f"R{index % 2}" if has_reference else "", day, known, index)
                   for index, (parts, has_reference) in enumerate(sums)]  # fmt: skip
        lines = [
            movement(
                sum(part.amount_minor for part in entry.parts),
                detail_index=0,
                bank_reference=entry.reference or None,
                booked_on=entry.booked_on,
            )
            for entry in entries
        ]
        cut = data.draw(st.integers(0, len(entries)))
        files = [
            bank_file(statement(lines, day=day)),
            *(
                notification(*some, id=f"A{day}-{index}")
                for index, some in enumerate((entries[:cut], entries[cut:]))
                if some
            ),
        ]
        order = data.draw(st.permutations(files + data.draw(st.lists(st.sampled_from(files), max_size=2))))
        said_before = len(await recorded(pledges))
        for content in order:
            answer = await send(content)
            assert answer.status_code == 200, answer.text
        said = (await recorded(pledges))[said_before:]
        total = sum(line.amount_minor for line in lines)
        suspended = sum(event.amount_minor for event in said if isinstance(event, PaymentSuspended))
        allocated = [event.amount_minor for event in said if isinstance(event, PaymentAllocated)]
        cleared = [event.amount_minor for event in said if isinstance(event, SuspenseCleared)]
        assert not [event for event in said if isinstance(event, PaymentReceived)]
        assert (suspended, sorted(cleared)) == (total, sorted(allocated))
        named = [amount for parts, _ in sums for amount, kind in parts if kind in ("named", "text")]
        assert sorted(allocated) == sorted(named)
        assert await _waiting(pledges, day) == total - sum(named)
        outcomes.append(Counter(allocated))
    assert outcomes[0] == outcomes[1]


def _entry(parts, reference, day, known, index):
    made = [
        Part(
            amount,
            end_to_end_id={"named": known, "unknown": issue_reference(75, 1)}.get(kind, "NOTPROVIDED"),
            text=f"don {known}" if kind == "text" else "",
        )
        for amount, kind in parts
    ]
    made.append(Part(10_000_000 * (index + 1), name="Reste"))  # so that no two sums of a day are the same
    return Notified(made, reference=reference, booked_on=DAY + timedelta(days=day))


async def _waiting(pledges, day):
    async with pledges.database.begin() as work:
        found = await work.execute(
            "select sum(amount_minor - allocated_minor)::bigint from bank_lines where booked_on = :day",
            day=DAY + timedelta(days=day),
        )
        return found.scalar()
