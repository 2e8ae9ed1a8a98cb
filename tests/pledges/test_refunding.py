"""A payment is given back: one treasurer orders, another confirms, and the bank's debit does it."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from services.pledges.domain.target_days import next_business_day
from services.pledges.repository.pledges import lock_pledges
from shared.events.members import RoleGranted, RoleRevoked
from shared.events.pledges import (
    BankLineEvent,
    PaymentAllocated,
    PaymentRefunded,
    PaymentReturned,
    PaymentSuspended,
)
from shared.testing import client_for, hear, recorded, session_token
from shared.values import today_in_france
from tests.pledges.conftest import TREASURER

SECOND = UUID("7d9f5a52-3b0c-4e0f-8a9a-0f6a3f1f0002")
GRANT = uuid4()
IBAN = "FR1420041010050500013M02606"


def role(person_id, *, grant_id=GRANT):
    return RoleGranted(
        territory="00", person_id=person_id, role="treasurer", grant_id=grant_id, granted_by=uuid4()
    )


@pytest.fixture
async def http(pledges):
    await hear(pledges, [role(TREASURER), role(SECOND, grant_id=uuid4())])
    async with client_for(pledges) as client:
        yield client


@pytest.fixture
def second():
    return {"Authorization": f"Bearer {session_token(SECOND, roles=[('treasurer', '00')])}"}


@pytest.fixture
def days(send, statement, bank_file):
    """Import statements day after day."""
    balance, day = 0, 0

    async def import_(*lines):
        nonlocal balance, day
        one = statement(lines, opening_minor=balance, day=day)
        balance, day = one[0].closing_minor, day + 1
        answer = await send(bank_file(one))
        assert answer.status_code == 200, answer.text
        return answer.json()["statements"][0]

    return import_


@pytest.fixture
async def paid(days, promised, movement, pledges):
    """A promise of 50 € and the bank line of 50 € that paid it: pledge and payment."""
    pledge = await promised(5000, "64")
    await days(
        movement(5000, structured_reference=pledge["reference"], counterparty_iban=IBAN, end_to_end_id="E1")
    )
    (event,) = [event for event in await recorded(pledges) if isinstance(event, BankLineEvent)]
    return pledge, event.line_id


@pytest.fixture
def order(http, as_treasurer, paid):
    async def ask(amount_minor=5000, *, payment_id=None, headers=as_treasurer, **other):
        pledge, line_id = paid
        wanted = {
            "pledge_id": pledge["pledge_id"],
            "payment_id": str(payment_id or line_id),
            "amount_minor": amount_minor,
            "payee_name": "Camille Exemple",
            "payee_iban": IBAN,
            "reason": "Versé par erreur",
        }
        return await http.post("/api/pledges/refunds", json=wanted | other, headers=headers)

    return ask


@pytest.fixture
def confirmed(http, order, second):
    """Order a refund as one treasurer and confirm it as another; the refund."""

    async def ask(amount_minor=5000, **other):
        refund = (await order(amount_minor, **other)).json()
        answer = await confirm(http, refund, second)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return ask


@pytest.fixture
def file_of(http, as_treasurer):
    """Ask for a file of these refunds' transfers; the response."""

    async def ask(*refunds):
        day = next_business_day(today_in_france() + timedelta(days=1))
        wanted = {"end_to_end_ids": [one["end_to_end_id"] for one in refunds], "execute_on": f"{day}"}
        return await http.post("/api/pledges/transfer-files", json=wanted, headers=as_treasurer)

    return ask


@pytest.fixture
def give_up(http, second):
    """Cancel a refund, for this reason if any; the response."""

    async def ask(refund, reason=None):
        address = f"/api/pledges/refunds/{refund['refund_id']}/cancellation"
        return await http.post(address, json={"reason": reason} if reason else None, headers=second)

    return ask


def confirm(http, refund, headers, **other):
    body = {"order_hash": refund["order_hash"], **other}
    return http.post(f"/api/pledges/refunds/{refund['refund_id']}/confirmation", json=body, headers=headers)


async def state_of(http, pledge):
    found = (await http.get(f"/api/pledges/pledges/{pledge['pledge_id']}")).json()
    return found["state"], found["received_minor"], found["returned_minor"]


