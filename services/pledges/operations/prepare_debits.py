"""Prepares what is collected on a day: each saver is told, and the file may be made once they have had their time."""

import secrets
from datetime import date
from typing import NamedTuple
from uuid import UUID

from services.pledges.domain.collection import BatchState, CollectionState, Timetable, amount_due, timetable
from services.pledges.domain.debit_refusals import BatchClosed, BatchNotFound, NothingDue
from services.pledges.domain.mandate import DirectDebitOff
from services.pledges.domain.payment_file import message_id_of
from services.pledges.repository.debit_batches import add_batch, add_collections, close_batch, lock_batch
from services.pledges.repository.debits import DueMandate, due_mandates
from services.pledges.repository.statements import ImportUnderWay, lock_imports
from services.pledges.settings import Settings
from shared.database import Work
from shared.events.pledges import DirectDebitAnnounced
from shared.values import new_id
from shared.web.errors import UserError

CURRENCY = "EUR"


class DueDebits(NamedTuple):
    """What a batch for a day would hold: each mandate with what it owes, in cents."""

    days: Timetable
    creditor_id: str
    debits: list[tuple[DueMandate, int]]

    @property
    def amount_minor(self) -> int:
        return sum(amount for _, amount in self.debits)


async def lock_debits(work: Work) -> None:
    """One at a time, and while no statement comes in: what a promise misses must not change under our eyes."""
    try:
        await lock_imports(work)
    except ImportUnderWay:
        raise UserError(
            "Un relevé est en cours d’import : réessayez dans une minute.",
            status=409,
            code="import_under_way",
        ) from None


async def due_debits(work: Work, *, collect_on: date, settings: Settings, lock: bool = False) -> DueDebits:
    """What is due on a day. Raises DirectDebitOff, or a DebitsRefused for a day that cannot be."""
    if settings.collecting_creditor_id is None:
        raise DirectDebitOff
    days = _timetable(work, collect_on, settings, prenotification_days=settings.prenotification_days)
    mandates = await due_mandates(
        work,
        creditor_id=settings.collecting_creditor_id,
        iban=settings.beneficiary_iban,
        on=collect_on,
        lock=lock,
    )
    debits = [(mandate, amount) for mandate in mandates if (amount := _amount_due(mandate, collect_on))]
    if debits:  # mandates keep the delay that their savers agreed to
        agreed = max(mandate.prenotification_days for mandate, _ in debits)
        longest = max(agreed, settings.prenotification_days)
        days = _timetable(work, collect_on, settings, prenotification_days=longest)
    return DueDebits(days, settings.collecting_creditor_id, debits)


async def prepare_debits(
    work: Work, *, collect_on: date, settings: Settings, prepared_by: UUID | None
) -> UUID:
    """The id of the new batch; each of its collections is announced. Raises NothingDue too."""
    await lock_debits(work)
    due = await due_debits(work, collect_on=collect_on, settings=settings, lock=True)
    if not due.debits:
        raise NothingDue
    batch_id = new_id()
    await add_batch(
        work,
        batch_id,
        due.days,
        payment_information_id=message_id_of(collect_on, secrets.token_hex(6)),
        creditor_id=due.creditor_id,
        prepared_by=prepared_by,
    )
    rows: list[tuple[object, ...]] = []
    for mandate, amount_minor in due.debits:
        collection_id = new_id()
        rows.append(
            (
                mandate.territory,
                collection_id,
                batch_id,
                mandate.mandate_id,
                mandate.pledge_id,
                amount_minor,
                CURRENCY,
                collect_on.replace(day=1),
                end_to_end_id(mandate.reference),
                CollectionState.ANNOUNCED.value,
            )
        )
        work.record(
            DirectDebitAnnounced(
                territory=mandate.territory,
                pledge_id=mandate.pledge_id,
                person_id=mandate.person_id,
                collection_id=collection_id,
                amount_minor=amount_minor,
                currency=CURRENCY,
                collect_on=collect_on,
                mandate_reference=mandate.mandate_reference,
                creditor_id=due.creditor_id,
                creditor_name=mandate.creditor_name,
            )
        )
    await add_collections(work, rows)
    return batch_id


async def cancel_debits(work: Work, batch_id: UUID, *, by: UUID | None) -> None:
    """Cancel a batch whose file was not made. Raises BatchNotFound, BatchClosed."""
    batch = await lock_batch(work, batch_id)
    if batch is None:
        raise BatchNotFound
    if batch.state is not BatchState.PREPARED:
        raise BatchClosed
    await close_batch(work, batch_id, by=by)


def end_to_end_id(reference: str) -> str:
    """A name for a collection that begins with its pledge's RF reference: the bank's credit finds the pledge by it.

    A reference of ours has 16 characters, so it has 27 of the 35 allowed.
    """
    return f"{reference}-{secrets.token_hex(5).upper()}"


def _timetable(work: Work, collect_on: date, settings: Settings, *, prenotification_days: int) -> Timetable:
    return timetable(
        today=work.today,
        collect_on=collect_on,
        prenotification_days=prenotification_days,
        bank_lead_days=settings.bank_lead_days,
    )


def _amount_due(mandate: DueMandate, on: date) -> int:
    return amount_due(
        mandate.rhythm,
        amount_minor=mandate.amount_minor,
        day=mandate.day,
        collectible_minor=mandate.collectible_minor,
        is_taken=mandate.is_taken,
        on=on,
    )
