"""The checker refuses what the tax office's test refuses, and says it in French."""

from datetime import date
from pathlib import Path

import pytest

from services.ledger.domain.chart import ACCOUNTS
from services.ledger.formats.exported import ExportedLine
from services.ledger.formats.fec import Fec, FecEncoding
from services.ledger.formats.fec_check import check_fec

DAY = date(2026, 3, 2)
NAME = "732829320FEC20261231.txt"


def line(account: str, amount_minor: int, **other: object) -> ExportedLine:
    said = {
        "territory": "64",
        "journal": "COL",
        "entry_number": 1,
        "entry_on": DAY,
        "value_on": DAY,
        "validated_on": DAY,
        "document": "L-1",
        "label": "Paiement reçu",
        "fund": "fonds-commun",
        "instrument": "gift",
        "currency": "EUR",
    }
    return ExportedLine(**{**said, **other}, account=account, amount_minor=amount_minor)  # type: ignore[arg-type]


RIGHT = [line("512100", 123_456), line("754110", -123_456)]


def written(folder: Path, content: bytes, name: str = NAME) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def file_of(lines: list[ExportedLine], encoding: FecEncoding = FecEncoding.UTF_8) -> bytes:
    books = Fec(encoding, labels=ACCOUNTS)
    return books.titles() + b"".join(books.entries(lines))


@pytest.mark.parametrize("encoding", list(FecEncoding))
def test_what_we_write_is_right(tmp_path: Path, encoding: FecEncoding) -> None:
    """In both encodings, whatever a label has."""
    awkward = line("627000", 5, entry_number=2, label="Frais | « d’août »\t2026\r\n– œuvre …")
    lines = [*RIGHT, awkward, line("512100", -5, entry_number=2)]
    content = file_of(lines, encoding)
    assert check_fec(written(tmp_path, content)) == []
    assert b"1234,56" in content
    assert "œuvre".encode(encoding.value) in content


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        (b"JournalCode\t", b"Journal\t", "La première ligne"),
        (b"\t", b";", "La première ligne"),
        (b"L-1", b"L|1", "une barre"),
        (b"1234,56", b"1234.56", "n’est pas un montant"),
        (b"1234,56", b"1 234,56", "n’est pas un montant"),
        (b"20260302\t512100", b"02032026\t512100", "n’est pas une date"),
        (b"20260302\t512100", b"18990302\t512100", "n’est pas une date"),
        (b"512100", b"", "CompteNum est vide"),
        (b"512100", b"A12100", "ne commence pas par trois chiffres"),
        (b"\t0,00\t\t\t2026", b"\t7,00\t\t\t2026", "un débit et un crédit"),
        (b"1234,56\t0,00", b"1234,55\t0,00", "débits et crédits diffèrent"),
        (b"512100\tBanque\t\t", b"512100\tBanque\tC1\t", "vont ensemble"),
        (b"\tL-1\t", b"\tL-1\tx\t", "19 zones au lieu de 18"),
        (b"\tPaiement re\xc3\xa7u (fonds-commun, gift)", b"\t", "EcritureLib est vide"),
    ],
)
def test_what_is_wrong_is_said(tmp_path: Path, before: bytes, after: bytes, says: str) -> None:
    """One thing wrong, one sentence with its line."""
    content = file_of(RIGHT)
    assert before in content
    problems = check_fec(
        written(
            tmp_path, content.replace(before, after, 1) if before != b"\t" else content.replace(before, after)
        )
    )
    assert any(says in problem for problem in problems), problems


def test_an_amount_in_francs_is_an_amount(tmp_path: Path) -> None:
    """Written with the comma, beside its currency."""
    content = file_of([one._replace(currency="XPF") for one in RIGHT])
    assert check_fec(written(tmp_path, content)) == []
    wrong = written(tmp_path, content.replace(b"\t123456\tXPF", b"\t123.456\tXPF"))
    assert "Montantdevise « 123.456 »" in check_fec(wrong)[0]


def test_a_number_that_is_missing_is_said(tmp_path: Path) -> None:
    """Within a journal; two journals count apart."""
    later = [one._replace(entry_number=3) for one in RIGHT]
    other = [one._replace(journal="DEC", entry_number=7) for one in RIGHT]
    assert check_fec(written(tmp_path, file_of([*RIGHT, *later, *other]))) == [
        "Journal COL64 : le numéro 2 manque."
    ]


def test_entries_come_in_the_order_of_their_validation(tmp_path: Path) -> None:
    """The article wants it."""
    early = [one._replace(entry_number=2, validated_on=date(2026, 3, 1)) for one in RIGHT]
    assert "l’ordre de leur validation" in check_fec(written(tmp_path, file_of([*RIGHT, *early])))[0]


@pytest.mark.parametrize("name", ["fec.txt", "732829320FEC2026.txt", "732829320FEC20261231.csv"])
def test_a_file_has_its_name(tmp_path: Path, name: str) -> None:
    """SIREN, FEC, closing date."""
    assert "n’est pas de la forme" in check_fec(written(tmp_path, file_of(RIGHT), name))[0]


def test_an_empty_file_is_no_book(tmp_path: Path) -> None:
    """Not even titles."""
    assert check_fec(written(tmp_path, b"")) == ["Le fichier est vide."]
