"""Files of transfers: which orders go into one, once, and who takes it."""

from datetime import timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from lxml import etree

from services.pledges.domain.target_days import next_business_day
from shared.events.ledger import ConversionCommitted, DisbursementCommitted
from shared.events.members import RoleGranted
from shared.testing import client_for, hear
from shared.values import today_in_france
from tests.pledges.conftest import TREASURER

NS = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}


@pytest.fixture
async def committed(pledges) -> Any:
    """Confirm a disbursement of 90 € with an EndToEndId."""
    await hear(pledges, RoleGranted(territory="00", person_id=TREASURER, role="treasurer", grant_id=uuid4()))

    async def make(end_to_end_id: str, *, amount_minor: int = 9_000, currency: str = "EUR") -> None:
        order = DisbursementCommitted(
            territory="33",
            disbursement_id=uuid4(),
            amount_minor=amount_minor,
            currency=currency,
            payee_name="Les Jardins partagés",
            payee_iban="FR1420041010050500013M02606",
            end_to_end_id=end_to_end_id,
            confirmed_by=uuid4(),
            order_hash="0" * 64,
        )
        await hear(pledges, order)

    return make


@pytest.fixture
def ask(pledges, as_treasurer) -> Any:
    """Ask for a file of these orders; the response."""

    async def post(*end_to_end_ids: str, days: int = 1) -> Any:
        day = next_business_day(today_in_france() + timedelta(days=days))
        async with client_for(pledges) as http:
            return await http.post(
                "/api/pledges/transfer-files",
                json={"end_to_end_ids": end_to_end_ids, "execute_on": f"{day}"},
                headers=as_treasurer,
            )

    return post


@pytest.fixture
def files(pledges, as_treasurer) -> Any:
    """The files that were made, the newest first."""

    async def get() -> list[dict[str, Any]]:
        async with client_for(pledges) as http:
            found: list[dict[str, Any]] = (
                await http.get("/api/pledges/transfer-files", headers=as_treasurer)
            ).json()
        return found

    return get


@pytest.fixture
def withdraw(pledges, files, as_treasurer) -> Any:
    """Withdraw these orders of the newest file; the response."""

    async def post(*end_to_end_ids: str) -> Any:
        file = (await files())[0]
        async with client_for(pledges) as http:
            return await http.post(
                f"/api/pledges/transfer-files/{file['file_id']}/withdrawals",
                json={"end_to_end_ids": end_to_end_ids, "reason": "Compte fermé"},
                headers=as_treasurer,
            )

    return post


@pytest.fixture
def debited(send, movement, statement, bank_file) -> Any:
    """Import a statement with one debit of this name."""

    async def make(end_to_end_id: str, *, amount_minor: int = 9_000) -> None:
        debit = movement(-amount_minor, end_to_end_id=end_to_end_id)
        await send(bank_file(statement([debit], opening_minor=10_000)))

    return make


async def test_the_chosen_orders_are_in_one_file(committed, ask, files) -> None:
    """With their EndToEndIds, and its sums are those of our table."""
    for name in ("VIR-1", "VIR-2", "VIR-3"):
        await committed(name)
    content = (await ask("VIR-1", "VIR-3")).content
    said = [one.text for one in etree.fromstring(content).iterfind(".//p:EndToEndId", NS)]
    assert sorted(said) == ["VIR-1", "VIR-3"]
    (file,) = await files()
    assert (file["transaction_count"], file["amount_minor"]) == (2, 18_000)
    assert file["digest"] == sha256(content).hexdigest()
    assert file["end_to_end_ids"] == ["VIR-1", "VIR-3"]


