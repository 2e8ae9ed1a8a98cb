"""Which groups of a table may be shown, so that no group of fewer than ten persons is, and none can be computed.

A table divides persons into groups, and its total is shown. The rule, for the groups of one table (`shown_together`):
groups of fewer than ten, zero included, are not shown alone. They are shown as one, together with the group that
follows them in the table's own order, and with those that follow it until they hold more than ten. So whatever is
shown is a group of ten or more, and so is whatever is left when shown groups are taken from the total.

For the same table territory by territory (`rows_shown`): a territory is shown whole or not at all, with the same
groups as the total. Those that are not shown are together the total less the shown ones, which anybody can compute:
the one that follows is withheld with them, and others, until in each group they hold more than ten together.

Which group joins depends on the order, never on how many it holds; and one that is large enough always does. So whoever
knows this rule still has several numbers to choose from for a small group, where the joined ones alone could give it
away (9 and 9 out of 18). Statisticians call all this complementary suppression.

A table that was published before tells of the persons in between, when it is taken from the newer one. So the same
persons are given as several tables: all of them, and those that came (or went) since each earlier one. A group is small
when it is in any of them, and what is shown then holds for all of them (`publishing`).

Where several options may be chosen (`Choices`), some still go with no other: « je préfère ne pas répondre ». They and
those who chose among the others divide the persons, so that the total less them is a base of its own.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

LEAST = 10
"""Persons in a group that is shown (docs/enquete.md): the movement's rule for whatever is volunteered."""

Groups = tuple[tuple[str, ...], ...]


def shown_together(*tables: Mapping[str, int], least: int = LEAST) -> Groups:
    """The options of tables as they may be shown in all: each alone, or several as one, which then come last.

    One group of them all says no more than the total.
    """
    order = list(tables[0])
    small = {option for table in tables for option in order if table[option] < least}

    def is_enough(group: Collection[str]) -> bool:
        return all(sum(table[option] for option in group) > least for table in tables)

    joined = _joined(order, small, is_enough)
    alone = tuple((option,) for option in order if option not in joined)
    return (*alone, tuple(option for option in order if option in joined)) if joined else alone


@dataclass(frozen=True, slots=True)
class Choices:
    """How many chose each option of a question that `answered` persons answered, in the table's own order.

    `alone`: options that go with no other. `most`: how many of the others a person may choose (None: any number).
    """

    counts: Mapping[str, int]
    answered: int
    alone: frozenset[str] = frozenset()
    most: int | None = None

    @property
    def together(self) -> list[str]:
        """The options that go with others."""
        return [option for option in self.counts if option not in self.alone]

    def base(self, hidden: Collection[str] = ()) -> int:
        """Those who are left when all that chose a shown option that goes with no other are taken away."""
        return self.answered - sum(self.counts[one] for one in self.alone if one not in hidden)

    def lesser(self, option: str) -> int:
        """Those who chose an option or those who could have and did not, whoever are fewer."""
        base = self.answered if option in self.alone else self.base()
        return min(self.counts[option], base - self.counts[option])

    def spread(self) -> list[int]:
        """How many choices were made beyond one per person, and how many more could have been made.

        Below ten, so few persons made them, or could have; with two options these are those who chose both or one.
        """
        together = self.together
        chosen, base = sum(self.counts[option] for option in together), self.base()
        return [chosen - base, min(self.most or len(together), len(together)) * base - chosen]

    def groups(self, hidden: Collection[str]) -> list[int]:
        """All groups that can be computed when all options but these are shown; the smallest of each kind."""
        base = self.base(hidden)
        shown = [option for option in self.counts if option not in hidden]
        groups = [base, *(self.counts[option] for option in shown)]
        groups += [base - self.counts[option] for option in shown if option not in self.alone]
        return groups if hidden else groups + self.spread()


def withheld(*tables: Choices, least: int = LEAST) -> set[str]:
    """The options not to be shown where several may be chosen: too few chose them, or too few did not.

    Still one more is withheld with them, since each person chose something; and the first ones where the choices made
    would tell of a few, or nearly all chose an option that goes with no other.
    """
    order = list(tables[0].counts)
    small = {option for choices in tables for option in order if choices.lesser(option) < least}
    if not small and any(min(choices.spread()) < least for choices in tables):
        small = set(order[:1])
    return _joined(order, small, lambda hidden: all(choices.base(hidden) > least for choices in tables))


def rows_shown(
    rows: Mapping[str, Sequence[int]], candidates: Collection[str], *, least: int = LEAST
) -> tuple[str, ...]:
    """The rows that may be shown beside their total; all have the same columns, and `candidates` alone are shown.

    `rows` has all that the total sums, those that are shown nowhere too.
    """
    small = {row for row in rows if min(rows[row], default=0) < least}

    def is_enough(kept: Collection[str]) -> bool:
        return all(sum(column) > least for column in zip(*(rows[row] for row in kept), strict=True))

    kept = _joined(list(rows), small, is_enough, held=set(rows) - set(candidates))
    return tuple(row for row in rows if row not in kept)


def _joined(
    order: Sequence[str],
    small: Collection[str],
    is_enough: Callable[[Collection[str]], bool],
    *,
    held: Collection[str] = (),
) -> set[str]:
    """The small ones and those that are `held` back anyway, one that is not small, and more until it is enough."""
    joined = {*small, *held}
    while joined and len(joined) < len(order) and (joined == set(small) or not is_enough(joined)):
        joined.add(_following(order, joined))
    return joined


def _following(order: Sequence[str], joined: Collection[str]) -> str:
    """The first that is not joined and follows one that is, in the table's order; its end is followed by its start."""
    around = pairwise([*order, order[0]])
    return next(after for before, after in around if before in joined and after not in joined)
