"""Over random statements: every line gets one fate, and no more is returned than was received."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.matching import candidate_references
from services.pledges.domain.pledge import Pledge
from services.pledges.domain.reconciliation import (
    SUSPENSE_SENTENCES,
    ExpectedDebit,
    Fate,
    Receipt,
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
        currency="EUR",
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
            ExpectedDebit(
                territory="33", order_id=uuid4(), end_to_end_id="VIR-1", amount_minor=3, currency="EUR"
            )
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


COLLECTED, NEXT = f"{REFERENCES[0]}-0000000001", f"{REFERENCES[0]}-0000000002"


def explained(named: str, *receipts: Receipt):
    """A debit of 5 cents that names a payment, its pledge having these receipts; two names are direct debits."""
    known = fresh()
    known.pledges[UUID(int=0)] = known.pledges[UUID(int=0)].receive(
        sum(receipt.remaining_minor for receipt in receipts)
    )
    known.receipts = {receipt.line_id: receipt for receipt in receipts}
    known.collections = frozenset({COLLECTED, NEXT})
    back = BankLine(
        entry_index=1,
        detail_index=1,
        amount_minor=5,
        direction=Direction.DEBIT,
        booked_on=date(2026, 11, 2),
        value_on=date(2026, 11, 2),
        structured_reference=REFERENCES[0],
        end_to_end_id=named,
        return_reason="AC04",
    )
    return known.explain(back, line_id=uuid4(), candidates=candidate_references(back))


def paid(end_to_end_id: str | None, *, returned_minor: int = 0) -> Receipt:
    return Receipt(
        line_id=uuid4(),
        pledge_id=UUID(int=0),
        amount_minor=5,
        end_to_end_id=end_to_end_id,
        returned_minor=returned_minor,
    )


@pytest.mark.parametrize("name", [COLLECTED, "VIREMENT-1"])
def test_a_return_that_names_an_exhausted_payment_takes_no_other(name):
    """What went back already does not go back out of the next month's payment of the same promise."""
    found = explained(name, paid(name, returned_minor=5), paid(NEXT))
    assert found.reason is Suspense.RETURN_EXCEEDS_RECEIPTS


def test_a_return_of_a_direct_debit_that_is_not_in_yet_takes_no_other():
    """Its credit waits in suspense: the promise's other payments, named or not, are not its own."""
    assert explained(COLLECTED, paid(NEXT), paid(None)).reason is Suspense.RETURN_OF_UNKNOWN_PAYMENT


def test_a_return_that_names_a_payment_takes_that_one():
    """Also when another payment of the promise is newer."""
    meant = paid(COLLECTED)
    assert explained(COLLECTED, paid(NEXT), meant).receipt is meant


def test_a_return_with_a_name_of_its_own_is_known_by_its_reference():
    """A payer's bank may name its transfer's return anew: the promise's one payment is meant."""
    meant = paid("VIREMENT-1")
    assert explained("RETOUR-1", meant).receipt is meant


def test_every_reason_has_its_sentence():
    """A treasurer reads why a line waits, whatever the reason."""
    assert set(SUSPENSE_SENTENCES) == set(Suspense)
