"""What is set aside becomes local currency: by two persons, never more than there is, one unit for one euro."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.ledger.domain.conversion import ConversionNotInState
from services.ledger.operations.follow_conversion import ConvertedDebitDiffers
from services.ledger.queries.progress import Figures
from services.ledger.queries.receipt import receipt_trail
from shared.bus import CauseMissing
from shared.events.ledger import ConversionCommitted, ProgressAdvanced
from shared.testing.harness import hear_again, recorded
from tests.ledger.books import DAY, FUND, Books, payment, payment_back, statement
from tests.ledger.mlc import EUSKO, PROOF, TERMS, Mlc


@pytest.fixture
async def mlc(books: Books) -> Mlc:
    """Half of each gift in territory 64 is for local currencies."""
    await books.adopt(5_000, on=DAY)
    await books.guard()
    return await Mlc.open(books)


async def marks(books: Books) -> list[tuple[int, ...]]:
    """Where each conversion begins and ends, in order."""
    return [
        tuple(row)
        for row in await books.rows(
            "select from_seq, from_offset_minor, through_seq, through_offset_minor from conversions"
            " where through_seq is not null order by through_seq, through_offset_minor"
        )
    ]


async def test_euros_go_and_as_many_units_come(books: Books, mlc: Mlc) -> None:
    """ML: D 467200 / C 512100; then D 588000 / C 467200 in euros and D 530B01 / C 588000 in units."""
    await books.hear(payment(1_000))
    id = await mlc.committed(500)
    [said] = await recorded(books.service)
    assert isinstance(said, ConversionCommitted)
    assert (said.conversion_id, said.amount_minor, said.currency) == (id, 500, "EUR")
    assert (said.issuer_name, said.issuer_iban) == (TERMS["issuer_name"], TERMS["issuer_iban"])
    assert said.end_to_end_id == f"MLC{id.hex}"
    await books.hear(mlc.debit(id, 500))
    assert (await books.entries())[-1] == ("ML", 1, {"467200": 500, "512100": -500})
    assert (await mlc.units(id, 500)).json() == {"state": "received"}
    lines = await books.rows(
        "select account, currency, amount_minor, fund, instrument from entry_lines"
        " where territory = '64' and seq = 3 order by line"
    )
    assert [tuple(line) for line in lines] == [
        ("588000", "EUR", 500, FUND, "gift"),
        ("467200", "EUR", -500, FUND, "gift"),
        ("530B01", EUSKO, 500, FUND, "gift"),
        ("588000", EUSKO, -500, FUND, "gift"),
    ]
    figures = await books.figures()
    assert figures == Figures(0, 1_000, 500, 0, 500)
    assert figures.to_convert_minor == 0
    told = (await recorded(books.service))[-1]
    assert isinstance(told, ProgressAdvanced)
    assert (told.local_currency_minor, told.converted_minor) == (500, 500)
    assert await books.problems() == []


async def test_the_statement_that_shows_the_debit_proves_it(books: Books, mlc: Mlc) -> None:
    """The debit is a bank line as any other: nothing is left unexplained at the bank."""
    received = payment(1_000)
    await books.hear(received)
    id = await mlc.committed(500)
    debit = mlc.debit(id, 500)
    await books.hear(debit, statement(0, [received, debit]))
    await books.prove()
    assert (await books.verify()).proved_statements == 1


async def test_no_more_is_converted_than_is_set_aside(books: Books, mlc: Mlc) -> None:
    """One cent more is refused, also while others wait, and in another fund; a cancelled one waits no more."""
    await books.hear(payment(1_000), payment(1_000, fund="terres"), payment(1_000, instrument="loan"))
    _, refused = await mlc.order(501)
    assert (refused.status_code, refused.json()["code"]) == (422, "conversion_refused")
    assert "5,00" in refused.json()["detail"]
    id, ordered = await mlc.order(300)
    assert ordered.status_code == 201
    assert (await mlc.order(201))[1].status_code == 422
    assert (await mlc.cancel(id)).json() == {"state": "cancelled"}
    assert (await mlc.cancel(id)).json() == {"state": "cancelled"}
    assert (await mlc.order(500))[1].status_code == 201
    assert (await mlc.order(500, fund="terres"))[1].status_code == 201


async def test_ten_orders_at_once_get_no_more_than_there_is(books: Books, mlc: Mlc) -> None:
    """The chain is locked: three of a third pass."""
    await books.hear(payment(1_000))
    answers = await asyncio.gather(*(mlc.order(166) for _ in range(10)))
    assert [answer.status_code for _, answer in answers].count(201) == 3


async def test_one_person_alone_converts_nothing(books: Books, mlc: Mlc) -> None:
    """Who ordered does not confirm; a session without the role here and now does neither."""
    await books.hear(payment(1_000))
    id, ordered = await mlc.order(500)
    order_hash = ordered.json()["order_hash"]
    refused = await mlc.confirm(id, order_hash, by=mlc.first)
    assert (refused.status_code, refused.json()["code"]) == (403, "conversion_by_one_person")
    assert (await mlc.confirm(id, order_hash, by=uuid4())).status_code == 403
    assert (await mlc.order(1, by=uuid4()))[1].status_code == 403
    assert (await mlc.confirm(id, "0" * 64)).json()["code"] == "another_conversion"
    await books.revoke(mlc.first)
    assert "plus trésorière ici" in (await mlc.confirm(id, order_hash)).json()["detail"]


async def test_the_same_click_twice_is_one_conversion(books: Books, mlc: Mlc) -> None:
    """Order, confirmation and units: the answer is the same, nothing is posted or said twice."""
    await books.hear(payment(1_000))
    id, ordered = await mlc.order(500)
    again = await mlc.order(500, conversion_id=str(id))
    assert again[1].json() == ordered.json()
    assert (await mlc.order(499, conversion_id=str(id)))[1].json()["code"] == "conversion_exists"
    order_hash = ordered.json()["order_hash"]
    answers = await asyncio.gather(*(mlc.confirm(id, order_hash) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    [debit] = await books.hear(mlc.debit(id, 500))
    await hear_again(books.service, [debit])
    assert {(await mlc.units(id, 500)).status_code for _ in range(2)} == {200}
    assert [journal for journal, _, _ in await books.entries()] == ["COL", "ML", "ML"]
    assert len([one for one in await recorded(books.service) if isinstance(one, ConversionCommitted)]) == 1


async def test_a_changed_order_is_not_the_one_that_is_confirmed(books: Books, mlc: Mlc) -> None:
    """Even when the database was changed, or the issuer's account in the registry."""
    await books.hear(payment(1_000))
    id, ordered = await mlc.order(500)
    other = {**TERMS, "issuer_iban": "FR1420041010050500013M02606"}
    assert (await mlc.nationally(f"/api/ledger/local-currencies/{EUSKO}/terms", other)).status_code == 200
    assert "a changé" in (await mlc.confirm(id, ordered.json()["order_hash"])).json()["detail"]
    await books.as_owner(f"update conversions set issuer_iban = '{other['issuer_iban']}'")
    assert (await mlc.confirm(id, ordered.json()["order_hash"])).json()["code"] == "another_conversion"


