"""Batches of direct debits: who is collected, how much, when; the file, and who takes it."""

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from lxml import etree

from services.pledges.domain.target_days import business_days_after, next_business_day
from shared.events.pledges import DirectDebitAnnounced
from shared.testing import client_for, recorded
from shared.values import today_in_france
from tests.pledges.conftest import PAYER_IBAN, TREASURER

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.008.001.08"}
DAY_1 = {"day": 1}
ONCE = {"rhythm": "once"}


def told(content: bytes, name: str) -> list[str]:
    """What the elements of a name say, in the order of the file."""
    return [element.text or "" for element in etree.fromstring(content).iterfind(f".//p:{name}", NS)]


async def test_what_is_due_is_announced_to_each_saver(pledges, signed, promised, prepare) -> None:
    """Amount, day, mandate and creditor; neither account nor name."""
    pledge = await promised(12_000, territory="23")
    mandate = await signed(pledge, **DAY_1)
    batch = await prepare()
    (event,) = [one for one in await recorded(pledges) if isinstance(one, DirectDebitAnnounced)]
    assert (event.territory, str(event.pledge_id), event.amount_minor) == ("23", pledge["pledge_id"], 1_000)
    assert (event.mandate_reference, event.creditor_id) == (mandate["mandate_reference"], "FR72ZZZ123456")
    assert event.collect_on.isoformat() == batch["collect_on"]
    said = event.model_dump_json()
    assert PAYER_IBAN[4:] not in said
    assert "Camille" not in said


async def test_a_mandate_collects_once_a_month(signed, prepare, collect_day, prepare_answer) -> None:
    """A second batch of the same month has nothing; the next month's has it again."""
    await signed(**DAY_1)
    first = await prepare()
    month = date.fromisoformat(first["collect_on"])
    same_month = next_business_day(month + timedelta(days=1))
    if same_month.month == month.month:
        assert (await prepare_answer(same_month)).json()["code"] == "nothing_due"
    following = next_business_day((month.replace(day=1) + timedelta(days=32)).replace(day=1))
    assert (await prepare(following))["amount_minor"] == 1_000


async def test_a_saver_who_changed_banks_is_not_collected_twice_in_a_month(
    pledges, signed, promised, prepare, prepare_answer, ripen, take_file, collect_day
) -> None:
    """The new mandate begins with the next month."""
    pledge = await promised(12_000)
    first = await signed(pledge, **DAY_1)
    batch = await prepare()
    await ripen()
    await take_file(batch)
    async with client_for(pledges) as http:
        await http.delete(f"/api/pledges/pledges/{pledge['pledge_id']}/mandates/{first['mandate_id']}")
    await signed(pledge, **DAY_1)
    assert (await prepare_answer(collect_day)).json()["code"] == "nothing_due"


async def test_no_more_is_collected_than_is_missing(
    signed, promised, prepare, prepare_answer, send, movement, statement, bank_file
) -> None:
    """What was paid by transfer is not asked for again, nor what another collection is about to bring."""
    pledge = await promised(1_500)
    await signed(pledge, **DAY_1)
    await send(bank_file(statement([movement(700, structured_reference=pledge["reference"])])))
    first = await prepare()
    assert first["amount_minor"] == 800
    following = next_business_day(
        (date.fromisoformat(first["collect_on"]).replace(day=1) + timedelta(days=32)).replace(day=1)
    )
    assert (await prepare_answer(following)).json()["code"] == "nothing_due"


async def test_money_that_we_gave_back_is_not_collected_again(
    signed, promised, prepare_answer, collect_day, send, movement, statement, bank_file
) -> None:
    """A saver who was refunded has their reasons."""
    pledge = await promised(5_000)
    reference = {"structured_reference": pledge["reference"]}
    await send(bank_file(statement([movement(5_000, **reference), movement(-5_000, **reference)])))
    await signed(pledge, **ONCE)
    assert (await prepare_answer(collect_day)).json()["code"] == "nothing_due"