async def test_two_persons_and_the_banks_debit_give_a_payment_back(
    http, pledges, order, second, paid, days, movement
):
    """The order changes nothing, nor its confirmation; the debit with its EndToEndId is told as a refund."""
    pledge, line_id = paid
    refund = (await order()).json()
    assert (refund["state"], refund["is_payers_account"]) == ("ordered", True)
    confirmed = (await confirm(http, refund, second)).json()
    assert confirmed["state"] == "confirmed"
    assert await state_of(http, pledge) == ("paid", 5000, 0)
    imported = await days(movement(-5000, end_to_end_id=refund["end_to_end_id"]))
    assert imported["refunded_count"] == 1
    (event,) = [event for event in await recorded(pledges) if isinstance(event, PaymentRefunded)]
    assert (event.territory, event.received_line_id, str(event.refund_id)) == (
        "64",
        line_id,
        refund["refund_id"],
    )
    assert await state_of(http, pledge) == ("refunded", 5000, 5000)


async def test_the_person_who_ordered_cannot_confirm(http, order, as_treasurer):
    """Two persons, always."""
    refused = await confirm(http, (await order()).json(), as_treasurer)
    assert (refused.status_code, "demandez à une autre" in refused.json()["detail"]) == (422, True)


async def test_another_order_is_not_confirmed(http, order, second):
    """The hash is that of what was read."""
    refused = await confirm(http, (await order()).json(), second, order_hash="0" * 64)
    assert (refused.status_code, "n’est plus celui-ci" in refused.json()["detail"]) == (422, True)


async def test_whoever_lost_the_role_neither_orders_nor_has_ordered(http, pledges, order, second):
    """By this service's own projection, whatever the session still says."""
    refund = (await order()).json()
    revoked = RoleRevoked(
        territory="00", person_id=TREASURER, role="treasurer", grant_id=GRANT, revoked_by=uuid4()
    )
    await hear(pledges, revoked)
    assert (await order()).status_code == 403
    refused = await confirm(http, refund, second)
    assert (refused.status_code, "n’est plus trésorière" in refused.json()["detail"]) == (422, True)


async def test_orders_never_exceed_what_a_payment_holds(http, order, second):
    """Refunds under way hold their amount; one that is given up lets it go."""
    first = (await order(3000)).json()
    refused = await order(2001)
    assert (refused.status_code, "Il ne reste que" in refused.json()["detail"]) == (422, True)
    await http.post(f"/api/pledges/refunds/{first['refund_id']}/cancellation", headers=second)
    assert (await order(5000)).status_code == 201


async def test_orders_at_once_never_exceed_it_either(order):
    """The pledge is locked."""
    answers = await asyncio.gather(*[order(2000 + cents) for cents in range(4)])
    assert sorted(answer.status_code for answer in answers) == [201, 201, 422, 422]


async def test_an_order_that_is_sent_twice_is_one(http, order, as_treasurer):
    """A double click, at once or not: the second person finds one order, of what is left too."""
    answers = await asyncio.gather(order(3000), order(3000))
    again = await order(3000)
    assert len({answer.json()["refund_id"] for answer in (*answers, again)}) == 1
    assert len((await http.get("/api/pledges/refunds", headers=as_treasurer)).json()) == 1


async def test_an_order_like_one_that_waits_is_not_doubled(order):
    """With another reason it is a correction: the first one is to be given up."""
    await order(2000)
    refused = await order(2000, reason="Versé deux fois")
    assert (refused.status_code, "annulez-le d’abord" in refused.json()["detail"]) == (422, True)


async def test_orders_that_differ_are_two(order, second, http):
    """Another amount, another account, another person, or the same once the first is confirmed."""
    first = (await order(1000)).json()
    await confirm(http, first, second)
    others = [{}, {"headers": second}, {"payee_iban": "FR7630006000011234567890189"}]
    made = {(await order(1000, **other)).json()["refund_id"] for other in others}
    assert len(made | {first["refund_id"], (await order(500)).json()["refund_id"]}) == 5


async def test_a_payment_that_went_back_meanwhile_is_not_refunded(http, order, second, days, movement):
    """The bank's return came between the order and its confirmation."""
    refund = (await order()).json()
    await days(movement(-5000, end_to_end_id="E1", return_reason="AC04"))
    refused = await confirm(http, refund, second)
    assert (refused.status_code, "Il ne reste que" in refused.json()["detail"]) == (422, True)


