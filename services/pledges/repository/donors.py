"""Donors' names and addresses."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid4

from services.pledges.domain.donor import Donor
from shared.database import Work


async def save_donor(work: Work, *, person_id: UUID, donor: Donor) -> None:
    """Keep a donor's name and address in place of the earlier ones; those that a receipt reads stay as they are."""
    await withdraw_donor(work, person_id)
    await work.execute(
        """
        insert into donors (donor_id, person_id, is_current, first_names, last_name, street, postal_code, city,
            country, recorded_at)
        values (:donor_id, :person_id, true, :first_names, :last_name, :street, :postal_code, :city, :country, :now)
        """,
        donor_id=uuid4(),
        person_id=person_id,
        now=work.now,
        **donor._asdict(),
    )


async def withdraw_donor(work: Work, person_id: UUID) -> None:
    """No receipt to come bears a donor's name and address; they are gone, unless a receipt reads them."""
    await work.execute("select pg_advisory_xact_lock(hashtextextended(:person, 0))", person=str(person_id))
    # Whoever issues holds the row until its receipt is there: looked for in a statement that begins after that.
    await work.execute(
        "select from donors where person_id = :person_id and is_current for update", person_id=person_id
    )
    await work.execute(
        """
        delete from donors where person_id = :person_id and is_current
            and not exists (select from tax_receipts where tax_receipts.donor_id = donors.donor_id)
        """,
        person_id=person_id,
    )
    await work.execute(
        "update donors set is_current = false where person_id = :person_id and is_current",
        person_id=person_id,
    )


async def set_aside_donor(work: Work, receipt_id: UUID) -> None:
    """No receipt to come bears the name and address of this one; a later name of the same donor stays."""
    await work.execute(
        """
        update donors set is_current = false from tax_receipts
        where tax_receipts.receipt_id = :receipt_id and donors.donor_id = tax_receipts.donor_id and donors.is_current
        """,
        receipt_id=receipt_id,
    )


async def delete_unused_donors(work: Work, *, before: datetime, limit: int) -> int:
    """Remove names and addresses that were left before then and that no receipt reads; how many."""
    held = await work.execute(
        """
        select donor_id from donors
        where recorded_at < :before
            and not exists (select from tax_receipts where tax_receipts.donor_id = donors.donor_id)
        order by recorded_at limit :limit for update skip locked
        """,
        before=before,
        limit=limit,
    )
    deleted = (
        await work.execute(  # looked for again: a receipt may have been issued before the rows were held
            """
        delete from donors where donor_id = any(cast(:ids as uuid[]))
            and not exists (select from tax_receipts where tax_receipts.donor_id = donors.donor_id)
        """,
            ids=list(held.scalars()),
        )
    )
    return int(deleted.rowcount)


async def hold_donors(work: Work, person_ids: Sequence[UUID]) -> dict[UUID, tuple[UUID, Donor]]:
    """The current donor of each person, by person, held as they are until the transaction ends."""
    rows = await work.execute(
        """
        select person_id, donor_id, first_names, last_name, street, postal_code, city, country
        from donors where person_id = any(cast(:person_ids as uuid[])) and is_current
        order by person_id for share
        """,
        person_ids=list(person_ids),
    )
    return {person_id: (donor_id, Donor(*fields)) for person_id, donor_id, *fields in rows}
