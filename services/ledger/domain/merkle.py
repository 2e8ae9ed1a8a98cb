"""Merkle trees of RFC 6962 (Certificate Transparency, §2.1): one hash for many, and a short path from each to it."""

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

_LEAF, _NODE = b"\x00", b"\x01"


class Step(NamedTuple):
    """The other half at one height of the tree, and whether it is on the left."""

    is_left: bool
    hash: bytes


def leaf_hash(content: bytes) -> bytes:
    """The hash of one leaf."""
    return hashlib.sha256(_LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two halves."""
    return hashlib.sha256(_NODE + left + right).digest()


def tree_hash(contents: Sequence[bytes]) -> bytes:
    """The hash of a tree of these leaves; of no leaf, the hash of nothing."""
    return _levels(contents)[-1][0] if contents else hashlib.sha256(b"").digest()


def path_of(contents: Sequence[bytes], index: int) -> list[Step]:
    """What is needed beside a leaf to come to the tree's hash, from the leaf up. Raises IndexError."""
    path = []
    for level in _levels(contents)[:-1]:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(Step(sibling < index, level[sibling]))
        index //= 2
    return path


def _levels(contents: Sequence[bytes]) -> list[list[bytes]]:
    """All levels, leaves first. A lone last node goes up as it is, which makes the trees of RFC 6962."""
    level = [leaf_hash(content) for content in contents]
    levels = [level]
    while len(level) > 1:
        paired = [node_hash(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = paired + level[len(level) - len(level) % 2 :]
        levels.append(level)
    return levels
