"""camt.053 files from our samples and our writer with anything done to them."""

import io
from datetime import UTC, date, datetime
from pathlib import Path

from hypothesis import strategies as st
from lxml import etree

from services.pledges.domain.statement import BankLine, Direction, StatementHeader
from services.pledges.formats.camt_stream import VERSIONS
from services.pledges.formats.camt_writer import write_statements
from services.pledges.settings import DEMONSTRATION_IBAN

SAMPLES = [path.read_bytes() for path in sorted((Path(__file__).parent.parent / "samples").glob("*.xml"))]
AMOUNTS = [
    "0",
    "0.00",
    "-1.00",
    "1e3",
    "1,00",
    "9999999999999.99",
    "99999999999999",
    "NaN",
    "0.001",
    "٣",
    "",
    "1" * 5000,
]
DATES = [
    "2026-02-30",
    "0001-01-01",
    "9999-12-31",
    "2026-03-02T10:00:00+14:00",
    "20260302",
    "2026-W10-1",
    "",
    "demain",
]
TEXTS = [
    "",
    "EUR",
    "USD",
    "CRDT",
    "DBIT",
    "BOOK",
    "PDNG",
    "OPBD",
    "CLBD",
    "1",
    "é" * 20_000,
    "\u202e",
    "'",
    "&",
    "]]>",
]


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """A statement of our own writer that adds up."""
    day = draw(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
    amounts = draw(st.lists(st.integers(-(10**6), 10**6).filter(bool), max_size=5))
    lines = [
        BankLine(
            entry_index=index,
            detail_index=1,
            amount_minor=abs(amount),
            direction=Direction.CREDIT if amount > 0 else Direction.DEBIT,
            booked_on=day,
            value_on=day,
            end_to_end_id=draw(st.sampled_from(["E2E-1", None])),
            counterparty_name=draw(st.sampled_from(["Camille Exemple", None])),
        )
        for index, amount in enumerate(amounts, start=1)
    ]
    opening_minor = draw(st.integers(-(10**9), 10**9))
    header = StatementHeader(
        iban=DEMONSTRATION_IBAN,
        statement_id=draw(st.sampled_from(["2026-04", "2026-05"])),
        currency="EUR",
        opening_minor=opening_minor,
        closing_minor=opening_minor + sum(amounts),
        opening_on=day,
        closing_on=day,
    )
    out = io.BytesIO()
    write_statements(
        out,
        [(header, lines)],
        message_id="M",
        created_at=datetime(2026, 4, 30, tzinfo=UTC),
        version=draw(st.sampled_from(VERSIONS)),
    )
    return out.getvalue()


@st.composite
def mutated_files(draw: st.DrawFn) -> bytes:
    """A good or hostile file whose tree was changed up to four times, then perhaps its bytes."""
    data = draw(st.one_of(written(), st.sampled_from(SAMPLES)))
    try:
        root = etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError:
        return _damaged(draw, data)
    for _ in range(draw(st.integers(0, 4))):
        _change(draw, root)
    data = etree.tostring(root, xml_declaration=True, encoding="utf-8")
    return _damaged(draw, data) if draw(st.integers(0, 3)) == 0 else data


def _change(draw: st.DrawFn, root: etree._Element) -> None:
    """Drop, double, move or rename an element, or alter what it says."""
    elements = [one for one in root.iter() if isinstance(one.tag, str)][1:]
    if not elements:
        return
    one = elements[draw(st.integers(0, len(elements) - 1))]
    other = elements[draw(st.integers(0, len(elements) - 1))]
    parent = one.getparent()
    assert parent is not None
    match draw(st.sampled_from(CHANGES)):
        case "drop":
            parent.remove(one)
        case "double":
            parent.insert(parent.index(one), etree.fromstring(etree.tostring(one)))
        case "move" if one not in other.iterancestors() and one is not other:
            other.append(one)
        case "rename":
            one.tag = other.tag
        case "namespace":
            one.tag = "{urn:other}" + etree.QName(one).localname
        case "amount" if amounts := [found for found in elements if etree.QName(found).localname == "Amt"]:
            draw(st.sampled_from(amounts)).text = draw(st.sampled_from(AMOUNTS))
        case "currency" if amounts := [found for found in elements if etree.QName(found).localname == "Amt"]:
            draw(st.sampled_from(amounts)).set("Ccy", draw(st.sampled_from(["USD", "", "eur", "€"])))
        case "date" if days := [
            found for found in elements if etree.QName(found).localname in ("Dt", "DtTm")
        ]:
            draw(st.sampled_from(days)).text = draw(st.sampled_from(DATES))
        case "sign" if signs := [found for found in elements if etree.QName(found).localname == "CdtDbtInd"]:
            sign = draw(st.sampled_from(signs))
            sign.text = "DBIT" if sign.text == "CRDT" else "CRDT"
        case _:
            one.text = draw(
                st.one_of(
                    st.sampled_from(TEXTS), st.text(st.characters(codec="utf-8", exclude_categories=["C"]))
                )
            )


CHANGES = ["drop", "double", "move", "rename", "namespace", "amount", "currency", "date", "sign", "text"]


def _damaged(draw: st.DrawFn, data: bytes) -> bytes:
    """Cut short, filled with other bytes, or said in another encoding."""
    at = draw(st.integers(0, len(data)))
    encodings = ["utf-16", "utf-32", "latin-1", "cp037", "utf-7"]
    match draw(st.sampled_from(["cut", "fill", "encode", "declare"])):
        case "cut":
            return data[:at]
        case "fill":
            return data[:at] + draw(st.binary(max_size=20)) + data[at:]
        case "encode":
            return data.decode("utf-8", "replace").encode(draw(st.sampled_from(encodings)), "replace")
    return data.replace(b"utf-8", draw(st.sampled_from(encodings)).encode(), 1).replace(
        b"UTF-8", b"koi8-r", 1
    )
