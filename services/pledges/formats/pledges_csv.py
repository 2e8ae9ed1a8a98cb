"""Reads a CSV file of pledges into cells by column (RFC 4180): UTF-8 with or without its mark, `;` or `,`.

Titles and words are compared without case, accents or punctuation between words: people type them.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

from services.pledges.domain.pledge_file import (
    ColumnMissing,
    ColumnTwice,
    ColumnUnknown,
    LineError,
    NoLines,
    NotACsvFile,
    TooManyLines,
)

COLUMNS = {
    "territoire": "territory",
    "montant": "amount",
    "type": "kind",
    "organisation": "organisation",
    "siren": "siren",
    "rna": "rna",
    "registre du tribunal": "tribunal_reference",
    "instrument": "instrument",
    "organisation souscrite": "subscribed_name",
    "siren souscrit": "subscribed_siren",
    "engagement": "commitment",
    "fonds": "fund",
    "identifiant": "identifier",
}
"""Titles of columns, and what they hold."""

NEEDED = ("territoire", "montant")
_BETWEEN_WORDS = re.compile(r"[\W_]+")


class Row(NamedTuple):
    """The cells of a line by what they hold; `line` is the file's, from 1 for the titles."""

    line: int
    cells: dict[str, str]


def folded(text: str) -> str:
    """A title or a word as it is compared: `Lettre d’intention` → `lettre d intention`."""
    plain = "".join(one for one in unicodedata.normalize("NFKD", text) if not unicodedata.combining(one))
    return _BETWEEN_WORDS.sub(" ", plain.casefold()).strip()


def read_rows(content: bytes, *, most: int) -> tuple[list[Row], list[LineError]]:
    """The lines of a file, and what is wrong with the shape of some. Raises PledgeFileRefused."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NotACsvFile from None
    try:
        records = list(_records(text, most=most))
    except csv.Error:
        raise NotACsvFile from None
    if not records:
        raise ColumnMissing(column=NEEDED[0])
    columns = _columns(records[0][1])
    rows: list[Row] = []
    errors: list[LineError] = []
    for line, cells in records[1:]:
        if len(cells) < len(columns) or any(cell.strip() for cell in cells[len(columns) :]):
            errors.append(
                LineError(
                    line, f"Cette ligne a {len(cells)} cellules, et le fichier {len(columns)} colonnes."
                )
            )
        else:
            rows.append(Row(line, dict(zip(columns, cells, strict=False))))
    if not (rows or errors):
        raise NoLines
    return rows, errors


def _records(text: str, *, most: int) -> Iterator[tuple[int, list[str]]]:
    """The lines with something on them, each with the number of the first of its lines. Raises TooManyLines."""
    titles = text.lstrip("\r\n").partition("\n")[0]
    delimiter = ";" if titles.count(";") >= titles.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    count, start = -1, 1  # the titles are no line of the file's
    for cells in reader:
        if any(cell.strip() for cell in cells):
            count += 1
            if count > most:
                raise TooManyLines(most=most)
            yield start, cells
        start = reader.line_num + 1


def _columns(titles: list[str]) -> list[str]:
    """What each column holds; titles that are empty at the end are no columns. Raises PledgeFileRefused."""
    while titles and not titles[-1].strip():
        titles = titles[:-1]
    found: list[str] = []
    for number, title in enumerate(titles, start=1):
        known = folded(title)
        if known not in COLUMNS:
            raise ColumnUnknown(number=number)
        if COLUMNS[known] in found:
            raise ColumnTwice(column=known)
        found.append(COLUMNS[known])
    for needed in NEEDED:
        if COLUMNS[needed] not in found:
            raise ColumnMissing(column=needed)
    return found
