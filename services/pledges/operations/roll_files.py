"""Finds a roll for those who organise an assembly, and gives its persons as a file."""

from functools import partial
from uuid import UUID

from services.pledges.queries.investor_rolls import RollSummary, RollView, roll_by_id, summary_of
from services.pledges.queries.roll_entries import write_roll
from shared.database import Work
from shared.web.errors import UserError
from shared.web.kept_files import CsvFile, csv_file


class RollNotFound(UserError):
    """No roll has this id."""

    def __init__(self) -> None:
        super().__init__("Aucune liste n’existe à cette adresse.", status=404, code="roll_not_found")


async def existing_roll(work: Work, roll_id: UUID) -> RollView:
    """A roll with its figures. Raises RollNotFound."""
    roll = await roll_by_id(work, roll_id)
    if roll is None:
        raise RollNotFound
    return roll


async def existing_summary(work: Work, roll_id: UUID) -> RollSummary:
    """A roll without its figures by territory. Raises RollNotFound."""
    roll = await summary_of(work, roll_id)
    if roll is None:
        raise RollNotFound
    return roll


async def roll_file(work: Work, roll_id: UUID) -> CsvFile:
    """The persons of a roll, as the file whose hash it has. Raises RollNotFound."""
    roll = await existing_summary(work, roll_id)
    write = partial(write_roll, work, roll_id=roll_id)
    return await csv_file(write, name=f"liste-{roll.as_of}-{roll.content_hash[:8]}.csv")
