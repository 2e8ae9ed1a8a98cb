"""Decides to turn what is set aside into a local currency: the order of one treasurer, the confirmation of another.

Roles are checked in the ledger's own projection, in the same transaction: a session may be minutes old.
"""

from dataclasses import replace
from uuid import UUID

from services.ledger.domain.conversion import (
    CONVERTED_CURRENCY,
    Conversion,
    ConversionByRegistrar,
    ConversionRefused,
    ConversionState,
)
from services.ledger.domain.local_currency import LocalCurrency
from services.ledger.operations.find_orders import found_conversion, known_currency
from services.ledger.operations.treasurers import check_treasurer, is_treasurer
from services.ledger.repository import books, conversions, local_currencies
from shared.database import Work
from shared.events.ledger import ConversionCommitted
from shared.web.errors import UserError
from shared.web.numbers import euros


async def order_conversion(
    work: Work,
    *,
    territory: str,
    conversion_id: UUID,
    fund: str,
    local_currency: str,
    amount_minor: int,
    by: UUID,
) -> Conversion:
    """The order of a treasurer; fixes the hash that a second one must confirm. The same order again changes nothing.

    Raises ConversionRefused, UnknownCurrency, UserError.
    """
    await check_treasurer(work, by, territory)
    await books.lock_chain(work, territory)
    known = await conversions.lock_conversion(work, territory, conversion_id)
    currency = await known_currency(work, local_currency)
    asked = Conversion(
        conversion_id=conversion_id,
        territory=territory,
        fund=fund,
        local_currency=local_currency,
        amount_minor=amount_minor,
        issuer_name=currency.terms.issuer_name,
        issuer_iban=currency.terms.issuer_iban,
        ordered_by=by,
    )
    if known is not None:
        if known.order_hash != asked.order_hash:
            raise _another_one()
        return known
    await _check_apart(work, local_currency, by)
    await _check_use(work, currency, territory)
    available = await conversions.to_convert_minor(work, territory=territory, fund=fund)
    if available <= 0:
        raise ConversionRefused(
            f"Il ne reste rien à convertir dans le fonds « {fund} » de ce territoire : attendez d’autres dons, ou"
            " annulez une conversion qui n’est pas confirmée."
        )
    if amount_minor > available:
        raise ConversionRefused(
            f"Il reste {euros(available)} à convertir dans le fonds « {fund} » de ce territoire :"
            " ordonnez au plus ce montant."
        )
    if not await conversions.add_conversion(work, asked):
        raise _another_one()
    return asked


async def confirm_conversion(
    work: Work, *, territory: str, conversion_id: UUID, by: UUID, order_hash: str
) -> Conversion:
    """The confirmation of a second treasurer: the shares are taken, the bank may be told. The same again is nothing.

    Raises ConversionRefused, UnknownCurrency, UserError.
    """
    await check_treasurer(work, by, territory)
    await books.lock_chain(work, territory)
    conversion = await found_conversion(work, territory, conversion_id)
    if conversion.confirmed_by == by and conversion.order_hash == order_hash:
        return conversion
    conversion = conversion.confirmed(by, order_hash=order_hash)
    await _check_order(work, conversion)
    await _check_apart(work, conversion.local_currency, conversion.ordered_by, by)
    fund, amount = conversion.fund, conversion.amount_minor
    begins = await conversions.last_mark(work, territory=territory, fund=fund)
    ends = await conversions.mark_after(
        work, territory=territory, fund=fund, begins=begins, amount_minor=amount
    )
    if ends is None or await conversions.to_convert_minor(work, territory=territory, fund=fund) < 0:
        raise ConversionRefused(
            "Des dons ont été rendus depuis cet ordre, il n’y a plus assez à convertir : annulez-le, puis ordonnez"
            " ce qui reste."
        )
    conversion = replace(conversion, begins=begins, ends=ends)
    await conversions.save_conversion(work, conversion)
    work.record(
        ConversionCommitted(
            territory=territory,
            conversion_id=conversion_id,
            amount_minor=amount,
            currency=CONVERTED_CURRENCY,
            local_currency=conversion.local_currency,
            issuer_name=conversion.issuer_name,
            issuer_iban=conversion.issuer_iban,
            end_to_end_id=conversion.end_to_end_id,
            confirmed_by=by,
            order_hash=order_hash,
        )
    )
    return conversion


async def cancel_conversion(work: Work, *, territory: str, conversion_id: UUID, by: UUID) -> Conversion:
    """Give a conversion up before its confirmation. Raises ConversionNotInState, UserError."""
    await check_treasurer(work, by, territory)
    conversion = await found_conversion(work, territory, conversion_id)
    if conversion.state is ConversionState.CANCELLED:
        return conversion
    cancelled = conversion.cancelled()
    await conversions.save_conversion(work, cancelled)
    return cancelled


async def _check_order(work: Work, conversion: Conversion) -> None:
    """Whether what was true of an order still is."""
    if not await is_treasurer(work, conversion.ordered_by, conversion.territory):
        raise ConversionRefused(
            "La personne qui a ordonné cette conversion n’est plus trésorière ici :"
            " annulez-la, puis ordonnez-la à nouveau."
        )
    currency = await known_currency(work, conversion.local_currency)
    issuer = currency.terms.issuer_name, currency.terms.issuer_iban
    if issuer != (conversion.issuer_name, conversion.issuer_iban):
        raise ConversionRefused(
            "Le nom ou le compte de l’émetteur a changé depuis cet ordre : annulez-le, puis ordonnez à nouveau."
        )
    await _check_use(work, currency, conversion.territory)


async def _check_apart(work: Work, code: str, *persons: UUID) -> None:
    """Whether others said to whom euros go for a currency: it takes a third person to send them elsewhere."""
    if not (await local_currencies.issuer_written_by(work, code)).isdisjoint(persons):
        raise ConversionByRegistrar


async def _check_use(work: Work, currency: LocalCurrency, territory: str) -> None:
    """Whether a territory may convert into a currency today."""
    name = currency.terms.name
    if currency.is_retired(work.today):
        raise ConversionRefused(f"La monnaie « {name} » n’est plus utilisée : choisissez-en une autre.")
    if not await local_currencies.reaches(work, currency.code, territory):
        raise ConversionRefused(
            f"La monnaie « {name} » n’a aucune commune dans ce territoire : choisissez-en une d’ici, ou faites"
            " compléter son périmètre."
        )


def _another_one() -> UserError:
    return UserError(
        "Une autre conversion a déjà été ordonnée depuis ce formulaire : rechargez la page et recommencez.",
        status=409,
        code="conversion_exists",
    )
