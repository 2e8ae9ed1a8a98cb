"""What whoever adds and subtracts can compute from published sums of unknown numbers."""

PRIME = 2_147_483_647
"""Ranks over the integers modulo a prime: a smaller one than the true rank would be a coincidence of one in 2³¹."""


class Span:
    """What can be computed from some sums: their linear combinations (Gaussian elimination modulo a prime)."""

    def __init__(self) -> None:
        self._rows: dict[int, list[int]] = {}

    def add(self, row: list[int]) -> None:
        rest = self._reduced(row)
        pivot = next((place for place, value in enumerate(rest) if value), None)
        if pivot is not None:
            inverse = pow(rest[pivot], -1, PRIME)
            self._rows[pivot] = [value * inverse % PRIME for value in rest]

    def holds(self, row: list[int]) -> bool:
        return not any(self._reduced(row))

    def _reduced(self, row: list[int]) -> list[int]:
        rest = [value % PRIME for value in row]
        for pivot, known in sorted(self._rows.items()):
            if factor := rest[pivot]:
                rest = [(value - factor * one) % PRIME for value, one in zip(rest, known, strict=True)]
        return rest
