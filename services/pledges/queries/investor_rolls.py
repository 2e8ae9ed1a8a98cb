"""Rolls and their figures: all of them for those who organise an assembly, without small groups for everybody."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.pledges.domain.investors import (
    CAUSE_SENTENCES,
    UNKNOWN_SENTENCE,
    Cause,
    Change,
    Disclosure,
)
from shared.database import Work

MOST_ROLLS = 20
"""Rolls that a page shows: years of assemblies."""

MOST_STATEMENTS = 20
"""Statements that are named as coming late; their number says the rest."""


class PersonCount(BaseModel):
    """How many persons of a territory are on a roll."""

    territory: str
    person_count: int


class PublicRoll(BaseModel):
    """A roll as everybody may see it.

    Below ten persons, or where another roll would tell of so few beside it, `person_count` is null and a territory is
    not in `counts`.
    """

    roll_id: UUID
    as_of: date
    drawn_at: datetime
    person_count: int | None
    counts: list[PersonCount]
    content_hash: str


class TerritoryCount(PersonCount):
    """The same for those who organise an assembly: however few, and how many of them are members."""

    member_count: int


class ChangeCount(BaseModel):
    """How many entries a roll has more or fewer than the earlier one of its day, for one reason."""

    change: Change
    cause: Cause
    count: int

    @computed_field  # type: ignore[prop-decorator]
    @property
    def explanation(self) -> str:
        return CAUSE_SENTENCES.get((self.change, self.cause), UNKNOWN_SENTENCE)


class RollSummary(BaseModel):
    """A roll for those who organise an assembly. `statements_until`: until then every account's statements were in.

    `change_count`: entries that it has more or fewer than the roll of the same day before it.
    """

    roll_id: UUID
    as_of: date
    drawn_at: datetime
    statements_until: date | None
    person_count: int
    member_count: int
    content_hash: str
    previous_roll_id: UUID | None
    change_count: int

    @property
    def is_early(self) -> bool:
        """Whether statements of days up to its own were still to come when it was drawn."""
        return self.statements_until is None or self.statements_until < self.as_of


class RollView(RollSummary):
    """A roll with its figures. `late_statements`: ids of statements that came since the roll of the same day before it
    and tell of days up to it."""

    counts: list[TerritoryCount]
    changes: list[ChangeCount]
    late_statements: list[str]


_ROLLS = """
    select roll.*, (select count(*) from investor_roll_changes where roll_id = roll.roll_id) as change_count
    from investor_rolls as roll
"""


async def statements_until(work: Work) -> date | None:
    """Up to which day the statements of every account that has any are imported."""
    found = await work.execute(
        "select min(closing_on) from (select max(closing_on) as closing_on from statements group by iban) as account"
    )
    day: date | None = found.scalar()
    return day


async def summary_of(work: Work, roll_id: UUID) -> RollSummary | None:
    found = await work.execute(f"{_ROLLS} where roll_id = :roll_id", roll_id=roll_id)
    row = found.mappings().one_or_none()
    return RollSummary.model_validate(dict(row)) if row else None


async def roll_by_id(work: Work, roll_id: UUID) -> RollView | None:
    summary = await summary_of(work, roll_id)
    if summary is None:
        return None
    return RollView(
        **summary.model_dump(),
        counts=(await counts_of(work, [roll_id]))[roll_id],
        changes=await _changes(work, roll_id),
        late_statements=await _late_statements(work, roll_id),
    )


async def newest_rolls(work: Work) -> list[RollSummary]:
    """The rolls of the latest days first."""
    rows = await work.execute(f"{_ROLLS} order by as_of desc, drawn_at desc limit :limit", limit=MOST_ROLLS)
    return [RollSummary.model_validate(dict(row)) for row in rows.mappings()]


async def public_rolls(work: Work) -> list[PublicRoll]:
    """The same rolls as everybody may see them, as it was settled when they were drawn."""
    rolls, public = await newest_rolls(work), await disclosures(work)
    return [
        PublicRoll(
            roll_id=roll.roll_id,
            as_of=roll.as_of,
            drawn_at=roll.drawn_at,
            person_count=public[roll.roll_id].public_total,
            counts=[
                PersonCount(territory=code, person_count=count)
                for code, count in public[roll.roll_id].public_counts.items()
            ],
            content_hash=roll.content_hash,
        )
        for roll in rolls
    ]


async def disclosures(work: Work) -> dict[UUID, Disclosure]:
    """What every roll counts and shows: some rolls a year, of a hundred territories each."""
    rows = await work.execute(
        """
        select roll.roll_id, roll.person_count, roll.is_total_public,
            coalesce(jsonb_object_agg(territory, count.person_count) filter (where territory is not null), '{}')
                as counts,
            coalesce(array_agg(territory) filter (where is_public), '{}') as shown
        from investor_rolls as roll left join investor_roll_counts as count using (roll_id)
        group by roll.roll_id
        """
    )
    return {
        row.roll_id: Disclosure(row.person_count, row.counts, frozenset(row.shown), row.is_total_public)
        for row in rows
    }


async def counts_of(work: Work, roll_ids: Sequence[UUID]) -> dict[UUID, list[TerritoryCount]]:
    """How many persons each roll has in each territory where it has any."""
    rows = await work.execute(
        """
        select roll_id, territory, person_count, member_count from investor_roll_counts
        where roll_id = any(cast(:roll_ids as uuid[])) order by territory
        """,
        roll_ids=list(roll_ids),
    )
    counts: dict[UUID, list[TerritoryCount]] = {roll_id: [] for roll_id in roll_ids}
    for row in rows.mappings():
        counts[row["roll_id"]].append(TerritoryCount.model_validate(dict(row)))
    return counts


async def _changes(work: Work, roll_id: UUID) -> list[ChangeCount]:
    rows = await work.execute(
        "select change, cause, count(*) as count from investor_roll_changes where roll_id = :roll_id"
        " group by change, cause order by change, cause",
        roll_id=roll_id,
    )
    return [ChangeCount.model_validate(dict(row)) for row in rows.mappings()]


async def _late_statements(work: Work, roll_id: UUID) -> list[str]:
    rows = await work.execute(
        """
        select bank_statement_id
        from investor_rolls as roll
        join investor_rolls as previous on previous.roll_id = roll.previous_roll_id
        join statements on imported_at > previous.drawn_at and imported_at <= roll.drawn_at
        where roll.roll_id = :roll_id and exists (
            select from bank_lines where statement_id = statements.statement_id and booked_on <= roll.as_of)
        order by closing_on, imported_at limit :limit
        """,
        roll_id=roll_id,
        limit=MOST_STATEMENTS,
    )
    return list(rows.scalars())
