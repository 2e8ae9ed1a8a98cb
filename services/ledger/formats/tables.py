"""Small tables as CSV, as French spreadsheets open them: semicolons, UTF-8 with its mark."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence


def csv_table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """The whole table. Its cells are ours: codes, names of accounts, days, whole numbers."""
    text = io.StringIO()
    table = csv.writer(text, delimiter=";")
    table.writerow(titles)
    table.writerows(rows)
    return BOM_UTF8 + text.getvalue().encode()
