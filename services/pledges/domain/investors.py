"""The investors' roll: who has invested or given as of a day, why two rolls of that day differ, what all may see of it.

A roll says neither names nor amounts. Assemblies decide whom of it they admit.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

SMALLEST_SHOWN = 10
"""Fewer persons in one place could be told by who knows them: no public figure counts fewer (as for diversity)."""


class InvestorRoll(NamedTuple):
    """A roll as it was drawn, once and for all.

    `statements_until`: up to which day every account's statements were in (None: an account had none). `content_hash`:
    the SHA-256 of its CSV file, in hexadecimal. `previous_roll_id`: the roll of the same day that was drawn before.
    `is_total_public`: whether everybody may see `person_count`.
    """

    roll_id: UUID
    as_of: date
    drawn_at: datetime
    drawn_by: UUID | None
    statements_until: date | None
    person_count: int
    member_count: int
    content_hash: str
    previous_roll_id: UUID | None
    is_total_public: bool


class Change(StrEnum):
    """What a later roll of the same day does with a person."""

    ADDED = "added"
    REMOVED = "removed"


class Cause(StrEnum):
    """Why: what the books have learned, since the roll before, of the days up to that one."""

    IMPORTED_SINCE = "imported_since"
    ALLOCATED_SINCE = "allocated_since"
    UNDONE_SINCE = "undone_since"
    UNKNOWN = "unknown"


CAUSE_SENTENCES: dict[tuple[Change, Cause], str] = {
    (Change.ADDED, Cause.IMPORTED_SINCE): "Un relevé importé depuis montre leur paiement.",
    (
        Change.ADDED,
        Cause.ALLOCATED_SINCE,
    ): "Leur paiement attendait une explication : il a été rapproché depuis.",
    (Change.REMOVED, Cause.IMPORTED_SINCE): "Un relevé importé depuis montre que tout leur a été rendu.",
    (Change.REMOVED, Cause.UNDONE_SINCE): "Le rapprochement de leur paiement a été défait depuis.",
}
UNKNOWN_SENTENCE = "Les comptes ne disent pas pourquoi : prévenez l’équipe technique."


class RollRefused(Exception):
    """A roll that cannot be drawn; the message is for who asked."""


class DayToCome(RollRefused):
    """Nobody knows yet who will have given by then."""

    def __init__(self) -> None:
        super().__init__("Cette date est à venir : choisissez aujourd’hui ou un jour passé.")


class StatementsComeIn(RollRefused):
    """A statement is being imported: before or after it, but not in the middle."""

    def __init__(self) -> None:
        super().__init__(
            "Un relevé est en cours d’import, et aucune liste n’a été tirée : réessayez dans une minute."
        )


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a roll counts, and which of it everybody sees: the territories of `shown`, the total if `shows_total`.

    Who gave for two territories is in both of `counts`, and once in `person_count`.
    """

    person_count: int
    counts: Mapping[str, int]
    shown: frozenset[str] = frozenset()
    shows_total: bool = False

    @property
    def public_counts(self) -> dict[str, int]:
        """By territory, sorted."""
        return {code: self.counts[code] for code in sorted(self.shown)}

    @property
    def public_total(self) -> int | None:
        """None where everybody would learn of a few from it."""
        return self.person_count if self.shows_total else None

    @property
    def hidden(self) -> frozenset[str]:
        return frozenset(code for code, count in self.counts.items() if count) - self.shown

    def sum_of(self, codes: Collection[str]) -> int:
        """The persons of these territories, those of two of them twice."""
        return sum(self.counts.get(code, 0) for code in codes)


def disclose(person_count: int, counts: Mapping[str, int], earlier: Sequence[Disclosure]) -> Disclosure:
    """What everybody may see of a roll beside all earlier ones, whatever their days."""
    roll = Disclosure(person_count, counts, frozenset(public_counts(counts, earlier)))
    is_safe = (
        person_count >= SMALLEST_SHOWN
        and not _can_be_told([counts[code] for code in roll.hidden])
        and (bool(roll.hidden) or _is_apart(roll.sum_of(roll.shown) - person_count))
        and all(_is_apart(change) for one in earlier for change in _changes(one, roll))
    )
    return replace(roll, shows_total=is_safe)


def public_counts(counts: Mapping[str, int], earlier: Sequence[Disclosure] = ()) -> dict[str, int]:
    """Those counts by territory that all may see, given every count: none below `SMALLEST_SHOWN`.

    Nor one that differs by fewer from what an earlier roll shows of the territory: so few came or went in between.
    What is left out cannot be found by taking the others from the total either: unless nothing is, at least two
    territories are, and ten persons among them (cell suppression, primary and complementary).
    """
    order = sorted((code for code in counts if counts[code]), key=lambda code: (counts[code], code))
    hidden = {code for code in order if not all(_may_show(code, counts[code], one) for one in earlier)}
    hidden |= {code for code in order if counts[code] < SMALLEST_SHOWN}
    for one in earlier:
        if (
            one.shows_total
            and one.hidden.isdisjoint(hidden)
            and not _is_apart(_change(one, counts, one.hidden))
        ):
            hidden.update([code for code in order if code in one.hidden][:1])
    for code in order:  # the smallest first
        if _can_be_told([counts[other] for other in hidden]):
            hidden.add(code)
    return {code: counts[code] for code in order if code not in hidden}


def _may_show(code: str, count: int, before: Disclosure) -> bool:
    return code not in before.shown or _is_apart(count - before.counts[code])


def _can_be_told(hidden: Collection[int]) -> bool:
    """Whether the total less what is shown is one territory, or a few persons."""
    return len(hidden) == 1 or 0 < sum(hidden) < SMALLEST_SHOWN


def _is_apart(change: int) -> bool:
    """Whether a difference of two public figures is of nobody, or of enough."""
    return change == 0 or abs(change) >= SMALLEST_SHOWN


def _change(before: Disclosure, counts: Mapping[str, int], codes: Collection[str]) -> int:
    """What came in some territories since an earlier roll."""
    return sum(counts.get(code, 0) for code in codes) - before.sum_of(codes)


def _changes(before: Disclosure, roll: Disclosure) -> list[int]:
    """What the total of a roll tells of the persons in between, beside an earlier roll.

    Where the earlier one shows its total: in all, and where one of them or both show no count. Where it shows all
    territories that this one leaves out: of these, which are the total less the others.
    """
    changes = []
    if before.shows_total:
        both = before.shown & roll.shown
        in_all = roll.person_count - before.person_count
        changes += [in_all, in_all - _change(before, roll.counts, both)]
    if before.hidden.isdisjoint(roll.hidden):
        changes.append(_change(before, roll.counts, roll.hidden))
    return changes
