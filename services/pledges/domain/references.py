"""RF creditor references (ISO 11649): how a pledge is recognised on a bank statement.

`RF`, two check digits, then 1 to 21 characters. Ours have a body of digits only (territory on three,
serial on nine or more): with digits, no single wrong or swapped character goes unseen; with letters
about one in two hundred does. References of any ISO 11649 shape are still read.
"""

import re

REFERENCE = re.compile(r"RF[0-9]{2}[0-9A-Z]{1,21}")
START = re.compile(r"(?=(RF[0-9]{2}[0-9A-Z]{1,21}))")
MAX_SEARCHED_CHARACTERS = 4_000  # the norm allows 140 a line: more is not a message, and costs time
REPAYMENT_SERIALS = range(10**9, 10**10)
"""Serials of references by which investments are paid back: ten digits, where pledges have nine, so none has both."""

REPAYMENT_REFERENCE = re.compile(r"RF[0-9]{15}")
_NUMBERS = {ord(character): str(int(character, 36)) for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}
CORSICA = {"2A": 201, "2B": 202}  # the two codes with a letter; no territory has these numbers


def territory_number(code: str) -> int:
    """The number that stands for a territory's code in a reference (`64` → 64, `2A` → 201)."""
    return CORSICA.get(code.upper()) or int(code)


def issue_reference(territory_number: int, serial: int) -> str:
    """The reference for a serial, such as `RF07064123456789`.

    The caller chooses the serial (0 to 18 digits), so that it can be hard to guess.
    """
    if not 0 <= territory_number <= 999:
        raise ValueError(f"territory number {territory_number} does not fit in three digits")
    if not 0 <= serial < 10**18:
        raise ValueError(f"serial {serial} does not fit in eighteen digits")
    body = f"{territory_number:03d}{serial:09d}"
    return f"RF{98 - remainder_97(body + 'RF00'):02d}{body}"


def is_repayment_reference(reference: str) -> bool:
    """Whether it has the shape of those by which investments are paid back: one digit more than any pledge's."""
    return REPAYMENT_REFERENCE.fullmatch(reference) is not None


def normalise(text: str) -> str | None:
    """The reference as stored (upper case, no spaces), or None when it is not a valid one."""
    reference = _compact(text)
    return reference if REFERENCE.fullmatch(reference) and has_valid_check(reference) else None


def find_in_text(text: str) -> list[str]:
    """Every valid reference that a free text may hold, the most likely first, each once.

    Spaces mean nothing there, so what follows a reference is glued to it: for each `RF` the run of
    digits is tried first, then its shorter prefixes, then the same with letters.
    """
    found: dict[str, None] = {}
    for match in START.finditer(_compact(text[:MAX_SEARCHED_CHARACTERS])):
        found |= dict.fromkeys(_readings(match.group(1)))
    return list(found)


def looks_like_reference(text: str) -> bool:
    """Whether something was written as a reference, valid or not (a typing mistake, most often)."""
    return re.search(r"RF[0-9]{2}[0-9]{5}", _compact(text[:MAX_SEARCHED_CHARACTERS])) is not None


def near_misses(text: str) -> list[str]:
    """Valid references of our shape that are one wrong digit, or two swapped ones, away from what was typed.

    Digits only: that is what we issue. Some three of a hundred such neighbours have the right check; the pledges tell.
    """
    found: dict[str, None] = {}
    for match in re.finditer(r"(?=RF([0-9]{6,23}))", _compact(text[:MAX_SEARCHED_CHARACTERS])):
        typed = match.group(1)
        near = {
            typed[:place] + digit + typed[place + 1 :]
            for place in range(len(typed))
            for digit in "0123456789"
        }
        near |= {
            typed[:place] + typed[place + 1] + typed[place] + typed[place + 2 :]
            for place in range(len(typed) - 1)
        }
        found |= dict.fromkeys(sorted(f"RF{digits}" for digits in near if has_valid_check(f"RF{digits}")))
    return list(found)


def printed(reference: str) -> str:
    """The reference in groups of four, as the norm prints it and as people copy it best."""
    return " ".join(reference[start : start + 4] for start in range(0, len(reference), 4))


def has_valid_check(identifier: str) -> bool:
    """ISO 7064 mod 97-10 over the identifier with its first four characters at the end (RF and IBAN)."""
    return remainder_97(identifier[4:] + identifier[:4]) == 1


def _readings(run: str) -> list[str]:
    """The beginnings of a run that are valid, in one pass: the remainder of each follows from the one before it."""
    check = int("RF".translate(_NUMBERS) + run[2:4])  # six digits, which the norm puts behind the body
    remainder, valid = 0, []
    for end, character in enumerate(run[4:], start=5):
        value = int(character, 36)
        remainder = (remainder * (10 if value < 10 else 100) + value) % 97
        if (remainder * 1_000_000 + check) % 97 == 1:
            valid.append(run[:end])
    digits = re.match(r"RF[0-9]*", run).end()  # type: ignore[union-attr]  # START matched: never None
    return sorted(valid, key=lambda reading: (len(reading) > digits, -len(reading)))


def remainder_97(characters: str) -> int:
    """What is left by 97 (ISO 7064), letters counting as two figures from A = 10."""
    return int(characters.translate(_NUMBERS)) % 97


def _compact(text: str) -> str:
    return "".join(text.split()).upper()
