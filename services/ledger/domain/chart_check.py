"""Checks a whole chart of accounts before it takes the place of the present one: pages, API and command ask here.

A number has six characters, of which the first three are a root of the plan (ANC 2014-03 and 2018-06; article A47 A-1
LPF wants them in every file of entries). Accounts of class 8 are memo accounts, by their class alone.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from importlib import resources

from services.ledger.domain.chart import ACCOUNTS, Account

MOST_ACCOUNTS = 1_000
LONGEST_LABEL, LONGEST_MEANING = 100, 300
LEAST_REASON, MOST_REASON = 10, 500

ROOTS = frozenset(
    resources.files("services.ledger.domain").joinpath("chart_roots.txt").read_text(encoding="utf-8").split()
)
"""The first three digits that the plan of associations has."""

_NUMBER = re.compile(r"[1-8][0-9]{2}[0-9A-Z]{3}")
_UNFIT = re.compile(r"[|\x00-\x1f\x7f-\x9f\u2028\u2029]")


class ChartRefused(Exception):
    """A chart that cannot take the place of the present one; the sentences are for the treasurer."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = list(problems)


def check_reason(reason: str) -> str:
    """Why a chart is changed, on one line. Raises ChartRefused."""
    reason = " ".join(reason.split())
    if not LEAST_REASON <= len(reason) <= MOST_REASON:
        raise ChartRefused(
            [
                f"Écrivez pourquoi le plan change, en {LEAST_REASON} à {MOST_REASON} caractères, sans nom de personne."
            ]
        )
    return reason


def chart_problems(
    proposed: Sequence[Account],
    *,
    present: Collection[str],
    with_balance: Collection[str],
    of_local_currencies: Collection[str] = (),
) -> list[str]:
    """What is wrong with a chart, one French sentence each; nothing when it may be applied.

    `present` are the numbers that the chart has now: no account leaves it, whether it has lines or not. `with_balance`
    are those whose balance is not zero somewhere; `of_local_currencies`, those that hold a registered currency's units.
    """
    if len(proposed) > MOST_ACCOUNTS:
        return [f"Ce plan a {len(proposed)} comptes : gardez-en {MOST_ACCOUNTS} au plus."]
    return [
        *(problem for account in proposed for problem in _of_account(account)),
        *_of_repeats(proposed),
        *_of_absents({account.number: account for account in proposed}, present),
        *(
            f"Le compte {account.number[:20]} est nouveau : ajoutez-le ouvert."
            for account in proposed
            if not account.is_open and account.number not in present
        ),
        *(
            f"Le compte {account.number} n’est pas à zéro partout : soldez-le avant de le clore."
            for account in proposed
            if not account.is_open and account.number in with_balance
        ),
        *(
            f"Le compte {account.number} ne se clôt pas : une monnaie locale du registre y est tenue."
            for account in proposed
            if not account.is_open and account.number in of_local_currencies
        ),
    ]


def _of_account(account: Account) -> Iterator[str]:
    number, label, meaning, _ = account
    if not _NUMBER.fullmatch(number):
        yield (
            f"Le compte « {number[:20]} » n’a pas un numéro du plan : six caractères, trois chiffres (le premier de 1"
            " à 8), puis trois chiffres ou lettres majuscules."
        )
    elif number[:3] not in ROOTS:
        yield f"Le compte {number} : le plan comptable des associations n’a pas de comptes {number[:3]}."
    if not label.strip():
        yield f"Le compte {number[:20]} n’a pas d’intitulé : écrivez-en un."
    for name, text, longest in (
        ("l’intitulé", label, LONGEST_LABEL),
        ("ce que dit le solde", meaning, LONGEST_MEANING),
    ):
        if len(text) > longest:
            yield f"Le compte {number[:20]} : {name} dépasse {longest} caractères."
        if _UNFIT.search(text):
            yield (
                f"Le compte {number[:20]} : {name} a une tabulation, une barre « | » ou un retour à la ligne, que le"
                " format FEC refuse."
            )
        elif text.strip() and not text[0].isalnum():
            yield f"Le compte {number[:20]} : {name} commence par une lettre ou un chiffre."


def _of_repeats(proposed: Sequence[Account]) -> Iterator[str]:
    for number, times in Counter(account.number for account in proposed).items():
        if times > 1:
            yield f"Le compte {number[:20]} est {times} fois dans le plan : gardez-en un."
    labels = Counter(" ".join(account.label.split()).casefold() for account in proposed)
    for account in proposed:
        folded = " ".join(account.label.split()).casefold()
        if folded and labels.pop(folded, 1) > 1:
            yield f"L’intitulé « {account.label[:LONGEST_LABEL]} » est à plusieurs comptes : distinguez-les."


def _of_absents(proposed: dict[str, Account], present: Collection[str]) -> Iterator[str]:
    for number in sorted(ACCOUNTS):
        if number not in proposed:
            yield f"Le compte {number} manque : des faits y sont inscrits d’eux-mêmes."
        elif not proposed[number].is_open:
            yield f"Le compte {number} ne se clôt pas : des faits y sont inscrits d’eux-mêmes."
    for number in sorted(set(present) - proposed.keys() - ACCOUNTS.keys()):
        yield f"Le compte {number} manque : un compte ne quitte pas le plan et ne change pas de numéro, il se clôt."
