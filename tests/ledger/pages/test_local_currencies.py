"""Pages of local currencies: the public registry, what treasurers decide, and one payment followed to its end."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest

from services.ledger.queries.receipt import receipt_trail
from shared.events.pledges import PaymentReceived
from shared.testing.harness import client_for, session_token
from tests.ledger.books import DAY, FUND, Books, payment, payment_back
from tests.ledger.mlc import EUSKO, OUTSIDE, PROOF, SIREN, TERMS, Mlc

DOCUMENT = b"%PDF un bordereau"


@pytest.fixture
async def mlc(books: Books) -> Mlc:
    await books.adopt(5_000, on=DAY)
    await books.guard()
    return await Mlc.open(books)


def plain(html: str) -> str:
    return html.replace("\u00a0", " ").replace("\u202f", " ").replace("&nbsp;", " ")


async def page(mlc: Mlc, path: str, role: str = "treasurer", territory: str = "64") -> str:
    answer = await mlc.get(path, role, territory)
    assert answer.status_code == 200, answer.text
    return plain(answer.text)


async def send(mlc: Mlc, path: str, by: Any, roles: tuple[str, ...] = ("64",), **form: Any) -> Any:
    """Send a form as a browser would."""
    token = session_token(by, roles=[("treasurer", place) for place in roles])
    headers = {"Authorization": f"Bearer {token}", "Sec-Fetch-Site": "same-origin", "Accept": "text/html"}
    async with client_for(mlc.books.service) as http:
        return await http.post(path, headers=headers, **form)


async def test_anybody_reads_currencies_networks_and_control(books: Books, mlc: Mlc) -> None:
    """Issuer, perimeter, network, votes and what was converted; no issuer's account."""
    await books.hear(payment(1_000))
    await mlc.converted(400)
    await mlc.delivered(100)
    answer = await books.get("/comptes/monnaies")
    html = plain(answer.text)
    for said in (
        "Eusko",
        "Euskal Moneta",
        "64102",
        "La Graine commune",
        "4,00 eusko",
        "3,00 eusko",
        "Autant",
        "50 %",
    ):
        assert said in html
    assert TERMS["issuer_iban"] not in html
    assert "Modifier" not in html
    uses = plain((await books.get("/comptes/emploi?annee=2026")).text)
    assert "Aides versées en monnaies locales" in uses
    assert "9,00 €" in uses, "what is held is still to be used"


async def test_a_difference_between_euros_and_units_is_shown(books: Books, mlc: Mlc) -> None:
    """Whoever changed the books reads it on the public page too."""
    await books.hear(payment(1_000))
    await mlc.converted(400)
    await books.as_owner(
        "update balances set amount_minor = 399 where account = '588000' and currency = 'EUR'"
    )
    assert "Euros virés et unités reçues diffèrent" in plain((await books.get("/comptes/monnaies")).text)


async def test_a_currency_is_registered_and_edited_on_its_page(books: Books, mlc: Mlc) -> None:
    """Terms, then lists, pasted or sent; what is wrong is said, and what was typed stays."""
    form = {**TERMS, "code": "x-sol", "name": "Sol"}
    made = await send(mlc, "/comptes/monnaies/nouvelle", mlc.national, ("00",), data=form)
    assert (made.status_code, made.headers["location"]) == (303, "/comptes/monnaies/X-SOL")
    path = made.headers["location"]
    wrong = {"communes": "31555\n3155", "perimeter_decision": "CA du 2 mars"}
    refused = await send(mlc, f"{path}/perimetre", mlc.national, ("00",), data=wrong)
    assert refused.status_code == 422
    assert "Ligne 2" in refused.text
    assert "3155</textarea>" in refused.text
    right = {**wrong, "communes": "31555"}
    assert (await send(mlc, f"{path}/perimetre", mlc.national, ("00",), data=right)).status_code == 303
    sent = {"list_file": ("reseau.csv", f"{SIREN};Le Four;2026-01-01".encode())}
    decided = {"network": "", "network_decision": "CA du 3 mars"}
    done = await send(mlc, f"{path}/reseau", mlc.national, ("00",), data=decided, files=sent)
    assert done.status_code == 303
    html = plain((await mlc.get(path, "national_operator", "00")).text)
    assert "31555" in html
    assert f"{SIREN};Le Four;2026-01-01" in html
    assert (
        await send(mlc, path, mlc.national, ("00",), data={**form, "issuer_iban": "x"})
    ).status_code == 422


