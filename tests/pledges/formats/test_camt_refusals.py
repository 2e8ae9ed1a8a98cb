"""What is refused, and how: always one of our named errors, never a crash, a leak or a half-truth."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.pledges.domain import refusals
from services.pledges.domain.refusals import BankFileRefused
from services.pledges.domain.statement import StatementHeader, StatementTotals
from services.pledges.formats.camt import read_statements
from services.pledges.formats.camt_stream import MAX_DETAILS
from services.pledges.formats.xml_stream import CHUNK_BYTES, MAX_PENDING_BYTES

SAMPLES = Path(__file__).parent.parent / "samples"
GOOD = [path.read_bytes() for path in sorted(SAMPLES.glob("*.camt.053.001.*.xml"))]
V02, V08 = (next(data for data in GOOD if version in data) for version in (b"053.001.02", b"053.001.08"))


def read(data, *, max_bytes=1_000_000):
    return list(read_statements(BytesIO(data), max_bytes=max_bytes))


@pytest.mark.parametrize(
    ("sample", "error", "words"),
    [
        ("hostile_entity_bomb", refusals.ForbiddenXml, "DTD"),
        ("hostile_external_dtd", refusals.ForbiddenXml, "DTD"),
        ("hostile_truncated", refusals.MalformedStatement, "ligne 53"),
        ("hostile_dollars", refusals.ForeignCurrency, "USD"),
        ("hostile_does_not_add_up", refusals.StatementDoesNotAddUp, "écart -0,01"),
        ("hostile_batch_short", refusals.BatchDoesNotAddUp, "75,00"),
        ("hostile_no_opening_balance", refusals.MissingBalance, "solde d’ouverture"),
        ("hostile_camt_054", refusals.BatchDoesNotAddUp, "écart -2.475,00"),
    ],
)
def test_a_hostile_sample_is_refused_by_name(sample, error, words):
    """The sentence tells the treasurer what is wrong."""
    with pytest.raises(error, match=words):
        read((SAMPLES / f"{sample}.xml").read_bytes())


@pytest.mark.parametrize(
    "amount", [b"-10.00", b"10.001", b"1e3", b"NaN", b"10,00", b"", b"99999999999999", b"1_0"]
)
def test_an_amount_that_is_not_positive_cents_is_refused(amount):
    """Never rounded, never guessed."""
    error = refusals.UnsupportedAmount if amount else refusals.MalformedStatement
    with pytest.raises(error):
        read(V08.replace(b"298.20", amount))


@pytest.mark.parametrize("amount", [b"298.2", b"298.20000", b"+298.20", b"0298.20"])
def test_the_same_amount_may_be_written_in_several_ways(amount):
    """The norm allows five decimals, as long as they say whole cents."""
    assert read(V08.replace(b"298.20", amount)) == read(V08)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"<Id>2026-04</Id>", b""),
        (b"<Dt>2026-04-10</Dt>", b"<Dt>2026-02-30</Dt>"),
        (b"<CdtDbtInd>DBIT</CdtDbtInd>", b"<CdtDbtInd>DEBIT</CdtDbtInd>"),
        (b"BkToCstmrStmt", b"BkToCstmrDbtCdtNtfctn"),
        (b"</Document>", b"</Document><Document/>"),
        (b"<Ntry>", b"<Ntry><Ntry/>"),
        (b"<Sts><Cd>BOOK</Cd></Sts>", b""),
    ],
)
def test_a_file_that_lacks_what_gives_it_a_meaning_is_refused(old, new):
    """Identity, dates, directions, the right places."""
    with pytest.raises(refusals.MalformedStatement):
        read(V08.replace(old, new))


@pytest.mark.parametrize(
    "data", [b"", b" ", b"PK\x03\x04", b"Date;Montant\n", b"<", V08.decode().encode("utf-16")]
)
def test_what_is_not_xml_is_refused(data):
    """A spreadsheet, an archive, nothing at all."""
    with pytest.raises(refusals.MalformedStatement):
        read(data)


@pytest.mark.parametrize("namespace", [b"", b"urn:iso:std:iso:20022:tech:xsd:camt.053.001.99", b"urn:other"])
def test_another_version_is_named(namespace):
    """Only versions checked against their schemas are read."""
    with pytest.raises(refusals.UnsupportedFormat):
        read(V08.replace(b"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08", namespace))


def test_an_element_of_another_namespace_is_not_money():
    """An extension of the bank's may use the norm's names."""
    foreign = V08.replace(b"<NtryRef>1</NtryRef>", b'<x:Amt xmlns:x="urn:x" Ccy="EUR">5.00</x:Amt>')
    assert [item.lines for item in read(foreign) if isinstance(item, StatementTotals)] == [4]


class Endless:
    """A stream that repeats itself for ever, and remembers how much was taken from it."""

    def __init__(self, beginning, repeated):
        self.waiting, self.repeated, self.taken = beginning, repeated * 10_000, 0

    def read(self, size):
        while len(self.waiting) < size:
            self.waiting += self.repeated
        chunk, self.waiting = self.waiting[:size], self.waiting[size:]
        self.taken += size
        return chunk


@pytest.mark.parametrize("longest", [b"<Id>2026-04</Id>", b"<NtryRef>1</NtryRef>", b"<Cd>BOOK</Cd>"])
def test_a_text_longer_than_the_norm_allows_is_refused(longest):
    """An identifier of pages fits no index, no event and no sentence."""
    tag = re.match(rb"<\w+>", longest).group()
    with pytest.raises(refusals.MalformedStatement, match="dépasse 500 caractères"):
        read(V08.replace(longest, longest.replace(tag, tag + b"x" * 500)))


def test_a_statement_of_more_money_than_there_is_is_refused():
    """Each amount may be possible alone, and the balances too: no event could say the sums."""
    entry = re.search(rb"<Ntry>.*?</Ntry>", V08, re.DOTALL).group()
    huge = re.sub(rb"<NtryDtls>.*</NtryDtls>", b"", entry, flags=re.DOTALL)
    huge = re.sub(rb">[0-9.]+</Amt>", b">9999999999999.99</Amt>", huge)
    both = [re.sub(rb"(CRDT|DBIT)", side, huge) for side in (b"CRDT", b"DBIT")]
    with pytest.raises(refusals.StatementMovesTooMuch, match="dix mille milliards"):
        read(V08.replace(b"<Ntry>", b"".join(both) * 2 + b"<Ntry>", 1))


def test_a_refusal_stays_a_sentence_whatever_it_cites():
    """A currency is an attribute: nothing bounds it but us."""
    with pytest.raises(refusals.ForeignCurrency) as refused:
        read(V08.replace(b'Ccy="EUR"', b'Ccy="%s"' % (b"x" * 5000)))
    assert len(str(refused.value)) < 300


@pytest.mark.parametrize("page", [b"deux", b"123456", b"-1"])
def test_a_page_that_is_no_number_is_refused(page):
    """From the second on, it is part of the statement's identity."""
    paged = b"<Id>2026-04</Id><StmtPgntn><PgNb>%s</PgNb></StmtPgntn>" % page
    with pytest.raises(refusals.MalformedStatement, match="numéro de page"):
        read(V08.replace(b"<Id>2026-04</Id>", paged))


