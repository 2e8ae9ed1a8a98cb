"""Shares of envelope between territories: the state beside their entries."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.ledger.domain.envelope_share import EnvelopeShare, ShareState
from shared.database import Work

SHARE_COLUMNS = (
    "share_id, territory, receiver, fund, amount_minor, currency, decision_reference, ordered_by, state,"
    " confirmed_by"
)


def share_from(row: Mapping[str, Any]) -> EnvelopeShare:
    """A share from its columns."""
    return EnvelopeShare(**{**row, "state": ShareState(row["state"])})


async def add_share(work: Work, share: EnvelopeShare) -> EnvelopeShare:
    """Keep an order; where the same person ordered the same and it waits, that one is returned."""
    added = await work.execute(
        """
        insert into envelope_shares (territory, share_id, receiver, fund, amount_minor, currency, decision_reference,
            state, ordered_by, ordered_at)
        values (:territory, :share_id, :receiver, :fund, :amount_minor, :currency, :decision_reference, :state,
            :ordered_by, :now)
        on conflict do nothing
        """,
        territory=share.territory,
        share_id=share.share_id,
        receiver=share.receiver,
        fund=share.fund,
        amount_minor=share.amount_minor,
        currency=share.currency,
        decision_reference=share.decision_reference,
        state=share.state.value,
        ordered_by=share.ordered_by,
        now=work.now,
    )
    if added.rowcount:
        return share
    found = await work.execute(
        f"select {SHARE_COLUMNS} from envelope_shares"  # noqa: S608 - a constant list of columns
        " where territory = :territory and receiver = :receiver and fund = :fund and currency = :currency"
        " and amount_minor = :amount_minor and decision_reference = :decision_reference"
        " and ordered_by = :ordered_by and state = 'ordered'",
        territory=share.territory,
        receiver=share.receiver,
        fund=share.fund,
        currency=share.currency,
        amount_minor=share.amount_minor,
        decision_reference=share.decision_reference,
        ordered_by=share.ordered_by,
    )
    return share_from(found.mappings().one())


async def receiver_of(work: Work, territory: str, share_id: UUID) -> str | None:
    """To whom a share goes, which never changes: which chains to lock."""
    found = await work.execute(
        "select receiver from envelope_shares where territory = :territory and share_id = :id",
        territory=territory,
        id=share_id,
    )
    receiver: str | None = found.scalar()
    return receiver


async def lock_share(work: Work, territory: str, share_id: UUID) -> EnvelopeShare | None:
    """One share, locked until the transaction ends."""
    found = await work.execute(
        f"select {SHARE_COLUMNS} from envelope_shares"  # noqa: S608 - a constant list of columns
        " where territory = :territory and share_id = :id for update",
        territory=territory,
        id=share_id,
    )
    row = found.mappings().first()
    return share_from(row) if row else None


async def save_share(work: Work, share: EnvelopeShare) -> None:
    """Write how it ended."""
    await work.execute(
        "update envelope_shares set state = :state, confirmed_by = :confirmed_by, ended_at = :now"
        " where territory = :territory and share_id = :id",
        territory=share.territory,
        id=share.share_id,
        state=share.state.value,
        confirmed_by=share.confirmed_by,
        now=work.now,
    )
