"""Sending: once when all is well, at most twice when a sender dies, and never in vain for ever."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest

from services.notifications.delivery import Delivery
from services.notifications.domain import MailServerAway
from services.notifications.smtp import MailServer, MailServerAddress
from shared.events.members import MemberJoined, SignInRequested
from shared.testing import hear


async def write_letter(service, members, person_id: UUID, email: str = "camille@exemple.fr") -> None:
    joined = MemberJoined(territory="64", member_id=person_id, joined_on=date(2026, 11, 22))
    await hear(service, [members.contact(person_id, email), joined])


async def crash_while_sending(change) -> None:
    await change(
        "update letters set state = 'sending', attempts = attempts + 1, sent_at = null,"
        " next_attempt_at = now() - interval '1 second'"
    )


async def test_a_letter_is_marked_sent_once_the_server_took_it(service, members, deliver, states, person_id):
    """250 after DATA, then `sent`."""
    await write_letter(service, members, person_id)
    await deliver()
    assert await states() == [("welcome", "sent", None)]


async def test_one_connection_serves_many_letters(service, members, mailbox, deliver):
    """Twenty-five letters, two batches, one connection."""
    for _ in range(25):
        await write_letter(service, members, uuid4())
    await deliver()
    assert len(mailbox.mails) == 25
    assert mailbox.connections == 1


async def test_a_letter_left_sending_goes_out_again_with_the_same_id(
    service, members, mailbox, deliver, change, person_id
):
    """After a crash nobody knows whether the server took it: the mail reader can tell that it is the same."""
    await write_letter(service, members, person_id)
    await deliver()
    await crash_while_sending(change)
    await deliver()
    first, again = (mail.message["Message-ID"] for mail in mailbox.mails)
    assert first == again


async def test_a_letter_is_never_sent_a_third_time(
    service, members, mailbox, deliver, states, change, person_id
):
    """A sender that dies twice over the same letter does not get a third try."""
    await write_letter(service, members, person_id)
    await deliver()
    await crash_while_sending(change)
    await deliver()
    await crash_while_sending(change)
    await deliver()
    assert len(mailbox.mails) == 2
    assert await states() == [("welcome", "failed", "interrupted_twice")]


async def test_a_letter_held_by_a_living_sender_is_left_alone(
    service, members, deliver, mailbox, change, person_id
):
    """Two replicas deliver: what one holds, the other does not send."""
    await write_letter(service, members, person_id)
    await change("update letters set state = 'sending', next_attempt_at = now() + interval '1 minute'")
    await deliver()
    assert mailbox.mails == []


async def test_two_senders_share_the_letters(service, members, mailbox, deliver):
    """Both at work on the same table, each letter leaves once."""
    for _ in range(30):
        await write_letter(service, members, uuid4())
    delivery = service.background[0].__self__
    other = Delivery(
        database=service.database,
        server=MailServer(MailServerAddress.from_url(mailbox.url), timeout_seconds=2),
        sending=delivery._sending,
        due=asyncio.Event(),
        attempts=8,
        poll_seconds=1,
    )
    await asyncio.gather(deliver(), other.deliver_due())
    await other._server.close()
    assert len({mail.message["Message-ID"] for mail in mailbox.mails}) == len(mailbox.mails) == 30


async def test_a_refusal_for_now_is_tried_again_later(
    service, members, mailbox, deliver, states, change, person_id
):
    """4xx: the letter rests; then it arrives."""
    await write_letter(service, members, person_id)
    mailbox.answer_to_recipient = "450 4.2.0 <{address}> greylisted"
    await deliver()
    assert await states() == [("welcome", "due", "450 4.2.0")]
    mailbox.answer_to_recipient = None
    await deliver()
    assert mailbox.mails == [], "it rests first"
    await change("update letters set next_attempt_at = now()")
    await deliver()
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("where", ["answer_to_recipient", "answer_to_data"])
async def test_a_refusal_for_good_gives_the_letter_up(
    service, members, mailbox, deliver, states, person_id, where
):
    """5xx: the reason keeps the code and the enhanced status, not the text, which can hold the address."""
    await write_letter(service, members, person_id)
    setattr(mailbox, where, "550 5.1.1 camille@exemple.fr unknown")
    await deliver()
    assert await states() == [("welcome", "failed", "550 5.1.1")]


async def test_a_relay_that_denies_us_gives_no_letter_up(
    service, members, mailbox, deliver, states, person_id
):
    """5.7.x is about our rights at the relay: an operator puts that right, and the letter leaves later."""
    await write_letter(service, members, person_id)
    mailbox.answer_to_recipient = "554 5.7.1 relay access denied"
    await deliver()
    assert await states() == [("welcome", "due", "554 5.7.1")]


async def test_an_accented_address_is_reached(service, members, mailbox, deliver, person_id):
    """SMTPUTF8 (RFC 6531), where the server speaks it."""
    await write_letter(service, members, person_id, email="camillé@exemple.fr")
    await deliver()
    assert [mail.recipient for mail in mailbox.mails] == ["camillé@exemple.fr"]


async def test_too_many_refusals_give_the_letter_up(
    service, members, mailbox, deliver, states, change, person_id
):
    """The setting says how many attempts a letter has; its reason is the last answer."""
    await write_letter(service, members, person_id)
    await change("update letters set attempts = 7")
    mailbox.answer_to_data = "451 try later"
    await deliver()
    assert await states() == [("welcome", "failed", "451")]


async def test_one_refused_letter_does_not_stop_the_others(service, members, mailbox, deliver, states):
    """An address that no mail can go to is closed; the next letter leaves."""
    await write_letter(service, members, uuid4(), email="sans-arobase")
    await write_letter(service, members, uuid4(), email="camille@exemple.fr")
    await deliver()
    assert [mail.recipient for mail in mailbox.mails] == ["camille@exemple.fr"]
    assert ("welcome", "failed", "address_invalid") in await states()


async def test_a_server_that_is_away_counts_for_no_letter(
    service, members, mailbox, deliver, states, person_id
):
    """The letter stays due without an attempt, and leaves when the server is back."""
    port = int(mailbox.url.rsplit(":", 1)[1])
    await mailbox.stop()
    await write_letter(service, members, person_id)
    with pytest.raises(MailServerAway):
        await deliver()
    assert await states() == [("welcome", "due", None)]
    async with service.database.begin() as work:
        assert (await work.execute("select attempts from letters")).scalar() == 0
    await mailbox.start(port)
    await deliver()
    assert len(mailbox.mails) == 1


async def test_the_running_delivery_sends_a_new_letter_at_once(service, members, mailbox, person_id):
    """A committed letter wakes the delivery: it does not wait for the next look."""
    running = asyncio.create_task(service.background[0]())
    try:
        await asyncio.sleep(0.2)
        await hear(service, members.link(SignInRequested, person_id, "camille@exemple.fr"))
        async with asyncio.timeout(0.6):
            await mailbox.arrival.wait()
    finally:
        running.cancel()


async def test_a_stop_finishes_the_letter_at_hand(service, members, mailbox, states, person_id):
    """A cancelled delivery leaves nothing in `sending`."""
    for _ in range(10):
        await write_letter(service, members, uuid4())
    running = asyncio.create_task(service.background[0]())
    await mailbox.arrival.wait()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    assert {state for _, state, _ in await states()} <= {"sent", "due"}
    assert sum(state == "sent" for _, state, _ in await states()) == len(mailbox.mails)
