"""Receipts: what each payment was and what share was split off, so that a return gives back exactly that."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.ledger.domain.sharing import Policy, Receipt
from shared.database import Work


async def policies_of(work: Work, territory: str) -> list[Policy]:
    """The local-currency policies that can be in force in a territory: its own and the national ones."""
    found = await work.execute(
        "select policy_id, territory, basis_points, effective_on from local_currency_policies"
        " where territory in (:territory, '00')",
        territory=territory,
    )
    return [Policy(*row) for row in found]


async def find_receipts(work: Work, territory: str, line_ids: Sequence[UUID]) -> dict[UUID, Receipt]:
    """The territory's receipts of these bank lines."""
    if not line_ids:
        return {}
    found = await work.execute(
        "select line_id, fund, currency, amount_minor, share_minor, returned_minor from receipts"
        " where territory = :territory and line_id = any(cast(:ids as uuid[]))",
        territory=territory,
        ids=list(line_ids),
    )
    return {row.line_id: Receipt(*row) for row in found}


async def insert_receipts(
    work: Work, territory: str, receipts: Sequence[tuple[Receipt, UUID | None]]
) -> None:
    """Keep the receipts of a batch, each with the policy that split it."""
    if not receipts:
        return
    await work.execute(
        """
        insert into receipts (territory, line_id, fund, currency, amount_minor, share_minor, returned_minor,
            policy_id)
        select :territory, * from unnest(
            cast(:lines as uuid[]), cast(:funds as text[]), cast(:currencies as text[]),
            cast(:amounts as bigint[]), cast(:shares as bigint[]), cast(:returned as bigint[]),
            cast(:policies as uuid[])
        )
        """,
        territory=territory,
        lines=[receipt.line_id for receipt, _ in receipts],
        funds=[receipt.fund for receipt, _ in receipts],
        currencies=[receipt.currency for receipt, _ in receipts],
        amounts=[receipt.amount_minor for receipt, _ in receipts],
        shares=[receipt.share_minor for receipt, _ in receipts],
        returned=[receipt.returned_minor for receipt, _ in receipts],
        policies=[policy_id for _, policy_id in receipts],
    )


async def update_returned(work: Work, receipts: Iterable[Receipt]) -> None:
    """Write how much of older receipts has gone back by now."""
    changed = list(receipts)
    if not changed:
        return
    await work.execute(
        "update receipts set returned_minor = new.returned"
        " from unnest(cast(:lines as uuid[]), cast(:returned as bigint[])) as new (line, returned)"
        " where line_id = new.line",
        lines=[receipt.line_id for receipt in changed],
        returned=[receipt.returned_minor for receipt in changed],
    )
