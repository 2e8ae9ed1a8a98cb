"""Deliveries of local currencies: the state beside their entries."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from services.ledger.domain.delivery import Delivery, DeliveryState, Handed
from shared.database import Work

DELIVERY_COLUMNS = (
    "territory, delivery_id, fund, local_currency, amount_minor, payee_identifier, payee_name, decision_reference,"
    " state, ordered_by, confirmed_by, confirmed_at, delivered_on, issuer_reference, proof_sha256, recorded_by"
)


def delivery_from(row: Mapping[str, Any]) -> Delivery:
    """A delivery from its columns."""
    columns = dict(row)
    handed = Handed._make(columns.pop(name) for name in Handed._fields)
    return Delivery(
        **{**columns, "state": DeliveryState(columns["state"])},
        handed=handed if handed.delivered_on else None,
    )


async def lock_delivery(work: Work, territory: str, delivery_id: UUID) -> Delivery | None:
    """One delivery, locked until the transaction ends."""
    found = await work.execute(
        f"select {DELIVERY_COLUMNS} from local_currency_deliveries"  # noqa: S608 - a constant list of columns
        " where territory = :territory and delivery_id = :id for update",
        territory=territory,
        id=delivery_id,
    )
    row = found.mappings().first()
    return delivery_from(row) if row else None


async def add_delivery(work: Work, delivery: Delivery) -> bool:
    """Whether it was added; False when another territory has one of this id."""
    added = await work.execute(
        """
        insert into local_currency_deliveries (territory, delivery_id, fund, local_currency, amount_minor,
            payee_identifier, payee_name, decision_reference, state, ordered_by, ordered_at, changed_at)
        values (:territory, :delivery_id, :fund, :local_currency, :amount_minor, :payee_identifier, :payee_name,
            :decision_reference, :state, :ordered_by, :now, :now)
        on conflict do nothing
        """,
        territory=delivery.territory,
        delivery_id=delivery.delivery_id,
        fund=delivery.fund,
        local_currency=delivery.local_currency,
        amount_minor=delivery.amount_minor,
        payee_identifier=delivery.payee_identifier,
        payee_name=delivery.payee_name,
        decision_reference=delivery.decision_reference,
        state=delivery.state.value,
        ordered_by=delivery.ordered_by,
        now=work.now,
    )
    return bool(added.rowcount)


async def save_delivery(work: Work, delivery: Delivery) -> None:
    """Write where it stands now."""
    handed = delivery.handed
    await work.execute(
        """
        update local_currency_deliveries set state = :state, confirmed_by = :confirmed_by,
            confirmed_at = :confirmed_at, delivered_on = :delivered_on, issuer_reference = :issuer_reference,
            proof_sha256 = :proof_sha256, recorded_by = :recorded_by, changed_at = :now
        where territory = :territory and delivery_id = :id
        """,
        territory=delivery.territory,
        id=delivery.delivery_id,
        state=delivery.state.value,
        confirmed_by=delivery.confirmed_by,
        confirmed_at=delivery.confirmed_at,
        delivered_on=handed.delivered_on if handed else None,
        issuer_reference=handed.issuer_reference if handed else None,
        proof_sha256=handed.proof_sha256 if handed else None,
        recorded_by=delivery.recorded_by,
        now=work.now,
    )


async def to_deliver_minor(work: Work, *, territory: str, fund: str, code: str, held_account: str) -> int:
    """The units of a currency that a territory and fund hold, less what deliveries wait for, in minor units.

    The caller holds the chain, so it cannot change.
    """
    found = await work.execute(
        """
        select (
            select coalesce(sum(amount_minor), 0) from balances
            where territory = :territory and account = :account and fund = :fund and currency = :code
        ) - (
            select coalesce(sum(amount_minor), 0) from local_currency_deliveries
            where territory = :territory and fund = :fund and local_currency = :code
                and state in ('ordered', 'confirmed')
        )
        """,
        territory=territory,
        fund=fund,
        code=code,
        account=held_account,
    )
    return int(found.scalar())
