"""Scales of the public charts: honest lengths for amounts a hundred thousand times apart.

A first gift is invisible on a bar of one billion. Instead of bending that bar, the page draws two
linear ones: the whole way, and a magnified one that ends at the next milestone.
"""

from itertools import pairwise

EURO = 100
TARGET_MINOR = 1_000_000_000 * EURO
STEPS_OF_TEN_MINOR = tuple(10**power * EURO for power in range(4, 10))
MILESTONES_MINOR = tuple(
    milestone
    for step, following in pairwise((*STEPS_OF_TEN_MINOR, 10 * TARGET_MINOR))
    for milestone in (step, step * 5 // 2, step * 5)
    if milestone <= TARGET_MINOR and milestone < following
)
# Lower bounds of the map's colours: nothing yet, then each tenfold from the first euro on.
LEVELS_MINOR = (0, 1, 1_000 * EURO, 10_000 * EURO, 100_000 * EURO)


def next_milestone(amount_minor: int) -> int:
    """The first of 10 000, 25 000, 50 000 € … 1 Md€ above `amount_minor`; past the aim, the amount."""
    return next((step for step in MILESTONES_MINOR if step > amount_minor), max(amount_minor, TARGET_MINOR))


def share(part_minor: int, whole_minor: int) -> str:
    """A length for an SVG attribute, `part` of `whole` in percent, from `"0%"` to `"100%"`."""
    percent = 100 * part_minor / whole_minor if whole_minor else 0
    return f"{min(100, max(0, percent)):.6g}%"


def level(amount_minor: int) -> int:
    """The colour step of an amount on the map, 0 (nothing yet) to 4 (100 000 € and more)."""
    return max((step for step, lower in enumerate(LEVELS_MINOR) if amount_minor >= lower), default=0)
