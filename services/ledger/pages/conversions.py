"""Conversions into local currencies, for the treasurers of a territory."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Form, Request, Response

from services.ledger.api.conversions import READERS, reference_of
from services.ledger.domain.conversion import UnitsReceived
from services.ledger.formats.amounts import read_amount
from services.ledger.operations import convert, follow_conversion
from services.ledger.pages.local_currency_desk import (
    Document,
    OrderHash,
    Short,
    back,
    desk_page,
    digest_of,
    done,
    read_day,
)
from services.ledger.pages.places import place_of
from shared.events.contract import TerritoryCode
from shared.identity import Role, Session, allow
from shared.runtime import Transaction

router = APIRouter()


@router.get("/comptes/{territory}/monnaies")
async def show_conversions(
    request: Request, territory: str, work: Transaction, session: Session = allow(*READERS)
) -> Response:
    """What is to convert and to give, and how far that is."""
    return await desk_page(request, work, place_of(territory).code, session)


@router.post("/comptes/{territory}/monnaies/conversions")
async def order_conversion(
    request: Request,
    territory: TerritoryCode,
    conversion_id: Annotated[UUID, Form()],
    work: Transaction,
    fund: Short = "",
    local_currency: Short = "",
    amount: Short = "",
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Order a conversion."""
    assert session.person_id
    by = session.person_id

    async def order() -> None:
        await convert.order_conversion(
            work,
            territory=territory,
            conversion_id=conversion_id,
            fund=fund,
            local_currency=local_currency,
            amount_minor=read_amount(amount),
            by=by,
        )

    values = {"fund": fund, "local_currency": local_currency, "amount": amount}
    return await done(request, work, territory, session, order, values)


@router.post("/comptes/{territory}/monnaies/conversions/{conversion_id}/confirmation")
async def confirm_conversion(
    territory: TerritoryCode,
    conversion_id: UUID,
    order_hash: OrderHash,
    work: Transaction,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Confirm a conversion."""
    assert session.person_id
    await convert.confirm_conversion(
        work, territory=territory, conversion_id=conversion_id, by=session.person_id, order_hash=order_hash
    )
    return back(territory)


@router.post("/comptes/{territory}/monnaies/conversions/{conversion_id}/annulation")
async def cancel_conversion(
    territory: TerritoryCode, conversion_id: UUID, work: Transaction, session: Session = allow(Role.TREASURER)
) -> Response:
    """Give a conversion up."""
    assert session.person_id
    await convert.cancel_conversion(
        work, territory=territory, conversion_id=conversion_id, by=session.person_id
    )
    return back(territory)


@router.post("/comptes/{territory}/monnaies/conversions/{conversion_id}/unites")
async def record_units(
    request: Request,
    territory: TerritoryCode,
    conversion_id: UUID,
    work: Transaction,
    units: Short = "",
    received_on: Short = "",
    issuer_reference: Short = "",
    document: Document = None,
    session: Session = allow(Role.TREASURER),
) -> Response:
    """Record the units that the issuer gave, with the document that proves it."""
    assert session.person_id
    by = session.person_id

    async def record() -> None:
        received = UnitsReceived(
            read_amount(units),
            read_day(received_on),
            reference_of(issuer_reference),
            await digest_of(document),
        )
        await follow_conversion.record_units(
            work, territory=territory, conversion_id=conversion_id, received=received, by=by
        )

    return await done(request, work, territory, session, record, {})