async def test_a_conversion_is_transferred_to_its_issuer(pledges, ask, as_treasurer) -> None:
    """In the same file as disbursements, by its issuer's name and account; the desk says what it is."""
    order = ConversionCommitted(
        territory="64",
        conversion_id=uuid4(),
        amount_minor=9_000,
        currency="EUR",
        local_currency="X-EUSKO",
        issuer_name="Euskal Moneta",
        issuer_iban="FR1420041010050500013M02606",
        end_to_end_id="MLC-1",
        confirmed_by=uuid4(),
        order_hash="0" * 64,
    )
    granted = RoleGranted(territory="00", person_id=TREASURER, role="treasurer", grant_id=uuid4())
    await hear(pledges, [granted, order])
    async with client_for(pledges) as http:
        assert (
            "(conversion en monnaie locale)"
            in (await http.get("/banque/virements", headers=as_treasurer)).text
        )
    content = etree.fromstring((await ask("MLC-1")).content)
    assert [one.text for one in content.iterfind(".//p:Cdtr/p:Nm", NS)] == ["Euskal Moneta"]
    assert [one.text for one in content.iterfind(".//p:InstdAmt", NS)] == ["90.00"]


async def test_an_order_is_in_one_file_only(committed, ask, files) -> None:
    """A second file with it is refused whole."""
    await committed("VIR-1")
    await committed("VIR-2")
    await ask("VIR-1")
    refused = await ask("VIR-1", "VIR-2")
    assert (refused.status_code, refused.json()["code"]) == (409, "order_in_another_file")
    assert len(await files()) == 1


async def test_a_file_that_was_never_sent_lets_its_orders_go(
    pledges, committed, ask, files, as_treasurer
) -> None:
    """With the reason; that file is not handed out any more."""
    await committed("VIR-1")
    await ask("VIR-1")
    (file,) = await files()
    address = f"/banque/virements/{file['file_id']}"
    async with client_for(pledges) as http:
        data = {"reason": "Mauvais compte"}
        assert (
            await http.post(f"{address}/jamais-envoye", data=data, headers=as_treasurer)
        ).status_code == 303
        assert (await http.post(f"{address}/fichier", headers=as_treasurer)).status_code == 409
        assert (
            await http.post(f"{address}/jamais-envoye", data=data, headers=as_treasurer)
        ).status_code == 409
        assert "Mauvais compte" in (await http.get("/banque/virements", headers=as_treasurer)).text
    assert (await ask("VIR-1")).status_code == 200


@pytest.mark.parametrize("amount_minor", [9_000, 9_001])
async def test_a_file_that_the_bank_has_cannot_be_declared_never_sent(
    pledges, committed, ask, files, send, movement, statement, bank_file, as_treasurer, amount_minor: int
) -> None:
    """A statement shows a debit with one of its names, be it of another amount."""
    await committed("VIR-1")
    await ask("VIR-1")
    (file,) = await files()
    debit = movement(-amount_minor, end_to_end_id="VIR-1")
    await send(bank_file(statement([debit], opening_minor=10_000)))
    async with client_for(pledges) as http:
        refused = await http.post(
            f"/api/pledges/transfer-files/{file['file_id']}/never-sent",
            json={"reason": "Oubli"},
            headers=as_treasurer,
        )
    assert (refused.status_code, refused.json()["code"]) == (409, "file_was_sent")


async def test_a_file_taken_again_is_the_same(pledges, committed, ask, files, as_treasurer) -> None:
    """And each taking is counted."""
    await committed("VIR-1")
    first = (await ask("VIR-1")).content
    (file,) = await files()
    async with client_for(pledges) as http:
        again = await http.post(f"/api/pledges/transfer-files/{file['file_id']}/file", headers=as_treasurer)
    assert again.content == first
    assert (await files())[0]["download_count"] == 2


async def test_what_is_not_to_be_made_any_more_is_refused(
    committed, ask, send, movement, statement, bank_file
) -> None:
    """Debited already, unknown, or in another currency than the account's."""
    await committed("VIR-1")
    await committed("VIR-XPF", currency="XPF")
    await send(bank_file(statement([movement(-9_000, end_to_end_id="VIR-1")], opening_minor=9_000)))
    for name in ("VIR-1", "VIR-9", "VIR-XPF"):
        assert (await ask(name)).json()["code"] == "order_not_open"


