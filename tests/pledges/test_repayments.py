"""Investments are paid back by a reference that no pledge has, and the bank's return of it is recognised."""

from datetime import date
from uuid import UUID, uuid4

import pytest

from services.pledges.domain.references import is_repayment_reference, issue_reference, normalise
from services.pledges.operations.make_pledge import SERIALS
from shared.events.ledger import InstalmentDue, RepaymentScheduled
from shared.events.pledges import (
    BankLineEvent,
    PaymentReceived,
    PaymentSuspended,
    RepaymentReceived,
    RepaymentReferenceIssued,
    RepaymentReturned,
)
from shared.testing import client_for, hear, recorded
from tests.pledges.statements import counted_statements

IBAN = "FR7630006000011234567890189"


def schedule(
    disbursement_id: UUID | None = None, *, version: int = 1, territory: str = "33", currency: str = "EUR"
) -> RepaymentScheduled:
    """A schedule that two persons confirmed."""
    return RepaymentScheduled(
        territory=territory,
        disbursement_id=disbursement_id or uuid4(),
        schedule_id=uuid4(),
        schedule_version=version,
        currency=currency,
        instalments=(InstalmentDue(due_on=date(2026, 12, 1), principal_minor=9000, interest_minor=0),),
    )


@pytest.fixture
def fates(pledges, send, statement, bank_file):
    """Import statements day after day, and return the events of all lines so far."""
    balance, day = 100_000, 0

    async def import_(*lines):
        nonlocal balance, day
        one = statement(lines, opening_minor=balance, day=day)
        balance, day = one[0].closing_minor, day + 1
        answer = await send(bank_file(one))
        assert answer.status_code == 200, answer.text
        return [event for event in await recorded(pledges) if isinstance(event, BankLineEvent)]

    return import_


@pytest.fixture
async def issued(pledges) -> RepaymentReferenceIssued:
    """The reference of an investment in Gironde."""
    await hear(pledges, [schedule()])
    [said] = [one for one in await recorded(pledges) if isinstance(one, RepaymentReferenceIssued)]
    return said


async def test_an_investment_gets_one_reference(pledges):
    """Said in its lane with our account; an amended schedule keeps it."""
    first = schedule()
    await hear(pledges, [first, schedule(first.disbursement_id, version=2), schedule(territory="2A")])
    said = [one for one in await recorded(pledges) if isinstance(one, RepaymentReferenceIssued)]
    assert [one.territory for one in said] == ["33", "2A"]
    assert said[0].disbursement_id == first.disbursement_id
    assert normalise(said[0].reference) == said[0].reference
    assert said[0].reference[4:7] == "033"
    assert said[0].beneficiary_iban
    assert all(is_repayment_reference(one.reference) for one in said)


@pytest.mark.parametrize("serial", [0, SERIALS - 1])
def test_no_pledge_has_such_a_reference(serial):
    """Pledges have nine digits of serial, these have ten."""
    assert not is_repayment_reference(issue_reference(986, serial))
    assert is_repayment_reference(issue_reference(986, SERIALS + serial))


@pytest.mark.parametrize("place", ["structured_reference", "remittance_text", "end_to_end_id"])
async def test_a_credit_with_its_reference_is_a_repayment(pledges, fates, issued, movement, place):
    """Told in the territory's lane with its bank line; in whichever place the bank says it."""
    (event,) = await fates(movement(5000, **{place: issued.reference}))
    assert isinstance(event, RepaymentReceived)
    assert (event.territory, event.disbursement_id) == ("33", issued.disbursement_id)
    assert event.amount_minor == 5000


async def test_a_statement_imported_again_repays_nothing_more(
    send, pledges, issued, movement, statement, bank_file
):
    """The line is one."""
    content = bank_file(statement([movement(5000, structured_reference=issued.reference)]))
    for _ in range(2):
        assert (await send(content)).status_code == 200
    assert [type(one) for one in await recorded(pledges)].count(RepaymentReceived) == 1


async def test_a_repayment_among_other_references_waits(fates, issued, promised, movement):
    """Nobody guesses which part is whose; an earlier place decides alone, as for pledges."""
    pledge = await promised()
    both = f"{issued.reference} ET {pledge['reference']}"
    events = await fates(
        movement(5000, remittance_text=both),
        movement(4000, structured_reference=issued.reference, remittance_text=pledge["reference"]),
        movement(3000, structured_reference=pledge["reference"], remittance_text=issued.reference),
    )
    assert [type(one) for one in events] == [PaymentSuspended, RepaymentReceived, PaymentReceived]
    assert events[0].reason == "repayment_among_others"


async def test_a_pledge_that_begins_like_it_is_not_paid(pledges, fates, issued, promised, movement):
    """The beginning of a longer reference is none, where that one is an investment's."""
    pledge = await promised(amount_minor=5000, territory="33")
    async with pledges.database.begin() as work:
        await work.execute(
            "update pledges set reference = :reference where pledge_id = :id",
            reference=issued.reference[:16],
            id=UUID(pledge["pledge_id"]),
        )
    (event,) = await fates(movement(5000, remittance_text=f"PRET {issued.reference}"))
    assert isinstance(event, RepaymentReceived)


