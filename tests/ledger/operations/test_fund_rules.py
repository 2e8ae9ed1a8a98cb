"""What a fund gives follows rules that somebody voted; what it receives never waits for any."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.pledges.domain.funds import funds as funds_of_pledges
from services.projects.domain.funds import FUNDS as FUNDS_OF_PROJECTS
from shared.events.ledger import DisbursementRefused, DisbursementReserved
from shared.events.projects import Family
from shared.testing.harness import recorded, session_token
from shared.values import today_in_france
from tests.ledger.books import FUND, Books, debit, payment, repayment, request
from tests.ledger.operations.test_correct import confirm as confirm_correction
from tests.ledger.operations.test_correct import line
from tests.ledger.operations.test_correct import order as order_correction
from tests.ledger.operations.test_disburse import confirm, ordered
from tests.ledger.operations.test_repayments import confirm as confirm_schedule
from tests.ledger.operations.test_repayments import order as order_schedule

TODAY = today_in_france()
RULES = {
    "effective_on": f"{TODAY}",
    "decision_reference": "AG du 12 mars",
    "families": ["grant", "investment"],
}


async def send(books: Books, path: str, body: dict[str, Any]) -> Any:
    """As a national operator."""
    token = session_token(uuid4(), roles=[("national_operator", "00")])
    async with books.client() as http:
        return await http.post(f"/api/ledger/{path}", headers={"Authorization": f"Bearer {token}"}, json=body)


async def adopt(books: Books, fund: str = FUND, **other: Any) -> Any:
    return await send(books, f"funds/{fund}/rules", RULES | other)


async def answer(books: Books, *, fund: str = FUND, **other: Any) -> str:
    """What a request for 400 of 1 000 is told: reserved, or the reason of its refusal."""
    await books.hear(request(400, fund=fund, **other))
    said = (await recorded(books.service))[-1]
    if isinstance(said, DisbursementReserved):
        return "reserved"
    assert isinstance(said, DisbursementRefused)
    return said.reason


@pytest.mark.parametrize(
    ("rules", "reason"),
    [
        ({}, "reserved"),
        ({"families": ["investment"]}, "Le fonds « fonds-commun » ne verse que des prêts et participations"),
        ({"families": []}, "Le fonds « fonds-commun » ne verse rien"),
        (
            {"largest_disbursement_minor": 399},
            "Le fonds « fonds-commun » verse au plus 3,99\u00a0€ à la fois",
        ),
        ({"largest_disbursement_minor": 400}, "reserved"),
        (
            {"largest_share_basis_points": 3_950},
            "Le fonds « fonds-commun » donne au plus 39,5\u202f% de l’enveloppe du territoire pour un même besoin",
        ),
        ({"largest_share_basis_points": 4_000}, "reserved"),
    ],
)
async def test_a_fund_gives_what_its_rules_allow(books: Books, rules: dict[str, Any], reason: str) -> None:
    """The reason of a refusal is a sentence; the money stays in the envelope."""
    await books.hear(payment(1_000))
    assert (await adopt(books, **rules)).status_code == 201
    assert await answer(books) == reason
    assert await books.problems() == []


async def test_a_fund_gives_between_its_days(books: Books) -> None:
    """Before and after them it says from or until when."""
    await books.hear(payment(1_000))
    await adopt(books, opens_on=f"{TODAY + timedelta(days=1)}")
    assert "ne verse qu’à partir du" in await answer(books)


async def test_rules_to_come_hold_from_their_day_on(books: Books) -> None:
    """Until then, those of before."""
    await books.hear(payment(1_000))
    await adopt(books, effective_on=f"{TODAY + timedelta(days=1)}", families=[])
    assert await answer(books) == "reserved"


async def test_one_need_gets_no_more_in_two_parts(books: Books) -> None:
    """What was held back for it counts; other needs have their own share."""
    need = uuid4()
    await books.hear(payment(1_000))
    await adopt(books, largest_share_basis_points=4_000)
    assert await answer(books, need_id=need) == "reserved"
    assert "pour un même besoin" in await answer(books, need_id=need)
    assert await answer(books) == "reserved"


async def test_a_fund_without_rules_gives_nothing_and_receives_all_the_same(books: Books) -> None:
    """The page says so; once it is added with rules, it gives."""
    await books.hear(payment(1_000, fund="terres"))
    assert "n’a pas de règles en vigueur" in await answer(books, fund="terres")
    assert "Ce fonds n’a pas de règles ici" in (await books.get("/comptes/fonds")).text
    assert (await adopt(books, "terres")).json()["code"] == "unknown_fund"
    new = {"code": "terres", "name": "Fonds des terres", "purpose": "Acheter des terres agricoles."}
    assert (await send(books, "funds", new)).status_code == 201
    assert (await send(books, "funds", new)).json()["code"] == "fund_exists"
    assert (await adopt(books, "terres")).status_code == 201
    assert await answer(books, fund="terres") == "reserved"
    assert "Ce fonds n’a pas de règles ici" not in (await books.get("/comptes/fonds")).text


async def test_what_was_reserved_is_confirmed_by_the_rules_of_that_day(books: Books) -> None:
    """Rules that were adopted since refuse it, in a sentence, and nothing is posted."""
    one = request(400)
    await books.hear(payment(1_000), one)
    _, second, order_hash = await ordered(books, one)
    await adopt(books, largest_disbursement_minor=399)
    refused = await confirm(books, one, second, order_hash)
    assert (refused.status_code, refused.json()["code"]) == (409, "fund_refuses")
    assert "verse au plus" in refused.json()["detail"]
    assert "801200" not in await books.balances()


async def test_a_disbursement_is_within_its_own_share_when_it_is_confirmed(books: Books) -> None:
    """It is not counted twice."""
    await adopt(books, largest_share_basis_points=4_000)
    one = request(400)
    await books.hear(payment(1_000), one)
    _, second, order_hash = await ordered(books, one)
    assert (await confirm(books, one, second, order_hash)).status_code == 200
    assert await books.problems() == []


async def given(books: Books, amount_minor: int, **other: Any) -> tuple[Any, Any, int]:
    """A disbursement that the bank has debited, its treasurers, and the number of its entry."""
    one = request(amount_minor, **other)
    await books.hear(one)
    first, second, order_hash = await ordered(books, one)
    await confirm(books, one, second, order_hash)
    await books.hear(debit(one))
    [(seq,)] = await books.rows(
        "select seq from journal_entries where journal = 'DEC' and document = :id",
        id=str(one.disbursement_id),
    )
    return first, second, seq


def moved(amount_minor: int, account: str = "657100", fund: str = "terres") -> list[dict[str, Any]]:
    return [line(account, amount_minor, fund), line("512100", -amount_minor, fund)]


async def test_a_correction_gives_nothing_that_the_rules_of_the_fund_refuse(books: Books) -> None:
    """No fund without rules, no family that it does not give, no more than it gives at once."""
    await books.hear(payment(1_000), payment(1_000, fund="terres"))
    first, _, seq = await given(books, 400)
    refused = await order_correction(books, first, moved(400, "657100", "general"), seq=seq)
    assert "n’a pas de règles en vigueur" in refused.json()["detail"]
    await adopt(books, largest_disbursement_minor=399, families=["grant"])
    refused = await order_correction(books, first, moved(400, "274000", FUND), seq=seq)
    assert "ne verse que des subventions" in refused.json()["detail"]
    fewer = [line("657100", 300, FUND), line("627000", 100, FUND), line("512100", -400, FUND)]
    refused = await order_correction(books, first, fewer, seq=seq)
    assert "reste versé" in refused.json()["detail"], (
        "it has left by two persons, and would be in the envelope again"
    )


async def test_a_correction_is_confirmed_by_the_rules_of_that_day(books: Books) -> None:
    """As what is given is: adopted since its order, they refuse it."""
    await books.hear(payment(1_000))
    first, second, seq = await given(books, 400)
    waiting = (await order_correction(books, first, moved(400, "274000", FUND), seq=seq)).json()
    await adopt(books, families=["grant"])
    refused = await confirm_correction(books, second, waiting)
    assert (refused.status_code, "ne verse que des" in refused.json()["detail"]) == (422, True)


async def test_a_corrected_disbursement_counts_where_it_stands(books: Books) -> None:
    """For the share of its need there, and no more in the fund that it left."""
    await books.add_fund("terres")
    await books.guard()
    need = uuid4()
    await books.hear(payment(1_000), payment(1_000, fund="terres"))
    first, second, seq = await given(books, 400, need_id=need)
    waiting = (await order_correction(books, first, moved(400), seq=seq)).json()
    assert (await confirm_correction(books, second, waiting)).status_code == 200
    for fund in (FUND, "terres"):
        await adopt(books, fund, largest_share_basis_points=4_000)
    assert "pour un même besoin" in await answer(books, fund="terres", need_id=need)
    assert await answer(books, need_id=need) == "reserved"
    assert await books.problems() == []


async def test_a_corrected_disbursement_against_all_rules_is_found_where_it_stands(books: Books) -> None:
    """A fund that lost its rules behind the service's back."""
    await books.add_fund("terres")
    await books.guard()
    await books.hear(payment(1_000), payment(1_000, fund="terres"))
    first, second, seq = await given(books, 400)
    await confirm_correction(
        books, second, (await order_correction(books, first, moved(400), seq=seq)).json()
    )
    await books.as_owner("delete from fund_rules where fund = 'terres'")
    problem = "territoire 64, fonds terres : un versement (grant) n’est permis par aucune de ses règles."
    assert problem in await books.problems()


