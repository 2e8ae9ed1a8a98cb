"""What projects hears: the ledger says where each disbursement stands."""

from collections.abc import Sequence

from services.projects.domain.disbursements import DisbursementState
from services.projects.operations.disbursements import follow_disbursement
from shared.bus import Handlers
from shared.database import Work
from shared.events import Heard
from shared.events.ledger import (
    DisbursementCommitted,
    DisbursementEvent,
    DisbursementOrdered,
    DisbursementPosted,
    DisbursementRefused,
    DisbursementReserved,
)

STATES: dict[type[DisbursementEvent], tuple[DisbursementState, tuple[str, ...]]] = {
    DisbursementReserved: (DisbursementState.RESERVED, ()),
    DisbursementRefused: (DisbursementState.REFUSED, ("available_minor", "reason")),
    DisbursementOrdered: (DisbursementState.ORDERED, ("ordered_by",)),
    DisbursementCommitted: (DisbursementState.COMMITTED, ("confirmed_by", "end_to_end_id")),
    DisbursementPosted: (DisbursementState.DISBURSED, ("booked_on",)),
}
"""Each event: the state that it says, and the facts of it that are kept."""


def handlers() -> Handlers:
    """The handlers of projects."""
    heard_here = Handlers()

    @heard_here.hears(*STATES)
    async def follow_disbursements(work: Work, batch: Sequence[Heard[DisbursementEvent]]) -> None:
        for heard in batch:  # one by one: each locks its need, and there are few
            state, kept = STATES[type(heard.event)]
            await follow_disbursement(
                work,
                territory=heard.event.territory,
                disbursement_id=heard.event.disbursement_id,
                said=state,
                **{name: getattr(heard.event, name) for name in kept},
            )

    return heard_here