async def test_a_one_off_mandate_collects_all_that_is_missing_then_ends(
    pledges, signed, promised, prepare, ripen, take_file
) -> None:
    """OOFF; another mandate may be signed after it."""
    pledge = await promised(4_200)
    await signed(pledge, **ONCE)
    batch = await prepare()
    await ripen()
    content = (await take_file(batch)).content
    assert (told(content, "SeqTp"), told(content, "InstdAmt")) == (["OOFF"], ["42.00"])
    async with client_for(pledges) as http:
        (mandate,) = (await http.get(f"/api/pledges/pledges/{pledge['pledge_id']}/mandates")).json()
    assert mandate["state"] == "ended"


async def test_the_first_the_next_and_the_last_are_named_so(
    pledges, signed, promised, prepare, ripen, take_file
) -> None:
    """FRST, RCUR, FNAL; the last one takes what is left and ends the mandate."""
    await signed(await promised(2_500), **DAY_1)
    kinds = []
    for number in range(3):
        batch = await prepare()
        await ripen()
        kinds.append((told((await take_file(batch)).content, "SeqTp"), batch["amount_minor"]))
        async with pledges.database.begin() as work:  # a month passes
            await work.execute(
                "update debit_collections set period = period - make_interval(months => :n)", n=number + 1
            )
    assert kinds == [(["FRST"], 1_000), (["RCUR"], 1_000), (["FNAL"], 500)]


async def test_the_file_waits_for_the_days_that_savers_were_promised(
    pledges, signed, prepare, take_file
) -> None:
    """And it is not made after the day on which the bank wanted it."""
    await signed(**DAY_1)
    batch = await prepare()
    refused = await take_file(batch)
    assert (refused.status_code, refused.json()["code"]) == (409, "too_early_to_send")
    async with pledges.database.begin() as work:
        await work.execute(
            "update debit_batches set announced_on = announced_on - 90, sendable_from = sendable_from - 90,"
            " send_by = current_date - 1"
        )
    assert (await take_file(batch)).json()["code"] == "too_late_to_send"


async def test_the_file_names_what_we_will_recognise(signed, promised, prepare, ripen, take_file) -> None:
    """The pledge's RF reference as its text, and at the head of an EndToEndId that SEPA takes."""
    pledge = await promised(12_000)
    mandate = await signed(pledge, **DAY_1)
    batch = await prepare()
    await ripen()
    content = (await take_file(batch)).content
    assert told(content, "Ustrd") == [pledge["reference"]]
    (name,) = told(content, "EndToEndId")
    assert name.startswith(f"{pledge['reference']}-")
    assert len(name) <= 35
    assert told(content, "MndtId") == [mandate["mandate_reference"]]
    assert told(content, "DbtrAcct/p:Id/p:IBAN") == [PAYER_IBAN]
    assert told(content, "PmtInfId") == [f"{batch['payment_information_id']}-FRST"]


async def test_the_file_taken_again_is_the_same_and_each_taking_is_kept(
    pledges, signed, prepare, ripen, take_file, as_treasurer
) -> None:
    """Who, when, and the digest of what they got."""
    await signed(**DAY_1)
    batch = await prepare()
    await ripen()
    first, second = await take_file(batch), await take_file(batch)
    assert first.content == second.content
    async with pledges.database.begin() as work:
        taken = await work.execute(
            "select downloaded_by, digest from payment_file_downloads join payment_files using (file_id)"
        )
    assert taken.all() == [(TREASURER, sha256(first.content).hexdigest())] * 2


async def test_the_sums_of_the_file_are_those_of_the_batch(
    pledges, signed, promised, prepare, ripen, take_file, as_treasurer
) -> None:
    """Counted from our table and from the file."""
    for euros_minor in (1_000, 2_345, 7):
        await signed(await promised(100 + euros_minor), **ONCE)
    batch = await prepare()
    await ripen()
    content = (await take_file(batch)).content
    async with client_for(pledges) as http:
        found = (
            await http.get(f"/api/pledges/debit-batches/{batch['batch_id']}", headers=as_treasurer)
        ).json()
    collections = found["collections"]
    assert sorted(told(content, "InstdAmt")) == sorted(
        f"{one['amount_minor'] // 100}.{one['amount_minor'] % 100:02d}" for one in collections
    )
    assert sum(one["amount_minor"] for one in collections) == found["batch"]["amount_minor"] == 3_652
    assert PAYER_IBAN not in str(found)