@pytest.mark.parametrize(
    ("amounts", "reason"),
    [([-4999], "amount_differs_from_order"), ([-5000, -5000], "order_already_debited")],
)
async def test_a_debit_that_is_not_the_order_waits(
    http, pledges, order, second, days, movement, amounts, reason
):
    """Another amount, or a second time."""
    refund = (await order()).json()
    await confirm(http, refund, second)
    await days(*[movement(amount, end_to_end_id=refund["end_to_end_id"]) for amount in amounts])
    waiting = [event.reason for event in await recorded(pledges) if isinstance(event, PaymentSuspended)]
    assert waiting == [reason]


async def test_a_debit_of_an_order_that_nobody_confirmed_is_no_refund(http, pledges, order, days, movement):
    """It waits: nothing was to leave."""
    refund = (await order()).json()
    await days(movement(-5000, end_to_end_id=refund["end_to_end_id"]))
    assert not [
        event for event in await recorded(pledges) if isinstance(event, PaymentRefunded | PaymentReturned)
    ]


async def test_an_order_whose_debit_a_statement_shows_is_not_confirmed(http, order, second, days, movement):
    """Somebody made the transfer too early: it would leave twice."""
    refund = (await order()).json()
    await days(movement(-5000, end_to_end_id=refund["end_to_end_id"]))
    refused = await confirm(http, refund, second)
    assert (refused.status_code, "annulez cet ordre" in refused.json()["detail"]) == (422, True)


async def test_a_confirmed_refund_is_given_up_with_a_reason(confirmed, order, give_up, paid):
    """Its account was closed: what it held can be ordered again, to another one."""
    refund = await confirmed()
    refused = await give_up(refund)
    assert (refused.status_code, "Écrivez pourquoi" in refused.json()["detail"]) == (422, True)
    given_up = (await give_up(refund, "Compte fermé")).json()
    assert (given_up["state"], given_up["cancellation_reason"]) == ("cancelled", "Compte fermé")
    assert (await order(5000)).status_code == 201
    assert "déjà débité ou annulé" in (await give_up(refund, "Encore")).json()["detail"]


async def test_a_refund_in_a_file_is_not_given_up(http, confirmed, file_of, give_up, as_treasurer):
    """The bank may have it, until that file is declared never sent."""
    refund = await confirmed()
    await file_of(refund)
    refused = await give_up(refund, "Compte fermé")
    assert (refused.status_code, "dans le fichier" in refused.json()["detail"]) == (422, True)
    (file,) = (await http.get("/api/pledges/transfer-files", headers=as_treasurer)).json()
    never_sent = f"/api/pledges/transfer-files/{file['file_id']}/never-sent"
    await http.post(never_sent, json={"reason": "Compte fermé"}, headers=as_treasurer)
    assert (await give_up(refund, "Compte fermé")).status_code == 200


async def test_a_refund_that_the_bank_rejected_leaves_its_file_and_is_given_up(
    http, confirmed, order, file_of, give_up, as_treasurer
):
    """Then it is ordered again, to another account."""
    refund = await confirmed()
    await file_of(refund)
    (file,) = (await http.get("/api/pledges/transfer-files", headers=as_treasurer)).json()
    address = f"/api/pledges/transfer-files/{file['file_id']}"
    body = {"end_to_end_ids": [refund["end_to_end_id"]], "reason": "Compte fermé"}
    assert (await http.post(f"{address}/withdrawals", json=body, headers=as_treasurer)).status_code == 204
    assert (await give_up(refund, "Compte fermé")).status_code == 200
    assert (await order(payee_iban="FR7630006000011234567890189")).status_code == 201
    page = await http.get(f"/banque/virements/{file['file_id']}", headers=as_treasurer)
    assert "Remboursement annulé" in page.text


async def test_a_file_with_a_refund_whose_payment_went_back_is_not_handed_out(
    http, confirmed, file_of, days, movement, as_treasurer
):
    """Whoever has not sent it yet does not; the page warns, and the order can leave the file."""
    refund = await confirmed()
    await file_of(refund)
    (file,) = (await http.get("/api/pledges/transfer-files", headers=as_treasurer)).json()
    await days(movement(-5000, end_to_end_id="E1", return_reason="MD06"))
    address = f"/api/pledges/transfer-files/{file['file_id']}"
    assert (await http.post(f"{address}/file", headers=as_treasurer)).json()["code"] == "file_not_whole"
    assert file["message_id"] in (await http.get("/banque", headers=as_treasurer)).text
    body = {"end_to_end_ids": [refund["end_to_end_id"]], "reason": "Déjà rendu"}
    assert (await http.post(f"{address}/withdrawals", json=body, headers=as_treasurer)).status_code == 204


