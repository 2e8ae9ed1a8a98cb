"""Milestones: each hundredth of the aim in all, and the first euro of each territory. Reached once, for good."""

BILLION_MINOR = 100_000_000_000
"""One billion euros, in cents: the movement's aim."""


def percents_reached(received_minor: int, target_minor: int) -> range:
    """Whole hundredths of the aim that are received, from the first one."""
    return range(1, max(received_minor, 0) * 100 // target_minor + 1)