async def test_a_day_without_banks_is_refused(pledges, committed, as_treasurer) -> None:
    """Nor one that is past, or a slip of the year."""
    await committed("VIR-1")
    async with client_for(pledges) as http:
        for day in ("2026-12-25", "2020-01-02", "9999-12-31"):
            answer = await http.post(
                "/api/pledges/transfer-files",
                json={"end_to_end_ids": ["VIR-1"], "execute_on": day},
                headers=as_treasurer,
            )
            assert answer.json()["code"] == "execution_day_refused"


async def test_a_treasurer_whose_role_ended_gets_no_file(pledges, committed, ask, files) -> None:
    """The projection is asked, not the session."""
    await committed("VIR-1")
    async with pledges.database.begin() as work:
        await work.execute("delete from role_holders")
    assert (await ask("VIR-1")).json()["code"] == "treasurer_no_more"
    assert await files() == []


async def test_the_page_offers_what_no_file_has(pledges, committed, as_treasurer) -> None:
    """Ticked orders become a file to keep; they are not offered again."""
    await committed("VIR-1")
    await committed("VIR-2")
    async with client_for(pledges) as http:
        page = (await http.get("/banque/virements", headers=as_treasurer)).text
        assert 'value="VIR-1"' in page
        day = f"{next_business_day(today_in_france())}"
        sent = await http.post(
            "/banque/virements", data={"ordre": ["VIR-1"], "le": day}, headers=as_treasurer
        )
        assert sent.headers["content-type"] == "application/xml"
        assert "attachment" in sent.headers["content-disposition"]
        page = (await http.get("/banque/virements", headers=as_treasurer)).text
        assert 'value="VIR-1"' not in page
        assert 'value="VIR-2"' in page
        nothing = await http.post("/banque/virements", data={"le": day}, headers=as_treasurer)
        assert nothing.status_code == 422


async def test_a_disbursement_with_a_debit_of_another_amount_is_not_paid_again(
    pledges, committed, ask, send, movement, statement, bank_file, as_treasurer
) -> None:
    """It is shown apart, with the line that bears its name."""
    await committed("VIR-1")
    await send(bank_file(statement([movement(-8_999, end_to_end_id="VIR-1")], opening_minor=9_000)))
    assert (await ask("VIR-1")).json()["code"] == "order_not_open"
    async with client_for(pledges) as http:
        for path in ("/banque", "/banque/virements"):
            page = (await http.get(path, headers=as_treasurer)).text
            assert "Un débit en attente porte déjà cet identifiant" in page
            assert 'value="VIR-1"' not in page


async def test_what_the_bank_rejected_of_a_file_goes_into_another(
    committed, ask, files, withdraw, debited
) -> None:
    """The rest of the file was executed."""
    for name in ("VIR-1", "VIR-2"):
        await committed(name)
    await ask("VIR-1", "VIR-2")
    await debited("VIR-1")
    assert (await withdraw("VIR-2")).status_code == 204
    (file,) = await files()
    assert (file["debited_count"], file["withdrawn_count"], file["is_as_made"]) == (1, 1, False)
    assert (await ask("VIR-2")).status_code == 200


@pytest.mark.parametrize("amount_minor", [9_000, 9_001])
async def test_an_order_that_a_debit_names_is_not_withdrawn(
    committed, ask, withdraw, debited, files, amount_minor: int
) -> None:
    """Of whatever amount; nor is another one that was chosen with it."""
    for name in ("VIR-1", "VIR-2"):
        await committed(name)
    await ask("VIR-1", "VIR-2")
    await debited("VIR-1", amount_minor=amount_minor)
    refused = await withdraw("VIR-1", "VIR-2")
    assert (refused.status_code, refused.json()["code"]) == (409, "order_not_in_file")
    assert (await files())[0]["withdrawn_count"] == 0


