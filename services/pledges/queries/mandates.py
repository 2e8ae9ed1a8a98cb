"""Reads of mandates. Accounts are masked: only the bank's file has them whole."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.pledges.domain.account import masked
from services.pledges.domain.mandate import MandateState, Rhythm, lapses_on
from services.pledges.domain.return_reasons import reason_in_french
from shared.database import Work
from shared.values import day_of

PAGE_MANDATES = 100
"""Rows that a treasurer reads through; one is found by its reference rather than leafed for."""


class MandateView(BaseModel):
    """A mandate as whoever knows its pledge may see it. A lapsed one stays `active`: `lapses_on` says until when."""

    mandate_id: UUID
    pledge_id: UUID
    territory: str
    mandate_reference: str
    state: MandateState
    account: str
    rhythm: Rhythm
    amount_minor: int | None
    day: int | None
    creditor_name: str
    creditor_id: str
    text_version: int
    text_digest: str
    signed_at: datetime
    last_collected_on: date | None
    suspension_reason: str | None
    cancelled_at: datetime | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def lapses_on(self) -> date:
        """The first day on which it may not be collected any more."""
        return lapses_on(signed_on=day_of(self.signed_at), last_collected_on=self.last_collected_on)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def suspension_sentence(self) -> str | None:
        """Why it is suspended: what the bank said of a collection that came back."""
        return reason_in_french(self.suspension_reason) if self.suspension_reason else None

    @property
    def is_open(self) -> bool:
        return self.state in (MandateState.ACTIVE, MandateState.SUSPENDED)

    def is_usable(self, *, on: date, creditor_id: str | None) -> bool:
        """Whether a creditor may collect under it on a day: it has not lapsed, and names that creditor."""
        return self.state is MandateState.ACTIVE and on < self.lapses_on and self.creditor_id == creditor_id


class HeldMandateView(MandateView):
    """A mandate for treasurers, with the name of who holds the account and why one of them cancelled it."""

    holder_name: str
    cancellation_reason: str | None


async def mandates_of_pledge(work: Work, pledge_id: UUID) -> list[MandateView]:
    """All mandates of a pledge, the newest first; at most one is open."""
    rows = await work.execute(
        "select * from mandates where pledge_id = :id order by signed_at desc, mandate_id", id=pledge_id
    )
    return [MandateView.model_validate(_masked(row)) for row in rows.mappings()]


async def find_mandates(work: Work, *, reference: str | None, offset: int = 0) -> list[HeldMandateView]:
    """Mandates whose reference, or whose pledge's, is this one, as people write it; all of them without.

    The newest first.
    """
    wanted = "".join((reference or "").split()).upper() or None
    rows = await work.execute(
        """
        select mandates.* from mandates join pledges using (pledge_id)
        where cast(:reference as text) is null or :reference in (mandate_reference, pledges.reference)
        order by signed_at desc, mandate_id limit :limit offset :offset
        """,
        reference=wanted,
        limit=PAGE_MANDATES,
        offset=offset,
    )
    return [HeldMandateView.model_validate(_masked(row)) for row in rows.mappings()]


def _masked(row: Any) -> dict[str, Any]:
    return {**row, "account": masked(row["iban"])}
