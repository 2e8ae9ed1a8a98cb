"""Disbursements: the state beside their entries."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from services.ledger.domain.chart import ENVELOPE, INVESTMENTS_REPAID
from services.ledger.domain.disbursement import Disbursement, State
from services.ledger.repository.standing import STANDING
from shared.database import Work
from shared.events.projects import DisbursementRequested

DISBURSEMENT_COLUMNS = (
    "disbursement_id, territory, fund, family, amount_minor, currency, payee_name, payee_iban,"
    " decision_reference, requested_by, need_id, state, ordered_by, confirmed_by,"
    " released_by, release_reason"
)


def disbursement_from(row: Mapping[str, Any]) -> Disbursement:
    """A disbursement from its columns."""
    return Disbursement(**{**row, "state": State(row["state"])})


async def insert(
    work: Work, request: DisbursementRequested, *, state: State, refusal: str | None, now: datetime
) -> None:
    """Keep a request with what the envelope answered."""
    await work.execute(
        "insert into disbursements (territory, disbursement_id, need_id, organisation_name, fund, family,"
        " amount_minor, currency, payee_name, payee_iban, decision_reference, requested_by, state, refusal,"
        " changed_at) values (:territory, :disbursement_id, :need_id, :organisation_name, :fund, :family,"
        " :amount_minor, :currency, :payee_name, :payee_iban, :decision_reference, :requested_by, :state,"
        " :refusal, :now)",
        **request.model_dump(exclude={"organisation_id"}),
        state=state.value,
        refusal=refusal,
        now=now,
    )


async def lock(work: Work, territory: str, disbursement_id: UUID) -> Disbursement | None:
    """One disbursement, locked until the transaction ends."""
    found = await work.execute(
        f"select {DISBURSEMENT_COLUMNS} from disbursements"  # noqa: S608 - a constant list of columns
        " where territory = :territory and disbursement_id = :id for update",
        territory=territory,
        id=disbursement_id,
    )
    row = found.mappings().first()
    return disbursement_from(row) if row else None


def says_the_same(kept: Disbursement, request: DisbursementRequested) -> bool:
    """Whether a request repeats the one that is kept."""
    return all(
        getattr(kept, name) == getattr(request, name)
        for name in ("fund", "family", "amount_minor", "currency", "payee_name", "payee_iban",
                     "decision_reference", "requested_by")
    )  # fmt: skip


async def save(work: Work, disbursement: Disbursement, now: datetime) -> None:
    """Write where it stands now."""
    await work.execute(
        "update disbursements set state = :state, ordered_by = :ordered_by, confirmed_by = :confirmed_by,"
        " released_by = :released_by, release_reason = :release_reason,"
        " changed_at = :now where territory = :territory and disbursement_id = :id",
        territory=disbursement.territory,
        id=disbursement.disbursement_id,
        state=disbursement.state.value,
        ordered_by=disbursement.ordered_by,
        confirmed_by=disbursement.confirmed_by,
        released_by=disbursement.released_by,
        release_reason=disbursement.release_reason,
        now=now,
    )


async def envelope_minor(work: Work, *, territory: str, fund: str, currency: str) -> int:
    """What a territory's envelope still holds in a fund. The caller holds the chain, so it cannot change."""
    found = await work.execute(
        "select coalesce(sum(-amount_minor), 0)::bigint from balances where territory = :territory"
        " and fund = :fund and currency = :currency"
        " and account = any(cast(:accounts as text[]))",
        territory=territory,
        fund=fund,
        currency=currency,
        accounts=list(ENVELOPE),
    )
    return int(found.scalar() or 0)


class Given(NamedTuple):
    """What others of an envelope's disbursements hold back, committed or gave, in minor units.

    `repaid_minor` is the principal that came back of them, and is in the envelope again.
    """

    for_need_minor: int
    in_all_minor: int
    repaid_minor: int


async def given_beside(work: Work, disbursement: DisbursementRequested | Disbursement) -> Given:
    """What a disbursement's envelope has given or promised beside it: to its need, and in all.

    What was corrected counts where it stands.
    """
    found = await work.execute(
        f"""
        with standing as ({STANDING})
        select coalesce(sum(amount_minor) filter (where need_id = :need_id), 0)::bigint,
            coalesce(sum(amount_minor), 0)::bigint,
            (
                select coalesce(-sum(b.amount_minor), 0)::bigint from balances b where b.territory = :territory
                    and b.fund = :fund and b.currency = :currency and b.account = :repaid
            )
        from standing where territory = :territory and fund = :fund and currency = :currency
            and state <> all(cast(:given_up as text[]))
            and disbursement_id <> :disbursement_id
        """,  # noqa: S608 - a constant
        need_id=disbursement.need_id,
        territory=disbursement.territory,
        fund=disbursement.fund,
        currency=disbursement.currency,
        repaid=INVESTMENTS_REPAID,
        given_up=[State.REFUSED.value, State.RELEASED.value],
        disbursement_id=disbursement.disbursement_id,
    )
    return Given._make(found.one())
