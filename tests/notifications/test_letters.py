"""From a fact on a lane to a mail: who gets one, when, and how often."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from shared.events import Heard
from shared.events.members import ConfirmationRequested, MemberJoined, OfferedMission, SignInRequested
from shared.events.pledges import (
    DirectDebitAnnounced,
    FundsCalled,
    PaymentAllocated,
    PaymentReceived,
    PaymentReturned,
    PledgeExpired,
    PledgeMade,
    PledgeSigned,
    ReceiptCancelled,
    ReceiptIssued,
    ReminderDue,
)
from shared.testing import hear
from shared.testing.harness import hear_again


def joined(person_id: UUID) -> MemberJoined:
    mission = OfferedMission(mission_id=uuid4(), title="Parler", description="En parler à trois personnes.")
    return MemberJoined(
        territory="64", member_id=person_id, joined_on=date(2026, 11, 22), missions=(mission,)
    )


def pledged(person_id: UUID, *, currency: str = "EUR", territory: str = "64", **other: str) -> PledgeMade:
    return PledgeMade(
        territory=territory,
        pledge_id=uuid4(),
        person_id=person_id,
        fund="fonds-commun",
        amount_minor=150_000,
        currency=currency,
        reference="RF18539007547034",
        beneficiary_name="Opération Milliard",
        beneficiary_iban="FR7630006000011234567890189",
        made_at=datetime.now(UTC),
        **other,
    )


def due(person_id: UUID, *, days: int = 0) -> ReminderDue:
    return ReminderDue(
        territory="64",
        pledge_id=uuid4(),
        person_id=person_id,
        fund="fonds-commun",
        currency="EUR",
        reference="RF18539007547034",
        amount_due_minor=5_000,
        due_on=date(2027, 1, 5),
        days=days,
        beneficiary_name="Opération Milliard",
        beneficiary_iban="FR7630006000011234567890189",
    )


def paid(person_id: UUID, *, line_id: UUID | None = None) -> PaymentReceived:
    return PaymentReceived(
        territory="64",
        line_id=line_id or uuid4(),
        statement_id=uuid4(),
        amount_minor=5_000,
        currency="EUR",
        booked_on=date(2026, 11, 1),
        value_on=date(2026, 11, 1),
        pledge_id=uuid4(),
        person_id=person_id,
        fund="fonds-commun",
        matched_by="structured_reference",
    )


async def test_a_new_member_is_welcomed_with_the_missions(service, members, mailbox, deliver, person_id):
    """The welcome names the territory and the missions, in both parts."""
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), joined(person_id)])
    await deliver()
    (mail,) = mailbox.to("camille@exemple.fr")
    for part in (mail.part("plain"), mail.part("html")):
        assert "Pyrénées-Atlantiques" in part
        assert "En parler à trois personnes." in part


async def test_a_pledge_is_answered_with_all_that_a_transfer_needs(
    service, members, mailbox, deliver, person_id
):
    """Amount, IBAN and reference in groups of four stand in the text; the code is a picture in the HTML."""
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), pledged(person_id)])
    await deliver()
    (mail,) = mailbox.mails
    text = mail.part("plain")
    assert "1\u202f500,00\u00a0€" in text
    assert "FR76 3000 6000 0112 3456 7890 189" in text
    assert "RF18 5390 0754 7034" in text
    (picture,) = [part for part in mail.message.walk() if part.get_content_type() == "image/png"]
    assert picture["Content-ID"] == "<virement>"
    assert "cid:virement" in mail.part("html")


async def test_a_pledge_in_parts_asks_for_the_first_one(service, members, mailbox, deliver, person_id):
    """The letter names the whole, and the transfer of the first part with its date."""
    pledge = pledged(person_id).model_copy(
        update={"instalment_count": 3, "first_due_minor": 50_000, "first_due_on": date(2027, 1, 5)}
    )
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), pledge])
    await deliver()
    (mail,) = mailbox.mails
    text = mail.part("plain").replace("\u00a0", " ")
    assert "1\u202f500,00 €" in text
    assert "en 3 versements" in text
    assert "Montant : 500,00 €\r\nDate prévue : 5 janvier 2027" in text
    assert "5 janvier 2027" in mail.part("html")


async def test_a_letter_of_before_there_were_dates_still_leaves(
    service, members, mailbox, deliver, change, person_id
):
    """It waited for its contact while the platform was renewed: it asks for the whole, at no date."""
    await hear(service, pledged(person_id))
    await change("update letters set content = content - 'instalment_count' - 'due_on' - 'due_minor'")
    await hear(service, members.contact(person_id, "camille@exemple.fr"))
    await deliver()
    assert "Montant\u00a0: 1\u202f500,00\u00a0€\r\nRéférence" in mailbox.mails[0].part("plain")


@pytest.mark.parametrize(
    ("days", "said"), [(-10, "prévoit"), (0, "prévoit"), (7, "en route"), (21, "en route")]
)
async def test_a_reminder_says_what_to_pay_and_how_to_stop(
    service, members, mailbox, deliver, person_id, days, said
):
    """Amount, date, reference and code; how to change or cancel; and never a reproach."""
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), due(person_id, days=days)])
    await deliver()
    (mail,) = mailbox.mails
    assert mail.message["Subject"] == "Un versement prévu pour votre promesse"
    for part in (mail.part("plain"), mail.part("html")):
        assert said in part
        assert "5 janvier 2027" in part
        assert "50,00\u00a0€" in part
        assert "annuler" in part
        assert "retard" not in part
    assert "cid:virement" in mail.part("html")


async def test_each_reminder_is_one_letter(service, members, mailbox, deliver, person_id):
    """Of one pledge, due date and day: however often it is told. Another day is another letter."""
    reminder = due(person_id, days=0)
    later = reminder.model_copy(update={"days": 7})
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), reminder, reminder, later])
    await deliver()
    assert len(mailbox.mails) == 2


async def test_a_reminder_does_not_wait_for_a_contact_for_long(service, deliver, states, change, person_id):
    """Whoever leaves an address later is not sent all of them at once."""
    await hear(service, due(person_id, days=0))
    await change("update letters set expires_at = expires_at - interval '2 days 1 second'")
    await deliver()
    assert await states() == [("pledge_reminder", "expired", "no_contact")]


async def test_an_expired_pledge_is_told_plainly(service, members, mailbox, deliver, person_id):
    """What is expected no longer, and that a transfer is welcome all the same."""
    facts = due(person_id).model_dump(
        include={"territory", "pledge_id", "person_id", "fund", "currency", "reference"}
    )
    expired = PledgeExpired(**facts, released_minor=5_000, expired_at=datetime.now(UTC))
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), expired])
    await deliver()
    (mail,) = mailbox.mails
    for part in (mail.part("plain"), mail.part("html")):
        assert "a expiré" in part
        assert "reste bienvenu" in part
        assert "50,00\u00a0€" in part


async def test_a_pledge_under_a_condition_asks_for_nothing(service, members, mailbox, deliver, person_id):
    """It is kept; no account and no code invite to pay it now."""
    pledge = pledged(person_id).model_copy(update={"is_conditional": True})
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), pledge])
    await deliver()
    (mail,) = mailbox.mails
    assert mail.message["Subject"] == "Votre promesse sous condition est enregistrée"
    for part in (mail.part("plain"), mail.part("html")):
        assert "rien à verser pour l’instant" in part
        assert "FR76" not in part


async def test_a_funder_is_asked_once_a_day_for_what_is_due(service, members, mailbox, deliver, person_id):
    """What was triggered, what is left to pay, and how; the same day said again is the same letter."""
    said = pledged(person_id).model_dump(exclude={"amount_minor", "made_at", "is_conditional"})
    calls = [
        FundsCalled(**said, triggered_minor=31_200, due_minor=1_200, called_on=date(2026, 11, day))
        for day in (1, 1, 2)
    ]
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), *calls])
    await deliver()
    assert len(mailbox.mails) == 2
    mail = mailbox.mails[0]
    for part in (mail.part("plain"), mail.part("html")):
        assert "312,00\u00a0€" in part
        assert "12,00\u00a0€" in part
    assert "RF18 5390 0754 7034" in mail.part("plain")
    assert "cid:virement" in mail.part("html")


async def test_a_pledge_in_pacific_francs_has_no_euro_code(service, members, mailbox, deliver, person_id):
    """The EPC code transfers euros only; the text is enough elsewhere."""
    pledge = pledged(person_id, currency="XPF", territory="988")
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), pledge])
    await deliver()
    (mail,) = mailbox.mails
    assert "150\u202f000\u00a0F\u00a0CFP" in mail.part("plain")
    assert "cid:virement" not in mail.part("html")


async def test_a_letter_of_intent_asks_for_no_payment(service, members, mailbox, deliver, person_id):
    """The mail says so, and has neither account nor reference nor code."""
    intended = pledged(person_id, commitment="letter_of_intent")
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), intended])
    await deliver()
    (mail,) = mailbox.mails
    assert mail.message["Subject"] == "Votre lettre d’intention"
    for part in (mail.part("plain"), mail.part("html")):
        assert "aucun versement n’est attendu" in part
        assert "3000" not in part
        assert "cid:" not in part


async def test_a_letter_of_intent_made_firm_says_how_to_pay(service, members, mailbox, deliver, person_id):
    """Once it is a promise, the account and the reference come."""
    intended = pledged(person_id, commitment="letter_of_intent")
    firm = PledgeSigned(
        **intended.model_dump(exclude={"made_at", "commitment"}),
        commitment="signed",
        signed_at=datetime.now(UTC),
    )
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), intended, firm])
    await deliver()
    assert {mail.message["Subject"] for mail in mailbox.mails} == {
        "Votre lettre d’intention",
        "Comment verser votre promesse",
    }


@pytest.mark.parametrize(
    ("kept_minor", "subject", "says"),
    [
        (1_000, "Comment verser votre promesse", "il reste"),
        (5_000, "Votre promesse est confirmée", "il ne reste rien à verser"),
    ],
)
async def test_what_came_for_a_letter_is_not_asked_for_again(
    service, members, mailbox, deliver, person_id, kept_minor: int, subject: str, says: str
):
    """The mail says what came and what is left; with nothing left it has no account."""
    intended = pledged(person_id, commitment="letter_of_intent")
    firm = PledgeSigned(
        **intended.model_dump(exclude={"made_at", "commitment", "amount_minor", "first_due_minor"}),
        amount_minor=5_000,
        commitment="promise",
        signed_at=datetime.now(UTC),
        first_due_minor=5_000 - kept_minor,
        kept_minor=kept_minor,
    )
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), firm])
    await deliver()
    (mail,) = mailbox.mails
    assert mail.message["Subject"] == subject
    for part in (mail.part("plain"), mail.part("html")):
        assert says in part
        assert f"{kept_minor // 100},00\u00a0€" in part
        assert ("IBAN" in part) is (kept_minor < 5_000)


async def test_each_receipt_is_thanked_for(service, members, mailbox, deliver, person_id):
    """Two bank lines of one pledge are two mails."""
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), paid(person_id), paid(person_id)])
    await deliver()
    assert [mail.message["Subject"] for mail in mailbox.mails] == ["Votre versement est arrivé, merci"] * 2
    assert "1er novembre 2026" in mailbox.mails[0].part("plain")


async def test_a_returned_payment_is_told(service, members, mailbox, deliver, person_id):
    """The person hears that the money left our account again."""
    returned = PaymentReturned(
        **paid(person_id).model_dump(exclude={"matched_by"}), received_line_id=uuid4(), reason_code="AC04"
    )
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), returned])
    await deliver()
    assert mailbox.mails[0].message["Subject"] == "Un versement a été rendu"


def announced(person_id: UUID, *, collect_on: date) -> DirectDebitAnnounced:
    return DirectDebitAnnounced(
        territory="64",
        pledge_id=uuid4(),
        person_id=person_id,
        collection_id=uuid4(),
        amount_minor=1_000,
        currency="EUR",
        collect_on=collect_on,
        mandate_reference="MILLIARD-23456789ABCDEFGHJKMN",
        creditor_id="FR72ZZZ123456",
        creditor_name="Opération Milliard",
    )


async def test_a_direct_debit_is_announced(service, members, mailbox, deliver, person_id):
    """Day, amount, creditor and mandate stand in both parts, and where to cancel it."""
    event = announced(person_id, collect_on=date(2099, 12, 15))
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), event])
    await deliver()
    (mail,) = mailbox.mails
    assert mail.message["Subject"] == "Un prélèvement est prévu"
    for part in (mail.part("plain"), mail.part("html")):
        said = ("10,00\u00a0€", "15 décembre 2099", "FR72ZZZ123456", event.mandate_reference)
        assert [one for one in (*said, f"/promesses/{event.pledge_id}/prelevement") if one not in part] == []


async def test_a_direct_debit_is_not_announced_after_its_day(
    service, members, mailbox, deliver, states, person_id
):
    """A contact that comes too late would be told of what has happened already."""
    await hear(service, announced(person_id, collect_on=date(2026, 1, 5)))
    await hear(service, members.contact(person_id, "camille@exemple.fr"))
    await deliver()
    assert mailbox.mails == []
    assert [(kind, state) for kind, state, _ in await states()] == [("direct_debit_announced", "expired")]


async def test_a_tax_receipt_comes_as_a_link(service, members, mailbox, deliver, person_id):
    """No file and no amount in the subject; the receipt that it replaces is named."""
    receipt_id = uuid4()
    issued = ReceiptIssued(
        territory="64",
        receipt_id=receipt_id,
        person_id=person_id,
        number="2025-000002",
        year=2025,
        amount_minor=123_456,
        currency="EUR",
        replaces=("2025-000001",),
    )
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), issued])
    await deliver()
    (mail,) = mailbox.mails
    assert mail.message["Subject"] == "Votre reçu fiscal est prêt"
    for part in (mail.part("plain"), mail.part("html")):
        assert f"http://milliard.test/recus/{receipt_id}" in part
        assert "2025-000001" in part
    assert "application/pdf" not in {part.get_content_type() for part in mail.message.walk()}


async def test_a_cancelled_tax_receipt_is_told(service, members, mailbox, deliver, person_id):
    """With its number, and why."""
    cancelled = ReceiptCancelled(
        territory="64",
        receipt_id=uuid4(),
        person_id=person_id,
        number="2025-000001",
        year=2025,
        amount_minor=1000,
        currency="EUR",
        reason="payment_returned",
    )
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), cancelled])
    await deliver()
    (mail,) = mailbox.mails
    assert mail.message["Subject"] == "Un de vos reçus fiscaux est annulé"
    for part in (mail.part("plain"), mail.part("html")):
        assert "2025-000001" in part
        assert "vous a été rendu" in part


@pytest.mark.parametrize(
    ("reason", "says"),
    [("payment_returned", "si l’organisme a encore le droit"), ("payment_detached", "compté par erreur"),
     ("mistake", "écrivez de nouveau votre nom")],
)  # fmt: skip
async def test_a_cancelled_tax_receipt_says_what_comes_next(
    service, members, mailbox, deliver, person_id, reason: str, says: str
):
    """No other receipt is promised: the right may be off, and a mistaken name has to be left again."""
    cancelled = ReceiptCancelled(
        territory="64",
        receipt_id=uuid4(),
        person_id=person_id,
        number="2025-000001",
        year=2025,
        amount_minor=1000,
        currency="EUR",
        reason=reason,
    )
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), cancelled])
    await deliver()
    (mail,) = mailbox.mails
    for part in (mail.part("plain"), mail.part("html")):
        assert says in part
        assert ("vous a été rendu" in part) is (reason == "payment_returned")


async def test_a_repeated_event_sends_one_mail(service, members, mailbox, deliver, person_id):
    """The same event past the inbox, and the same bank line in another event: one mail."""
    line_id = uuid4()
    await hear(service, members.contact(person_id, "camille@exemple.fr"))
    heard = await hear(service, paid(person_id, line_id=line_id))
    await hear_again(service, heard)
    await deliver()
    await hear(service, paid(person_id, line_id=line_id))
    await deliver()
    assert len(mailbox.mails) == 1


async def test_each_allocated_part_of_a_transfer_is_thanked_for_once(
    service, members, mailbox, deliver, person_id
):
    """Two promises paid by one bank line are two letters; the same part again is none."""
    line_id = uuid4()

    def allocated(allocation_id: UUID) -> PaymentAllocated:
        return PaymentAllocated(
            territory="64",
            allocation_id=allocation_id,
            line_id=line_id,
            statement_id=uuid4(),
            amount_minor=5_000,
            currency="EUR",
            made_on=date(2026, 11, 3),
            booked_on=date(2026, 11, 1),
            value_on=date(2026, 11, 1),
            pledge_id=uuid4(),
            person_id=person_id,
            fund="fonds-commun",
            matched_by="by_hand",
        )

    one, other = uuid4(), uuid4()
    await hear(service, members.contact(person_id, "camille@exemple.fr"))
    await hear(service, [allocated(one), allocated(other)])
    await hear(service, allocated(one))
    await deliver()
    assert len(mailbox.to("camille@exemple.fr")) == 2


async def test_a_payment_before_its_contact_waits_for_it(
    service, members, mailbox, deliver, states, person_id
):
    """Nothing leaves before the contact is there; then it leaves by itself."""
    await hear(service, paid(person_id))
    await deliver()
    assert await states() == [("payment_thanks", "waiting_contact", None)]
    await hear(service, members.contact(person_id, "camille@exemple.fr"))
    await deliver()
    assert len(mailbox.to("camille@exemple.fr")) == 1


async def test_a_letter_and_its_contact_cannot_miss_each_other(service, members, mailbox, deliver, person_id):
    """Written and brought at the same moment, in two transactions: the later one waits and sees the other."""
    payment = paid(person_id)
    heard = Heard(event=payment, id=uuid4(), occurred_at=datetime.now(UTC), correlation_id="", payload=b"")
    async with service.database.begin() as work:
        await service.handlers.handler_of(payment)(work, [heard])
        bringing = asyncio.create_task(hear(service, members.contact(person_id, "camille@exemple.fr")))
        await asyncio.sleep(0.2)
        assert not bringing.done()
    await bringing
    await deliver()
    assert len(mailbox.mails) == 1


async def test_a_letter_without_contact_expires(service, deliver, states, change, person_id):
    """After the month of waiting the letter is closed, quietly: anonymous savers never give an address."""
    await hear(service, paid(person_id))
    await change("update letters set expires_at = now() - interval '1 second'")
    await deliver()
    assert await states() == [("payment_thanks", "expired", "no_contact")]


async def test_a_replaced_contact_gets_the_next_letters(service, members, mailbox, deliver, person_id):
    """What leaves after the change goes to the new address, even when it was written before."""
    await hear(service, members.contact(person_id, "ancienne@exemple.fr"))
    await hear(service, paid(person_id))
    await hear(service, members.contact(person_id, "nouvelle@exemple.fr"))
    await deliver()
    assert [mail.recipient for mail in mailbox.mails] == ["nouvelle@exemple.fr"]


async def test_an_older_contact_does_not_replace_a_newer_one(service, members, mailbox, deliver, person_id):
    """A resend of the old contact, past the inbox, changes nothing."""
    old = await hear(service, members.contact(person_id, "ancienne@exemple.fr"))
    await hear(service, members.contact(person_id, "nouvelle@exemple.fr"))
    await hear_again(service, old)
    await hear(service, paid(person_id))
    await deliver()
    assert [mail.recipient for mail in mailbox.mails] == ["nouvelle@exemple.fr"]


async def test_two_persons_may_share_an_address(service, members, mailbox, deliver):
    """A couple with one mailbox: each gets their own letter."""
    first, second = uuid4(), uuid4()
    contacts = [members.contact(first, "foyer@exemple.fr"), members.contact(second, "foyer@exemple.fr")]
    await hear(service, [*contacts, paid(first), paid(second)])
    await deliver()
    assert len(mailbox.to("foyer@exemple.fr")) == 2


@pytest.mark.parametrize(
    ("contract", "label"),
    [(ConfirmationRequested, "Confirmer mon adhésion"), (SignInRequested, "Me connecter")],
)
async def test_a_link_goes_to_the_address_sealed_with_it(
    service, members, mailbox, deliver, person_id, contract, label
):
    """The person's contact may not be there yet: the link brings its own address."""
    await hear(service, members.link(contract, person_id, "camille@exemple.fr"))
    await deliver()
    (mail,) = mailbox.to("camille@exemple.fr")
    assert "http://milliard.test/connexion/lien?jeton=secret" in mail.part("plain")
    assert label in mail.part("html")


async def test_a_link_past_its_time_is_not_sent(service, members, mailbox, deliver, states, person_id):
    """A link that can open nothing any more would only confuse; its secret is wiped all the same."""
    await hear(service, members.link(SignInRequested, person_id, "camille@exemple.fr", minutes=-1))
    await deliver()
    assert mailbox.mails == []
    assert await states() == [("sign_in", "expired", "too_late")]


async def test_links_leave_before_all_other_letters(service, members, mailbox, deliver, person_id):
    """Somebody waits for a link in front of a screen; a thousand thanks can come after it."""
    await hear(
        service, [members.contact(person_id, "camille@exemple.fr"), *(paid(person_id) for _ in range(30))]
    )
    await hear(service, members.link(SignInRequested, person_id, "camille@exemple.fr"))
    await deliver()
    assert mailbox.mails[0].message["Subject"].startswith("Votre lien de connexion")
    assert len(mailbox.mails) == 31
