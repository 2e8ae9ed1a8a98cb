"""Writes numbers, amounts and dates the French way, for pages, mails and badges.

Thousands are grouped with a narrow no-break space (U+202F), a unit follows a no-break space
(U+00A0; U+202F before %), as in the typographic rules of the Imprimerie nationale and CLDR's `fr`:
a browser's `Intl.NumberFormat("fr-FR")` writes the same characters, so a figure keeps its shape
when the page's script refreshes it. Rounding always goes down: a page never shows more than there is.
"""

from datetime import UTC, date, datetime
from decimal import ROUND_DOWN, Decimal

from shared.values import PARIS

GROUP = "\u202f"
BEFORE_UNIT = "\u00a0"
BEFORE_PERCENT = "\u202f"
EXPONENTS = {"XPF": 0}
SYMBOLS = {"EUR": "€", "XPF": "F\u00a0CFP"}
SCALES = ((10**9, "Md€"), (10**6, "M€"))
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def nombre(number: int | Decimal, *, decimals: int = 0) -> str:
    """`1234567` → « 1 234 567 »; digits past `decimals` are cut, not rounded up."""
    quantum = Decimal(1).scaleb(-decimals)
    text = f"{Decimal(number).quantize(quantum, rounding=ROUND_DOWN):,f}"
    return text.replace(",", GROUP).replace(".", ",")


def euros(amount_minor: int, currency: str = "EUR") -> str:
    """`123456` cents → « 1 234,56 € ». A local currency (`X-EUSKO`) shows its own name: « 12,00 eusko »."""
    exponent = EXPONENTS.get(currency, 2)
    symbol = SYMBOLS.get(currency, currency.removeprefix("X-").lower())
    whole, rest = divmod(abs(amount_minor), 10**exponent)
    sign = "-" if amount_minor < 0 else ""
    decimals = f",{rest:0{exponent}}" if exponent else ""
    return f"{sign}{whole:,}".replace(",", GROUP) + f"{decimals}{BEFORE_UNIT}{symbol}"


def euros_courts(amount_minor: int) -> str:
    """`123456789` cents → « 1,23 M€ », `2500000` → « 25 000 € »: for labels beside an exact amount."""
    units = Decimal(amount_minor).scaleb(-2)
    for scale, symbol in SCALES:
        if abs(units) >= scale:
            scaled = units / scale
            decimals = max(0, 3 - len(str(int(abs(scaled)))))
            return f"{_trimmed(nombre(scaled, decimals=decimals))}{BEFORE_UNIT}{symbol}"
    return f"{nombre(units)}{BEFORE_UNIT}€"


def pourcent(part: int, whole: int) -> str:
    """The share of `part` in `whole`, to two significant figures however small: « 0,0031 % ».

    A share that exists is never written « 0 % », and « 100 % » is only written once it is reached.
    """
    if not part or not whole:
        return f"0{BEFORE_PERCENT}%"
    percent = Decimal(part) * 100 / Decimal(whole)
    decimals = 1 if abs(percent) >= 1 else 1 - percent.adjusted()
    return f"{_trimmed(nombre(percent, decimals=decimals))}{BEFORE_PERCENT}%"


def date_fr(moment: date | datetime | str | None) -> str:
    """A day, an instant (UTC, shown as the day in Paris) or their ISO 8601 text → « 1er novembre 2026 »."""
    if moment is None:
        return "—"
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment) if "T" in moment else date.fromisoformat(moment)
    if isinstance(moment, datetime):
        moment = _in_paris(moment)
    day = "1er" if moment.day == 1 else str(moment.day)
    return f"{day} {MONTHS[moment.month - 1]} {moment.year}"


def heure_fr(moment: datetime | str) -> str:
    """An instant (UTC) → the hour in Paris, « 14 h 32 »."""
    instant = _in_paris(datetime.fromisoformat(moment) if isinstance(moment, str) else moment)
    return f"{instant.hour}{BEFORE_UNIT}h{BEFORE_UNIT}{instant.minute:02}"


def _in_paris(moment: datetime) -> datetime:
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(PARIS)


def _trimmed(text: str) -> str:
    return text.rstrip("0").rstrip(",") if "," in text else text
