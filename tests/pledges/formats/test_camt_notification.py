"""camt.054 notifications: entries with what they are made of, and no money of their own."""

from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from services.pledges.domain import refusals
from services.pledges.domain.notification import DetailedEntry, NotificationHeader, NotificationTotals
from services.pledges.domain.statement import BankLine, Direction
from services.pledges.formats.bank_file import read_statements
from services.pledges.formats.xml_stream import MAX_PENDING_BYTES
from services.pledges.settings import DEMONSTRATION_IBAN

SAMPLES = Path(__file__).parent.parent / "samples"
V02 = (SAMPLES / "two_notifications.camt.054.001.02.xml").read_bytes()
V08 = (SAMPLES / "remittances.camt.054.001.08.xml").read_bytes()


def read(data):
    return list(read_statements(BytesIO(data), max_bytes=1_000_000))


def entries(data):
    return [found for found in read(data) if isinstance(found, DetailedEntry)]


def test_each_notification_has_its_account_its_id_and_what_was_booked():
    """Of three entries one is announced only: it is counted, and left out."""
    found = read(V08)
    assert found[0] == NotificationHeader(iban=DEMONSTRATION_IBAN, notification_id="AVIS-2026-05-04-1")
    assert [one.entry.amount_minor for one in found[1:-1]] == [9000, 4000]
    assert found[-1] == NotificationTotals(entries=2, ignored_entries=1)
    assert not [one for one in found if isinstance(one, BankLine)]


def test_the_details_of_an_entry_are_read_as_lines_of_a_statement_are():
    """The same fields by the same rules: amount, name, account, references."""
    remittance, lump = entries(V08)
    assert (remittance.entry.bank_reference, remittance.entry.entry_reference) == ("REMISE-0001", "1")
    assert (remittance.entry.booked_on, remittance.entry.detail_count) == (date(2026, 5, 4), 3)
    assert [(one.amount_minor, one.end_to_end_id, one.mandate_id) for one in remittance.details] == [
        (5000, "RF23064000000101", "RUM-1"),
        (2500, "RF02075000000202", "RUM-2"),
        (1500, None, "RUM-3"),
    ]
    assert remittance.details[0].counterparty_name == "Camille Épargnante"
    assert (lump.details, lump.entry.detail_count, lump.entry.booked_on) == ([], 0, None)


def test_the_older_version_says_the_same_in_its_own_places():
    """Two notifications in one file; names, amounts and states stand elsewhere."""
    transfers, returned = entries(V02)
    assert [one.counterparty_name for one in transfers.details] == ["Dominique Donatrice", "Claude Cotisant"]
    assert transfers.details[1].remittance_text == "don pour le milliard rf82 97400 0000303 merci"
    assert (returned.entry.direction, returned.details[0].return_reason) == (Direction.DEBIT, "AM04")


def test_the_same_details_have_the_same_digest_wherever_they_stand():
    """A second notification may repeat what a first one said."""
    again = V02.replace(b"<Id>AVIS-2026-03-02</Id>", b"<Id>AUTRE</Id>").replace(b"BQ-0002", b"BQ-9")
    assert entries(again)[0].entry.content_hash == entries(V02)[0].entry.content_hash
    other = V02.replace(b"Claude Cotisant", b"Claude Cotisante")
    assert entries(other)[0].entry.content_hash != entries(V02)[0].entry.content_hash


@pytest.mark.parametrize(
    ("old", "new", "error", "words"),
    [
        (b"<Amt Ccy=\"EUR\">15.00</Amt>", b"<Amt Ccy=\"EUR\">15.01</Amt>", refusals.BatchDoesNotAddUp, "de l’avis"),
        (b"Ccy=\"EUR\">90", b"Ccy=\"USD\">90", refusals.ForeignCurrency, "USD"),
        (b"<Id>AVIS-2026-05-04-1</Id>", b"", refusals.MalformedStatement, "un avis n’a pas d’identifiant"),
        (b"FR7630006000011234567890189", b"FR00", refusals.MalformedStatement, "IBAN du compte de l’avis"),
        (b"Ntfctn>", b"Stmt>", refusals.MalformedStatement, "mal placée"),
        (b"camt.054.001.08", b"camt.054.001.99", refusals.UnsupportedFormat, r"camt.054.001.02 ou camt.054.001.08"),
        (b"<Document", b"<!DOCTYPE d><Document", refusals.ForbiddenXml, "DTD"),
        (b"</BkToCstmrDbtCdtNtfctn>", b"", refusals.MalformedStatement, "incomplet"),
        (b"Camille", b"C" * 501, refusals.MalformedStatement, "dépasse 500"),
        (b"<Sts><Cd>PDNG</Cd></Sts>", b"", refusals.MalformedStatement, "comptabilisée"),
    ],
)  # fmt: skip
def test_a_notification_is_refused_as_a_statement_is(old, new, error, words):
    """The same limits, the same sentences."""
    with pytest.raises(error, match=words):
        read(V08.replace(old, new))


def test_a_file_without_a_notification_is_refused():
    """An empty message says nothing."""
    head, rest = V08.split(b"<Ntfctn>", 1)
    with pytest.raises(refusals.MalformedStatement, match="aucun avis"):
        read(head + rest.split(b"</Ntfctn>", 1)[1])


def test_what_piles_up_before_the_first_entry_is_refused_early():
    """Memory is bounded as for a statement."""
    head, rest = V08.split(b"<Ntry>", 1)
    padded = head + b"<a/>" * (MAX_PENDING_BYTES // 4 + 100_000) + b"<Ntry>" + rest
    with pytest.raises(refusals.MalformedStatement, match="trop long"):
        list(read_statements(BytesIO(padded), max_bytes=10**8))