async def test_who_wrote_the_issuer_s_account_sends_nothing_to_it(books: Books, mlc: Mlc) -> None:
    """Neither as the first person nor as the second, also when the account came to be theirs after the order."""
    await books.hear(payment(1_000))
    path = f"/api/ledger/local-currencies/{EUSKO}/terms"
    mine = {**TERMS, "issuer_iban": "FR1420041010050500013M02606"}
    for person in (mlc.first, mlc.second):
        await books.grant(person, "00")

    async def write(person: UUID, terms: dict[str, str]) -> None:
        assert (await books.post(path, person, roles=("00",), json=terms)).status_code == 200

    await write(mlc.second, mine)
    await write(mlc.national, {**mine, "name": "Eusko du Pays basque"})
    refused = (await mlc.order(500, by=mlc.second))[1]
    assert (refused.status_code, refused.json()["code"]) == (403, "conversion_by_registrar")
    id, ordered = await mlc.order(500)
    assert (await mlc.confirm(id, ordered.json()["order_hash"])).json()["code"] == "conversion_by_registrar"
    await write(mlc.national, TERMS)
    await write(mlc.first, mine)
    refused = await mlc.confirm(id, ordered.json()["order_hash"])
    assert refused.json()["code"] == "conversion_by_registrar", "who ordered wrote it meanwhile"


async def test_a_currency_is_used_where_it_runs(books: Books, mlc: Mlc) -> None:
    """Without a commune in the territory, or once retired, nothing is converted; an unknown one is not found."""
    await books.hear(payment(1_000))
    await mlc.list("perimeter", "40088")
    _, refused = await mlc.order(500)
    assert (refused.status_code, "aucune commune" in refused.json()["detail"]) == (422, True)
    await mlc.list("perimeter", "64102")
    assert (await mlc.order(500, local_currency="X-AUTRE"))[1].json()["code"] == "unknown_currency"
    retired = {**TERMS, "retired_on": str(DAY)}
    await mlc.nationally(f"/api/ledger/local-currencies/{EUSKO}/terms", retired)
    assert "plus utilisée" in (await mlc.order(500))[1].json()["detail"]


