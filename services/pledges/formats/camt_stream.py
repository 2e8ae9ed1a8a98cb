"""The entries of a camt message as they come: what camt.053 and camt.054 share.

Streamed: a file of any length takes the memory of its longest entry. A report is one statement (`Stmt`) or one
notification (`Ntfctn`); its entries and their details are the same in both.
"""

from collections.abc import Iterator, Sequence
from typing import BinaryIO, NamedTuple

from lxml import etree

from services.pledges.domain.refusals import MalformedStatement, UnsupportedFormat
from services.pledges.formats.camt_fields import Fields, name_of, namespace_of
from services.pledges.formats.camt_shapes import BATCH, DETAIL, ENTRY, Detail
from services.pledges.formats.xml_stream import stream_elements

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
MAX_DETAILS = 100_000  # a batch is held whole until it adds up: some 200 MB at this size
MISPLACED = "une écriture y est mal placée"


class Message(NamedTuple):
    """A kind of camt message: its element, that of each of its reports, and what to say when it has none."""

    name: str
    report: str
    empty: str


STATEMENT = Message("BkToCstmrStmt", "Stmt", "il ne contient aucun relevé")
NOTIFICATION = Message("BkToCstmrDbtCdtNtfctn", "Ntfctn", "il ne contient aucun avis")
VERSIONS = ("camt.053.001.02", "camt.053.001.08")
"""Of statements."""

MESSAGES = dict.fromkeys(VERSIONS, STATEMENT) | dict.fromkeys(
    ("camt.054.001.02", "camt.054.001.08"), NOTIFICATION
)
ACCEPTED = (*MESSAGES, "CFONB 120")


class Begun(NamedTuple):
    """A report begins: `element` has what stands before its entries. Read it now, it is freed afterwards."""

    message: Message
    element: etree._Element


class EntryRead(NamedTuple):
    """An entry of the report that has begun."""

    fields: Fields
    details: list[Detail]


class Ended(NamedTuple):
    """The report is whole."""


def stream_entries(stream: BinaryIO, *, max_bytes: int) -> Iterator[Begun | EntryRead | Ended]:
    """The reports of a file, each with its entries. Raises a `BankFileRefused` (`domain/refusals.py`), at any point."""
    message: Message | None = None

    def choose_tags(root_tag: str) -> Sequence[str]:
        nonlocal message
        namespace, _, name = root_tag.rpartition("}")
        version = namespace.removeprefix("{").removeprefix(NAMESPACE)
        if name != "Document" or version not in MESSAGES:
            raise UnsupportedFormat(found=(version or name)[:80], accepted=ACCEPTED)
        message = MESSAGES[version]
        return [f"{namespace}}}{tag}" for tag in ("TxDtls", "NtryDtls", "Ntry", message.report)]

    has_begun = found_any = False
    head: Fields | None = None  # of the entry being read; what precedes its details is freed with them
    details: list[Detail] = []
    for element in stream_elements(stream, max_bytes=max_bytes, choose_tags=choose_tags):
        assert message is not None, "its tags were chosen by it"
        match name_of(element):
            case "TxDtls":
                _climb(element, "NtryDtls", "Ntry")
                details.append(_read_detail(element, details))
                if len(details) > MAX_DETAILS:
                    raise MalformedStatement(
                        reason=f"une écriture y regroupe plus de {MAX_DETAILS} opérations"
                    )
            case "NtryDtls":  # reported so that what stands between the details of one entry never piles up
                entry = _climb(element, "Ntry")
                head = ENTRY.read(entry) if head is None else head
            case "Ntry":
                report = _climb(element, message.report)
                if not has_begun:
                    yield Begun(message, report)
                    has_begun = True
                yield EntryRead((head or {}) | ENTRY.read(element), details)
                head, details = None, []
            case _:
                _climb(element, message.name, "Document")
                if not has_begun:
                    yield Begun(message, element)
                yield Ended()
                has_begun, found_any = False, True
    if not found_any:
        assert message is not None, "a file without a root is refused before"
        raise MalformedStatement(reason=message.empty)


def _read_detail(element: etree._Element, before: list[Detail]) -> Detail:
    """A transaction with the batch announced before it; the batch is read once and shared by its details."""
    elder = element.getprevious()
    batch: Fields = {}
    if elder is not None and name_of(elder) == "Btch":
        batch = BATCH.read(elder)
    elif elder is not None and before:
        batch = before[-1].batch
    return Detail(fields=DETAIL.read(element), batch=batch)


def _climb(element: etree._Element, *names: str) -> etree._Element:
    """The ancestor these parents lead to. Refuses an element out of place: its money would be unchecked."""
    namespace, ancestor = namespace_of(element), element
    for name in names:
        parent = ancestor.getparent()
        if parent is None or parent.tag != namespace + name:
            raise MalformedStatement(reason=MISPLACED, line=element.sourceline)
        ancestor = parent
    return ancestor
