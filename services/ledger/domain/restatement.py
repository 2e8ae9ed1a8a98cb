"""What an entry may be restated as: a correction says otherwise what moved, never that more did, or the other way."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from services.ledger.domain import chart
from services.ledger.domain.entries import Line

_MOVES_WITH_ENTRY = frozenset({chart.BANK, chart.LIAISON})
"""Accounts that are not corrected, and whose lines may go to another fund with the rest of their entry."""


def refusal_of_restatement(
    before: Sequence[Line], after: Sequence[Line], *, correctable: Collection[str]
) -> str | None:
    """Why lines restate no entry that has the lines `before`, in a sentence for the treasurer; None when they do.

    Of `correctable` accounts, lines stay on the side (debit or credit) that such lines of the entry have. All others
    keep what they say. The debits of each currency never grow, so nothing is both given and received on the way.
    """
    stood, stands = _kept_in_fund(before, correctable), _kept_in_fund(after, correctable)
    refused = {key[0] for key in stood.keys() | stands.keys() if stood[key] != stands[key]}
    refused |= {line.account for line in after} - {line.account for line in before} - set(correctable)
    if refused:
        return (
            f"Le compte {min(refused)} ne se corrige pas à la main, ni son montant ni son fonds : ce qu’il dit vient"
            " de la banque, d’une promesse ou d’un versement."
        )
    sides = {line.amount_minor > 0 for line in before if line.account in correctable}
    for line in after:
        if line.account in correctable and (line.amount_minor > 0) not in sides:
            side = "débit" if line.amount_minor > 0 else "crédit"
            return (
                f"Cette écriture n’a pas de {side} à corriger : mettez le compte {line.account} du même côté que ce"
                " qu’il remplace."
            )
    if _given(before) != _given(after):
        return (
            f"Ce qu’un fonds a versé reste versé : gardez-en la somme aux comptes {chart.GRANTS} (aides) et"
            f" {chart.INVESTMENTS} (prêts et participations)."
        )
    debited, allowed = _debits(after), _debits(before)
    if any(debited[currency] > allowed[currency] for currency in debited):
        return (
            "Cette correction agrandit l’écriture : répartissez autrement son montant, sans rien y ajouter."
        )
    return None


def _given(lines: Iterable[Line]) -> Counter[str]:
    """What left for projects, by currency: it takes the order and the confirmation of a disbursement, no less."""
    found: Counter[str] = Counter()
    for line in lines:
        if line.account in (chart.GRANTS, chart.INVESTMENTS):
            found[line.currency] += line.amount_minor
    return found


def _debits(lines: Iterable[Line]) -> Counter[str]:
    """The sum of the debits of each currency, in minor units."""
    found: Counter[str] = Counter()
    for line in lines:
        found[line.currency] += max(0, line.amount_minor)
    return found


def _kept_in_fund(lines: Iterable[Line], correctable: Collection[str]) -> Counter[tuple[str, str, str]]:
    """What the accounts hold that keep their fund, by account, fund and currency."""
    found: Counter[tuple[str, str, str]] = Counter()
    for line in lines:
        if line.account not in correctable and line.account not in _MOVES_WITH_ENTRY:
            found[line.account, line.fund, line.currency] += line.amount_minor
    return found
