"""Reads of donors, and of whose a promise is. Names and addresses are for the donor and for national treasurers."""

from uuid import UUID

from services.pledges.domain.donor import Donor
from shared.database import Work


async def donor_of_person(work: Work, person_id: UUID) -> Donor | None:
    """The name and address that the next receipt would bear."""
    rows = await work.execute(
        """
        select first_names, last_name, street, postal_code, city, country
        from donors where person_id = :person_id and is_current
        """,
        person_id=person_id,
    )
    row = rows.one_or_none()
    return Donor(*row) if row else None


async def names_of_receipts(work: Work, person_id: UUID) -> dict[UUID, str]:
    """The last name that each receipt of a person bears, by receipt."""
    rows = await work.execute(
        """
        select receipt_id, last_name from tax_receipts join donors using (donor_id)
        where tax_receipts.person_id = :person_id
        """,
        person_id=person_id,
    )
    return {row.receipt_id: row.last_name for row in rows}


async def person_of_pledge(work: Work, pledge_id: UUID) -> tuple[UUID, bool] | None:
    """Who promised, and whether as a member, who signs in; None when no pledge has this id."""
    rows = await work.execute("select person_id, by_member from pledges where pledge_id = :id", id=pledge_id)
    row = rows.one_or_none()
    return (row.person_id, row.by_member) if row else None
