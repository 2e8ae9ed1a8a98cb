"""The bytes that are hashed must come out the same for as long as the books are kept."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.chain import GENESIS, canonical_entry, next_hash

ENTRY: dict[str, Any] = {
    "territory": "2A",
    "seq": 7,
    "event_id": UUID(int=1),
    "journal": "COL",
    "entry_number": 3,
    "entry_on": date(2026, 3, 2),
    "value_on": date(2026, 3, 3),
    "document": "d",
    "label": "Paiement reçu",
    "payload_hash": bytes(32),
    "statement_id": UUID(int=2),
    "line_id": None,
    "recorded_at": datetime(2026, 3, 2, 1, 2, 3, 456789, tzinfo=UTC),
    "lines": [("512100", 100, "f", "EUR", "gift"), ("754110", -100, "f", "EUR", "gift")],
}


def test_the_first_version_of_the_bytes_stays_as_it_is() -> None:
    """Another hash here would break every chain that exists: a change needs a new version byte."""
    assert next_hash(GENESIS, canonical_entry(**ENTRY)).hex() == (
        "526b1374054142a236dbefaa6d740f081fbd60b8c8a128d2e543c64b5d3efc97"
    )


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("territory", "2B"), ("seq", 8), ("event_id", UUID(int=9)), ("journal", "OD"), ("entry_number", 4),
        ("entry_on", date(2026, 3, 3)), ("value_on", date(2026, 3, 2)), ("document", "e"),
        ("label", 'Paiement reçu","x'), ("payload_hash", bytes(31) + b"1"), ("statement_id", None),
        ("line_id", UUID(int=2)), ("recorded_at", datetime(2026, 3, 2, 1, 2, 3, 456790, tzinfo=UTC)),
        ("lines", ENTRY["lines"][::-1]),
    ],
)  # fmt: skip
def test_every_field_is_covered_by_the_hash(name: str, other: object) -> None:
    """A change of any of them changes the bytes."""
    assert canonical_entry(**{**ENTRY, name: other}) != canonical_entry(**ENTRY)


def test_the_hash_covers_the_one_before() -> None:
    """So that no entry can be moved."""
    one = canonical_entry(**ENTRY)
    assert next_hash(GENESIS, one) != next_hash(bytes(31) + b"1", one)


@given(label=st.text(st.characters(exclude_categories=["Cs"])), amount=st.integers(-(10**15), 10**15))
def test_the_bytes_are_those_that_anybody_makes_with_the_language_alone(label: str, amount: int) -> None:
    """An auditor needs nothing of ours to check a chain."""
    entry = {**ENTRY, "label": label, "lines": [("512100", amount, label, "EUR", "gift")]}
    fields = [
        str(value) if isinstance(value, (UUID, date)) and not isinstance(value, datetime) else value
        for value in entry.values()
    ]
    fields[9] = bytes(32).hex()
    fields[12] = 1772413323456789
    assert canonical_entry(**entry) == json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode()
