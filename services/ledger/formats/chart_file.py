"""The chart of accounts as a table, as French spreadsheets open and write it: one line for each account."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable

from services.ledger.domain.chart import Account
from services.ledger.domain.chart_check import ChartRefused
from services.ledger.formats.tables import csv_table

TITLES = ("Compte", "Intitulé", "Ce que dit son solde", "État")
OPEN, CLOSED = "ouvert", "clos"


def chart_table(accounts: Iterable[Account]) -> bytes:
    """The whole chart: semicolons, UTF-8 with its mark."""
    rows = (
        (number, label, meaning, OPEN if is_open else CLOSED) for number, label, meaning, is_open in accounts
    )
    return csv_table(TITLES, rows)


def read_chart(content: bytes) -> list[Account]:
    """The accounts of such a table, as they are written there. Raises ChartRefused."""
    try:
        text = content.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError:
        raise ChartRefused(
            ["Ce fichier n’est pas en UTF-8 : enregistrez-le au format CSV UTF-8, puis recommencez."]
        ) from None
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))
    if not rows or tuple(rows[0]) != TITLES:
        raise ChartRefused(
            [f"La première ligne doit être « {';'.join(TITLES)} » : partez de /comptes/plan.csv."]
        )
    problems = [
        f"Ligne {number} : il faut {len(TITLES)} cases, dont la dernière est « {OPEN} » ou « {CLOSED} »."
        for number, row in enumerate(rows[1:], start=2)
        if row and (len(row) != len(TITLES) or row[-1] not in (OPEN, CLOSED))
    ]
    if problems:
        raise ChartRefused(problems)
    return [
        Account(number, label, meaning, state == OPEN)
        for number, label, meaning, state in filter(None, rows[1:])
    ]
