"""Percentiles by nearest rank: a value that was really seen."""

import math
from collections.abc import Sequence


def percentile(values: Sequence[float], share: int) -> float:
    """The value that `share` percent of the values do not exceed."""
    return sorted(values)[math.ceil(len(values) * share / 100) - 1]
