"""Over random statements: every line gets one fate, and no more is returned than was received."""

from datetime import date
from uuid import UUID, uuid4

from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.matching import candidate_references
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.reconciliation import (
    SUSPENSE_SENTENCES,
    ExpectedDebit,
    Fate,
    Reconciliation,
    Suspense,
)
from services.pledges.domain.references import issue_reference
from services.pledges.domain.statement import BankLine, Direction

REFERENCES = [issue_reference(64, serial) for serial in range(3)]
UNKNOWN = issue_reference(75, 1)

LINES = st.builds(
    BankLine,
    entry_index=st.just(1),
    detail_index=st.just(1),
    amount_minor=st.integers(1, 5),
    direction=st.sampled_from(Direction),
    booked_on=st.just(date(2026, 11, 2)),
    value_on=st.just(date(2026, 11, 2)),
    structured_reference=st.sampled_from([*REFERENCES, UNKNOWN, None]),
    remittance_text=st.sampled_from([*REFERENCES, "merci", None]),
    end_to_end_id=st.sampled_from(["E2E-1", "E2E-2", "VIR-1", None]),
    transaction_code=st.sampled_from(["PMNT/RCDT/ESCT", "PMNT/MDOP/CHRG", None]),
    return_reason=st.sampled_from(["AC04", None]),
    is_reversal=st.booleans(),
)


def fresh() -> Reconciliation:
    return Reconciliation(
        pledges=[
            Pledge(
                pledge_id=UUID(int=number),
                person_id=UUID(int=number),
                territory="64",
                fund="fonds-commun",
                amount_minor=8,
                reference=reference,
            )
            for number, reference in enumerate(REFERENCES)
        ],
        expected_debits=[
            ExpectedDebit(territory="33", disbursement_id=uuid4(), end_to_end_id="VIR-1", amount_minor=3)
        ],
    )


@given(st.lists(LINES, max_size=30))
def test_no_more_is_returned_than_was_received(lines):
    """For each receipt and each pledge, after any lines; and an order is debited at most once."""
    known, debits, kept = fresh(), 0, 0
    for line in lines:
        found = known.explain(line, line_id=uuid4(), candidates=candidate_references(line))
        debits += found.fate is Fate.DISBURSED
        if found.fate in (Fate.RECEIVED, Fate.RETURNED):
            kept += line.signed_minor
        assert (found.fate is Fate.SUSPENDED) == (found.reason is not None)
        assert (found.fate is Fate.RECEIVED) <= (line.direction is Direction.CREDIT)
        goes_out = found.fate in (Fate.RETURNED, Fate.FEE, Fate.DISBURSED)
        assert goes_out <= (line.direction is Direction.DEBIT)
    assert all(0 <= receipt.returned_minor <= receipt.amount_minor for receipt in known.receipts.values())
    assert sum(pledge.kept_minor for pledge in known.pledges.values()) == kept
    assert sum(receipt.remaining_minor for receipt in known.receipts.values()) == kept
    assert debits <= 1


def test_every_reason_has_its_sentence():
    """A treasurer reads why a line waits, whatever the reason."""
    assert set(SUSPENSE_SENTENCES) == set(Suspense)