async def test_what_was_paid_or_cancelled_meanwhile_is_left_out(
    pledges, signed, promised, prepare, ripen, take_file, send, movement, statement, bank_file
) -> None:
    """Nobody is debited for what they paid by transfer, or under a mandate that they cancelled."""
    paid, gone, stays = [await promised(5_000) for _ in range(3)]
    await signed(paid, **ONCE)
    cancelled = await signed(gone, **ONCE)
    await signed(stays, **ONCE)
    batch = await prepare()
    assert batch["collection_count"] == 3
    await send(bank_file(statement([movement(5_000, structured_reference=paid["reference"])])))
    async with client_for(pledges) as http:
        await http.delete(f"/api/pledges/pledges/{gone['pledge_id']}/mandates/{cancelled['mandate_id']}")
    await ripen()
    assert told((await take_file(batch)).content, "Ustrd") == [stays["reference"]]


async def test_a_cancelled_batch_lets_its_mandates_go(
    pledges, signed, prepare, take_file, ripen, as_treasurer
) -> None:
    """Nothing of it is sent, and the same month can be prepared anew; a file that was made cannot be cancelled."""
    await signed(**DAY_1)
    batch = await prepare()
    async with client_for(pledges) as http:
        address = f"/banque/prelevements/{batch['batch_id']}/annulation"
        assert (await http.post(address, headers=as_treasurer)).status_code == 303
        assert (await take_file(batch)).json()["code"] == "batch_closed"
        again = await prepare()
        await ripen()
        await take_file(again)
        address = f"/banque/prelevements/{again['batch_id']}/annulation"
        assert (await http.post(address, headers=as_treasurer)).status_code == 409


async def test_a_lapsed_mandate_is_not_collected(pledges, signed, prepare_answer, collect_day) -> None:
    """Three years without a collection."""
    await signed(**DAY_1)
    async with pledges.database.begin() as work:
        await work.execute("update mandates set signed_at = signed_at - interval '3 years'")
    assert (await prepare_answer(collect_day)).json()["code"] == "nothing_due"


async def test_mandates_for_another_identifier_are_not_collected(
    pledges, signed, prepare_answer, collect_day
) -> None:
    """Those of a demonstration never debit anybody once the real identifier is set."""
    await signed(**DAY_1)
    pledges.settings.creditor_id = "FR98ZZZ654321"
    assert (await prepare_answer(collect_day)).json()["code"] == "nothing_due"


async def test_a_mandate_keeps_the_delay_that_its_saver_agreed_to(
    pledges, signed, prepare_answer, collect_day
) -> None:
    """Also when the setting became shorter."""
    await signed(**DAY_1)
    pledges.settings.prenotification_days = 1
    soon = business_days_after(today_in_france() + timedelta(days=3), 2)
    assert (await prepare_answer(soon)).json()["code"] == "collection_too_soon"
    assert (await prepare_answer(collect_day)).status_code == 201


async def test_a_treasurer_whose_role_ended_takes_no_file(pledges, signed, prepare, ripen, take_file) -> None:
    """The projection is asked, not the session."""
    await signed(**DAY_1)
    batch = await prepare()
    await ripen()
    async with pledges.database.begin() as work:
        await work.execute("delete from role_holders")
    answer = await take_file(batch)
    assert (answer.status_code, answer.json()["code"]) == (403, "treasurer_no_more")


async def test_the_desk_shows_what_would_be_collected_and_prepares_it(
    pledges, signed, collect_day, as_treasurer
) -> None:
    """A preview changes nothing; the button prepares, and the saver's page shows what is announced."""
    mandate = await signed(**DAY_1)
    async with client_for(pledges) as http:
        preview = await http.get(f"/banque/prelevements?le={collect_day}", headers=as_treasurer)
        assert "10,00\u00a0€" in preview.text
        assert not [one for one in await recorded(pledges) if isinstance(one, DirectDebitAnnounced)]
        sent = await http.post("/banque/prelevements", data={"le": f"{collect_day}"}, headers=as_treasurer)
        page = await http.get(sent.headers["location"], headers=as_treasurer)
        assert mandate["mandate_reference"] in page.text
        assert PAYER_IBAN not in page.text
        saver = await http.get(f"/promesses/{mandate['pledge_id']}/prelevement")
    assert "Annoncé" in saver.text


