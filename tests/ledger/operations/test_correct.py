"""An entry is never changed: a contra-entry takes it back, two treasurers say what is right."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from services.ledger.queries.progress import Figures
from shared.events.ledger import ProgressAdvanced
from shared.testing.harness import client_for, recorded, session_token
from tests.ledger.books import (
    DAY,
    FUND,
    Books,
    allocation,
    allocation_undone,
    fee,
    payment,
    payment_back,
    pledge,
    unexplained,
)
from tests.ledger.operations.test_disburse import request

WRONG = "Ce don était pour le fonds des terres, comme sa lettre le disait."


def line(account: str, amount_minor: int, fund: str = "terres", **other: Any) -> dict[str, Any]:
    return {"account": account, "amount_minor": amount_minor, "fund": fund, **other}


MOVED = [line("512100", 1_000), line("754110", -1_000)]


async def order(books: Books, by: UUID, lines: list[dict[str, Any]] = MOVED, *, seq: int = 1) -> Any:
    path = f"/api/ledger/64/entries/{seq}/correction"
    return await books.post(path, by, json={"lines": lines, "reason": WRONG})


async def confirm(books: Books, by: UUID, ordered: Any) -> Any:
    path = f"/api/ledger/64/corrections/{ordered['correction_id']}/confirmation"
    return await books.post(path, by, json={"order_hash": ordered["order_hash"]})


@pytest.fixture
async def two(books: Books) -> tuple[UUID, UUID]:
    for fund in ("terres", "mers"):
        await books.add_fund(fund)
    return await books.treasurer(), await books.treasurer()


async def test_a_gift_moves_to_another_fund_by_two_entries(books: Books, two: tuple[UUID, UUID]) -> None:
    """The first one stays; OD: all of it reversed, then what is right, both named after it and with its value date."""
    await books.hear(payment(1_000))
    ordered = (await order(books, two[0])).json()
    assert len(await books.entries()) == 1
    assert (await confirm(books, two[1], ordered)).json() == {"state": "confirmed"}
    assert await books.entries() == [
        ("COL", 1, {"512100": 1_000, "754110": -1_000}),
        ("OD", 1, {"512100": -1_000, "754110": 1_000}),
        ("OD", 2, {"512100": 1_000, "754110": -1_000}),
    ]
    labels = await books.rows("select label, value_on from journal_entries where journal = 'OD' order by seq")
    assert [tuple(row) for row in labels] == [
        ("Contre-passation de COL 1", DAY),
        ("Rectification de COL 1", DAY),
    ]
    funds = await books.rows("select fund, amount_minor from balances where account = '754110' order by fund")
    assert [tuple(row) for row in funds] == [(FUND, 0), ("terres", -1_000)]
    assert await books.problems() == []


async def test_what_was_a_loan_is_no_gift(books: Books, two: tuple[UUID, UUID]) -> None:
    """Received stays the same, the envelope does not; and the public hears of it."""
    await books.hear(payment(1_000))
    lines = [line("512100", 1_000, FUND, instrument="loan"), line("168100", -1_000, FUND, instrument="loan")]
    await confirm(books, two[1], (await order(books, two[0], lines)).json())
    assert await books.figures() == Figures(0, 1_000, 0, 0)
    assert await books.balances() == {"512100": 1_000, "168100": -1_000}
    [said] = await recorded(books.service)
    assert isinstance(said, ProgressAdvanced)
    assert said.territory == "64"


async def test_one_person_corrects_nothing(books: Books, two: tuple[UUID, UUID]) -> None:
    """Nor does somebody who is no treasurer here, nor an order that was read otherwise."""
    await books.hear(payment(1_000))
    ordered = (await order(books, two[0])).json()
    assert (await confirm(books, two[0], ordered)).json()["code"] == "correction_by_one_person"
    assert (await confirm(books, uuid4(), ordered)).status_code == 403
    assert (await confirm(books, two[1], ordered | {"order_hash": "0" * 64})).status_code == 409
    assert len(await books.entries()) == 1


async def test_a_correction_is_confirmed_once(books: Books, two: tuple[UUID, UUID]) -> None:
    """Twice at once, and again: two entries more, no others."""
    await books.hear(payment(1_000))
    ordered = (await order(books, two[0])).json()
    answers = await asyncio.gather(*(confirm(books, two[1], ordered) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await books.entries()) == 3


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ([line("512100", 1_000, FUND), line("754110", -1_000, FUND)], "ne change rien"),
        ([line("512100", 900), line("754110", -900)], "512100 ne se corrige pas"),
        ([line("512100", 1_000), line("471000", -1_000)], "471000 ne se corrige pas"),
        ([line("512100", 1_000), line("754190", -1_000)], "754190 ne se corrige pas"),
        ([line("512100", 1_000), line("181000", -1_000)], "181000 ne se corrige pas"),
        ([line("512100", 1_000), line("754110", -999)], "diffèrent"),
        ([line("512100", 1_000), line("754110", -1_000), line("627000", 0)], "à zéro"),
        ([line("512100", 1_000), line("754110", -1_000, currency="XPF")], "garde la devise"),
        ([*MOVED, line("657100", 5, currency="XPF"), line("754110", -5, currency="XPF")], "garde la devise"),
        ([*MOVED, line("754110", -100_000), line("627000", 100_000)], "pas de débit à corriger"),
        ([*MOVED, line("754110", -5), line("754110", 5, FUND)], "pas de débit à corriger"),
        ([line("512100", 1_005), line("512100", -5), line("754110", -1_000)], "agrandit l’écriture"),
        ([*MOVED, line("186000", 500), line("186000", -500, FUND)], "186000 ne se corrige pas"),
        ([*MOVED, line("471000", 500), line("471000", -500, FUND)], "471000 ne se corrige pas"),
    ],
)
async def test_only_what_was_received_spent_or_charged_is_corrected(
    books: Books, two: tuple[UUID, UUID], lines: list[dict[str, Any]], says: str
) -> None:
    """To the cent; the bank, suspense, shares and liaison say what their own facts say."""
    await books.hear(payment(1_000))
    refused = await order(books, two[0], lines)
    assert refused.status_code == 422
    assert says in refused.json()["detail"]


async def test_francs_are_corrected_and_shown_as_francs(books: Books) -> None:
    """The form, the journal and the order say « F CFP »; the envelopes in francs move, those in euros do not."""
    await books.add_fund("terres")
    await books.hear(payment(1_000, territory="988", currency="XPF"), payment(70, territory="988"))
    one, other = await books.treasurer("988"), await books.treasurer("988")
    path = "/api/ledger/988/entries/1/correction"
    lines = [line("512100", 1_000, currency="XPF"), line("754110", -1_000, currency="XPF")]
    ordered = await books.post(path, one, ("988",), json={"lines": lines, "reason": WRONG})
    page = (await books.get("/comptes/988/journal", other, ("988",))).text
    assert page.count("1\u202f000\u00a0F\u00a0CFP") == 4
    assert "1\u202f000\u00a0F\u00a0CFP" in (await books.get("/comptes/988/journal/1", one, ("988",))).text
    path = f"/api/ledger/988/corrections/{ordered.json()['correction_id']}/confirmation"
    await books.post(path, other, ("988",), json={"order_hash": ordered.json()["order_hash"]})
    held = await books.rows(
        "select fund, currency, amount_minor from balances where account = '754110' order by fund, currency"
    )
    assert [tuple(row) for row in held] == [(FUND, "EUR", -70), (FUND, "XPF", 0), ("terres", "XPF", -1_000)]
    assert await books.problems() == []


async def test_a_correction_names_a_fund_that_was_added(books: Books, two: tuple[UUID, UUID]) -> None:
    """A slip is refused with the funds that there are; one that the entry names already may stay."""
    await books.hear(payment(1_000, fund="pommiers"))
    refused = await order(books, two[0], [line("512100", 1_000, "tteres"), line("754110", -1_000, "tteres")])
    assert refused.status_code == 422
    assert refused.json()["detail"] == (
        "Le fonds « tteres » n’existe pas : choisissez parmi fonds-commun, general, mers, terres, ou demandez au"
        " niveau national de l’ajouter."
    )
    kept = [
        line(account, amount, "pommiers", instrument="loan")
        for account, amount in (("512100", 1_000), ("168100", -1_000))
    ]
    assert (await order(books, two[0], kept)).status_code == 201


async def test_promises_are_not_corrected_here(books: Books, two: tuple[UUID, UUID]) -> None:
    """They are changed where they were made."""
    await books.hear(pledge(1_000))
    refused = await order(books, two[0], [line("802100", 900), line("809100", -900)])
    assert "802100 ne se corrige pas" in refused.json()["detail"]


async def test_a_fee_of_the_national_lane_is_corrected(books: Books) -> None:
    """Whatever it becomes, it is in no territory: the counter and its history do not show it."""
    await books.add_fund("terres")
    await books.hear(fee(900))
    one, other = await books.treasurer("00"), await books.treasurer("00")
    lines = [line("168100", 900, instrument="loan"), line("512100", -900)]
    path = "/api/ledger/00/entries/1/correction"
    ordered = (await books.post(path, one, ("00",), json={"lines": lines, "reason": WRONG})).json()
    path = f"/api/ledger/00/corrections/{ordered['correction_id']}/confirmation"
    confirmed = await books.post(path, other, ("00",), json={"order_hash": ordered["order_hash"]})
    assert confirmed.json() == {"state": "confirmed"}
    assert await recorded(books.service) == []
    assert (await books.get("/api/ledger/progress/history")).json()["days"] == []


async def test_what_is_held_back_keeps_its_fund(books: Books, two: tuple[UUID, UUID]) -> None:
    """The disbursement that stands there would release it from another envelope: not by its entry, nor by another."""
    await books.hear(payment(1_000), request(600))
    moved = [line("801100", 600, instrument="grant"), line("809200", -600, instrument="grant")]
    assert "801100 ne se corrige pas" in (await order(books, two[0], moved, seq=2)).json()["detail"]
    hidden = [*MOVED, line("801100", 600), line("801100", -600, FUND)]
    assert "801100 ne se corrige pas" in (await order(books, two[0], hidden)).json()["detail"]
    page = (await books.get("/comptes/64/journal/2", two[0])).text
    assert "ne se corrigent pas ici" in page
    assert "Ordonner cette correction" not in page


async def test_what_was_charged_stays_a_charge(books: Books) -> None:
    """A fee becomes no gift, be it of the same amount."""
    await books.hear(fee(900, territory="64"))
    lines = [line("512100", -900), line("627000", 901), line("754110", -1)]
    refused = await order(books, await books.treasurer(), lines)
    assert "pas de crédit à corriger" in refused.json()["detail"]


async def test_what_nothing_explains_keeps_its_fund(books: Books) -> None:
    """It leaves suspense by the fact that explains it, from where it stands."""
    await books.hear(unexplained(1_000, territory="64"))
    moved = [line("512100", 1_000), line("471000", -1_000)]
    refused = await order(books, await books.treasurer(), moved)
    assert "471000 ne se corrige pas" in refused.json()["detail"]


async def test_a_contra_entry_is_not_corrected(books: Books, two: tuple[UUID, UUID]) -> None:
    """It would no longer take back what was wrong; its page leads to what is right."""
    await books.hear(payment(1_000))
    await confirm(books, two[1], (await order(books, two[0])).json())
    lines = [line("512100", -1_000), line("754110", 1_000)]
    assert "contre-passation ne se corrige pas" in (await order(books, two[0], lines, seq=2)).json()["detail"]
    page = (await books.get("/comptes/64/journal/2", two[0])).text
    assert "Corrigez celle qui dit ce qui est juste" in page
    assert "Ordonner cette correction" not in page


async def test_an_entry_has_one_correction(books: Books, two: tuple[UUID, UUID]) -> None:
    """Given up, it may have another; and what was corrected wrongly is corrected itself."""
    await books.hear(payment(1_000))
    first = (await order(books, two[0])).json()
    assert "a déjà une correction" in (await order(books, two[1])).json()["detail"]
    cancel = f"/api/ledger/64/corrections/{first['correction_id']}/cancellation"
    assert (await books.post(cancel, two[1])).json() == {"state": "cancelled"}
    second = (await order(books, two[0])).json()
    await confirm(books, two[1], second)
    back = [line("512100", 1_000, FUND), line("754110", -1_000, FUND)]
    again = (await order(books, two[0], back, seq=3)).json()
    assert (await confirm(books, two[1], again)).status_code == 200
    funds = await books.rows("select fund, amount_minor from balances where account = '754110' order by fund")
    assert [tuple(row) for row in funds] == [(FUND, -1_000), ("terres", 0)]
    assert await books.problems() == []


async def test_a_correction_never_empties_an_envelope(books: Books, two: tuple[UUID, UUID]) -> None:
    """What is reserved for a project stays covered: nothing is posted."""
    await books.hear(payment(1_000), request(600))
    before = await books.entries()
    refused = await confirm(books, two[1], (await order(books, two[0])).json())
    assert refused.status_code == 422
    assert "Il ne resterait pas assez" in refused.json()["detail"]
    assert await books.entries() == before


async def test_a_corrected_payment_is_given_back_where_it_stands(
    books: Books, two: tuple[UUID, UUID]
) -> None:
    """In parts: no fund is left below zero, none keeps money that has gone."""
    received = payment(1_000)
    await books.hear(received)
    split = [line("512100", 1_000), line("754110", -600), line("168100", -400, instrument="loan")]
    await confirm(books, two[1], (await order(books, two[0], split)).json())
    await books.hear(payment_back(received, 500))
    assert (await books.entries())[-1] == ("COL", 2, {"754110": 300, "168100": 200, "512100": -500})
    await books.hear(payment_back(received, 500))
    assert await books.rows("select fund from balances where amount_minor <> 0") == []
    assert await books.problems() == []


async def test_a_payment_that_was_corrected_twice_goes_back_from_the_last(
    books: Books, two: tuple[UUID, UUID]
) -> None:
    """What is right may have been corrected again."""
    received = payment(1_000)
    await books.hear(received)
    await confirm(books, two[1], (await order(books, two[0])).json())
    again = [line("512100", 1_000, "mers"), line("754110", -1_000, "mers")]
    await confirm(books, two[1], (await order(books, two[0], again, seq=3)).json())
    await books.hear(payment_back(received, 1_000))
    assert await books.figures() == Figures(0, 0, 0, 0)
    assert await books.rows("select fund from balances where amount_minor <> 0") == []
    assert await books.problems() == []


async def test_a_corrected_allocation_goes_back_to_suspense_where_it_stands(
    books: Books, two: tuple[UUID, UUID]
) -> None:
    """With the fund that the correction said."""
    cleared, allocated = allocation(unexplained(1_000), 1_000)
    await books.hear(unexplained(1_000), cleared, allocated)
    moved = [line("181000", 1_000), line("754110", -1_000)]
    await confirm(books, two[1], (await order(books, two[0], moved)).json())
    await books.hear(*allocation_undone(allocated))
    left = await books.rows(
        "select fund, amount_minor from balances where territory = '64' and amount_minor <> 0"
    )
    assert left == []
    assert await books.problems() == []


async def test_a_contra_entry_that_was_changed_is_found(books: Books, two: tuple[UUID, UUID]) -> None:
    """By an owner who puts triggers aside: besides the hash, the entry that it does not take back is named."""
    await books.hear(payment(1_000))
    await confirm(books, two[1], (await order(books, two[0])).json())
    await books.as_owner("update entry_lines set fund = 'autre' where seq = 2")
    assert "territoire 64, écriture 1 : sa contre-passation ne la reprend pas ligne à ligne." in (
        await books.problems()
    )


async def test_a_correction_that_enlarged_its_entry_is_found(books: Books, two: tuple[UUID, UUID]) -> None:
    """Envelope out of nothing, written behind the service's back: lines that balance, and more than was received."""
    await books.hear(payment(1_000))
    await confirm(books, two[1], (await order(books, two[0])).json())
    await books.as_owner(
        "update entry_lines set amount_minor = -6000 where seq = 3 and account = '754110'",
        "insert into entry_lines (territory, seq, line, account, amount_minor, fund, currency, instrument)"
        " values ('64', 3, 3, '627000', 5000, 'terres', 'EUR', 'gift')",
    )
    assert "territoire 64, écriture 1 : sa correction l’agrandit." in await books.problems()


