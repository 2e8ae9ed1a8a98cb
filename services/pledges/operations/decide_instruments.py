"""Switches an instrument on or off, with the ground that whoever decides it must write."""

from uuid import UUID

import structlog

from services.pledges.domain.instruments import (
    GiftStaysOn,
    InstrumentNotAuthorised,
    UnknownInstrument,
    check_ground,
    instruments,
)
from services.pledges.domain.pledge import GIFT
from services.pledges.queries.instruments import InstrumentView, instruments_now
from services.pledges.repository.instruments import add_decision
from shared.database import Work

log = structlog.get_logger(__name__)


async def decide_instrument(work: Work, code: str, *, is_authorised: bool, ground: str, by: UUID) -> None:
    """Keep a decision on an instrument. Raises UnknownInstrument, GiftStaysOn, GroundMissing or FieldRefused.

    `ground` is the law or the licence when it is switched on, and the reason that people read when it is off.
    """
    if code not in instruments():
        raise UnknownInstrument
    if code == GIFT:
        raise GiftStaysOn
    ground = check_ground(ground)
    await add_decision(work, instrument=code, is_authorised=is_authorised, ground=ground, by=by, at=work.now)
    log.info("instrument_decided", instrument=code, is_authorised=is_authorised)


async def check_authorised(work: Work, code: str) -> None:
    """Raises InstrumentNotAuthorised, with the reason that holds now."""
    check_among(await instruments_now(work), code)


def check_among(known: list[InstrumentView], code: str) -> None:
    """The same, of instruments that were read before. Raises InstrumentNotAuthorised."""
    instrument = next(one for one in known if one.code == code)
    if not instrument.is_authorised:
        raise InstrumentNotAuthorised(name=instrument.name, reason=instrument.reason)