@pytest.mark.parametrize("day", ["hier", "9999-12-31", "0001-01-01"])
async def test_a_day_that_cannot_be_is_said_on_the_page(pledges, day: str, as_treasurer: Any) -> None:
    """Beside its field."""
    async with client_for(pledges) as http:
        page = await http.get("/banque/prelevements", params={"le": day}, headers=as_treasurer)
    assert page.status_code == 422
    assert "À corriger" in page.text


async def test_cancelling_a_promise_ends_its_mandate_and_what_was_announced(
    pledges, signed, promised, prepare, ripen, take_file, as_treasurer
) -> None:
    """In one step; the page that asks says so before."""
    pledge = await promised(5_000)
    await signed(pledge, **ONCE)
    batch = await prepare()
    async with client_for(pledges) as http:
        asked = await http.get(f"/promesses/{pledge['pledge_id']}/annuler")
        await http.post(f"/promesses/{pledge['pledge_id']}/annuler")
        (mandate,) = (await http.get(f"/api/pledges/pledges/{pledge['pledge_id']}/mandates")).json()
        shown = await http.get(f"/api/pledges/debit-batches/{batch['batch_id']}", headers=as_treasurer)
    assert "Votre mandat de prélèvement prend fin" in asked.text
    assert (mandate["state"], shown.json()["collections"][0]["state"]) == ("cancelled", "cancelled")
    await ripen()
    assert (await take_file(batch)).json()["code"] == "nothing_left_to_send"


@pytest.fixture
def cancel_as_before(pledges) -> Any:
    """Cancel a promise whose mandate stays active, as cancellations left it once."""

    async def cancel(pledge: dict[str, Any]) -> None:
        async with client_for(pledges) as http:
            answer = await http.post(f"/api/pledges/pledges/{pledge['pledge_id']}/cancellation")
            assert answer.status_code == 200, answer.text
        async with pledges.database.begin() as work:
            await work.execute(
                "update mandates set state = 'active', cancelled_at = null, cancellation_reason = null"
            )
            await work.execute("update debit_collections set state = 'announced'")

    return cancel


async def test_a_cancelled_promise_that_late_money_reached_is_not_debited(
    signed, promised, prepare_answer, collect_day, cancel_as_before, send, movement, statement, bank_file
) -> None:
    """It is partially paid then, and nobody waits for the rest."""
    pledge = await promised(5_000)
    await signed(pledge, **ONCE)
    await cancel_as_before(pledge)
    await send(bank_file(statement([movement(1_000, structured_reference=pledge["reference"])])))
    assert (await prepare_answer(collect_day)).json()["code"] == "nothing_due"


async def test_what_was_announced_for_a_cancelled_promise_is_not_sent(
    signed, promised, prepare, ripen, take_file, cancel_as_before, send, movement, statement, bank_file
) -> None:
    """Whatever late money made of its state."""
    pledge = await promised(5_000)
    await signed(pledge, **DAY_1)
    batch = await prepare()
    await cancel_as_before(pledge)
    await send(bank_file(statement([movement(1_000, structured_reference=pledge["reference"])])))
    await ripen()
    assert (await take_file(batch)).json()["code"] == "nothing_left_to_send"


async def test_a_mandate_signed_after_the_promise_was_released_is_collected(
    pledges, signed, promised, prepare
) -> None:
    """Its saver wants to pay all the same."""
    pledge = await promised(5_000)
    async with pledges.database.begin() as work:
        await work.execute(
            "update pledges set state = 'expired', released_minor = 5000, released_as = 'expired', released_at = now()"
        )
    await signed(pledge, **ONCE)
    assert (await prepare())["amount_minor"] == 5_000
