"""Reads hostile or huge XML in bounded memory.

No DTD, no entity, no network, a size counted while reading, and a limit on what may pile up between two
elements that the caller asked for. Each element is emptied once the caller has seen it.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from lxml import etree

from services.pledges.domain.refusals import ForbiddenXml, MalformedStatement, StatementTooLarge

CHUNK_BYTES = 64 * 1024
MAX_PENDING_BYTES = 2 * 1024 * 1024  # a real entry is 1 to 3 kB; a tree takes some 30 times its text
NOT_WANTED = "le fichier est trop long sans rien qui ressemble à un relevé"


def stream_elements(
    stream: BinaryIO, *, max_bytes: int, choose_tags: Callable[[str], Sequence[str]]
) -> Iterator[etree._Element]:
    """The wanted elements of a document, each as soon as it is complete, children before parents.

    `choose_tags` gets the root's tag (`{namespace}name`) and returns the tags to report, or raises when the
    document is not one for the caller. What precedes a reported element among its siblings is forgotten
    after it: read it then or never. Raises `MalformedStatement`, `ForbiddenXml`, `StatementTooLarge`.
    """
    chunks = _chunks(stream, max_bytes=max_bytes)
    try:
        root_tag, beginning = _peek_root(chunks)
        parser = etree.XMLPullParser(events=("end",), tag=choose_tags(root_tag), **_SAFELY)
        pending = 0
        for chunk in _again(beginning, chunks):
            parser.feed(chunk)
            pending += len(chunk)
            for _, element in parser.read_events():
                pending = 0
                yield element
                _forget(element)
            if pending > MAX_PENDING_BYTES:
                raise MalformedStatement(reason=NOT_WANTED)
        parser.close()
    except etree.XMLSyntaxError as error:
        raise MalformedStatement(reason="le XML est incomplet ou abîmé", line=error.lineno) from error


_SAFELY: dict[str, Any] = {
    "resolve_entities": False,
    "load_dtd": False,
    "no_network": True,
    "huge_tree": False,
    "remove_comments": True,
    "remove_pis": True,
    "remove_blank_text": True,
    "collect_ids": False,
}


def _chunks(stream: BinaryIO, *, max_bytes: int) -> Iterator[bytes]:
    """The stream by chunks, refusing what is too long, binary or declares a document type.

    The declaration is looked for in the bytes, before the parser sees them; a null byte means an encoding
    (UTF-16, UTF-32) in which it could hide and that no bank uses.
    """
    size, overlap = 0, b""
    while chunk := stream.read(CHUNK_BYTES):
        size += len(chunk)
        if size > max_bytes:
            raise StatementTooLarge(max_bytes=max_bytes)
        if b"\0" in chunk:
            raise MalformedStatement(reason="ce n’est pas un fichier XML en UTF-8")
        window = overlap + chunk
        if b"!" in window and (b"<!DOCTYPE" in window or b"<!ENTITY" in window):  # one byte is found at once
            raise ForbiddenXml
        overlap = chunk[-8:]
        yield chunk


def _peek_root(chunks: Iterator[bytes]) -> tuple[str, bytes]:
    """The root's tag, and the bytes that had to be read to know it."""
    parser = etree.XMLPullParser(events=("start",), **_SAFELY)
    beginning = b""
    for chunk in chunks:
        beginning += chunk
        parser.feed(chunk)
        for _, root in parser.read_events():
            if root.getroottree().docinfo.internalDTD is not None:
                raise ForbiddenXml
            return str(root.tag), beginning
        if len(beginning) > MAX_PENDING_BYTES:
            raise MalformedStatement(reason=NOT_WANTED)
    raise MalformedStatement(reason="le fichier est vide ou n’est pas du XML")


def _again(beginning: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    yield beginning
    yield from chunks


def _forget(element: etree._Element) -> None:
    """Frees an element and its elder siblings; its tail may still be being read, so it stays."""
    element.clear(keep_tail=True)
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