def test_the_size_is_counted_while_reading():
    """A stream larger than the limit is left one chunk after it."""
    stream = Endless(V08[: V08.index(b"<Ntry>")], b" ")
    with pytest.raises(refusals.StatementTooLarge):
        list(read_statements(stream, max_bytes=300_000))
    assert stream.taken <= 300_000 + CHUNK_BYTES


@pytest.mark.parametrize("repeated", [b" ", b"<a/>", b"a"])
def test_what_piles_up_without_being_an_entry_is_refused_early(repeated):
    """Memory is bounded even under a generous limit."""
    stream = Endless(V08[: V08.index(b"<Ntry>")], repeated)
    with pytest.raises(refusals.MalformedStatement, match="trop long"):
        list(read_statements(stream, max_bytes=10**9))
    assert stream.taken <= MAX_PENDING_BYTES + 2 * CHUNK_BYTES


def test_a_batch_of_more_transactions_than_can_be_held_is_refused():
    """Memory is bounded: a batch is kept until it is known to add up."""
    batch = b"<NtryDtls>" + b"<TxDtls/>" * (MAX_DETAILS + 1) + b"</NtryDtls>"
    with pytest.raises(refusals.MalformedStatement, match="100000 opérations"):
        read(V08.replace(b"<NtryDtls>", batch + b"<NtryDtls>", 1), max_bytes=10**7)


def test_a_document_type_hidden_across_two_chunks_is_seen():
    """The declaration may begin at the end of a chunk."""
    padding = b"<!--" + b" " * (CHUNK_BYTES - 12) + b"-->"
    with pytest.raises(refusals.ForbiddenXml):
        read(padding + b'<!DOCTYPE Document [<!ENTITY a "b">]><Document/>')


def complete(items):
    """Every statement begun was ended by totals that add up."""
    headers = [item for item in items if isinstance(item, StatementHeader)]
    return len(headers) == len([item for item in items if isinstance(item, StatementTotals)]) > 0


def read_whole_or_refused(data):
    """Whether a file gives complete statements or one of our sentences: anything else is raised."""
    try:
        return complete(read(data))
    except BankFileRefused as refused:
        return str(refused).endswith(".")


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_a_damaged_file_is_read_whole_or_refused_by_name(good, data):
    """Bytes replaced, removed or repeated anywhere give a whole reading or one of our errors."""
    start = data.draw(st.integers(0, len(good)))
    end = data.draw(st.integers(start, min(len(good), start + 200)))
    other = data.draw(st.one_of(st.binary(max_size=20), st.just(good[start:end] * 2), st.just(b"")))
    assert read_whole_or_refused(good[:start] + other + good[end:])


NAMES = sorted(set(re.findall(rb"<([A-Za-z]+)", V02 + V08)))


@settings(max_examples=500, deadline=None)
@given(st.sampled_from(GOOD), st.sampled_from(NAMES), st.sampled_from(NAMES), st.data())
def test_elements_out_of_their_place_are_read_whole_or_refused_by_name(good, outer, inner, data):
    """Well-formed XML that is not what the norm says: elements added, doubled, or under another name."""
    places = [match.start() for match in re.finditer(b"<", good)][2:]
    at = data.draw(st.sampled_from(places))
    added = b"<%s><%s/></%s>" % (outer, inner, outer)
    assert read_whole_or_refused(good[:at] + added + good[at:])
    assert read_whole_or_refused(re.sub(rb"(</?)%s\b" % outer, rb"\g<1>" + inner, good))
