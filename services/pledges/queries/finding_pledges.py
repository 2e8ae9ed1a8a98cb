"""Finding pledges among millions: by reference, amount, territory or state, the newest first, page by page.

A page begins behind the last pledge of the one before it, so that the thousandth costs what the first one does.
"""

from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.pledges.domain.commitment import Commitment
from services.pledges.domain.pledge import PledgeState
from services.pledges.queries.pledges import PLEDGES_WITHOUT_PERSON, PledgeView
from shared.database import Work

PAGE_PLEDGES = 50
"""Rows that a treasurer reads through; a search is narrowed rather than leafed through."""


_RARE_STATES = {
    PledgeState.EXPIRED: "released_minor > 0",
    PledgeState.CANCELLED: "released_minor > 0",
    PledgeState.PARTIALLY_REFUNDED: "returned_minor > 0",
    PledgeState.REFUNDED: "returned_minor > 0",
}
"""What else is so of pledges in these states, for its index: one of the state would be written by each payment."""


class Place(NamedTuple):
    """Where a page ended."""

    made_at: datetime
    pledge_id: UUID

    def written(self) -> str:
        return f"{self.made_at.isoformat()}_{self.pledge_id}"

    @classmethod
    def read(cls, text: str) -> "Place":
        """Raises ValueError for what `written` did not write."""
        written, _, pledge_id = text.rpartition("_")
        made_at = datetime.fromisoformat(written)
        if made_at.tzinfo is None:
            raise ValueError("a place has a time zone")
        try:
            return cls(made_at.astimezone(UTC), UUID(pledge_id))
        except OverflowError as error:
            raise ValueError("a place is in a year that there is") from error


class Wanted(NamedTuple):
    """What a search asks for; what is None is any. `reference` is in its stored form."""

    reference: str | None = None
    amount_minor: int | None = None
    territory: str | None = None
    state: PledgeState | None = None
    commitment: Commitment | None = None


class FoundPledges(NamedTuple):
    """A page of pledges, and where the next one begins, None at the end."""

    pledges: list[PledgeView]
    next: Place | None


async def find_pledges(work: Work, wanted: Wanted, *, after: Place | None = None) -> FoundPledges:
    """The pledges that are wanted, the newest first."""
    given: dict[str, Any] = {name: value for name, value in wanted._asdict().items() if value is not None}
    conditions = [f"{name} = :{name}" for name in given]
    if wanted.commitment is Commitment.LETTER_OF_INTENT:
        conditions.append("commitment = 'letter_of_intent'")  # in words, for the index of these
    if wanted.state in _RARE_STATES:
        conditions.append(_RARE_STATES[wanted.state])
    if after is not None:
        conditions.append("(made_at, pledge_id) < (:made_at, :pledge_id)")
        given |= after._asdict()
    rows = await work.execute(
        f"""
        {PLEDGES_WITHOUT_PERSON} where {" and ".join(conditions) or "true"}
        order by made_at desc, pledge_id desc limit :limit
        """,  # noqa: S608 - names of fields
        **given,
        limit=PAGE_PLEDGES + 1,
    )
    found = [PledgeView.model_validate(dict(row)) for row in rows.mappings()]
    page = found[:PAGE_PLEDGES]
    return FoundPledges(
        page, Place(page[-1].made_at, page[-1].pledge_id) if len(found) > PAGE_PLEDGES else None
    )
