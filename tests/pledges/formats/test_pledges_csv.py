"""Files of pledges as spreadsheets write them."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pledges.domain.pledge_file import (
    ColumnMissing,
    ColumnTwice,
    ColumnUnknown,
    NoLines,
    NotACsvFile,
    PledgeFileRefused,
    TooManyLines,
)
from services.pledges.formats.pledges_csv import Row, folded, read_rows


def rows_of(text: str, *, encoding: str = "utf-8") -> list[Row]:
    rows, errors = read_rows(text.encode(encoding), most=10)
    assert errors == []
    return rows


@pytest.mark.parametrize(
    "text",
    [
        "territoire;montant\r\n64;1 234,56\r\n",
        'Territoire,Montant\n64,"1 234,56"\n',
        '"TERRITOIRE";" montant "\n"64";"1 234,56"',
        "territoire;montant;;\n64;1 234,56;;\n\n;;;\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_a_file_is_read_however_its_cells_are_separated(text: str, encoding: str) -> None:
    """With or without the mark of UTF-8; empty columns and lines at the end are nothing."""
    assert rows_of(text, encoding=encoding) == [Row(2, {"territory": "64", "amount": "1 234,56"})]


def test_lines_are_numbered_as_in_the_file() -> None:
    """Empty lines count, and a cell of two lines is one line of the file."""
    text = 'montant;territoire;organisation\n1;64;"deux\nlignes"\n\n2;75;x\n'
    assert [row.line for row in rows_of(text)] == [2, 5]


def test_words_are_compared_as_people_type_them() -> None:
    """Without case, accents or the shape of an apostrophe."""
    assert folded("  Lettre d’intention ") == folded("LETTRE D'INTENTION") == "lettre d intention"
    assert folded("letter_of_intent") == "letter of intent"
    assert folded("Prêt") == "pret"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", ColumnMissing),
        ("territoire\n64\n", ColumnMissing),
        ("territoire;montant;nom\n64;5;Camille\n", ColumnUnknown),
        ("64;50\n75;50\n", ColumnUnknown),
        ("territoire;montant;Montant\n64;5;5\n", ColumnTwice),
        ("territoire;montant\n", NoLines),
        ('territoire;montant\n64;"5\n', NotACsvFile),
        ("territoire;montant\n" + "64;5\n" * 11, TooManyLines),
        ("territoire;montant\n64;" + "5" * 200_000, NotACsvFile),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(text: str, refusal: type[PledgeFileRefused]) -> None:
    """Whole, with a sentence that repeats nothing of it: a cell may be somebody's name."""
    with pytest.raises(refusal) as refused:
        read_rows(text.encode(), most=10)
    assert "Rien n’a été importé" in str(refused.value)
    assert "Camille" not in str(refused.value)


def test_another_encoding_is_refused() -> None:
    """Guessing it would change accents."""
    with pytest.raises(NotACsvFile):
        read_rows("territoire;montant\n64;5 €\n".encode("cp1252"), most=10)


def test_a_line_of_another_length_is_told_with_its_number() -> None:
    """The others are read all the same."""
    rows, errors = read_rows(b"territoire;montant\n64\n64;5\n64;5;7\n", most=10)
    assert [row.line for row in rows] == [3]
    assert [error.line for error in errors] == [2, 4]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """By name, whatever they are."""
    with suppress(PledgeFileRefused):
        read_rows(content, most=10)