async def test_what_is_paid_back_is_no_new_money_for_a_share(books: Books) -> None:
    """Of 1 000 that came, 400 were lent and came back: two fifths are 400, not 560."""
    await books.hear(payment(1_000))
    lent = request(400, family=Family.INVESTMENT)
    await books.hear(lent)
    first, second, order_hash = await ordered(books, lent)
    await confirm(books, lent, second, order_hash)
    await books.hear(debit(lent))
    plan = [{"due_on": "2026-06-30", "principal_minor": 400, "interest_minor": 0}]
    waiting = await order_schedule(books, lent, first, plan)
    await confirm_schedule(books, waiting.json(), second)
    await books.hear(repayment(lent, 400))
    assert (await books.balances())["274900"] == -400
    await adopt(books, largest_share_basis_points=4_000)
    await books.hear(request(401))
    assert isinstance((await recorded(books.service))[-1], DisbursementRefused)
    assert await answer(books) == "reserved"


@pytest.mark.parametrize(
    ("other", "status"),
    [
        ({"effective_on": f"{TODAY - timedelta(days=1)}"}, 422),
        ({"instruments": ["lingot"]}, 422),
        ({"families": ["gift"]}, 422),
        ({"largest_disbursement_minor": 0}, 422),
        ({"largest_share_basis_points": 10_001}, 422),
        ({"opens_on": "2026-03-02", "closes_on": "2026-03-01"}, 422),
        ({"decision_reference": "  "}, 422),
    ],
)
async def test_rules_that_make_no_sense_are_not_adopted(
    books: Books, other: dict[str, Any], status: int
) -> None:
    """Neither do they reach back."""
    assert (await adopt(books, **other)).status_code == status
    assert await books.rows("select fund from fund_rules where adopted_by is not null") == []


