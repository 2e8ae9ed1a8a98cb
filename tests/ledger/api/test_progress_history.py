"""The figures as they were: on any day, day after day, of one territory, fund or instrument."""

from datetime import timedelta
from typing import Any

import pytest

from shared.values import day_of
from tests.ledger.books import DAY, FUND, Books, payment, payment_back, pledge

NEXT = DAY + timedelta(days=1)
LATER = DAY + timedelta(days=9)


@pytest.fixture
async def kept(books: Books) -> Books:
    """Three days of territories, funds and instruments, with francs; one payment goes back on the last."""
    await books.adopt(1_000, on=DAY)
    back = payment(2_000, territory="13", booked_on=NEXT, fund="terres")
    francs = {"territory": "988", "currency": "XPF", "fund": "îles"}
    await books.hear(
        payment(250, booked_on=NEXT, **francs),
        payment(250, booked_on=LATER, **francs),
        payment(1, booked_on=LATER, **{**francs, "territory": "987"}),
    )
    await books.hear(
        pledge(500),
        payment(1_000),
        back,
        payment(400, booked_on=NEXT, instrument="loan"),
        payment_back(back, 2_000, territory="13", booked_on=LATER),
    )
    return books


async def days(books: Books, **of: str) -> list[tuple[Any, ...]]:
    found = (
        await books.get("/api/ledger/progress/history?" + "&".join(f"{k}={v}" for k, v in of.items()))
    ).json()
    return [tuple(day.values()) for day in found["days"]]


async def test_figures_are_those_of_the_end_of_each_day(kept: Books) -> None:
    """Promised, received, its local-currency share, disbursed, converted; a day without a movement is not there."""
    made = day_of(pledge(1).made_at)
    assert await days(kept) == [
        (f"{made}", 500, 0, 0, 0, 0),
        (f"{DAY}", 500, 1_000, 100, 0, 0),
        (f"{NEXT}", 500, 3_400 + 210, 100, 0, 0),
        (f"{LATER}", 500, 1_400 + 419 + 1, 100, 0, 0),
    ]


@pytest.mark.parametrize(
    ("of", "last"),
    [
        ({"territory": "13"}, (0, 0)),
        ({"territory": "64"}, (500, 1_400)),
        ({"territory": "988"}, (0, 419)),
        ({"fund": "îles"}, (0, 420)),
        ({"instrument": "loan"}, (0, 400)),
        ({"fund": FUND}, (500, 1_400)),
        ({"fund": "terres", "territory": "13"}, (0, 0)),
    ],
)
async def test_figures_are_of_what_is_asked(kept: Books, of: dict[str, str], last: tuple[int, int]) -> None:
    """One territory, fund or instrument, or several together; the last day is what the counter shows."""
    assert (await days(kept, **of))[-1][1:3] == last


async def test_a_day_is_read_as_it_was(kept: Books) -> None:
    """Before the return, the money was there; a territory without figures is not."""
    found = (await kept.get(f"/api/ledger/progress/as-of/{NEXT}")).json()
    assert {one["territory"]: one["received_minor"] for one in found["territories"]} == {
        "13": 2_000,
        "64": 1_400,
        "988": 210,
    }
    assert (await kept.get("/api/ledger/progress/as-of/2001-01-01")).json()["territories"] == []
    assert (await kept.get("/api/ledger/progress/as-of/hier")).status_code == 422


async def test_the_history_ends_with_the_counter(kept: Books) -> None:
    """Whoever adds the open data up finds the page's figures."""
    counter = (await kept.get("/api/ledger/progress")).json()
    names = ("promised_minor", "received_minor", "local_currency_minor", "disbursed_minor", "converted_minor")
    assert (await days(kept))[-1][1:] == tuple(counter[name] for name in names)


async def test_the_open_data_says_its_licence(kept: Books) -> None:
    """Each line of the table does."""
    answer = await kept.get("/api/ledger/progress/history.csv")
    titles, *lines = answer.content.decode("utf-8-sig").splitlines()
    figures = "promised_minor;received_minor;local_currency_minor;disbursed_minor;converted_minor"
    assert titles == f"day;{figures};currency;licence"
    assert len(lines) == 4
    assert all("Licence Ouverte 2.0" in line for line in lines)