async def test_the_bank_takes_a_repayment_back(fates, issued, movement):
    """By its EndToEndId or its reference, and only when the bank says that it is a return."""
    paid = {"structured_reference": issued.reference, "end_to_end_id": "ORG-1"}
    events = await fates(
        movement(5000, **paid),
        movement(-5000, end_to_end_id="ORG-1"),
        movement(-5000, end_to_end_id="ORG-1", return_reason="AC04"),
    )
    assert [type(one) for one in events] == [RepaymentReceived, PaymentSuspended, RepaymentReturned]
    assert events[2].repaid_line_id == events[0].line_id
    assert (events[2].disbursement_id, events[2].reason_code) == (issued.disbursement_id, "AC04")
    assert (await fates(movement(7000, structured_reference=issued.reference)))[-1].amount_minor == 7000
    by_reference = await fates(movement(-7000, structured_reference=issued.reference, return_reason="AC04"))
    assert isinstance(by_reference[-1], RepaymentReturned)


async def test_a_debit_that_only_names_an_investment_waits(fates, issued, movement):
    """A treasurer gives back what was paid in excess, by the same amount: the bank does not say that it is a return."""
    events = await fates(
        movement(5000, structured_reference=issued.reference),
        movement(-5000, structured_reference=issued.reference, end_to_end_id="OURS-1"),
        movement(-5000, remittance_text=f"TROP PERCU {issued.reference}"),
    )
    assert [getattr(one, "reason", None) for one in events] == [
        None,
        "debit_names_investment",
        "debit_names_investment",
    ]


async def test_a_line_in_another_currency_than_the_investment_waits(pledges, fates, movement):
    """The ledger could never post it: 5 000 F are not 50 €."""
    await hear(pledges, [schedule(territory="988", currency="XPF")])
    [said] = [one for one in await recorded(pledges) if isinstance(one, RepaymentReferenceIssued)]
    (event,) = await fates(movement(5000, structured_reference=said.reference))
    assert (event.territory, event.reason) == ("00", "currency_differs_from_investment")


async def test_a_return_in_another_currency_than_the_repayment_waits(pledges, fates, issued, movement):
    """It is not that one that goes back."""
    paid = {"structured_reference": issued.reference}
    await fates(movement(5000, **paid))
    async with pledges.database.begin() as work:
        await work.execute("update bank_lines set currency = 'XPF' where fate = 'repaid'")
    events = await fates(movement(-5000, **paid, return_reason="AC04"))
    assert events[-1].reason == "currency_differs_from_investment"


async def test_the_newest_repayment_goes_back_first(fates, issued, movement):
    """Of two that a return by its reference may mean, also where the newer one is in the same statement."""
    paid, back = {"structured_reference": issued.reference}, {"return_reason": "AC04"}
    await fates(movement(5000, **paid))
    events = await fates(movement(5000, **paid), movement(-5000, **paid, **back))
    assert events[2].repaid_line_id == events[1].line_id


async def test_a_repayment_goes_back_whole_and_once(fates, issued, movement):
    """Anything else waits for somebody."""
    paid = {"structured_reference": issued.reference, "end_to_end_id": "ORG-1"}
    back = {"end_to_end_id": "ORG-1", "return_reason": "AC04"}
    await fates(movement(5000, **paid))
    await fates(movement(-4999, **back))
    await fates(movement(-5000, **back))
    events = await fates(movement(-5000, **back))
    assert [getattr(one, "reason", type(one).__name__) for one in events] == [
        "RepaymentReceived",
        "return_of_part_of_repayment",
        "RepaymentReturned",
        "return_of_part_of_repayment",
    ]


async def test_the_page_of_a_line_says_why(pledges, fates, issued, movement, as_treasurer):
    """In French, for a repayment and for its return."""
    paid = {"structured_reference": issued.reference, "end_to_end_id": "ORG-1"}
    came, back = await fates(
        movement(5000, **paid), movement(-5000, end_to_end_id="ORG-1", return_reason="AC04")
    )
    async with client_for(pledges) as http:
        shown = [
            (await http.get(f"/banque/lignes/{one.line_id}", headers=as_treasurer)).text
            for one in (came, back)
        ]
    assert "Le remboursement d’un investissement, reconnu à sa référence." in shown[0]
    assert "c’est celle d’un investissement à rembourser" in shown[0]
    assert "il est dû à nouveau" in shown[1]


async def test_usual_lines_ask_nothing_more(pledges, send, statement, bank_file, movement, promised, issued):
    """Only a reference of that shape that no pledge has is looked for."""
    pledge = await promised()
    usual = [
        movement(100, structured_reference=pledge["reference"]),
        movement(5, remittance_text="RF18539007547034"),
    ]
    with counted_statements(pledges) as sent:
        assert (await send(bank_file(statement(usual)))).status_code == 200
    assert not [one for one in sent if "repayment_references" in one]
    assert not [one for one in sent if "fate = 'repaid'" in one]