async def test_gifts_that_went_back_meanwhile_are_not_converted(books: Books, mlc: Mlc) -> None:
    """A return between order and confirmation: the confirmation is refused, what is left can be ordered."""
    received = payment(1_000)
    await books.hear(received)
    id, ordered = await mlc.order(500)
    await books.hear(payment_back(received, 10))
    refused = await mlc.confirm(id, ordered.json()["order_hash"])
    assert (refused.status_code, "rendus" in refused.json()["detail"]) == (422, True)
    await mlc.cancel(id)
    await mlc.committed(495)


async def test_shares_are_taken_first_in_first_out(books: Books, mlc: Mlc) -> None:
    """Each conversion takes up where the one before ended, in the middle of a share if need be; per fund."""
    await books.hear(payment(200), payment(400, fund="terres"), payment(400), payment(600))
    await mlc.committed(100)
    await mlc.committed(50)
    await mlc.committed(200)
    await mlc.committed(250)
    await mlc.committed(200, fund="terres")
    found = await books.rows(
        "select fund, from_seq, from_offset_minor, through_seq, through_offset_minor from conversions"
        " order by fund, through_seq, through_offset_minor"
    )
    assert [tuple(row) for row in found] == [
        (FUND, 0, 0, 1, 100),
        (FUND, 1, 100, 3, 50),
        (FUND, 3, 50, 4, 50),
        (FUND, 4, 50, 4, 300),
        ("terres", 0, 0, 2, 200),
    ]
    assert await books.problems() == []


async def test_what_went_back_of_a_gift_is_not_taken(books: Books, mlc: Mlc) -> None:
    """Of a half returned gift the other half is; one that is returned after its conversion is made up by later ones."""
    first, second, third = payment(200), payment(200), payment(200)
    await books.hear(first, second, third, payment_back(first, 100))
    await mlc.committed(50)
    assert await marks(books) == [(0, 0, 1, 50)]
    await books.hear(payment_back(first, 100))
    assert (await mlc.order(151))[1].status_code == 422
    await mlc.committed(150)
    assert await marks(books) == [(0, 0, 1, 50), (1, 50, 3, 50)]
    assert await books.problems() == []


async def corrected(mlc: Mlc, seq: int, *lines: tuple[str, int, str]) -> Any:
    """Order that these lines stand in place of an entry's, and confirm it; the last answer."""
    said = [
        {"account": account, "amount_minor": amount_minor, "fund": fund}
        for account, amount_minor, fund in lines
    ]
    ordered = await mlc.books.post(
        f"/api/ledger/64/entries/{seq}/correction",
        mlc.first,
        json={"lines": said, "reason": "Sa lettre disait autre chose."},
    )
    if ordered.status_code != 201:
        return ordered
    path = f"/api/ledger/64/corrections/{ordered.json()['correction_id']}/confirmation"
    return await mlc.books.post(path, mlc.second, json={"order_hash": ordered.json()["order_hash"]})


async def test_a_share_stays_in_its_fund(books: Books, mlc: Mlc) -> None:
    """Moved after it was taken, it would be there to convert again: the rest of the gift moves, the share does not."""
    await books.add_fund("terres")
    await books.hear(payment(200), payment(200))
    await mlc.committed(100)
    refused = await corrected(
        mlc, 1, ("512100", 200, "terres"), ("754110", -100, "terres"), ("754190", -100, "terres")
    )
    assert (refused.status_code, "mise de côté" in refused.json()["detail"]) == (422, True)
    done = await corrected(
        mlc, 1, ("512100", 200, "terres"), ("754110", -100, "terres"), ("754190", -100, FUND)
    )
    assert done.status_code == 200, done.text
    assert (await mlc.order(1, fund="terres"))[1].status_code == 422
    assert (await mlc.order(101))[1].status_code == 422
    await mlc.committed(100)
    assert await marks(books) == [(0, 0, 1, 100), (1, 100, 2, 100)]
    assert await books.problems() == []


