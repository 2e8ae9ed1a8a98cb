"""What a promise may say beyond amount, territory and fund, as JSON."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.pledges.domain.commitment import Commitment, Signature
from services.pledges.domain.particulars import Particulars
from services.pledges.domain.payer import Organisation, PayerKind
from services.pledges.formats.identifiers import read_rna, read_siren, read_subscription

Line = Annotated[str, Field(max_length=200)]
"""Bounded before it is looked at; the domain says the bound that holds, in French."""


class Payer(BaseModel):
    """The organisation that pledges: `siren` (a SIRET is one too) or `rna`, and who engages it in which capacity.

    `tribunal_reference` is for associations of Alsace-Moselle, which are in no RNA.
    """

    model_config = ConfigDict(extra="forbid")

    kind: PayerKind
    name: Line
    siren: Line = ""
    rna: Line = ""
    tribunal_reference: Line = ""
    signatory_name: Line
    signatory_capacity: Line


class NewCrossSubscription(BaseModel):
    """The organisation of which a cross-subscription would take shares."""

    model_config = ConfigDict(extra="forbid")

    organisation_name: Line
    siren: Line


class NewSignature(BaseModel):
    """Who signs, and which text: the version and SHA-256 of `GET /commitment-text`."""

    model_config = ConfigDict(extra="forbid")

    signatory_name: Line
    signatory_capacity: Line
    text_version: Annotated[int, Field(ge=1, le=10_000)]
    text_sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def particulars_from(
    payer: Payer | None,
    *,
    instrument: str,
    commitment: Commitment,
    cross_subscription: NewCrossSubscription | None,
    signature: NewSignature | None,
) -> Particulars:
    """What was said, its numbers read. Raises FieldRefused."""
    return Particulars(
        payer=_organisation(payer) if payer else None,
        instrument=instrument,
        commitment=commitment,
        cross_subscription=read_subscription(cross_subscription.organisation_name, cross_subscription.siren)
        if cross_subscription
        else None,
        signature=signature_from(signature),
    )


def signature_from(signature: NewSignature | None) -> Signature | None:
    """A signature as the domain knows it."""
    return Signature(**signature.model_dump()) if signature else None


def _organisation(payer: Payer) -> Organisation:
    return Organisation(
        **payer.model_dump(exclude={"siren", "rna"}), siren=read_siren(payer.siren), rna=read_rna(payer.rna)
    )
