"""Reads of projects for pages and API. No view says who a person is: organisations only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.projects.domain.disbursements import refusal_sentence, remaining_minor
from services.projects.domain.needs import OPEN_TO_REQUESTS, PENDING, PUBLIC
from services.projects.formats.iban import masked
from shared.database import Work


@dataclass(frozen=True)
class OrganisationView:
    """A partner organisation, as everybody sees it."""

    territory: str
    organisation_id: UUID
    name: str
    siren: str | None
    rna: str | None
    tribunal_reference: str | None
    registered_at: datetime


@dataclass(frozen=True)
class NeedView:
    """A need with its organisation and the sums of its disbursements; amounts in minor units."""

    territory: str
    need_id: UUID
    organisation_id: UUID
    organisation_name: str
    siren: str | None
    rna: str | None
    tribunal_reference: str | None
    title: str
    description: str
    family: str
    fund: str
    amount_minor: int
    currency: str
    human_support: str | None
    state: str
    submitted_at: datetime
    decision_reference: str | None
    decided_on: date | None
    refusal_reason: str | None
    asked_minor: int
    disbursed_minor: int

    @property
    def remaining_minor(self) -> int:
        return remaining_minor(approved_minor=self.amount_minor, asked_minor=self.asked_minor)

    @property
    def is_open_to_requests(self) -> bool:
        return self.state in OPEN_TO_REQUESTS and self.remaining_minor > 0


@dataclass(frozen=True)
class DisbursementView:
    """One request for money; `refusal` is the sentence for the organisation when the ledger refused."""

    territory: str
    disbursement_id: UUID
    need_id: UUID
    amount_minor: int
    currency: str
    payee_name: str
    payee_iban_masked: str
    state: str
    requested_at: datetime
    booked_on: date | None
    refusal: str | None


_ORGANISATIONS = """
    select territory, organisation_id, name, siren, rna, tribunal_reference, registered_at from organisations
"""

_NEEDS = """
    select n.territory, n.need_id, n.organisation_id, o.name as organisation_name, o.siren, o.rna,
        o.tribunal_reference, n.title, n.description, n.family, n.fund, n.amount_minor, n.currency,
        n.human_support, n.state, n.submitted_at, n.decision_reference, n.decided_on, n.refusal_reason,
        s.asked_minor, s.disbursed_minor
    from needs n
    join organisations o using (organisation_id)
    cross join lateral (
        select coalesce(sum(amount_minor) filter (where state <> 'refused'), 0)::bigint as asked_minor,
            coalesce(sum(amount_minor) filter (where state = 'disbursed'), 0)::bigint as disbursed_minor
        from disbursements d where d.territory = n.territory and d.need_id = n.need_id
    ) s
"""


async def organisations(
    work: Work, *, territory: str | None = None, limit: int, offset: int = 0
) -> list[OrganisationView]:
    """Organisations by name, of one territory or of all."""
    rows = await work.execute(
        f"{_ORGANISATIONS} where cast(:territory as text) is null or territory = :territory"
        " order by lower(name), organisation_id limit :limit offset :offset",
        territory=territory,
        limit=limit,
        offset=offset,
    )
    return [OrganisationView(**row) for row in rows.mappings()]


async def organisation(work: Work, organisation_id: UUID) -> OrganisationView | None:
    rows = await work.execute(f"{_ORGANISATIONS} where organisation_id = :id", id=organisation_id)
    row = rows.mappings().first()
    return OrganisationView(**row) if row else None


async def organisations_represented_by(work: Work, person_id: UUID | None) -> list[OrganisationView]:
    rows = await work.execute(
        f"{_ORGANISATIONS} where representative_id = :person order by lower(name)", person=person_id
    )
    return [OrganisationView(**row) for row in rows.mappings()]


async def public_needs(
    work: Work,
    *,
    territory: str | None = None,
    organisation_id: UUID | None = None,
    limit: int,
    offset: int = 0,
) -> list[NeedView]:
    """Needs with a decision behind them, the newest decision first."""
    rows = await work.execute(
        f"{_NEEDS} where n.state = any(:states)"
        " and (cast(:territory as text) is null or n.territory = :territory)"
        " and (cast(:organisation as uuid) is null or n.organisation_id = :organisation)"
        " order by n.decided_at desc, n.need_id limit :limit offset :offset",
        states=sorted(PUBLIC),
        territory=territory,
        organisation=organisation_id,
        limit=limit,
        offset=offset,
    )
    return [NeedView(**row) for row in rows.mappings()]


async def needs_to_decide(work: Work, *, territory: str) -> list[NeedView]:
    """Needs that wait for a decision in a territory, the oldest first."""
    rows = await work.execute(
        f"{_NEEDS} where n.territory = :territory and n.state = any(:states)"
        " order by n.submitted_at, n.need_id",
        territory=territory,
        states=sorted(PENDING),
    )
    return [NeedView(**row) for row in rows.mappings()]


async def needs_represented_by(work: Work, person_id: UUID | None) -> list[NeedView]:
    """All needs of the organisations that a person represents, the newest first."""
    rows = await work.execute(
        f"{_NEEDS} where o.representative_id = :person order by n.submitted_at desc, n.need_id",
        person=person_id,
    )
    return [NeedView(**row) for row in rows.mappings()]


async def need_seen_by(
    work: Work, *, territory: str, need_id: UUID, person_id: UUID | None = None, is_steward: bool = False
) -> NeedView | None:
    """A need, when everybody may see it, or when its representative or a steward of its territory looks."""
    rows = await work.execute(
        f"{_NEEDS} where n.territory = :territory and n.need_id = :need"
        " and (n.state = any(:states) or o.representative_id = cast(:person as uuid) or :is_steward)",
        territory=territory,
        need=need_id,
        states=sorted(PUBLIC),
        person=person_id,
        is_steward=is_steward,
    )
    row = rows.mappings().first()
    return NeedView(**row) if row else None


async def disbursements_of(work: Work, needs: Sequence[NeedView]) -> dict[UUID, list[DisbursementView]]:
    """The requests made on needs, by need, the newest first."""
    rows = await work.execute(
        "select territory, disbursement_id, need_id, amount_minor, currency, payee_name, payee_iban, state,"
        " requested_at, booked_on, available_minor, reason from disbursements"
        " where (territory, need_id) in ("
        "   select * from unnest(cast(:territories as text[]), cast(:needs as uuid[])))"
        " order by requested_at desc, disbursement_id",
        territories=[need.territory for need in needs],
        needs=[need.need_id for need in needs],
    )
    found: dict[UUID, list[DisbursementView]] = {need.need_id: [] for need in needs}
    for row in rows.mappings():
        facts = dict(row)
        iban, available, reason = (facts.pop(name) for name in ("payee_iban", "available_minor", "reason"))
        refusal = refusal_sentence(available, reason) if facts["state"] == "refused" else None
        found[facts["need_id"]].append(
            DisbursementView(**facts, payee_iban_masked=masked(iban), refusal=refusal)
        )
    return found
