"""Writes CFONB 120 statements, position by position, for a reader that was written from the same norm."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

BANK, BRANCH, NUMBER = "30006", "00001", "12345678901"  # the account of DEMONSTRATION_IBAN
CREDIT, DEBIT = "{ABCDEFGHI", "}JKLMNOPQR"


def amount(signed_minor: int) -> str:
    """Fourteen characters, of which the last is a figure and the sign."""
    figures = f"{abs(signed_minor):014d}"
    return figures[:-1] + (DEBIT if signed_minor < 0 else CREDIT)[int(figures[-1])]


def record(code: str, zones: Mapping[int, str], *, currency: str = "EUR", decimals: str = "2") -> str:
    """A record of the account: its zones by their first position, counted from 1."""
    text = [" "] * 120
    common = {1: code, 3: BANK, 12: BRANCH, 17: currency, 20: decimals, 22: NUMBER}
    for position, value in (common | dict(zones)).items():
        text[position - 1 : position - 1 + len(value)] = value
    assert len(text) == 120
    return "".join(text)


@dataclass(frozen=True, kw_only=True)
class Movement:
    """One 04 and the 05 that follow it; `zones` adds to the 04."""

    signed_minor: int
    on: date
    label: str = "VIR SEPA RECU"
    said: list[tuple[str, str]] = field(default_factory=list)
    zones: Mapping[int, str] = field(default_factory=dict)


def day(on: date) -> str:
    return f"{on:%d%m%y}"


def statement(
    movements: Iterable[Movement],
    *,
    opening_minor: int = 0,
    closing_minor: int | None = None,
    opening_on: date,
    closing_on: date,
) -> list[str]:
    """The records of one statement; it adds up unless it is told another balance."""
    moves = list(movements)
    closing = (
        opening_minor + sum(one.signed_minor for one in moves) if closing_minor is None else closing_minor
    )
    records = [record("01", {35: day(opening_on), 91: amount(opening_minor)})]
    for one in moves:
        booked = {
            33: "05",
            35: day(one.on),
            43: day(one.on),
            49: one.label[:31],
            91: amount(one.signed_minor),
        }
        records.append(record("04", booked | dict(one.zones)))
        records += [
            record("05", {33: "05", 35: day(one.on), 46: qualifier, 49: text[:70]})
            for qualifier, text in one.said
        ]
    return [*records, record("07", {35: day(closing_on), 91: amount(closing)})]


def as_file(*statements: list[str], end: str = "\r\n") -> bytes:
    return "".join(f"{one}{end}" for records in statements for one in records).encode("latin-1")
