"""What is written is read back the same, in both versions."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.pledges.domain.statement import BankLine, Direction, StatementHeader, StatementTotals
from services.pledges.formats.camt import read_statements
from services.pledges.formats.camt_stream import VERSIONS
from services.pledges.formats.camt_writer import write_statements

OWN = "FR7630006000011234567890189"
CREATED_AT = datetime(2026, 3, 3, 6, tzinfo=UTC)
words = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), min_size=1, max_size=30)
days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


@st.composite
def statements(draw):
    """A header and the lines that lead from its opening to its closing balance."""
    lines = []
    for entry_index in range(1, draw(st.integers(0, 4)) + 1):
        direction = draw(st.sampled_from(Direction))
        booked_on, value_on = draw(days), draw(days)
        code = draw(st.sampled_from(["PMNT/RCDT/ESCT", "05"]))
        for detail_index in range(1, draw(st.integers(1, 3)) + 1):
            lines.append(
                BankLine(
                    entry_index=entry_index,
                    detail_index=detail_index,
                    amount_minor=draw(st.integers(1, 10**11)),
                    direction=direction,
                    booked_on=booked_on,
                    value_on=value_on,
                    transaction_code=code,
                    bank_reference=draw(words),
                    end_to_end_id=draw(st.none() | words.filter(lambda word: word.upper() != "NOTPROVIDED")),
                    structured_reference=draw(st.none() | words),
                    remittance_text=draw(st.none() | words),
                    counterparty_name=draw(st.none() | words),
                    return_reason=draw(st.sampled_from([None, "AM04"])),
                    transaction_id=draw(st.none() | words),
                )
            )
    opening = draw(st.integers(-(10**12), 10**12))
    header = StatementHeader(
        iban=OWN,
        statement_id=draw(words),
        currency="EUR",
        opening_minor=opening,
        closing_minor=opening + sum(line.signed_minor for line in lines),
        opening_on=draw(days),
        closing_on=draw(days),
        sequence_number=draw(st.none() | st.integers(0, 10**6)),
    )
    return header, lines


def written(given_statements, *, version):
    out = BytesIO()
    write_statements(out, given_statements, message_id="M-1", created_at=CREATED_AT, version=version)
    out.seek(0)
    return out


@settings(max_examples=60, deadline=None)
@given(st.lists(statements(), min_size=1, max_size=3), st.sampled_from(VERSIONS))
def test_what_is_written_is_read_back(given_statements, version):
    """Headers and lines come back equal, in order."""
    items = read_statements(written(given_statements, version=version), max_bytes=10**7)
    expected = [item for header, lines in given_statements for item in (header, *lines)]
    assert [item for item in items if not isinstance(item, StatementTotals)] == expected


@pytest.mark.parametrize("version", VERSIONS)
def test_charges_and_bare_entries_are_read_back(version):
    """An entry with charges taken out of it, and one without details."""
    day = date(2026, 3, 2)
    bare = {"direction": Direction.DEBIT, "booked_on": day, "value_on": day, "bank_reference": "B-1"}
    lines = [
        BankLine(
            entry_index=1, detail_index=1, amount_minor=10_000, **bare | {"direction": Direction.CREDIT}
        ),
        BankLine(entry_index=1, detail_index=2, amount_minor=120, is_charge=True, **bare),
        BankLine(entry_index=2, detail_index=0, amount_minor=250, additional_information="Frais", **bare),
    ]
    lines = [
        BankLine(**{name: getattr(line, name) for name in line.__slots__} | {"transaction_code": "05"})
        for line in lines
    ]
    header = StatementHeader(
        iban=OWN,
        statement_id="S-1",
        currency="EUR",
        opening_minor=0,
        closing_minor=9_630,
        opening_on=day,
        closing_on=day,
    )
    items = list(read_statements(written([(header, lines)], version=version), max_bytes=10**6))
    assert items[:-1] == [header, *lines]


def test_another_version_is_not_written():
    """Only versions that were checked against their schemas."""
    with pytest.raises(ValueError, match="camt.053.001.05"):
        written([], version="camt.053.001.05")
