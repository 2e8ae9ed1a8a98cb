"""Disbursements as a treasurer needs them to decide."""

from typing import Any

from services.ledger.repository.disbursements import DISBURSEMENT_COLUMNS, disbursement_from
from shared.database import Work
from shared.identity import Role


async def disbursements_of(work: Work, territory: str) -> list[dict[str, Any]]:
    """The disbursements of a territory, the newest first.

    `order_hash` is what a second treasurer confirms; it is there once a first one has ordered. `orderer_left`:
    that one is treasurer no more, so that the order must be given again.
    """
    found = await work.execute(
        f"select {DISBURSEMENT_COLUMNS}, organisation_name, refusal, changed_at,"  # noqa: S608 - a constant list
        " state = 'ordered' and not exists (select from role_holders h where h.territory = d.territory"
        "  and h.person_id = d.ordered_by and h.role = :treasurer) as orderer_left"
        " from disbursements d where territory = :territory order by changed_at desc limit 200",
        territory=territory,
        treasurer=Role.TREASURER.value,
    )
    rows = []
    for row in found.mappings():
        shown = dict(row)
        extra = {
            name: shown.pop(name) for name in ("organisation_name", "refusal", "changed_at", "orderer_left")
        }
        disbursement = disbursement_from(shown)
        order_hash = disbursement.order_hash if disbursement.ordered_by else None
        rows.append({**shown, **extra, "order_hash": order_hash})
    return rows
