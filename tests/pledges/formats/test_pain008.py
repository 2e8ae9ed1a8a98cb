"""The file of direct debits: its norm, its sums, its characters, the same bytes."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from services.pledges.formats.pain import PaymentFileWrong, finished, sepa_text
from services.pledges.formats.pain008 import SCHEMA, Debit, write_direct_debits

MADE_AT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
NS = {"p": f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"}


def debit(number: int = 1, **fields: Any) -> Debit:
    """One collection of 10,00 €."""
    return Debit(
        **{
            "sequence_type": "RCUR",
            "amount_minor": 1_000,
            "mandate_reference": f"MILLIARD-{number:020d}",
            "signed_on": date(2026, 11, 2),
            "holder_name": "Camille Exemple",
            "iban": "FR1420041010050500013M02606",
            "end_to_end_id": f"RF67064123456789-{number:010X}",
            "text": "RF67064123456789",
            **fields,
        }
    )


def written(*debits: Debit) -> bytes:
    return write_direct_debits(
        debits,
        creditor_name="Opération Milliard",
        creditor_iban="FR7630006000011234567890189",
        creditor_id="FR72ZZZ123456",
        collect_on=date(2026, 11, 24),
        message_id="MILLIARD-20261124-0123456789AB",
        created_at=MADE_AT,
    )


def texts(content: bytes, path: str) -> list[str]:
    """What the elements of a path say."""
    return [element.text or "" for element in etree.fromstring(content).iterfind(path, NS)]


def test_a_file_has_a_block_for_each_sequence_type() -> None:
    """With its own name, count and sum; the whole in the header. The writer checks each file against its schema."""
    content = written(debit(1, sequence_type="FRST"), debit(2), debit(3, amount_minor=7))
    assert texts(content, ".//p:PmtInf/p:PmtInfId") == [
        "MILLIARD-20261124-0123456789AB-FRST",
        "MILLIARD-20261124-0123456789AB-RCUR",
    ]
    assert texts(content, ".//p:PmtInf/p:CtrlSum") == ["10.00", "10.07"]
    assert texts(content, ".//p:GrpHdr/p:NbOfTxs") == ["3"]
    assert texts(content, ".//p:GrpHdr/p:CtrlSum") == ["20.07"]
    assert texts(content, ".//p:BtchBookg") == ["false", "false"]
    assert texts(content, ".//p:CdtrSchmeId//p:Othr/p:Id") == ["FR72ZZZ123456"] * 2


def test_the_same_debits_are_the_same_bytes() -> None:
    """Nothing in it is drawn or timed by the library."""
    assert written(debit(1), debit(2)) == written(debit(1), debit(2))


def test_accents_and_signs_become_what_banks_take() -> None:
    """Names in any script are written in Latin letters; one that leaves nothing says so."""
    content = written(
        debit(1, holder_name="Zoë Lefèvre-Œuvrard & Cie"),
        debit(2, holder_name="Ιωάννα // «Δημητρίου»"),
        debit(3, holder_name="😀"),
    )
    assert texts(content, ".//p:Dbtr/p:Nm") == [
        "Zoe Lefevre-OEuvrard Cie",
        "Ioanna / Demetriou",
        "NOTPROVIDED",
    ]
    assert texts(content, ".//p:Cdtr/p:Nm") == ["Operation Milliard"]


def test_sums_that_differ_from_ours_stop_the_file() -> None:
    """A file that the library wrote is recounted before it leaves."""
    for counted in ({"count": 2, "amount_minor": 1_000}, {"count": 1, "amount_minor": 1_001}):
        with pytest.raises(PaymentFileWrong, match="sums differ"):
            finished(written(debit()), schema=SCHEMA, message_id="M", created_at=MADE_AT, **counted)


@pytest.mark.parametrize(
    "fields", [{"iban": "FR14 2004"}, {"end_to_end_id": "x" * 36}, {"mandate_reference": ""}]
)
def test_what_breaks_the_norm_stops_the_file(fields: dict[str, str]) -> None:
    """The schema of ISO 20022 is asked about every file."""
    with pytest.raises(PaymentFileWrong):
        written(debit(**fields))


@given(st.lists(st.integers(1, 10**11), min_size=1, max_size=5))
def test_any_amounts_are_told_to_the_cent(amounts: list[int]) -> None:
    """From one cent to a billion euros."""
    content = written(*(debit(number, amount_minor=amount) for number, amount in enumerate(amounts)))
    told = [int(text.replace(".", "")) for text in texts(content, ".//p:InstdAmt")]
    assert told == amounts


@given(st.text(max_size=80))
def test_any_text_becomes_one_that_banks_take(text: str) -> None:
    """Not empty, of their characters, without slashes that would begin a code."""
    plain = sepa_text(text)
    assert plain
    assert plain.isascii()
    assert plain.strip("/") == plain
    assert "//" not in plain