async def test_a_refund_that_a_debit_names_is_not_given_up(confirmed, give_up, days, movement):
    """Of whatever amount: money has left."""
    refund = await confirmed()
    await days(movement(-4999, end_to_end_id=refund["end_to_end_id"]))
    refused = await give_up(refund, "Compte fermé")
    assert (refused.status_code, "peut-être parti" in refused.json()["detail"]) == (422, True)


async def test_whoever_lost_the_role_gives_no_confirmed_refund_up(pledges, confirmed, give_up):
    """The projection is asked, not the session; a debit that comes later would be nobody's."""
    refund = await confirmed()
    async with pledges.database.begin() as work:
        await work.execute("delete from role_holders")
    assert (await give_up(refund, "Compte fermé")).status_code == 403


async def test_the_page_gives_a_confirmed_refund_up(http, confirmed, second):
    """By a form that asks why."""
    await confirmed()
    page = (await http.get("/banque/remboursements", headers=second)).text
    address = page.split('action="')[1].split('"')[0]
    assert address.endswith("/annulation")
    assert (await http.post(address, data={"raison": ""}, headers=second)).status_code == 422
    assert (await http.post(address, data={"raison": "Compte fermé"}, headers=second)).status_code == 303
    assert "Aucun remboursement en cours" in (await http.get("/banque/remboursements", headers=second)).text


async def test_a_refund_whose_payment_went_back_is_not_paid(
    http, confirmed, file_of, give_up, days, movement, as_treasurer
):
    """The bank gave it back after the confirmation: no page offers it, no file takes it, it can be given up."""
    refund = await confirmed()
    await days(movement(-5000, end_to_end_id="E1", return_reason="MD06"))
    assert (await file_of(refund)).json()["code"] == "order_not_open"
    for path in ("/banque", "/banque/virements"):
        page = (await http.get(path, headers=as_treasurer)).text
        assert "Le paiement est déjà rendu" in page
        assert f'value="{refund["end_to_end_id"]}"' not in page
    assert "Mettez l’identifiant" not in (await http.get("/banque", headers=as_treasurer)).text
    assert "À ne pas virer" in (await http.get("/banque/remboursements", headers=as_treasurer)).text
    assert (await give_up(refund, "Rendu par sa banque")).status_code == 200


async def test_refunds_that_a_payment_holds_no_more_together_are_not_paid(
    confirmed, file_of, give_up, days, movement
):
    """Neither of them, until one is given up: nobody knows which one the bank would make first."""
    first, second = await confirmed(2000), await confirmed(2500)
    await days(movement(-1000, end_to_end_id="E1", return_reason="AC04"))
    assert [(await file_of(one)).status_code for one in (first, second)] == [409, 409]
    await give_up(first, "Rendu en partie")
    assert (await file_of(second)).status_code == 200


async def test_a_file_waits_for_what_goes_on_with_the_payments(pledges, confirmed, file_of, paid):
    """An import that holds the pledge gives the payment back first: the file is refused."""
    pledge, line_id = paid
    refund = await confirmed()
    async with pledges.database.begin() as work:
        await lock_pledges(work, references=[pledge["reference"]], pledge_ids=[])
        asked = asyncio.create_task(file_of(refund))
        done, _ = await asyncio.wait({asked}, timeout=1)
        await work.execute(
            "update bank_lines set returned_minor = amount_minor where line_id = :id", id=line_id
        )
    assert not done
    assert (await asked).json()["code"] == "order_not_open"


async def test_a_confirmed_refund_goes_into_the_file_of_transfers(http, order, second, file_of, as_treasurer):
    """Not before its confirmation; then with its EndToEndId, to its payee, once."""
    refund = (await order(2500)).json()
    assert (await file_of(refund)).is_client_error
    await confirm(http, refund, second)
    assert (
        f'value="{refund["end_to_end_id"]}"'
        in (await http.get("/banque/virements", headers=as_treasurer)).text
    )
    written = (await file_of(refund)).text
    assert [part in written for part in (refund["end_to_end_id"], IBAN, ">25.00<")] == [True] * 3
    assert (await file_of(refund)).is_client_error