async def test_treasurers_convert_and_give_on_their_page(books: Books, mlc: Mlc) -> None:
    """From the order to the project; of the issuer's document the SHA-256 is kept."""
    await books.hear(payment(1_000))
    path, id = "/comptes/64/monnaies", uuid4()
    order = {"conversion_id": str(id), "fund": FUND, "local_currency": EUSKO, "amount": "4,00"}
    assert (await send(mlc, f"{path}/conversions", mlc.first, data=order)).status_code == 303
    assert "Une autre personne trésorière doit confirmer." in await page(mlc, path)
    [(order_hash, end_to_end)] = [
        (one["order_hash"], one["end_to_end_id"])
        for one in (await mlc.get("/api/ledger/64/local-currency")).json()["conversions"]
    ]
    assert end_to_end == f"MLC{id.hex}"
    confirmed = await send(
        mlc, f"{path}/conversions/{id}/confirmation", mlc.second, data={"order_hash": order_hash}
    )
    assert confirmed.status_code == 303
    await books.hear(mlc.debit(id, 400))
    word = {"units": "4", "received_on": str(DAY), "issuer_reference": "B-1"}
    file = {"document": ("bordereau.pdf", DOCUMENT)}
    without = await send(mlc, f"{path}/conversions/{id}/unites", mlc.first, data=word)
    assert "Joignez le document" in without.text
    done = await send(mlc, f"{path}/conversions/{id}/unites", mlc.first, data=word, files=file)
    assert done.status_code == 303
    assert sha256(DOCUMENT).hexdigest() in await page(mlc, path)
    give = {
        "delivery_id": str(uuid4()),
        "held": f"{EUSKO} {FUND}",
        "units": "1,50",
        "payee_identifier": OUTSIDE,
        "decision_reference": "Vote du 2 mars",
    }
    refused = await send(mlc, f"{path}/remises", mlc.first, data=give)
    assert (refused.status_code, "les unités restent ici" in refused.text) == (422, True)
    assert (
        await send(mlc, f"{path}/remises", mlc.first, data={**give, "payee_identifier": SIREN})
    ).status_code == 303
    html = await page(mlc, path)
    assert "1,50 eusko à La Graine commune" in html
    assert "2,50 eusko" in html


async def test_the_page_says_who_decided_where_the_euros_go(books: Books, mlc: Mlc) -> None:
    """Since when the issuer's account is in the registry, whatever else was written since, and by which decision."""
    await books.hear(payment(1_000))
    await mlc.order(400)
    renamed = {**TERMS, "name": "Eusko du Pays basque", "decision_reference": "CA du 2 mai"}
    done = await mlc.nationally(f"/api/ledger/local-currencies/{EUSKO}/terms", renamed)
    assert done.status_code == 200
    html = await page(mlc, "/comptes/64/monnaies")
    assert "Ce compte est au registre depuis le" in html
    assert f"par la décision « {TERMS['decision_reference']} »" in html
    assert "CA du 2 mai" not in html


async def test_more_than_there_is_is_refused_on_the_page(books: Books, mlc: Mlc) -> None:
    """With what is left, and the amount that was typed."""
    await books.hear(payment(1_000))
    order = {"conversion_id": str(uuid4()), "fund": FUND, "local_currency": EUSKO, "amount": "5,01"}
    refused = await send(mlc, "/comptes/64/monnaies/conversions", mlc.first, data=order)
    assert refused.status_code == 422
    assert "Il reste 5,00 € à convertir" in plain(refused.text)
    assert 'value="5,01"' in refused.text


@pytest.mark.parametrize("role", ["treasurer", "steward"])
async def test_a_payment_is_followed_to_its_conversion(books: Books, mlc: Mlc, role: str) -> None:
    """Bank line, share, policy with its vote, and the conversion with its proof; what is left is to convert."""
    first, second = payment(1_000), payment(1_000)
    await books.hear(first, second)
    await mlc.converted(600)
    html = await page(mlc, "/comptes/64/journal/1", role)
    for said in (
        str(first.line_id),
        "5,00 €",
        "50 %",
        "AG",
        "Toute cette part",
        "Euskal Moneta",
        PROOF,
        "R-12",
    ):
        assert said in html
    assert "À convertir" not in html
    assert ("Ordonner cette correction" in html) == (role == "treasurer")
    html = await page(mlc, "/comptes/64/journal/2", role)
    assert "1,00 € de cette part" in html
    assert "À convertir : 4,00 €" in html


async def test_a_payment_is_for_its_own_territory(books: Books, mlc: Mlc) -> None:
    """One amount and its day may point at a giver: not public, nor for another territory's treasurers."""
    await books.hear(payment(1_000))
    assert (await books.get("/comptes/64/journal/1")).status_code == 401
    assert (await mlc.get("/comptes/64/journal/1", territory="13")).status_code == 403
    assert (await mlc.get("/comptes/64/monnaies", territory="13")).status_code == 403


async def trail(books: Books, seq: int) -> Any:
    async with books.service.database.begin() as work:
        return await receipt_trail(work, "64", seq)


async def test_each_part_of_a_share_is_taken_once(books: Books, mlc: Mlc) -> None:
    """Whatever conversions and returns come, what is taken, left and gone back is the share."""
    payments: list[PaymentReceived] = [payment(200) for _ in range(4)]
    await books.hear(*payments)
    for amount in (50, 100, 30):
        await mlc.committed(amount)
    found = [await trail(books, seq) for seq in range(1, 5)]
    parts = [[tuple(part) for _, part in one.taken] for one in found]
    assert parts == [[(0, 50), (50, None)], [(0, 50), (50, 80)], [], []]
    assert [one.to_convert_minor for one in found] == [0, 20, 100, 100]
    await books.hear(payment_back(payments[3], 100))
    last = await trail(books, 4)
    assert (last.share_returned_minor, last.to_convert_minor) == (50, 50)
    assert await trail(books, 5) is None, "a return is no payment"


async def test_a_payment_in_francs_has_no_conversion(books: Books, mlc: Mlc) -> None:
    """Conversions in euros reach over it, and took nothing of it: its share stays set aside, the page says so."""
    await books.hear(payment(200), payment(1_000, currency="XPF"), payment(200))
    await mlc.committed(150)
    found = await trail(books, 2)
    assert (found.share_minor, found.taken, found.to_convert_minor) == (500, [], 0)
    html = await page(mlc, "/comptes/64/journal/2")
    assert "Seuls les euros se convertissent" in html
    assert "Conversion en" not in html
