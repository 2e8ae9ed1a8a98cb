"""What a pledge says beyond amount, territory and fund."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.pledges.domain.commitment import Commitment, Signature
from services.pledges.domain.instruments import CrossSubscription
from services.pledges.domain.particulars import Particulars
from services.pledges.domain.payer import Organisation, PayerKind
from services.pledges.domain.pledge import Pledge
from shared.database import Work

_PARTICULARS = """
    select pledge.payer_kind, pledge.instrument, pledge.commitment,
        payer.name, payer.siren, payer.rna, payer.tribunal_reference,
        payer.signatory_name as payer_signatory_name, payer.signatory_capacity as payer_signatory_capacity,
        subscription.organisation_name as subscribed_name, subscription.siren as subscribed_siren,
        signed.signatory_name, signed.signatory_capacity, signed.text_version, signed.text_sha256, signed.signed_at,
        signed.amount_minor as signed_amount_minor
    from pledges as pledge
    left join payers as payer using (territory, pledge_id)
    left join cross_subscriptions as subscription using (territory, pledge_id)
    left join pledge_signatures as signed using (territory, pledge_id)
    where pledge_id = :id
"""


class ParticularsView(BaseModel):
    """What the page of a pledge tells of it, for whoever has its address: organisations, and who signed when."""

    siren: str | None
    rna: str | None
    tribunal_reference: str | None
    subscribed_name: str | None
    subscribed_siren: str | None
    signatory_name: str | None
    signatory_capacity: str | None
    text_version: int | None
    signed_at: datetime | None
    signed_amount_minor: int | None


async def particulars_of(work: Work, pledge: Pledge) -> Particulars:
    """What a pledge says, to compare it with what is said again."""
    row = await _row(work, pledge.pledge_id)
    is_organisation = row["name"] is not None
    return Particulars(
        payer=Organisation(
            kind=PayerKind(row["payer_kind"]),
            name=row["name"],
            siren=row["siren"],
            rna=row["rna"],
            tribunal_reference=row["tribunal_reference"],
            signatory_name=row["payer_signatory_name"],
            signatory_capacity=row["payer_signatory_capacity"],
        )
        if is_organisation
        else None,
        instrument=row["instrument"],
        commitment=Commitment(row["commitment"]),
        cross_subscription=CrossSubscription(
            organisation_name=row["subscribed_name"], siren=row["subscribed_siren"]
        )
        if row["subscribed_name"]
        else None,
        signature=Signature(
            signatory_name=row["signatory_name"],
            signatory_capacity=row["signatory_capacity"],
            text_version=row["text_version"],
            text_sha256=row["text_sha256"],
        )
        if row["signatory_name"]
        else None,
    )


async def particulars_view(work: Work, pledge_id: UUID) -> ParticularsView:
    """The same for the page of a pledge that exists."""
    return ParticularsView.model_validate(dict(await _row(work, pledge_id)))


async def _row(work: Work, pledge_id: UUID) -> Any:
    found = await work.execute(_PARTICULARS, id=pledge_id)
    return found.mappings().one()