async def test_what_is_in_a_file_is_not_offered_to_be_typed(http, confirmed, file_of, as_treasurer):
    """The bank's page says in which file it is, and where a refund in a file stands."""
    refund = await confirmed()
    assert "Mettez l’identifiant" in (await http.get("/banque", headers=as_treasurer)).text
    await file_of(refund)
    (file,) = (await http.get("/api/pledges/transfer-files", headers=as_treasurer)).json()
    page = (await http.get("/banque", headers=as_treasurer)).text
    assert "Mettez l’identifiant" not in page
    assert file["message_id"] in page.split("Déjà dans un fichier")[1]
    assert file["message_id"] in (await http.get("/banque/remboursements", headers=as_treasurer)).text


async def test_an_order_with_a_debit_of_another_amount_is_not_paid_again(
    http, confirmed, file_of, days, movement, as_treasurer
):
    """No file takes it, and pages say why, with the line."""
    refund = await confirmed()
    await days(movement(-4999, end_to_end_id=refund["end_to_end_id"]))
    assert (await file_of(refund)).json()["code"] == "order_not_open"
    for path in ("/banque", "/banque/virements", "/banque/remboursements"):
        page = (await http.get(path, headers=as_treasurer)).text
        assert "Un débit en attente porte déjà cet identifiant" in page
        assert f'value="{refund["end_to_end_id"]}"' not in page


async def test_an_allocated_payment_is_refunded_too(
    http, pledges, order, second, days, movement, promised, file_of, as_treasurer
):
    """By a file too, and its allocation cannot be undone meanwhile."""
    pledge = await promised(3000, "13")
    await days(movement(3000, counterparty_name="Lou"))
    suspended = [event for event in await recorded(pledges) if isinstance(event, PaymentSuspended)][-1]
    body = {"parts": [{"reference": pledge["reference"]}], "waiting_minor": 3000}
    await http.post(f"/api/pledges/lines/{suspended.line_id}/allocations", json=body, headers=as_treasurer)
    (allocated,) = [event for event in await recorded(pledges) if isinstance(event, PaymentAllocated)]
    ordered = await order(3000, payment_id=allocated.allocation_id, pledge_id=pledge["pledge_id"])
    refund = ordered.json()
    assert refund["is_payers_account"] is False
    undoing = f"/api/pledges/allocations/{allocated.allocation_id}/undoing"
    assert (await http.post(undoing, json={"reason": "?"}, headers=as_treasurer)).status_code == 422
    await confirm(http, refund, second)
    assert (await file_of(refund)).status_code == 200
    await days(movement(-3000, end_to_end_id=refund["end_to_end_id"]))
    assert await state_of(http, pledge) == ("refunded", 3000, 3000)


@pytest.mark.parametrize(
    ("wanted", "status"),
    [
        ({"payee_iban": "FR1420041010050500013M02607"}, 422),
        ({"payee_name": "   "}, 422),
        ({"reason": "   "}, 422),
        ({"payment_id": str(uuid4())}, 404),
        ({"pledge_id": str(uuid4())}, 404),
    ],
)
async def test_an_order_that_cannot_be_is_refused(order, wanted, status):
    """A wrong IBAN, no name, no reason, a payment of nobody or of another pledge."""
    payment_id = wanted.pop("payment_id", None)
    assert (await order(payment_id=payment_id, **wanted)).status_code == status


async def test_the_pages_order_and_confirm_by_forms_alone(http, paid, as_treasurer, second):
    """With what the bank said of who paid; the first person is not offered the confirmation."""
    _, line_id = paid
    address = f"/banque/paiements/{line_id}/rembourser"
    assert address in (await http.get(f"/banque/lignes/{line_id}", headers=as_treasurer)).text
    assert IBAN in (await http.get(address, headers=as_treasurer)).text
    form = {"montant": "20", "nom": "Camille", "iban": IBAN, "raison": "Versé deux fois"}
    refused = await http.post(address, data=form | {"montant": "50,01"}, headers=as_treasurer)
    assert (refused.status_code, 'value="50,01"' in refused.text) == (422, True)
    assert (await http.post(address, data=form, headers=as_treasurer)).status_code == 303
    assert "doit confirmer" in (await http.get("/banque/remboursements", headers=as_treasurer)).text
    page = (await http.get("/banque/remboursements", headers=second)).text
    order_hash = page.split('name="order_hash" value="')[1].split('"')[0]
    confirmation = page.split('action="')[1].split('"')[0]
    assert confirmation.endswith("/confirmation")
    done = await http.post(confirmation, data={"order_hash": order_hash}, headers=second)
    assert done.status_code == 303
    assert "attendu à la banque" in (await http.get("/banque/remboursements", headers=second)).text
