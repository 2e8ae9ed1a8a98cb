"""The trees of RFC 6962: its own vectors, and every leaf's path."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ledger.domain.merkle import Step, leaf_hash, node_hash, path_of, tree_hash


def climb(content: bytes, path: list[Step]) -> bytes:
    """The tree's hash, from one leaf and its path."""
    found = leaf_hash(content)
    for step in path:
        found = node_hash(step.hash, found) if step.is_left else node_hash(found, step.hash)
    return found


LEAVES = [
    bytes.fromhex(one)
    for one in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
"""The test vectors of Certificate Transparency's reference implementation."""


@pytest.mark.parametrize(
    ("count", "root"),
    [
        (0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"),
        (2, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"),
        (3, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"),
        (7, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"),
        (8, "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"),
    ],
)
def test_trees_are_those_of_the_norm(count: int, root: str) -> None:
    """Of none, one, an odd number, and a whole tree."""
    assert tree_hash(LEAVES[:count]).hex() == root


@given(st.lists(st.binary(max_size=4), min_size=1, max_size=40), st.data())
def test_each_leaf_leads_to_the_root(leaves: list[bytes], data: st.DataObject) -> None:
    """By a path that grows with the logarithm; another leaf leads elsewhere."""
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = path_of(leaves, index)
    assert climb(leaves[index], path) == tree_hash(leaves)
    assert len(path) <= (len(leaves) - 1).bit_length()
    assert climb(leaves[index] + b"x", path) != tree_hash(leaves)
