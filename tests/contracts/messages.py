"""Messages of events, and what may become of them on the way: every part bent, dropped, doubled or replaced."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from shared.events import Event, headers_of, read_headers
from shared.inbox.decode import Arrived
from shared.values import lanes

Mutation = Callable[[st.DrawFn, Arrived], Arrived]

SPECIAL = [
    "\0",
    "\ud800",
    "\udfff\ud800",
    "a\0",
    "x" * 70_000,
    "\u202e",
    "0x1F",
    "null",
    "64 ",
    "2A",
    "99999",
    " 64",
]
BIG = [2**31, 2**63, -(2**63) - 1, 10**15 + 1, 10**400, -1, 0]

junk_text = st.one_of(st.sampled_from(SPECIAL), st.text(st.characters(categories=None), max_size=20))
junk = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.sampled_from(BIG),
        st.floats(),
        st.sampled_from([1e308, -0.0, 1.5]),
        junk_text,
        st.sampled_from(["2026-02-30", "0000-01-01", "9999-12-31T23:59:59-14:00", "1e5"]),
    ),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(junk_text, inner, max_size=3)),
    max_leaves=5,
)


def message_of(event: Event, id: UUID, *, sequence: int = 1) -> Arrived:
    """The message of an event as its relay publishes it, also where no honest relay would: with any key."""
    said = SimpleNamespace(type=event.type, publisher=event.publisher, key="key")
    headers = read_headers(headers_of(said, id=id, occurred_at=datetime.now(UTC)))
    return Arrived(
        subject=event.subject,
        headers={**headers, "ce-subject": event.key},
        payload=event.model_dump_json().encode(),
        stream=f"T-{event.territory}",
        sequence=sequence,
    )


@st.composite
def mutated(draw: st.DrawFn, messages: st.SearchStrategy[Arrived]) -> Arrived:
    """A message that up to three things happened to."""
    message = draw(messages)
    for mutate in draw(st.lists(st.sampled_from(MUTATIONS), min_size=1, max_size=3)):
        message = mutate(draw, message)
    return message


def _fields(draw: st.DrawFn, message: Arrived) -> Arrived:
    """Drop, rename, add or replace a field of the payload, or use its name twice."""
    try:
        payload = json.loads(message.payload)
    except (ValueError, RecursionError):
        return message
    if not isinstance(payload, dict) or not payload:
        return message
    name = draw(st.sampled_from(sorted(payload)))
    match draw(st.sampled_from(["drop", "rename", "add", "replace", "replace", "replace", "double"])):
        case "drop":
            del payload[name]
        case "rename":
            payload[draw(junk_text)] = payload.pop(name)
        case "add":
            payload[draw(junk_text)] = draw(junk)
        case "replace":
            payload[name] = draw(junk)
        case "double":
            twice = json.dumps(payload)[:-1] + f", {json.dumps(name)}: {json.dumps(draw(junk))}}}"
            return replace(message, payload=twice.encode())
    return replace(message, payload=json.dumps(payload).encode())


def _payload(draw: st.DrawFn, message: Arrived) -> Arrived:
    """Another body altogether, or the same one damaged."""
    given = message.payload
    at = draw(st.integers(0, len(given)))
    bodies = [
        b"", b"null", b"[]", b"{}", b'"', b"NaN", b"\xff\xfe\x00", b"\xef\xbb\xbf" + given, given + given,
        b"[" * 100_000, b'{"a":' * 50_000, b"9" * 100_000, b'{"territory": "\xed\xa0\x80"}', b"x" * 1_100_000,
        given[:at], given[:at] + draw(st.binary(max_size=5)) + given[at:],
        given.decode("utf-8", "replace").encode("utf-16"),
    ]  # fmt: skip
    return replace(message, payload=draw(st.sampled_from(bodies)))


def _headers(draw: st.DrawFn, message: Arrived) -> Arrived:
    """Drop, replace, add or recase a header."""
    headers = dict(message.headers)
    if not headers:
        return message
    name = draw(st.sampled_from(sorted(headers)))
    match draw(st.sampled_from(["drop", "replace", "add", "case", "none"])):
        case "drop":
            del headers[name]
        case "replace":
            headers[name] = draw(st.one_of(junk_text, st.sampled_from(list(headers.values()) + ODD_VALUES)))
        case "add":
            headers[draw(junk_text)] = draw(junk_text)
        case "case":
            headers[name.upper()] = headers.pop(name)
        case "none":
            headers = {}
    return replace(message, headers=headers)


ODD_VALUES = [
    "", "1.0", "/milliard/ledger", "/milliard/pledges", "milliard.pledges.money_rained.v1", str(UUID(int=0)),
    "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-01-01T00:00:00", "2026-01-01", "k" * 201, "é" * 200,
]  # fmt: skip


def _subject(draw: st.DrawFn, message: Arrived) -> Arrived:
    """The subject of another lane, of another publisher, or none at all."""
    tokens = message.subject.split(".")
    at = draw(st.integers(0, len(tokens) - 1))
    other = draw(
        st.one_of(st.sampled_from([code.lower() for code in lanes()]), st.sampled_from(WORDS), junk_text)
    )
    return replace(message, subject=".".join([*tokens[:at], other, *tokens[at + 1 :]]))


WORDS = ["pledges", "projects", "ledger", "members", "public", "internal", "v2", "personal", "*", ">", ""]


def _envelope_of_another(draw: st.DrawFn, message: Arrived) -> Arrived:
    """The aggregate in the envelope is not the payload's, or its id is somebody else's."""
    other: dict[str, Any] = draw(
        st.sampled_from(
            [{"ce-subject": "another"}, {"ce-id": str(UUID(int=7))}, {"ce-source": "/milliard/members"}]
        )
    )
    return replace(message, headers={**message.headers, **other})


MUTATIONS: list[Mutation] = [_fields, _fields, _payload, _headers, _subject, _envelope_of_another]