async def test_a_day_has_one_set_of_rules(books: Books) -> None:
    """A second one is refused in French."""
    await adopt(books)
    assert (await adopt(books)).json()["code"] == "rules_exist"


async def test_the_page_says_what_each_fund_has_and_may_give(books: Books) -> None:
    """Anybody reads the rules, the decision, the figures, and what came beside the rules."""
    await adopt(books, instruments=["gift"], largest_share_basis_points=1_250, families=["grant"])
    await books.hear(payment(100_000), payment(5_000, instrument="loan"), request(10_000))
    page = (await books.get("/comptes/fonds")).text
    for shown in ("AG du 12 mars", "12,5", "subventions", "1\u202f050,00", "900,00", "100,00", "Hors fonds"):
        assert shown in page, shown
    assert "ce que ses règles ne prévoient pas : Prêts reçus de l’épargne" in page
    [common] = [one for one in (await books.get("/api/ledger/funds")).json() if one["code"] == FUND]
    figures = ("received_minor", "envelope_minor", "reserved_minor", "committed_minor", "disbursed_minor")
    assert [common[name] for name in figures] == [105_000, 90_000, 10_000, 0, 0]
    assert common["rules"]["decision_reference"] == "AG du 12 mars"


async def test_francs_are_in_the_figures_of_a_fund_in_euros(books: Books) -> None:
    """Each figure by the fixed parity, once for all territories; so is what is asked of its largest amount."""
    francs = {"currency": "XPF"}
    await adopt(books, largest_disbursement_minor=838)
    await books.hear(
        payment(100),
        payment(9_000, territory="988", **francs),
        payment(1_000, territory="987", **francs),
        *(request(amount, territory="988", **francs) for amount in (1_000, 1_001)),
    )
    [common] = [one for one in (await books.get("/api/ledger/funds")).json() if one["code"] == FUND]
    assert [common[name] for name in ("received_minor", "envelope_minor", "reserved_minor")] == [
        8_480,
        7_642,
        838,
    ]
    [(refusal,)] = await books.rows("select refusal from disbursements where state = 'refused'")
    assert refusal == "Le fonds « fonds-commun » verse au plus 8,38\u00a0€ à la fois"


async def test_what_was_committed_in_francs_is_verified_in_cents(books: Books) -> None:
    """A franc more than the rules ever allowed is found."""
    await adopt(books, largest_disbursement_minor=838, effective_on=f"{TODAY}")
    await books.hear(payment(9_000, territory="988", currency="XPF"))
    one = request(1_000, territory="988", currency="XPF")
    await books.hear(one)
    await books.as_owner(
        "delete from fund_rules where adopted_by is null", "update disbursements set state = 'disbursed'"
    )
    unruly = (
        "territoire 988, fonds fonds-commun : un versement (grant) n’est permis par aucune de ses règles."
    )
    assert unruly not in await books.problems()
    await books.as_owner("update disbursements set amount_minor = 1001")
    assert unruly in await books.problems()


async def test_every_fund_that_is_offered_may_give_both_families(books: Books) -> None:
    """A promise or a need may name it: the ledger begins with rules for it."""
    known = {one["code"]: one for one in (await books.get("/api/ledger/funds")).json()}
    offered = funds_of_pledges().keys() | FUNDS_OF_PROJECTS.keys()
    assert {code: known[code]["rules"]["families"] for code in offered} == {
        code: [Family.GRANT, Family.INVESTMENT] for code in offered
    }


async def test_the_service_may_not_rewrite_what_was_voted(books: Books) -> None:
    """Nor the owner by accident."""
    for sql in (
        "update fund_rules set families = '{}'",
        "delete from fund_rules",
        "update funds set name = 'x'",
    ):
        async with books.service.database.engine.connect() as connection:
            with pytest.raises(DBAPIError, match="permission denied"):
                await connection.execute(text(sql))
        async with books.owner.connect() as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                await connection.execute(text(sql))