async def test_an_order_leaves_its_file_once(committed, ask, withdraw) -> None:
    """And what never was in it cannot leave it."""
    await committed("VIR-1")
    await committed("VIR-2")
    await ask("VIR-1")
    assert (await withdraw("VIR-1")).status_code == 204
    assert [(await withdraw(name)).status_code for name in ("VIR-1", "VIR-2")] == [409, 409]


async def test_a_file_with_a_withdrawn_order_is_not_handed_out(
    pledges, committed, ask, files, withdraw, as_treasurer
) -> None:
    """Sent again, it would pay that order all the same."""
    await committed("VIR-1")
    await committed("VIR-2")
    await ask("VIR-1", "VIR-2")
    await withdraw("VIR-2")
    (file,) = await files()
    async with client_for(pledges) as http:
        again = await http.post(f"/api/pledges/transfer-files/{file['file_id']}/file", headers=as_treasurer)
        page = (await http.get("/banque/virements", headers=as_treasurer)).text
    assert (again.status_code, again.json()["code"]) == (409, "file_not_whole")
    assert "ne déposez plus ce fichier" in page
    assert "Télécharger de nouveau" not in page


async def test_what_left_a_file_does_not_say_that_it_was_sent(
    pledges, committed, ask, files, withdraw, debited, as_treasurer
) -> None:
    """Its debit came by another file: the first one may still be declared never sent."""
    await committed("VIR-1")
    await committed("VIR-2")
    await ask("VIR-1", "VIR-2")
    await withdraw("VIR-1")
    (first,) = await files()
    await ask("VIR-1")
    await debited("VIR-1")
    address = f"/api/pledges/transfer-files/{first['file_id']}/never-sent"
    async with client_for(pledges) as http:
        said = await http.post(address, json={"reason": "Oubli"}, headers=as_treasurer)
    assert said.status_code == 204
    assert (await ask("VIR-2")).status_code == 200


async def test_whoever_lost_the_role_withdraws_nothing(pledges, committed, ask, withdraw) -> None:
    """The projection is asked, not the session."""
    await committed("VIR-1")
    await ask("VIR-1")
    async with pledges.database.begin() as work:
        await work.execute("delete from role_holders")
    assert (await withdraw("VIR-1")).json()["code"] == "treasurer_no_more"


async def test_the_page_of_a_file_withdraws_what_is_ticked(
    pledges, committed, ask, files, debited, as_treasurer
) -> None:
    """What is debited has no box; the reason stays with what is withdrawn."""
    for name in ("VIR-1", "VIR-2", "VIR-3"):
        await committed(name)
    await ask("VIR-1", "VIR-2", "VIR-3")
    await debited("VIR-1")
    (file,) = await files()
    address = f"/banque/virements/{file['file_id']}"
    async with client_for(pledges) as http:
        assert address in (await http.get("/banque/virements", headers=as_treasurer)).text
        page = (await http.get(address, headers=as_treasurer)).text
        assert [f'value="VIR-{each}"' in page for each in (1, 2, 3)] == [False, True, True]
        form = {"ordre": ["VIR-2"], "reason": "Compte fermé"}
        nothing = await http.post(f"{address}/retrait", data=form | {"ordre": []}, headers=as_treasurer)
        assert nothing.status_code == 422
        done = await http.post(f"{address}/retrait", data=form, headers=as_treasurer)
        page = (await http.get(done.headers["location"], headers=as_treasurer)).text
        orders = (
            await http.get(f"/api/pledges/transfer-files/{file['file_id']}/orders", headers=as_treasurer)
        ).json()
        nowhere = await http.get(f"/banque/virements/{uuid4()}", headers=as_treasurer)
    assert "Compte fermé" in page
    assert [f'value="VIR-{each}"' in page for each in (1, 2, 3)] == [False, False, True]
    assert [one["withdrawn_reason"] for one in orders] == [None, "Compte fermé", None]
    assert nowhere.status_code == 404
