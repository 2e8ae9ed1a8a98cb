"""Writes an amount in French words, as a tax receipt has it beside its figures.

Spelling before 1990, which every reader knows: hyphens below a hundred only, `et` before un and onze. `cent` and
`vingt` take an s when they end the number or stand before a noun (million, milliard), never before mille.
"""

_SMALL = (
    "zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf", "dix", "onze", "douze", "treize",
    "quatorze", "quinze", "seize", "dix-sept", "dix-huit", "dix-neuf",
)  # fmt: skip
_TENS = {20: "vingt", 30: "trente", 40: "quarante", 50: "cinquante", 60: "soixante", 80: "quatre-vingt"}
_NOUNS = ((10**9, "milliard"), (10**6, "million"))

LARGEST_MINOR = 10**14 - 1
"""Below a thousand milliards of euros: beyond, there is no such gift and no agreed word."""


def amount_in_words(amount_minor: int) -> str:
    """Cents of euros in words: 123456 → « mille deux cent trente-quatre euros et cinquante-six centimes ».

    Raises ValueError below zero and above `LARGEST_MINOR`.
    """
    if not 0 <= amount_minor <= LARGEST_MINOR:
        raise ValueError(f"{amount_minor} cents have no words here")
    euros, cents = divmod(amount_minor, 100)
    if not euros and cents:
        return _counted(cents, "centime")
    words = f"{number_in_words(euros)} {_unit(euros)}"
    return f"{words} et {_counted(cents, 'centime')}" if cents else words


def number_in_words(number: int) -> str:
    """A whole number below a thousand milliards in words."""
    parts = []
    for value, noun in _NOUNS:
        count, number = divmod(number, value)
        if count:
            parts.append(_counted(count, noun))
    thousands, rest = divmod(number, 1000)
    if thousands:
        parts.append("mille" if thousands == 1 else f"{_below_thousand(thousands, plural=False)} mille")
    if rest or not parts:
        parts.append(_below_thousand(rest, plural=True))
    return " ".join(parts)


def _unit(euros: int) -> str:
    """« d’euros » after million and milliard, which are nouns; « euro » is singular below two."""
    if euros and euros % 10**6 == 0:
        return "d’euros"
    return "euro" if euros < 2 else "euros"


def _counted(count: int, noun: str) -> str:
    return f"{_below_thousand(count, plural=True)} {noun}{'s' if count > 1 else ''}"


def _below_thousand(number: int, *, plural: bool) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest, plural=plural)
    hundred = "cent" if hundreds == 1 else f"{_SMALL[hundreds]} cent"
    if rest:
        return f"{hundred} {_below_hundred(rest, plural=plural)}"
    return f"{hundred}s" if plural and hundreds > 1 else hundred


def _below_hundred(number: int, *, plural: bool) -> str:
    if number < len(_SMALL):
        return _SMALL[number]
    ten = max(known for known in _TENS if known <= number)
    rest = number - ten
    if not rest:
        return "quatre-vingts" if plural and ten == 80 else _TENS[ten]
    joined = " et " if ten < 80 and rest in (1, 11) else "-"
    return f"{_TENS[ten]}{joined}{_SMALL[rest]}"
