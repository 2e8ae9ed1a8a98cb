"""Investments are paid back by a schedule of two persons: the bank says what came, the envelope has it again."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.ledger.operations.post_repayments import RepaymentDiffers
from services.ledger.queries.progress import Figures
from services.ledger.queries.progress_history import Wanted, figures_as_of, history
from shared.bus import CauseMissing
from shared.events.ledger import RepaymentScheduled
from shared.events.projects import DisbursementRequested, Family
from shared.testing.harness import hear_again, recorded
from tests.ledger.books import (
    DAY,
    FUND,
    Books,
    debit,
    payment,
    reference_issued,
    repayment,
    repayment_back,
    request,
    statement,
)
from tests.ledger.operations.test_disburse import confirm as confirm_disbursement
from tests.ledger.operations.test_disburse import order as order_disbursement

CONTRACT = "Contrat de prêt du 12/03/2026"
TABLES = "repayments", "repayment_returns", "repayment_schedules"
GIVEN = [
    {"due_on": "2026-01-31", "principal_minor": 400, "interest_minor": 20},
    {"due_on": "2026-06-30", "principal_minor": 600, "interest_minor": 10},
]
Two = tuple[UUID, UUID]


@pytest.fixture
async def two(books: Books) -> Two:
    return await books.treasurer(), await books.treasurer()


async def lent(books: Books, two: Two, amount_minor: int = 1_000, **other: Any) -> DisbursementRequested:
    """An investment that the bank has debited, from a gift of exactly its amount."""
    asked = request(amount_minor, **{"family": Family.INVESTMENT, **other})
    await books.hear(payment(amount_minor, fund=asked.fund, currency=asked.currency), asked)
    ordered = (await order_disbursement(books, asked, two[0])).json()
    await confirm_disbursement(books, asked, two[1], ordered["order_hash"])
    await books.hear(debit(asked, currency=asked.currency))
    return asked


async def order(books: Books, of: DisbursementRequested, by: UUID, plan: Any = GIVEN, **other: Any) -> Any:
    path = f"/api/ledger/64/disbursements/{of.disbursement_id}/repayment-schedules"
    return await books.post(path, by, json={"plan": plan, "decision_reference": CONTRACT, **other})


async def confirm(books: Books, ordered: dict[str, str], by: UUID) -> Any:
    path = f"/api/ledger/64/repayment-schedules/{ordered['schedule_id']}/confirmation"
    return await books.post(path, by, json={"order_hash": ordered["order_hash"]})


async def scheduled(books: Books, two: Two, plan: Any = GIVEN, **other: Any) -> DisbursementRequested:
    """A disbursed investment of 10 € with a schedule in force."""
    of = await lent(books, two, **other)
    assert (await confirm(books, (await order(books, of, two[0], plan)).json(), two[1])).status_code == 200
    return of


async def listed(books: Books, by: UUID) -> dict[str, Any]:
    [shown] = (await books.get("/api/ledger/64/repayment-schedules", by)).json()
    return dict(shown)


async def test_two_treasurers_schedule_what_was_lent(books: Books, two: Two) -> None:
    """It is said with amounts and days, and without anybody; it posts nothing."""
    of = await scheduled(books, two)
    said = (await recorded(books.service))[-1]
    assert isinstance(said, RepaymentScheduled)
    assert (said.disbursement_id, said.schedule_version) == (of.disbursement_id, 1)
    assert [one.model_dump(mode="json") for one in said.instalments] == GIVEN
    assert (await books.entries())[-1][0] == "ENG"
    assert await books.problems() == []


async def test_a_schedule_is_computed(books: Books, two: Two) -> None:
    """Equal parts, interest on what is left, a number of months apart."""
    of = await lent(books, two, 100_000)
    plan = {"parts": 3, "every_months": 3, "first_on": "2026-03-31", "basis_points": 200}
    await order(books, of, two[0], plan)
    shown = await listed(books, two[1])
    assert [tuple(one.values()) for one in shown["schedules"][0]["instalments"]] == [
        ("2026-03-31", 33_334, 500),
        ("2026-06-30", 33_333, 333),
        ("2026-09-30", 33_333, 167),
    ]


async def test_one_person_schedules_nothing(books: Books, two: Two) -> None:
    """Nor a stranger, an order that was read otherwise, or one whose author left."""
    of = await lent(books, two)
    ordered = (await order(books, of, two[0])).json()
    assert (await confirm(books, ordered, two[0])).json()["code"] == "schedule_by_one_person"
    assert (await confirm(books, ordered, uuid4())).status_code == 403
    assert (await confirm(books, ordered | {"order_hash": "0" * 64}, two[1])).json()[
        "code"
    ] == "another_schedule"
    await books.revoke(two[0])
    assert (await confirm(books, ordered, two[1])).json()["code"] == "schedule_orderer_left"


async def test_the_same_order_and_confirmation_twice_are_one(books: Books, two: Two) -> None:
    """Also at once; another order waits until that one is settled, or given up."""
    of = await lent(books, two)
    answers = await asyncio.gather(*(order(books, of, two[0]) for _ in range(3)))
    [(schedule_id, order_hash)] = {tuple(answer.json().values()) for answer in answers}
    ordered = {"schedule_id": schedule_id, "order_hash": order_hash}
    assert (await order(books, of, two[1])).json()["code"] == "schedule_waits"
    done = await asyncio.gather(*(confirm(books, ordered, two[1]) for _ in range(3)))
    assert {answer.status_code for answer in done} == {200}
    assert [type(one) for one in await recorded(books.service)].count(RepaymentScheduled) == 1
    other = (await order(books, of, two[1])).json()
    cancel = f"/api/ledger/64/repayment-schedules/{other['schedule_id']}/cancellation"
    assert (await books.post(cancel, two[0])).json() == {"state": "cancelled"}
    assert (await confirm(books, other, two[0])).json()["code"] == "schedule_not_in_state"


@pytest.mark.parametrize(
    ("plan", "code"),
    [
        ([{"due_on": "2026-01-31", "principal_minor": 999}], "principal_differs"),
        ([GIVEN[0], GIVEN[0] | {"principal_minor": 600}], "schedule_refused"),
        ([*GIVEN, {"due_on": "2027-01-31", "principal_minor": 0}], "schedule_refused"),
    ],
)
async def test_instalments_are_of_what_was_lent(books: Books, two: Two, plan: Any, code: str) -> None:
    """To the cent, one a day, none of nothing."""
    refused = await order(books, await lent(books, two), two[0], plan)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_a_grant_is_not_paid_back(books: Books, two: Two) -> None:
    """Nor an investment that the bank has not debited."""
    granted = await lent(books, two, family=Family.GRANT)
    assert (await order(books, granted, two[0])).json()["code"] == "not_an_investment"
    asked = request(1_000, family=Family.INVESTMENT)
    await books.hear(payment(1_000), asked)
    assert (await order(books, asked, two[0])).json()["code"] == "not_an_investment"


async def test_a_repayment_is_posted_interest_first(books: Books, two: Two) -> None:
    """REM: D 512100 / C 274900 principal / C 762000 interest, of the oldest instalment."""
    of = await scheduled(books, two)
    await books.hear(repayment(of, 15), repayment(of, 300))
    assert (await books.entries())[-2:] == [
        ("REM", 1, {"512100": 15, "762000": -15}),
        ("REM", 2, {"512100": 300, "274900": -295, "762000": -5}),
    ]
    funds = await books.rows(
        "select distinct fund, instrument from entry_lines l join journal_entries e using (territory, seq)"
        " where journal = 'REM'"
    )
    assert [tuple(row) for row in funds] == [(FUND, "investment")]
    assert await books.problems() == []


async def test_what_is_paid_back_is_lent_again(books: Books, two: Two) -> None:
    """The envelope has principal and interest; neither is received, and what was disbursed stays disbursed."""
    of = await scheduled(books, two)
    await books.hear(repayment(of, 1_030), request(1_031), request(1_030))
    states = await books.rows(
        "select amount_minor, state from disbursements where state <> 'disbursed' order by amount_minor"
    )
    assert [tuple(row) for row in states] == [(1_030, "reserved"), (1_031, "refused")]
    assert await books.figures() == Figures(0, 1_000, 0, 1_000)
    async with books.service.database.begin() as work:
        assert (await figures_as_of(work, DAY, Wanted("64")))["64"] == Figures(0, 1_000, 0, 1_000)
        assert (await history(work, Wanted("64")))[-1].disbursed_minor == 1_000


async def test_what_exceeds_all_that_is_owed_waits(books: Books, two: Two) -> None:
    """In suspense, in the same entry; treasurers are told."""
    of = await scheduled(books, two)
    await books.hear(repayment(of, 1_100))
    assert (await books.entries())[-1] == (
        "REM",
        1,
        {"512100": 1_100, "274900": -1_000, "762000": -30, "471000": -70},
    )
    assert (await listed(books, two[0]))["excess_minor"] == 70
    assert await books.problems() == []


async def test_a_return_reverses_what_its_repayment_posted(books: Books, two: Two) -> None:
    """To the cent, whatever came after it; then it is owed again, the oldest first."""
    of = await scheduled(books, two)
    first = repayment(of, 420)
    await books.hear(first, repayment(of, 610), repayment_back(first))
    assert (await books.entries())[-1] == ("REM", 3, {"512100": -420, "274900": 400, "762000": 20})
    assert (await listed(books, two[0]))["outstanding_minor"] == 400
    await books.hear(repayment(of, 420))
    assert (await books.entries())[-1] == ("REM", 4, {"512100": 420, "274900": -400, "762000": -20})
    assert (await listed(books, two[0]))["owed"] == []
    assert await books.problems() == []


async def test_a_repayment_heard_again_posts_nothing_more(books: Books, two: Two) -> None:
    """Past the inbox, the journal knows its event; so it is for its return."""
    of = await scheduled(books, two)
    came = repayment(of, 420)
    heard = await books.hear(came)
    heard += await books.hear(repayment_back(came))
    before = await books.entries()
    await hear_again(books.service, heard)
    assert await books.entries() == before


async def test_a_repayment_waits_for_its_schedule(books: Books, two: Two) -> None:
    """And a return for its repayment, of exactly its amount."""
    of = await lent(books, two)
    with pytest.raises(CauseMissing):
        await books.hear(repayment(of, 100))
    await confirm(books, (await order(books, of, two[0])).json(), two[1])
    came = repayment(of, 100)
    with pytest.raises(CauseMissing):
        await books.hear(repayment_back(came))
    await books.hear(came)
    with pytest.raises(RepaymentDiffers):
        await books.hear(repayment_back(came, amount_minor=99))
    with pytest.raises(RepaymentDiffers):
        await books.hear(repayment(of, 100, currency="XPF"))


async def test_an_amendment_replaces_what_was_not_paid(books: Books, two: Two) -> None:
    """Its principal is what is left, two persons decide it too, and the earlier one is kept."""
    of = await scheduled(books, two)
    await books.hear(repayment(of, 220))
    later = [{"due_on": "2027-01-31", "principal_minor": 800, "interest_minor": 50}]
    assert (await order(books, of, two[1], GIVEN)).json()["code"] == "principal_differs"
    await confirm(books, (await order(books, of, two[1], later)).json(), two[0])
    shown = await listed(books, two[0])
    assert [(one["version"], one["state"]) for one in shown["schedules"]] == [
        (1, "confirmed"),
        (2, "confirmed"),
    ]
    assert shown["owed"] == later
    await books.hear(repayment(of, 100))
    assert (await books.entries())[-1][2] == {"512100": 100, "274900": -50, "762000": -50}
    assert await books.problems() == []


@pytest.mark.parametrize("amount_minor", [120, 15])
async def test_a_repayment_between_order_and_confirmation_makes_it_another(
    books: Books, two: Two, amount_minor: int
) -> None:
    """Of interest alone too: the 15 cents would be owed twice; ordered again it is another one, after them."""
    of = await scheduled(books, two)
    plan = [{"due_on": "2027-01-31", "principal_minor": 1_000, "interest_minor": 40}]
    waiting = (await order(books, of, two[1], plan)).json()
    came = repayment(of, amount_minor)
    await books.hear(came)
    assert (await confirm(books, waiting, two[0])).json()["code"] == "paid_meanwhile"
    if amount_minor == 15:
        assert (await order(books, of, two[1], plan)).json()["code"] == "schedule_waits"
    await books.hear(repayment_back(came))
    assert (await confirm(books, waiting, two[0])).status_code == 200
    assert await books.problems() == []


async def test_interest_that_goes_back_between_order_and_confirmation_makes_it_another(
    books: Books, two: Two
) -> None:
    """It would never be owed again."""
    of = await scheduled(books, two)
    came = repayment(of, 15)
    await books.hear(came)
    waiting = (await order(books, of, two[1], GIVEN)).json()
    await books.hear(repayment_back(came))
    assert (await confirm(books, waiting, two[0])).json()["code"] == "paid_meanwhile"


async def test_what_an_earlier_schedule_had_counted_is_owed_at_once(books: Books, two: Two) -> None:
    """The bank took a repayment back after the amendment."""
    of = await scheduled(books, two)
    came = repayment(of, 120)
    await books.hear(came)
    await confirm(
        books,
        (await order(books, of, two[1], [{"due_on": "2027-01-31", "principal_minor": 900}])).json(),
        two[0],
    )
    await books.hear(repayment_back(came))
    owed = (await listed(books, two[0]))["owed"]
    assert [(one["principal_minor"], one["interest_minor"]) for one in owed] == [(100, 20), (900, 0)]
    await books.hear(repayment(of, 1_020))
    assert (await listed(books, two[0]))["outstanding_minor"] == 0
    assert (await order(books, of, two[0])).json()["code"] == "nothing_left_to_repay"
    assert await books.problems() == []


async def test_statements_prove_repayments(books: Books, two: Two) -> None:
    """They are bank lines as others are."""
    of = await scheduled(books, two)
    other = UUID(int=2)
    came = repayment(of, 420, statement_id=other)
    back = repayment_back(came, statement_id=other)
    await books.hear(came, back, statement(0, [came, back], statement_id=other, day=DAY + timedelta(days=1)))
    assert await books.prove() == 1


async def test_a_repayment_is_not_corrected(books: Books, two: Two) -> None:
    """Nor the disbursement of an investment that has a schedule; before, it is, and then it is paid back there."""
    of = await lent(books, two)
    await books.add_fund("terres")
    await books.guard()
    await books.hear(payment(1_000, fund="terres"))
    said = {"fund": "terres", "instrument": "investment"}
    moved = [
        {"account": "274000", "amount_minor": 1_000, **said},
        {"account": "512100", "amount_minor": -1_000, **said},
    ]
    body: dict[str, Any] = {"lines": moved, "reason": "C’était pour le fonds des terres."}
    ordered = (await books.post("/api/ledger/64/entries/4/correction", two[0], json=body)).json()
    path = f"/api/ledger/64/corrections/{ordered['correction_id']}/confirmation"
    assert (await books.post(path, two[1], json={"order_hash": ordered["order_hash"]})).status_code == 200
    await confirm(books, (await order(books, of, two[0])).json(), two[1])
    await books.hear(repayment(of, 420))
    found = await books.rows("select distinct fund from balances where account in ('274900', '762000')")
    assert [row.fund for row in found] == ["terres"]
    seqs = await books.rows(
        "select seq from journal_entries where territory = '64' order by seq desc limit 2"
    )
    body["lines"] = [one | {"fund": "mer"} for one in moved]
    for (seq,), says in zip(seqs, ("Un remboursement d’investissement", "a un échéancier"), strict=True):
        refused = await books.post(f"/api/ledger/64/entries/{seq}/correction", two[0], json=body)
        assert says in refused.json()["detail"]
    assert await books.problems() == []


async def test_what_a_correction_makes_of_a_disbursement_counts(books: Books, two: Two) -> None:
    """A grant that was an investment all along has a schedule; what is a grant by now has none, and is not listed."""
    granted, invested = await lent(books, two, family=Family.GRANT), await lent(books, two)
    for of, account in ((granted, "274000"), (invested, "657100")):
        [(seq,)] = await books.rows(
            "select seq from journal_entries where journal = 'DEC' and document = :id",
            id=str(of.disbursement_id),
        )
        said = {"fund": FUND, "instrument": of.family}
        lines = [
            {"account": account, "amount_minor": 1_000, **said},
            {"account": "512100", "amount_minor": -1_000, **said},
        ]
        body = {"lines": lines, "reason": "Le contrat dit autre chose."}
        ordered = (await books.post(f"/api/ledger/64/entries/{seq}/correction", two[0], json=body)).json()
        path = f"/api/ledger/64/corrections/{ordered['correction_id']}/confirmation"
        assert (await books.post(path, two[1], json={"order_hash": ordered["order_hash"]})).status_code == 200
    assert (await order(books, invested, two[0])).json()["code"] == "not_an_investment"
    await confirm(books, (await order(books, granted, two[0])).json(), two[1])
    assert (await listed(books, two[0]))["disbursement_id"] == str(granted.disbursement_id)


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("update repayments set interest_minor = interest_minor + 1, principal_minor = principal_minor - 1"
         " where principal_minor = 400", "remboursement "),
        ("update repayments set disbursement_id = gen_random_uuid()", "remboursement "),
        ("delete from repayment_returns", "remboursement "),
        ("delete from repayments", "remboursement "),
        ("update repayment_schedules set instalments = '[[\"2026-01-31\", 999, 0]]'", "le capital de son échéancier"),
        ("update repayment_schedules set principal_before_minor = 1", "le capital de son échéancier"),
        *((f"update repayment_schedules set {change}", "n’est pas celui qui a été confirmé") for change in (
            "instalments = '[[\"2036-01-31\", 1000, 0]]'", "interest_before_minor = 1", "currency = 'XPF'",
            "decision_reference = 'Une autre'", "ordered_by = gen_random_uuid()", "confirmed_on = '2036-01-31'",
            "version = 2", "order_hash = repeat('0', 64)")),
        ("update balances set amount_minor = amount_minor - 1 where account = '762000'", "comptes 274900 et 762000"),
    ],
)  # fmt: skip
async def test_a_repayment_that_was_tampered_with_is_found(
    books: Books, two: Two, sql: str, problem: str
) -> None:
    """What is kept of schedules is what was confirmed, and of repayments and returns what the journal says."""
    of = await scheduled(books, two)
    came = repayment(of, 420)
    await books.hear(came, repayment(of, 100), repayment_back(came))
    await books.as_owner(*(f"alter table {table} disable trigger user" for table in TABLES), sql)
    assert any(problem in one for one in await books.problems())


@pytest.mark.parametrize(
    "sql",
    [
        "update repayment_schedules set instalments = '[]'",
        "update repayment_schedules set confirmed_by = gen_random_uuid()",
        "delete from repayment_schedules",
    ],
)
async def test_a_schedule_is_never_changed(books: Books, two: Two, sql: str) -> None:
    """By the owner neither: once it is confirmed, another one amends it."""
    await scheduled(books, two)
    with pytest.raises(DBAPIError, match="never changed|append-only"):
        async with books.owner.begin() as connection:
            await connection.execute(text(sql))


async def test_the_reference_is_shown_to_treasurers(books: Books, two: Two) -> None:
    """With our account, for the organisation; heard twice it is one."""
    of = await scheduled(books, two)
    await books.hear(reference_issued(of))
    await books.hear(reference_issued(of))
    assert (await listed(books, two[0]))["reference"] == "RF680641234567890"
