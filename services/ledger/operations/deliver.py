"""Gives units of a local currency to an organisation of its network: order, confirmation, the issuer's word.

Who is not in the network on the day gets none: the units stay held. Roles are checked in the ledger's own projection.
"""

from datetime import date
from uuid import UUID

from services.ledger.domain.delivery import (
    Delivery,
    DeliveryRefused,
    DeliveryState,
    Handed,
    OutsideTheNetwork,
)
from services.ledger.domain.local_currency import Acceptor, LocalCurrency
from services.ledger.domain.local_posting import units_delivered
from services.ledger.operations.find_orders import found_delivery, known_currency
from services.ledger.operations.treasurers import check_treasurer, is_treasurer
from services.ledger.repository import books, deliveries, journal, local_currencies
from shared.database import Work
from shared.web.errors import UserError
from shared.web.numbers import euros


async def order_delivery(
    work: Work,
    *,
    territory: str,
    delivery_id: UUID,
    fund: str,
    local_currency: str,
    amount_minor: int,
    payee_identifier: str,
    decision_reference: str,
    by: UUID,
) -> Delivery:
    """The order of a treasurer; fixes the hash that a second one must confirm. The same order again changes nothing.

    Raises DeliveryRefused, UnknownCurrency, UserError.
    """
    await check_treasurer(work, by, territory)
    await books.lock_chain(work, territory)
    known = await deliveries.lock_delivery(work, territory, delivery_id)
    currency = await known_currency(work, local_currency)
    payee = await _accepting(work, local_currency, payee_identifier, on=work.today)
    asked = Delivery(
        delivery_id=delivery_id,
        territory=territory,
        fund=fund,
        local_currency=local_currency,
        amount_minor=amount_minor,
        payee_identifier=payee.identifier,
        payee_name=payee.name,
        decision_reference=decision_reference,
        ordered_by=by,
    )
    if known is not None:
        if known.order_hash != asked.order_hash:
            raise _another_one()
        return known
    held = await _to_deliver(work, asked, currency)
    if held <= 0:
        raise DeliveryRefused(
            f"Il ne reste rien à remettre dans le fonds « {fund} » de ce territoire : convertissez d’abord, ou"
            " annulez une remise qui n’est pas faite."
        )
    if amount_minor > held:
        raise DeliveryRefused(
            f"Il reste {euros(held, local_currency)} à remettre dans le fonds « {fund} » de ce territoire :"
            " ordonnez au plus ce montant."
        )
    if not await deliveries.add_delivery(work, asked):
        raise _another_one()
    return asked


async def confirm_delivery(
    work: Work, *, territory: str, delivery_id: UUID, by: UUID, order_hash: str
) -> Delivery:
    """The confirmation of a second treasurer: the issuer may be told. The same again changes nothing.

    Raises DeliveryRefused, UserError.
    """
    await check_treasurer(work, by, territory)
    await books.lock_chain(work, territory)
    delivery = await found_delivery(work, territory, delivery_id)
    if delivery.confirmed_by == by and delivery.order_hash == order_hash:
        return delivery
    delivery = delivery.confirmed(by, order_hash=order_hash, at=work.now)
    if not await is_treasurer(work, delivery.ordered_by, territory):
        raise DeliveryRefused(
            "La personne qui a ordonné cette remise n’est plus trésorière ici :"
            " annulez-la, puis ordonnez-la à nouveau."
        )
    await _accepting(work, delivery.local_currency, delivery.payee_identifier, on=work.today)
    await deliveries.save_delivery(work, delivery)
    return delivery


async def cancel_delivery(work: Work, *, territory: str, delivery_id: UUID, by: UUID) -> Delivery:
    """Give a delivery up: its units can be given to another. Raises DeliveryNotInState, UserError."""
    await check_treasurer(work, by, territory)
    delivery = await found_delivery(work, territory, delivery_id)
    if delivery.state is DeliveryState.CANCELLED:
        return delivery
    cancelled = delivery.cancelled()
    await deliveries.save_delivery(work, cancelled)
    return cancelled


async def record_delivery(
    work: Work, *, territory: str, delivery_id: UUID, handed: Handed, by: UUID
) -> Delivery:
    """The organisation has its units, the issuer says so. The same again changes nothing.

    Raises DeliveryRefused, UserError.
    """
    await check_treasurer(work, by, territory)
    chain = await books.lock_chain(work, territory)
    delivery = await found_delivery(work, territory, delivery_id)
    if delivery.handed == handed:
        return delivery
    delivery = delivery.delivered(handed, by=by, today=work.today)
    await _accepting(work, delivery.local_currency, delivery.payee_identifier, on=handed.delivered_on)
    currency = await known_currency(work, delivery.local_currency)
    if await _to_deliver(work, delivery, currency) < 0:
        raise DeliveryRefused(
            "Ce territoire tient moins d’unités que ce qu’il remet : relancez la vérification."
        )
    await journal.append(work, chain, [units_delivered(delivery, held_account=currency.held_account)])
    await deliveries.save_delivery(work, delivery)
    return delivery


async def _to_deliver(work: Work, delivery: Delivery, currency: LocalCurrency) -> int:
    return await deliveries.to_deliver_minor(
        work,
        territory=delivery.territory,
        fund=delivery.fund,
        code=currency.code,
        held_account=currency.held_account,
    )


async def _accepting(work: Work, code: str, identifier: str, *, on: date) -> Acceptor:
    """The organisation, if the network has it on a day. Raises OutsideTheNetwork."""
    found = await local_currencies.acceptor(work, code, identifier)
    if found is None or not found.accepts(on):
        raise OutsideTheNetwork
    return found


def _another_one() -> UserError:
    return UserError(
        "Une autre remise a déjà été ordonnée depuis ce formulaire : rechargez la page et recommencez.",
        status=409,
        code="delivery_exists",
    )
