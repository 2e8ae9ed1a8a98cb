"""Follows a conversion: the bank's debit, the issuer's units."""

from uuid import UUID

from services.ledger.domain import posting
from services.ledger.domain.conversion import CONVERTED_CURRENCY, Conversion, UnitsReceived
from services.ledger.domain.entries import BankProof
from services.ledger.domain.local_posting import paid_to_issuer, units_received
from services.ledger.operations.find_orders import found_conversion, known_currency
from services.ledger.operations.tell_progress import tell_progress
from services.ledger.operations.treasurers import check_treasurer
from services.ledger.repository import books, conversions, journal
from shared.bus import CauseMissing
from shared.database import Work
from shared.events import Heard
from shared.events.pledges import ConversionDebited


class ConvertedDebitDiffers(Exception):
    """The bank debited another amount, or in another currency, than what was committed."""


async def post_conversion_debit(work: Work, heard: Heard[ConversionDebited]) -> None:
    """The bank says so: the euros are on their way to becoming units.

    Raises CauseMissing, ConversionNotInState, ConvertedDebitDiffers: the event is parked.
    """
    debit = heard.event
    hashed = posting.payload_hash(heard.payload)
    chain = await books.lock_chain(work, debit.territory)
    if await books.known_events(work, {heard.id: hashed}):
        return
    conversion = await conversions.lock_conversion(work, debit.territory, debit.conversion_id)
    if conversion is None:
        raise CauseMissing(f"conversion {debit.conversion_id} is not known yet")
    debited, committed = (debit.amount_minor, debit.currency), (conversion.amount_minor, CONVERTED_CURRENCY)
    if debited != committed:
        raise ConvertedDebitDiffers(
            f"conversion {debit.conversion_id}: {debited} debited, {committed} committed"
        )
    paid = conversion.paid(debit.booked_on)
    draft = paid_to_issuer(
        paid,
        event_id=heard.id,
        hashed=hashed,
        on=debit.booked_on,
        value_on=debit.value_on,
        proof=BankProof(debit.statement_id, debit.line_id, -debit.amount_minor),
    )
    await journal.append(work, chain, [draft])
    await conversions.save_conversion(work, paid)


async def record_units(
    work: Work, *, territory: str, conversion_id: UUID, received: UnitsReceived, by: UUID
) -> Conversion:
    """What the issuer confirmed, as many units as euros: they are held from now on. The same again changes nothing.

    Raises ConversionRefused, UserError.
    """
    await check_treasurer(work, by, territory)
    chain = await books.lock_chain(work, territory)
    conversion = await found_conversion(work, territory, conversion_id)
    if conversion.received == received:
        return conversion
    conversion = conversion.confirmed_by_issuer(received, by=by, today=work.today)
    currency = await known_currency(work, conversion.local_currency)
    await journal.append(work, chain, [units_received(conversion, held_account=currency.held_account)])
    await conversions.save_conversion(work, conversion)
    await tell_progress(work, [territory])
    return conversion
