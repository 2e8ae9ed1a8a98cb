"""The four figures over HTTP: as JSON, and pushed as they change."""

import asyncio
import json
from typing import Any

import pytest
from fastapi import Request

from services.ledger import board
from services.ledger.api.progress import follow_progress
from services.ledger.board import Board
from shared.values import territories
from tests.ledger.books import DAY, Books, payment, payment_back, pledge, statement, unexplained

FIGURES = (
    "promised_minor",
    "received_minor",
    "local_currency_minor",
    "converted_minor",
    "to_convert_minor",
    "disbursed_minor",
)


async def test_the_figures_are_whole_cents_that_are_never_merged(books: Books) -> None:
    """Per territory and in total; suspense and promises are in no "received"."""
    await books.adopt(500, on=DAY, territory="00")
    received = payment(10_000)
    await books.hear(
        pledge(77), received, payment(2_000, territory="987"), unexplained(5), payment_back(received, 100)
    )
    progress = (await books.get("/api/ledger/progress")).json()
    assert {name: progress[name] for name in FIGURES} == {
        "promised_minor": 77,
        "received_minor": 11_900,
        "local_currency_minor": 595,
        "converted_minor": 0,
        "to_convert_minor": 595,
        "disbursed_minor": 0,
    }
    assert (progress["target_minor"], progress["currency"]) == (100_000_000_000, "EUR")
    assert progress["received_proved_on"] is None
    by_code = {one["code"]: one for one in progress["territories"]}
    assert by_code["64"]["received_minor"] == 9_900
    assert by_code["987"]["received_minor"] == 2_000, "euros that a territory of francs received are euros"


async def test_francs_are_counted_in_euros(books: Books) -> None:
    """1 000 F are 8,38 €: the sum of a territory, rounded once; three francs in three gifts are 3 cents, not 3 × 1."""
    await books.adopt(1_000, on=DAY, territory="00")
    francs = {"currency": "XPF", "territory": "988"}
    back = payment(500, **francs)
    await books.hear(
        pledge(100_000, **francs), payment(1_000, **francs), back, payment(1_000, territory="988")
    )
    await books.hear(payment_back(back, 500, **francs))
    await books.hear(*[payment(2, territory="986", currency="XPF") for _ in range(3)])
    progress = (await books.get("/api/ledger/progress")).json()
    by_code = {one["code"]: tuple(one[name] for name in FIGURES) for one in progress["territories"]}
    assert by_code["988"] == (83_800, 838 + 1_000, 84 + 100, 0, 84 + 100, 0)
    assert by_code["986"] == (0, 5, 0, 0, 0, 0), "6 F are 5,028 cents"
    assert tuple(progress[name] for name in FIGURES) == (83_800, 1_843, 184, 0, 184, 0)
    page = (await books.get("/territoires/988")).text
    assert "18,38" in page
    assert "1\u202f000\u00a0F\u00a0CFP valent 8,38\u00a0€" in page
    assert "F\u00a0CFP" not in (await books.get("/territoires/64")).text
    assert "F\u00a0CFP valent" in (await books.get("/")).text


async def test_every_territory_is_there_with_its_zeros(books: Books) -> None:
    """In the order of their codes, from the Ain to abroad, Pacific ones too; the national lane is none."""
    progress = (await books.get("/api/ledger/progress")).json()
    assert [one["code"] for one in progress["territories"]] == [one.code for one in territories()]
    assert {"2A", "974", "986", "987", "988", "99"} <= {one["code"] for one in progress["territories"]}
    assert all(one[name] == 0 for one in progress["territories"] for name in FIGURES)
    assert all(one["name"] for one in progress["territories"])


async def test_what_came_for_each_thousand_inhabitants_is_there(books: Books) -> None:
    """Of each territory and in total, rounded down; nothing where nobody is counted, nor in the total from there."""
    await books.hear(payment(1_234_500), payment(10**9, territory="99"))
    progress = (await books.get("/api/ledger/progress")).json()
    by_code = {one["code"]: one for one in progress["territories"]}
    name = "received_minor_per_1000_inhabitants"
    assert (by_code["64"]["inhabitants"], by_code["64"][name]) == (706_564, 1_747)
    assert (by_code["99"]["inhabitants"], by_code["99"][name]) == (None, None)
    assert (by_code["13"][name], progress[name]) == (0, 1_234_500_000 // progress["inhabitants"])


async def test_the_projection_says_its_method(books: Books) -> None:
    """In words, with a version, in the same JSON."""
    said = (await books.get("/api/ledger/progress")).json()["projection"]
    assert (said["state"], said["confidence_percent"], said["method_version"]) == ("too_early", 90, 1)
    assert "Student" in said["method"]
    assert {
        "through",
        "weeks",
        "weekly_minor",
        "earliest_on",
        "expected_on",
        "latest_on",
        "reached_on",
    } <= said.keys()


async def test_the_projection_knows_of_the_day_that_is_proved(books: Books) -> None:
    """Read a moment before, it is read again: beside a proof up to a day it does not say that no day is known."""
    before = (await books.get("/api/ledger/progress")).json()
    assert (before["received_proved_on"], before["projection"]["through"]) == (None, None)
    lines = [payment(100)]
    await books.hear(statement(0, lines), *lines)
    await books.prove()
    await asyncio.sleep(board.FRESH_SECONDS)
    after = (await books.get("/api/ledger/progress")).json()
    assert after["received_proved_on"] == after["projection"]["through"] == f"{DAY}"


class Reads:
    """Counts how often a board reads its database."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count = 0
        read = board.progress

        async def counted(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            return await read(*arguments, **named)

        monkeypatch.setattr(board, "progress", counted)


async def test_a_crowd_costs_one_read_a_moment(books: Books, monkeypatch: pytest.MonkeyPatch) -> None:
    """Five hundred who ask at once, and again right after."""
    reads = Reads(monkeypatch)
    shown = Board(database=books.service.database, target_minor=1)
    await asyncio.gather(*(shown.current() for _ in range(500)))
    await asyncio.gather(*(shown.current() for _ in range(500)))
    assert reads.count == 1


async def test_followers_get_the_figures_at_once_and_when_they_change(books: Books) -> None:
    """And nothing in between."""
    followed = books.service.app.state.board.follow()
    first = await asyncio.wait_for(anext(followed), 5)
    assert first.startswith("event: progress\ndata: {")
    assert first.endswith("\n\n")
    waiting = asyncio.ensure_future(anext(followed))
    await asyncio.sleep(3 * board.FRESH_SECONDS)
    assert not waiting.done()
    await books.hear(payment(1_234))
    told = json.loads((await asyncio.wait_for(waiting, 5)).removeprefix("event: progress\ndata: "))
    assert told["received_minor"] == 1_234
    await followed.aclose()


async def test_the_stream_of_events_is_not_kept_by_proxies(books: Books) -> None:
    """Its headers say so; the route itself is asked, for the stream never ends."""
    answer = await follow_progress(Request({"type": "http", "app": books.service.app}))
    assert answer.media_type == "text/event-stream"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-accel-buffering"] == "no"
