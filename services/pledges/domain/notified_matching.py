"""Which bank line each notified entry details: by the bank's references, else by its day when there is no doubt.

Pure: it is given the entries that wait and the booked sums of the same accounts, directions and amounts. Nothing is
guessed: where two may be meant, a person decides.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID


class NotifiedState(StrEnum):
    """Where a notified entry stands."""

    WAITING = "waiting"
    DETAILED = "detailed"
    ALREADY_DETAILED = "already_detailed"
    UNDETAILED = "undetailed"


class MatchedOn(StrEnum):
    """What showed which line an entry details: the code kept with it."""

    BANK_REFERENCE = "bank_reference"
    ENTRY_REFERENCE = "entry_reference"
    BOOKING_DATE = "booking_date"
    BY_HAND = "by_hand"


MATCHED_SENTENCES: dict[MatchedOn, str] = {
    MatchedOn.BANK_REFERENCE: "Même référence de la banque, même montant, même compte.",
    MatchedOn.ENTRY_REFERENCE: "Même numéro d’écriture, même jour, même montant, même compte.",
    MatchedOn.BOOKING_DATE: "Seuls de ce montant ce jour-là, sur ce compte.",
    MatchedOn.BY_HAND: "Une personne de la trésorerie a dit que c’est cette ligne.",
}

AUTOMATIC = (MatchedOn.BANK_REFERENCE, MatchedOn.ENTRY_REFERENCE, MatchedOn.BOOKING_DATE)
"""From the surest on: an entry whose reference was found is not looked for by its day."""


class Sum(NamedTuple):
    """What a line and the entry that details it have in common."""

    iban: str
    direction: str
    amount_minor: int


class Lump(NamedTuple):
    """A sum in suspense that its statement does not detail. `taken_by`: the content of the notified entry that does.

    `is_comparable`: its format says the bank's reference as notifications do, so that another one is another sum.
    """

    line_id: UUID
    sum: Sum
    booked_on: date
    bank_reference: str | None
    is_comparable: bool
    taken_by: str | None = None


class Waiting(NamedTuple):
    """A notified entry that waits. `explained_on`: what shows that a statement has explained this very entry itself."""

    entry_id: UUID
    content_hash: str
    sum: Sum
    booked_on: date | None
    bank_reference: str | None
    entry_reference: str | None
    explained_on: frozenset[MatchedOn] = frozenset()


class Match(NamedTuple):
    """A line and the entry that details it."""

    entry_id: UUID
    line_id: UUID
    matched_on: MatchedOn


class Settlement(NamedTuple):
    """What became clear: who details which line, and whose details are known already. The others wait on."""

    matches: list[Match]
    already_detailed: list[UUID]


class _Key(NamedTuple):
    """What entries ask for by one kind of evidence. The lines that have it are kept once, however many ask.

    By the day alone, an entry with a reference asks for other lines than one without: `said` is then "" or None.
    """

    matched_on: MatchedOn
    sum: Sum
    booked_on: date | None
    said: str | None


@dataclass
class _Pool:
    """The lines that one key asks for: those that are free, and what took the others."""

    free: dict[UUID, None] = field(default_factory=dict)
    taken_by: set[str] = field(default_factory=set)
    asked_by: set[str] = field(default_factory=set)


def settle(waiting: Iterable[Waiting], lumps: Collection[Lump]) -> Settlement:
    """Match entries with lines, each line once; `waiting` is in the order in which the entries came.

    It takes time by the number of entries and of lines, also where all have the same amount and day.
    """
    pools: dict[_Key, _Pool] = defaultdict(_Pool)
    keys_of = {lump.line_id: _offered(lump) for lump in lumps}
    for lump in lumps:
        for key in keys_of[lump.line_id]:
            if lump.taken_by is None:
                pools[key].free[lump.line_id] = None
            else:
                pools[key].taken_by.add(lump.taken_by)
    rounds: dict[MatchedOn, list[tuple[Waiting, _Key]]] = {matched_on: [] for matched_on in AUTOMATIC}
    offered = frozenset(pools)
    for entry in waiting:
        surest = next((k for k in _asked(entry) if k in offered or k.matched_on in entry.explained_on), None)
        if surest is not None:
            rounds[surest.matched_on].append((entry, surest))
            pools[surest].asked_by.add(entry.content_hash)
    settlement = Settlement([], [])
    for matched_on in AUTOMATIC:
        for entry, key in rounds[matched_on]:
            _settle(entry, key, pools, keys_of, settlement)
    return settlement


def _settle(
    entry: Waiting,
    key: _Key,
    pools: dict[_Key, _Pool],
    keys_of: dict[UUID, list[_Key]],
    settlement: Settlement,
) -> None:
    """What the surest evidence of an entry says. `pools` and `settlement` are moved along.

    The bank's own reference is certain: of two that have it, the first one counts. Else two that say the same are one,
    unless a line is left that the second may mean: givers do send the same twice.
    """
    pool, content = pools[key], entry.content_hash
    is_certain = key.matched_on is MatchedOn.BANK_REFERENCE
    is_explained = key.matched_on in entry.explained_on
    is_repeated = content in pool.taken_by
    if not pool.free:
        if is_repeated or is_explained or (is_certain and pool.taken_by):
            settlement.already_detailed.append(entry.entry_id)
    elif len(pool.free) == 1 and not is_repeated and not is_explained:
        (line_id,) = pool.free
        rivals = [pools[one].asked_by for one in keys_of[line_id] if one.matched_on is key.matched_on]
        if is_certain or all(asked_by <= {content} for asked_by in rivals):
            settlement.matches.append(Match(entry.entry_id, line_id, key.matched_on))
            for one in keys_of[line_id]:
                pools[one].free.pop(line_id)
                pools[one].taken_by.add(content)


def _asked(entry: Waiting) -> list[_Key]:
    """What an entry asks for, from the surest on. Without its day, a reference alone counts: banks use it again."""
    sum, day, reference = entry.sum, entry.booked_on, entry.bank_reference
    keys = [_Key(MatchedOn.BANK_REFERENCE, sum, day, reference)] if reference else []
    if day is not None:
        if entry.entry_reference:
            keys.append(_Key(MatchedOn.ENTRY_REFERENCE, sum, day, entry.entry_reference))
        keys.append(_Key(MatchedOn.BOOKING_DATE, sum, day, "" if reference else None))
    return keys


def _offered(lump: Lump) -> list[_Key]:
    """What a line answers to."""
    sum, day, reference = lump.sum, lump.booked_on, lump.bank_reference
    keys = [_Key(MatchedOn.BOOKING_DATE, sum, day, None)]
    if not reference or not lump.is_comparable:
        keys.append(_Key(MatchedOn.BOOKING_DATE, sum, day, ""))
    if reference:
        keys.append(_Key(MatchedOn.BANK_REFERENCE, sum, day, reference))
        keys.append(_Key(MatchedOn.BANK_REFERENCE, sum, None, reference))
        keys.append(_Key(MatchedOn.ENTRY_REFERENCE, sum, day, reference))
    return keys
