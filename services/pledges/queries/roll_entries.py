"""The persons of a roll: as a file whose hash is the roll's, page by page, and one person's own answer.

No amount is here, nor in the tables that this reads.
"""

from datetime import date, datetime
from typing import Any, BinaryIO, NamedTuple
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.investors import Cause, Change
from services.pledges.domain.payer import PayerKind
from shared.database import Work

PAGE_ENTRIES = 1000
"""Entries in one answer: programs read them; people take the file."""

MOST_ROLLS = 20
"""Rolls that a person's answer goes back over: years of assemblies."""

_FILE = """
    select territory as "Territoire", person_id as "Personne", case when is_member then 'oui' else 'non' end as "Membre"
    from investor_roll_entries where roll_id = $1
    order by territory collate "C", person_id
"""
"""Sorted by their bytes, whatever language the database speaks: two copies are the same file. It has no byte order
mark, since nothing of it has an accent."""


class RollEntry(BaseModel):
    """A person on a roll, for one territory; `is_member`: promised signed in. Nobody's name is here."""

    territory: str
    person_id: UUID
    is_member: bool


class RollChange(BaseModel):
    """A person whom a roll adds to the earlier one of its day, or leaves out, for one territory; and why."""

    territory: str
    person_id: UUID
    change: Change
    cause: Cause


class EntryPlace(NamedTuple):
    """Where a page of a roll ended."""

    territory: str
    person_id: UUID

    def written(self) -> str:
        return f"{self.territory}_{self.person_id}"

    @classmethod
    def read(cls, text: str) -> "EntryPlace":
        """Raises ValueError for what `written` did not write."""
        territory, _, person_id = text.partition("_")
        if not 2 <= len(territory) <= 3 or not territory.isalnum():
            raise ValueError("a place has a territory")
        return cls(territory, UUID(person_id))


class OwnAnswer(BaseModel):
    """Whether a person is on a roll, and for which territories."""

    roll_id: UUID
    as_of: date
    drawn_at: datetime
    is_listed: bool
    territories: list[str]


class PledgeAnswer(BaseModel):
    """Whether the person of a pledge is on the roll of the latest day; None for a member, who asks signed in."""

    as_of: date
    is_listed: bool | None


async def write_roll(work: Work, output: BinaryIO, *, roll_id: UUID) -> None:
    """Write the persons of a roll as CSV (semicolons): the bytes of which `content_hash` is the SHA-256."""
    await work.copy_out(_FILE, roll_id, output=output)


async def entries_of(
    work: Work, roll_id: UUID, *, territory: str | None = None, after: EntryPlace | None = None
) -> list[RollEntry]:
    """The next persons of a roll, by territory; one more than a page shows, when there are."""
    rows = await _page(work, "investor_roll_entries", "is_member", roll_id, territory=territory, after=after)
    return [RollEntry.model_validate(dict(row)) for row in rows]


async def changes_of(
    work: Work, roll_id: UUID, *, territory: str | None = None, after: EntryPlace | None = None
) -> list[RollChange]:
    """The next differences of a roll, by territory; one more than a page shows, when there are."""
    rows = await _page(
        work, "investor_roll_changes", "change, cause", roll_id, territory=territory, after=after
    )
    return [RollChange.model_validate(dict(row)) for row in rows]


async def own_answers(work: Work, person_id: UUID) -> list[OwnAnswer]:
    """Whether somebody is on the newest rolls, the latest day first.

    A person's territories are those of the person's pledges: so each roll is asked a few times by its key.
    """
    found = await work.execute(
        """
        select roll_id, as_of, drawn_at, array(
            select territory from investor_roll_entries
            where roll_id = roll.roll_id and person_id = :person_id and territory = any(array(
                select distinct territory from pledges where person_id = :person_id))
            order by territory
        ) as territories
        from (
            select roll_id, as_of, drawn_at from investor_rolls order by as_of desc, drawn_at desc limit :rolls
        ) as roll
        order by as_of desc, drawn_at desc
        """,
        person_id=person_id,
        rolls=MOST_ROLLS,
    )
    return [OwnAnswer(**row, is_listed=bool(row["territories"])) for row in found.mappings()]


async def roll_answer(work: Work, pledge_id: UUID) -> PledgeAnswer | None:
    """What the page of a pledge says; None while there is no roll, and for an organisation's.

    A member may have other pledges: of these, who holds the address of one learns nothing.
    """
    found = await work.execute(
        """
        select as_of, case when by_member then null else exists (
            select from investor_roll_entries as entry
            where entry.roll_id = roll.roll_id and entry.territory = pledges.territory
                and entry.person_id = pledges.person_id) end as is_listed
        from pledges
        cross join (
            select roll_id, as_of from investor_rolls order by as_of desc, drawn_at desc limit 1
        ) as roll
        where pledge_id = :pledge_id and payer_kind = :natural_person
        """,
        pledge_id=pledge_id,
        natural_person=PayerKind.NATURAL_PERSON.value,
    )
    row = found.mappings().one_or_none()
    return PledgeAnswer.model_validate(dict(row)) if row else None


async def _page(
    work: Work, table: str, columns: str, roll_id: UUID, *, territory: str | None, after: EntryPlace | None
) -> list[Any]:
    conditions, given = ["roll_id = :roll_id"], dict[str, Any](roll_id=roll_id)
    if territory is not None:
        conditions.append("territory = :territory")
        given["territory"] = territory
    if after is not None:
        conditions.append("(territory, person_id) > (:after_territory, :after_person)")
        given |= {"after_territory": after.territory, "after_person": after.person_id}
    rows = await work.execute(
        f"select territory, person_id, {columns} from {table} where {' and '.join(conditions)}"  # noqa: S608 - of the code
        " order by territory, person_id limit :limit",
        **given,
        limit=PAGE_ENTRIES + 1,
    )
    return list(rows.mappings())
