"""Checks a file in FEC format as the tax office's own test does (« Test Compta Demat »), written from the article.

It says what the test would refuse, and more: whether each entry and each journal balances and numbers are continuous.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from services.ledger.formats.fec import TITLES

NAME = re.compile(r"\d{9}FEC20[0-9]{2}[0-1][0-9][0-3][0-9]\.txt")
REQUIRED = ("EcritureNum", "EcritureDate", "CompteNum", "CompteLib", "EcritureLib", "Debit", "Credit")
DATES = ("EcritureDate", "PieceDate", "DateLet", "ValidDate")
PAIRS = (("CompAuxNum", "CompAuxLib"), ("EcritureLet", "DateLet"), ("Montantdevise", "Idevise"))

_AMOUNT = re.compile(r"-?\d+(,\d{1,2})?")
_DATE = re.compile(r"(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")
_ACCOUNT = re.compile(r"[1-7]\d{2}[0-9A-Za-z]*")

MOST = 100
"""Problems that are said: a file with more is wrong from end to end."""


def check_fec(path: Path) -> list[str]:
    """What is wrong with a file, one French sentence each; nothing when it is right. At most a hundred."""
    problems = []
    if not NAME.fullmatch(path.name):
        problems.append(f"Le nom {path.name} n’est pas de la forme SIRENFECAAAAMMJJ.txt.")
    with path.open("rb") as file:
        for problem in _problems(_lines(file)):
            problems.append(problem)
            if len(problems) >= MOST:
                break
    return problems


def _lines(file: BinaryIO) -> Iterator[str]:
    """The lines that say something, in either encoding, without their ends."""
    for line in file:
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            text = line.decode("iso-8859-15")
        if text := text.rstrip("\r\n"):
            yield text


def _problems(lines: Iterator[str]) -> Iterator[str]:
    first = next(lines, None)
    if first is None:
        yield "Le fichier est vide."
        return
    separator = "\t" if "\t" in first else "|"
    titles = first.split(separator)
    if tuple(titles) != TITLES:
        yield "La première ligne n’est pas celle des 18 zones, dans leur ordre, entre tabulations ou barres."
        return
    sums: dict[tuple[str, str], int] = defaultdict(int)
    numbers: dict[str, set[int]] = defaultdict(set)
    previous = ""
    for number, line in enumerate(lines, start=2):
        fields = line.split(separator)
        if len(fields) != len(TITLES):
            yield f"Ligne {number} : {len(fields)} zones au lieu de {len(TITLES)}."
            continue
        row = dict(zip(TITLES, fields, strict=True))
        if separator == "\t" and "|" in line:
            yield f"Ligne {number} : une barre « | » dans une zone, refusée dans un fichier à tabulations."
        problems = list(_of_row(row))
        yield from (f"Ligne {number} : {problem}" for problem in problems)
        if problems:
            continue
        if row["ValidDate"] < previous:
            yield f"Ligne {number} : les écritures ne sont pas dans l’ordre de leur validation."
        previous = row["ValidDate"]
        entry = row["JournalCode"], row["EcritureNum"]
        sums[entry] += _cents(row["Debit"]) - _cents(row["Credit"])
        if not sums[entry]:
            del sums[entry]  # what balances is not kept: there may be millions
        if row["EcritureNum"].isdecimal():
            numbers[row["JournalCode"]].add(int(row["EcritureNum"]))
    for journal, entry_number in sums:
        yield f"Journal {journal}, écriture {entry_number} : débits et crédits diffèrent."
    for journal, found in numbers.items():
        if missing := set(range(min(found), max(found))) - found:
            yield f"Journal {journal} : le numéro {min(missing)} manque."


def _of_row(row: dict[str, str]) -> Iterator[str]:
    for name in REQUIRED:
        if not row[name]:
            yield f"{name} est vide."
    for name in DATES:
        if row[name] and not _DATE.fullmatch(row[name]):
            yield f"{name} « {row[name]} » n’est pas une date AAAAMMJJ entre 1900 et 2099."
    if not row["ValidDate"]:
        yield "ValidDate est vide : l’écriture n’est pas validée."
    for name in ("Debit", "Credit", "Montantdevise"):
        if row[name] and not _AMOUNT.fullmatch(row[name]):
            yield f"{name} « {row[name]} » n’est pas un montant avec une virgule et sans séparateur de milliers."
    if row["CompteNum"] and not _ACCOUNT.fullmatch(row["CompteNum"]):
        yield f"CompteNum « {row['CompteNum']} » ne commence pas par trois chiffres du plan comptable."
    for one, other in PAIRS:
        if bool(row[one]) != bool(row[other]):
            yield f"{one} et {other} vont ensemble : l’une est vide, l’autre non."
    if all(_AMOUNT.fullmatch(row[name]) and _cents(row[name]) for name in ("Debit", "Credit")):
        yield "un débit et un crédit sur la même ligne."


def _cents(amount: str) -> int:
    """Cents of an amount that `_AMOUNT` knows."""
    sign = -1 if amount.startswith("-") else 1
    whole, _, part = amount.lstrip("-").partition(",")
    return sign * (int(whole) * 100 + int(part.ljust(2, "0") or 0))
