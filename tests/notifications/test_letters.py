"""From a fact on a lane to a mail: who gets one, when, and how often."""

import asyncio
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from shared.events import Heard
from shared.events.members import ConfirmationRequested, MemberJoined, OfferedMission, SignInRequested
from shared.events.pledges import PaymentReceived, PaymentReturned, PledgeMade
from shared.testing import hear
from shared.testing.harness import hear_again


def joined(person_id: UUID) -> MemberJoined:
    mission = OfferedMission(mission_id=uuid4(), title="Parler", description="En parler à trois personnes.")
    return MemberJoined(
        territory="64", member_id=person_id, joined_on=date(2026, 11, 22), missions=(mission,)
    )


def pledged(person_id: UUID, *, currency: str = "EUR", territory: str = "64") -> PledgeMade:
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


async def test_a_pledge_in_pacific_francs_has_no_euro_code(service, members, mailbox, deliver, person_id):
    """The EPC code transfers euros only; the text is enough elsewhere."""
    pledge = pledged(person_id, currency="XPF", territory="988")
    await hear(service, [members.contact(person_id, "camille@exemple.fr"), pledge])
    await deliver()
    (mail,) = mailbox.mails
    assert "150\u202f000\u00a0F\u00a0CFP" in mail.part("plain")
    assert "cid:virement" not in mail.part("html")


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
