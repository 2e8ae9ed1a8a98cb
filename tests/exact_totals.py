"""A long statement whose totals are known beforehand, and the count of what became of it."""

from pathlib import Path
from typing import Any

from deploy.local.campaign.statements import BankDay
from tests.running import Running, eventually

LINES = 3_000
TERRITORIES = ("13", "75", "2a", "974", "99", "48")
BACK_SECONDS = 60
"""Programs that died are there again, and have caught up."""


def day_of_transfers(running: Running, *, lines: int = LINES) -> BankDay:
    """A statement of transfers that all name a pledge, round the territories."""
    references = [running.pledge(territory=code.upper(), euros=100)["reference"] for code in TERRITORIES]
    day = running.bank_day()
    for number in range(lines):
        day.credit(100 + number, reference=references[number % len(references)])
    return day


def received(running: Running) -> dict[str, int]:
    """What each of the territories has received, in cents, and all together."""
    progress = running.progress()
    by_code = {one["code"]: one["received_minor"] for one in progress["territories"]}
    return {code: by_code[code.upper()] for code in TERRITORIES} | {"all": progress["received_minor"]}


def import_until_taken(running: Running, file: Path) -> None:
    """Repeat an import as a person does whose command lost its service; it ends when the file is in."""
    eventually(lambda: running.milliard("bank", "import", file).returncode == 0, seconds=3 * BACK_SECONDS)


def expect_exactly(running: Running, day: BankDay, *, before: dict[str, int]) -> None:
    """Every cent of the day is where it belongs, once; nothing is set aside; the books say so themselves."""
    eventually(
        lambda: (
            running.progress()["received_proved_on"] == f"{day.booked_on}"
            and received(running)["all"] - before["all"] == day.closing_minor - day.opening_minor
        ),
        seconds=BACK_SECONDS,
    )
    after = received(running)
    assert {code: after[code] - before[code] for code in TERRITORIES} == {
        code: sum(line.amount_minor for line in day.lines[position :: len(TERRITORIES)])
        for position, code in enumerate(TERRITORIES)
    }
    statements: list[dict[str, Any]] = running.milliard_json("bank", "statements")
    assert [
        (one["line_count"], one["suspended_count"])
        for one in statements
        if one["closing_minor"] == day.closing_minor
    ] == [(len(day.lines), 0)]
    assert running.milliard_json("parked", "list") == []
    assert running.milliard_json("ledger", "verify")["problems"] == []
