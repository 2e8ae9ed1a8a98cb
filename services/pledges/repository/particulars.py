"""What pledges say beyond amount, territory and fund, and how it becomes firmer."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from services.pledges.domain.commitment import Commitment, Signature, StandingPledge
from services.pledges.domain.particulars import Particulars
from services.pledges.domain.pledge import Pledge, PledgeState
from shared.database import Work

_PAYERS = (
    "territory", "pledge_id", "name", "siren", "rna", "tribunal_reference", "signatory_name", "signatory_capacity",
)  # fmt: skip
_CROSS_SUBSCRIPTIONS = ("territory", "pledge_id", "organisation_name", "siren")
_SIGNATURES = (
    "territory", "pledge_id", "signatory_name", "signatory_capacity", "text_version", "text_sha256", "signed_at",
    "amount_minor",
)  # fmt: skip


async def add_particulars(
    work: Work, pledges: Sequence[tuple[Pledge, Particulars]], *, now: datetime
) -> None:
    """Write what these new pledges say; nothing is asked of the database for those that say nothing."""
    payers = [(_key(pledge), said.payer) for pledge, said in pledges if said.payer]
    await work.copy(
        "payers",
        _PAYERS,
        [
            (
                *key,
                payer.name,
                payer.siren,
                payer.rna,
                payer.tribunal_reference,
                payer.signatory_name,
                payer.signatory_capacity,
            )
            for key, payer in payers
        ],
    )
    subscribed = [
        (_key(pledge), said.cross_subscription) for pledge, said in pledges if said.cross_subscription
    ]
    await work.copy(
        "cross_subscriptions",
        _CROSS_SUBSCRIPTIONS,
        [(*key, subscription.organisation_name, subscription.siren) for key, subscription in subscribed],
    )
    signed = [(pledge, said.signature) for pledge, said in pledges if said.signature]
    await add_signatures(work, signed, now=now)


async def add_signatures(
    work: Work, signatures: Sequence[tuple[Pledge | StandingPledge, Signature]], *, now: datetime
) -> None:
    """Keep who signed which text, and for how much."""
    await work.copy(
        "pledge_signatures",
        _SIGNATURES,
        [
            (
                *_key(pledge),
                signature.signatory_name,
                signature.signatory_capacity,
                signature.text_version,
                signature.text_sha256,
                now,
                pledge.amount_minor,
            )
            for pledge, signature in signatures
        ],
    )


def _key(pledge: Pledge | StandingPledge) -> tuple[str, UUID]:
    return pledge.territory, pledge.pledge_id


async def lock_standing_pledge(work: Work, pledge_id: UUID) -> StandingPledge | None:
    """A pledge whose commitment is to change, locked: payments and other changes wait."""
    found = await work.execute(
        """
        select pledge_id, person_id, territory, fund, amount_minor, currency, reference, state, payer_kind,
            instrument, commitment, received_minor - returned_minor as kept_minor
        from pledges where pledge_id = :id for update
        """,
        id=pledge_id,
    )
    row = found.mappings().first()
    if row is None:
        return None
    return StandingPledge(
        **{**row, "state": PledgeState(row["state"]), "commitment": Commitment(row["commitment"])}
    )


async def save_commitment(
    work: Work, pledge: StandingPledge, commitment: Commitment, *, due_on: date
) -> None:
    """Write how firm a locked letter is from now on, and when it is due."""
    await work.execute(
        "update pledges set commitment = :commitment, due_on = :due_on, changed_at = :now"
        " where territory = :territory and pledge_id = :id",
        due_on=due_on,
        now=work.now,
        commitment=commitment,
        territory=pledge.territory,
        id=pledge.pledge_id,
    )
