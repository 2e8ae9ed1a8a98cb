"""What every benchmark's JSON object promises to programs."""

import json
from collections.abc import Sequence

from deploy.trials.bench.figure import Figure

KEYS = {"name", "ratio", "must", "aim", "median", "min", "max", "samples", "machine"}


def keeps_the_promise(figures: Sequence[Figure], *, rounds: int = 1) -> bool:
    """Whether each object has the keys and a sample for each round, and survives its way through JSON."""
    objects = json.loads(json.dumps([figure.as_json() for figure in figures]))
    return all(one.keys() >= KEYS and len(one["samples"]) == rounds for one in objects)
