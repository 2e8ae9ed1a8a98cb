"""What a notification says that a line is made of: each detail, what it found or why not, which pledges come near.

Names and accounts of givers are in it: for treasurers of the national lane and nobody else.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.pledges.domain.detailing import WHY_NOT_SENTENCES
from services.pledges.domain.notified_matching import MATCHED_SENTENCES, MatchedOn
from services.pledges.domain.references import printed
from services.pledges.domain.statement import Direction
from services.pledges.queries.notifications import WaitingEntryView, entries_possible_for
from services.pledges.queries.suggest_pledges import Suggestion, suggest_pledges
from shared.database import Work

PAGE_DETAILS = 50
"""Details that a person goes through at one sight; a remittance may have thousands."""


class DetailView(BaseModel):
    """One transaction of a sum. `allocation_id` and `reference`: the allocation that stands for it, its pledge's."""

    detail_id: UUID
    detail_index: int
    direction: Direction
    amount_minor: int
    counterparty_name: str | None
    counterparty_iban: str | None
    end_to_end_id: str | None
    structured_reference: str | None
    remittance_text: str | None
    return_reason: str | None
    reason: str | None
    was_undone: bool
    allocation_id: UUID | None
    pledge_id: UUID | None
    reference: str | None
    suggestions: list[Suggestion] = []

    @computed_field  # type: ignore[prop-decorator]
    @property
    def explanation(self) -> str:
        """What it found, or why it waits."""
        if self.reference:
            return f"Rapprochée de la promesse {self.reference_printed}."
        if self.was_undone:
            return "Son rapprochement a été annulé : elle attend de nouveau."
        return WHY_NOT_SENTENCES[self.reason] if self.reason else "Elle attend."

    @property
    def counterparty_iban_printed(self) -> str:
        return printed(self.counterparty_iban or "")

    @property
    def reference_printed(self) -> str:
        return printed(self.reference or "")


class LineNotification(BaseModel):
    """The notified entry that details a line."""

    entry_id: UUID
    bank_notification_id: str
    matched_on: MatchedOn
    detail_count: int
    open_count: int
    notified_at: datetime

    @computed_field  # type: ignore[prop-decorator]
    @property
    def explanation(self) -> str:
        """How it was recognised."""
        return MATCHED_SENTENCES[self.matched_on]


class LineDetails(BaseModel):
    """What a line is made of, a page of it, what is open first; or the entries that wait and may say it."""

    notification: LineNotification | None
    details: list[DetailView]
    possible: list[WaitingEntryView]


async def line_details(work: Work, line_id: UUID, *, offset: int = 0) -> LineDetails:
    """The details of a line from `offset` on."""
    notification = await _notification(work, line_id)
    if notification is None:
        possible = await entries_possible_for(work, line_id)
        return LineDetails(notification=None, details=[], possible=possible)
    found = await work.execute(
        """
        select detail.*, undone_at is not null as was_undone, pledges.reference, pledges.pledge_id,
            case when undone_at is null then detail.allocation_id end as standing_id
        from notified_details as detail
        left join allocations on allocations.allocation_id = detail.allocation_id
        left join pledges on pledges.pledge_id = allocations.pledge_id and undone_at is null
        where entry_id = :entry
        order by pledges.pledge_id is not null, detail_index limit :limit offset :offset
        """,
        entry=notification.entry_id,
        limit=PAGE_DETAILS,
        offset=offset,
    )
    details = [
        DetailView.model_validate({**row, "allocation_id": row["standing_id"]}) for row in found.mappings()
    ]
    by_id = {one.detail_id: one for one in details}
    waiting = [one for one in details if not one.reference and one.direction is Direction.CREDIT]
    for detail_id, suggestions in (await suggest_pledges(work, waiting)).items():
        by_id[detail_id].suggestions = suggestions
    return LineDetails(notification=notification, details=details, possible=[])


async def _notification(work: Work, line_id: UUID) -> LineNotification | None:
    found: Any = await work.execute(
        """
        select entry_id, bank_notification_id, matched_on, detail_count, notified_at, (
            select count(*) from notified_details as detail left join allocations using (allocation_id)
            where detail.entry_id = entry.entry_id and detail.direction = 'credit'
                and (allocation_id is null or undone_at is not null)
        ) as open_count
        from notified_entries as entry join bank_notifications using (notification_id)
        where line_id = :line
        """,
        line=line_id,
    )
    row = found.mappings().one_or_none()
    return LineNotification.model_validate(dict(row)) if row else None