async def test_a_page_corrects(books: Books, two: tuple[UUID, UUID]) -> None:
    """The journal leads to the entry, the form orders, the other treasurer confirms on the journal."""
    await books.hear(payment(1_000))
    first, second = (
        {"Authorization": f"Bearer {session_token(one, roles=[('treasurer', '64')])}"} for one in two
    )
    async with client_for(books.service) as http:
        assert 'href="/comptes/64/journal/1"' in (await http.get("/comptes/64/journal", headers=first)).text
        assert "754110 Dons manuels" in (await http.get("/comptes/64/journal/1", headers=first)).text
        form = {"fund-1": "terres", "fund-2": "terres"}
        vague = await http.post("/comptes/64/journal/1", data=form | {"reason": "faux"}, headers=first)
        done = await http.post("/comptes/64/journal/1", data=form | {"reason": WRONG}, headers=first)
        shown = (await http.get("/comptes/64/journal", headers=second)).text
    assert (vague.status_code, "10 à 500 caractères" in vague.text) == (422, True)
    assert done.status_code == 303
    assert WRONG in shown
    assert "Confirmer" in shown


async def test_the_journal_of_corsica_leads_to_its_entries(books: Books) -> None:
    """Territories with a letter in their code are named as the routes take them."""
    await books.hear(payment(1_000, territory="2A"))
    who = await books.treasurer("2A")
    assert 'href="/comptes/2A/journal/1"' in (await books.get("/comptes/2A/journal", who, roles=("2A",))).text
    assert (await books.get("/comptes/2A/journal/1", who, roles=("2A",))).status_code == 200


async def test_the_journal_is_for_those_who_keep_it(books: Books) -> None:
    """One amount and day may point at a giver."""
    async with client_for(books.service) as http:
        assert (await http.get("/comptes/64/journal")).status_code in (401, 303)
        assert (await http.get("/comptes/64/journal/1")).status_code in (401, 303)
