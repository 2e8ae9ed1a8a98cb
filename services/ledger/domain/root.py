"""The daily root: one signed text that fixes every entry up to a moment, chained to the one of before.

Its `tree` is the Merkle tree of the entries that came since the root before, in the order of territories and numbers;
a leaf is an entry's hash, which covers all that the entry says and the entry before it. Whoever keeps roots elsewhere
notices a history that was written anew.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from services.ledger.domain.merkle import tree_hash

NO_ROOT = bytes(32)
"""What the first root names as the one before."""


class Head(NamedTuple):
    """Where a territory's chain stood."""

    seq: int
    hash: str


@dataclass(frozen=True)
class Root:
    """A root as it was published. `document` is what is signed (Ed25519, RFC 8032); keys and signature are raw."""

    number: int
    document: str
    signature: bytes
    public_key: bytes
    published_at: datetime

    @property
    def hash(self) -> bytes:
        """SHA-256 of the document: what the next root names."""
        return hashlib.sha256(self.document.encode()).digest()

    @cached_property
    def _said(self) -> dict[str, object]:
        said: dict[str, object] = json.loads(self.document)
        return said

    @property
    def tree(self) -> str:
        return str(self._said["tree"])

    @property
    def entry_count(self) -> int:
        return int(str(self._said["entries"]))

    @property
    def previous(self) -> str:
        return str(self._said["previous"])

    @property
    def heads(self) -> dict[str, Head]:
        """Where each chain stood."""
        heads: dict[str, Sequence[object]] = self._said["heads"]  # type: ignore[assignment]
        return {territory: Head(int(str(seq)), str(hash)) for territory, (seq, hash) in heads.items()}

    @property
    def is_signed(self) -> bool:
        """Whether the signature is the one of this document by this key."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public_key).verify(self.signature, self.document.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


def make_root(
    *,
    previous: Root | None,
    heads: Mapping[str, Head],
    hashes: Sequence[bytes],
    signer: Ed25519PrivateKey,
    now: datetime,
) -> Root:
    """The next root; `hashes` are those of the entries since the one before, in the order of territory and number."""
    number = previous.number + 1 if previous else 1
    document = json.dumps(
        {
            "number": number,
            "published_at": now.isoformat(timespec="seconds"),
            "entries": len(hashes),
            "tree": tree_hash(hashes).hex(),
            "heads": {territory: list(heads[territory]) for territory in sorted(heads)},
            "previous": (previous.hash if previous else NO_ROOT).hex(),
        },
        separators=(",", ":"),
    )
    return Root(
        number=number,
        document=document,
        signature=signer.sign(document.encode()),
        public_key=signer.public_key().public_bytes_raw(),
        published_at=now,
    )