async def test_a_gift_that_was_corrected_after_a_part_of_it_was_taken(books: Books, mlc: Mlc) -> None:
    """It was a loan: its share stays set aside where it is, and each cent of it is taken once."""
    await books.hear(payment(200), payment(200))
    await mlc.committed(40)
    done = await corrected(mlc, 1, ("512100", 200, FUND), ("168100", -100, FUND), ("754190", -100, FUND))
    assert done.status_code == 200, done.text
    await mlc.committed(160)
    assert await marks(books) == [(0, 0, 1, 40), (1, 40, 2, 100)]
    async with books.service.database.begin() as work:
        trails = [await receipt_trail(work, "64", seq) for seq in (1, 2)]
        assert await receipt_trail(work, "64", 4) is None, "what stands in its place is no payment"
    found = [([tuple(part) for _, part in one.taken], one.to_convert_minor) for one in trails if one]
    assert found == [([(0, 40), (40, None)], 0), ([(0, 100)], 0)]
    assert await books.problems() == []


async def test_a_debit_of_something_else_is_at_fault(books: Books, mlc: Mlc) -> None:
    """Another amount, one that is not committed, or one that nobody knows: its event is parked."""
    await books.hear(payment(1_000))
    id, _ = await mlc.order(100)
    with pytest.raises(ConversionNotInState):
        await books.hear(mlc.debit(id, 100))
    with pytest.raises(CauseMissing):
        await books.hear(mlc.debit(uuid4(), 100))
    paid = await mlc.paid(200)
    with pytest.raises(ConversionNotInState):
        await books.hear(mlc.debit(paid, 200))
    other = await mlc.committed(200)
    with pytest.raises(ConvertedDebitDiffers):
        await books.hear(mlc.debit(other, 199))


async def test_a_unit_is_a_euro(books: Books, mlc: Mlc) -> None:
    """Any other number of units is refused with what to do, and nothing is posted."""
    await books.hear(payment(1_000))
    id = await mlc.paid(500)
    refused = await mlc.units(id, 499)
    assert (refused.status_code, "demandez à l’émetteur" in refused.json()["detail"]) == (422, True)
    assert (await books.balances())["467200"] == 500


@pytest.mark.parametrize("days", [-1, 30_000])
async def test_units_come_after_the_debit_and_not_tomorrow(books: Books, mlc: Mlc, days: int) -> None:
    """Another day is a slip."""
    await books.hear(payment(1_000))
    id = await mlc.paid(500)
    assert (await mlc.units(id, 500, on=DAY + timedelta(days=days))).status_code == 422


async def test_units_come_once(books: Books, mlc: Mlc) -> None:
    """Other words about the same conversion are refused; before the debit there are none."""
    await books.hear(payment(1_000))
    early = await mlc.committed(100)
    assert (await mlc.units(early, 100)).json()["code"] == "conversion_not_in_state"
    id = await mlc.converted(100)
    assert (await mlc.units(id, 100, issuer_reference="autre")).status_code == 409
    assert (await mlc.units(id, 100, proof_sha256=PROOF.upper())).status_code == 422


async def test_another_territory_has_its_own(books: Books, mlc: Mlc) -> None:
    """A conversion is found under its territory only, and its id is its own everywhere."""
    await books.hear(payment(1_000), payment(1_000, territory="40"))
    id, ordered = await mlc.order(500)
    elsewhere = await books.treasurer("40")
    path = f"/api/ledger/40/conversions/{id}/confirmation"
    asked = {"order_hash": ordered.json()["order_hash"]}
    assert (await books.post(path, elsewhere, roles=("40",), json=asked)).status_code == 404
    await books.adopt(5_000, on=DAY, territory="40")
    await mlc.list("perimeter", "40088\n64102")
    await books.hear(payment(1_000, territory="40"))
    body = {"conversion_id": str(id), "fund": FUND, "local_currency": EUSKO, "amount_minor": 500}
    again = await books.post("/api/ledger/40/conversions", elsewhere, roles=("40",), json=body)
    assert (again.status_code, again.json()["code"]) == (409, "conversion_exists")


async def test_a_conversion_is_not_corrected_by_hand(books: Books, mlc: Mlc) -> None:
    """Its entries say what the bank and the issuer said."""
    await books.hear(payment(1_000))
    await mlc.paid(500)
    lines = [
        {"account": "467200", "amount_minor": 500, "fund": "autre"},
        {"account": "512100", "amount_minor": -500, "fund": "autre"},
    ]
    answer = await books.post(
        "/api/ledger/64/entries/2/correction",
        mlc.first,
        json={"lines": lines, "reason": "Un autre fonds, dit-on."},
    )
    assert (answer.status_code, "monnaie locale" in answer.json()["detail"]) == (422, True)
