"""What a bank gives back of our direct debits: the collection is marked, and its mandate suspended where it must be.

The money itself is a bank line like others. This holds also where it waits in suspense: an account that is closed
stays closed.
"""

from collections.abc import Sequence

from services.pledges.domain.return_reasons import SUSPENDING
from services.pledges.domain.statement import BankLine, Direction
from services.pledges.repository.debit_batches import cancel_announced, save_returned
from shared.database import Work


def is_return(line: BankLine) -> bool:
    """Whether a line may give back a collection: a debit with a reason, and the name of what it gives back."""
    return (
        line.return_reason is not None
        and line.direction is Direction.DEBIT
        and line.end_to_end_id is not None
    )


async def return_collections(work: Work, lines: Sequence[BankLine]) -> None:
    """Mark the collections that these returns name; other returns name none."""
    suspended = await save_returned(
        work,
        [(line.end_to_end_id or "", line.return_reason or "", line.booked_on) for line in lines],
        suspending=SUSPENDING,
    )
    if suspended:
        await cancel_announced(work, mandate_ids=suspended)
