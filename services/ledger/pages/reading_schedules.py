"""Reads a schedule from its form: instalments one by one, or the few numbers from which they follow."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from services.ledger.domain.instalments import MOST_BASIS_POINTS, MOST_INSTALMENTS, Computation, Instalment
from shared.values import cents_from, minor_from

MOST_MONTHS = 120
_DAYS = ("%d/%m/%Y", "%Y-%m-%d")


def read_schedule(
    values: Mapping[str, str], errors: dict[str, str], *, currency: str
) -> Sequence[Instalment] | Computation | None:
    """What the form asks for, in `currency`; None with one sentence for each field that is wrong, in `errors`."""
    if values["lines"].strip():
        return _given(values["lines"], errors, currency)
    parts = _number(values["parts"], MOST_INSTALMENTS)
    months = _number(values["every_months"], MOST_MONTHS)
    first_on = _day(values["first_on"])
    rate = cents_from(values["rate"]) if values["rate"].strip() else 0
    if parts is None:
        errors["parts"] = f"Écrivez un nombre d’échéances, de 1 à {MOST_INSTALMENTS}."
    if months is None:
        errors["every_months"] = f"Écrivez un nombre de mois, de 1 à {MOST_MONTHS}."
    if first_on is None:
        errors["first_on"] = "Choisissez le jour de la première échéance."
    if rate is None or rate > MOST_BASIS_POINTS:
        errors["rate"] = (
            "Écrivez un taux annuel en pour cent, par exemple 2,5 ; ou rien s’il n’y a pas d’intérêts."
        )
    if parts is None or months is None or first_on is None or rate is None or errors:
        return None
    return Computation(parts, months, first_on, rate)


def _given(text: str, errors: dict[str, str], currency: str) -> list[Instalment] | None:
    """One instalment a line: day ; principal ; interest, the last one optional."""
    instalments = []
    for number, line in enumerate((one for one in text.splitlines() if one.strip()), start=1):
        day, *amounts = (cell.strip() for cell in line.split(";"))
        due_on, minor = _day(day), [minor_from(amount, currency) for amount in amounts]
        if due_on is None or not 1 <= len(minor) <= 2 or None in minor or number > MOST_INSTALMENTS:
            errors["lines"] = (
                f"La ligne {number} ne se lit pas : écrivez un jour, un capital et des intérêts, séparés par des"
                " points-virgules."
            )
            return None
        principal, interest = [*minor, 0][:2]
        instalments.append(Instalment(due_on, principal or 0, interest or 0))
    return instalments


def _number(text: str, most: int) -> int | None:
    plain = text.strip()
    return int(plain) if plain.isascii() and plain.isdigit() and 1 <= int(plain[:9]) <= most else None


def _day(text: str) -> date | None:
    for form in _DAYS:
        try:
            found = datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day, no moment
        except ValueError:
            continue
        return found if 2000 <= found.year < 2200 else None
    return None
