"""Reads of the organisations that issue tax receipts."""

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from pydantic import BaseModel, computed_field

from services.pledges.domain.account import masked
from services.pledges.domain.receipt_issuer import Mentions, Right
from services.pledges.queries.gifts import Period
from shared.database import Work


class Issuer(NamedTuple):
    """An issuer whose right is on: what its receipts say, and the gifts that it may count."""

    issuer_id: UUID
    mentions: Mentions
    ibans: list[str]
    right: Right

    def period(self, year: int) -> Period | None:
        """The gifts of a year that it may count; None when its right covers no day of it."""
        days = self.right.within(year)
        return Period(self.ibans, *days) if days else None


class IssuerView(BaseModel):
    """An organisation as receipts name it, and its right: on from `switched_on_at` to `switched_off_at`."""

    issuer_id: UUID
    registration: str
    name: str
    street: str
    postal_code: str
    city: str
    object: str
    quality: str
    for_wealth_tax: bool
    signatory_name: str
    signatory_role: str
    accounts: list[str]
    created_at: datetime
    ground: str | None
    first_on: date | None
    last_on: date | None
    switched_on_by: UUID | None
    switched_on_at: datetime | None
    switched_off_by: UUID | None
    switched_off_at: datetime | None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def is_on(self) -> bool:
        return self.switched_on_at is not None and self.switched_off_at is None

    @property
    def mentions(self) -> Mentions:
        return Mentions(**{name: getattr(self, name) for name in Mentions._fields})


_ON = "switched_on_at is not null and switched_off_at is null"


async def issuers_on(work: Work) -> list[Issuer]:
    """Those whose right is on, by their registration."""
    rows = await work.execute(
        f"select * from receipt_issuers where {_ON} order by registration"  # noqa: S608 - SQL of the code
    )
    return [_issuer(row) for row in rows.mappings()]


async def issuer_of_account(work: Work, iban: str) -> Issuer | None:
    """Who gives the receipts for the gifts of an account."""
    rows = await work.execute(
        f"select * from receipt_issuers where {_ON} and :iban = any(ibans)",  # noqa: S608 - SQL of the code
        iban=iban,
    )
    row = rows.mappings().first()
    return _issuer(row) if row else None


async def all_issuers(work: Work) -> list[IssuerView]:
    """Every row, those that are on first, then the newest."""
    rows = await work.execute(
        f"select * from receipt_issuers order by ({_ON}) desc, created_at desc"  # noqa: S608 - SQL of the code
    )
    return [_view(row) for row in rows.mappings()]


async def issuer_by_id(work: Work, issuer_id: UUID) -> IssuerView | None:
    rows = await work.execute("select * from receipt_issuers where issuer_id = :id", id=issuer_id)
    row = rows.mappings().first()
    return _view(row) if row else None


async def conflicting_issuers(work: Work, issuer_id: UUID) -> list[IssuerView]:
    """The issuers that are on and share an account with this one."""
    rows = await work.execute(
        f"""
        select other.* from receipt_issuers as this
        join receipt_issuers as other on other.ibans && this.ibans and other.issuer_id <> this.issuer_id
        where this.issuer_id = :id and other.{_ON.replace("and ", "and other.")}
        """,  # noqa: S608 - SQL of the code
        id=issuer_id,
    )
    return [_view(row) for row in rows.mappings()]


async def issuers_on_with(work: Work, registration: str) -> list[UUID]:
    """The row of an organisation that is on: one at most."""
    rows = await work.execute(
        f"select issuer_id from receipt_issuers where {_ON} and registration = :registration",  # noqa: S608
        registration=registration,
    )
    return list(rows.scalars())


class CountedDays(NamedTuple):
    """The days, first and last, of the gifts that receipts in force count, None where there are none; and an account
    among theirs that is not one of those given."""

    first: date | None
    last: date | None
    other_iban: str | None


async def counted_days(work: Work, registration: str, *, ibans: list[str]) -> CountedDays:
    """What the receipts in force of an organisation count. Reads them all: for the few times that a right changes."""
    rows = await work.execute(
        """
        select min(counted.booked_on), max(counted.booked_on),
            min(statement.iban) filter (where statement.iban <> all(cast(:ibans as text[])))
        from tax_receipts as receipt
        join counted_payments as counted on counted.receipt_id = receipt.receipt_id
        left join allocations as part on part.allocation_id = counted.payment_id
        join bank_lines as line on line.line_id = coalesce(part.line_id, counted.payment_id)
        join statements as statement on statement.statement_id = line.statement_id
        where receipt.registration = :registration and receipt.cancelled_at is null
        """,
        registration=registration,
        ibans=ibans,
    )
    return CountedDays(*rows.one())


async def ibans_of_issuer(work: Work, issuer_id: UUID) -> list[str]:
    """The accounts of an organisation, unmasked."""
    rows = await work.execute("select ibans from receipt_issuers where issuer_id = :id", id=issuer_id)
    return list(rows.scalar_one())


async def accounts_by_registration(work: Work) -> dict[str, tuple[str, list[str]]]:
    """The name and all accounts of each organisation that was written down, whether its right is on or not.

    Mentions whose right was never on say the accounts of an organisation that has no others.
    """
    rows = await work.execute(
        """
        select registration, (array_agg(name order by switched_on_at desc nulls last, created_at desc))[1] as name,
            array_agg(distinct iban) as ibans
        from (
            select *, bool_or(switched_on_at is not null) over (partition by registration) as was_on
            from receipt_issuers
        ) as issuer, unnest(ibans) as iban
        where switched_on_at is not null or not was_on
        group by registration order by registration
        """
    )
    return {registration: (name, list(ibans)) for registration, name, ibans in rows}


def _issuer(row: Any) -> Issuer:
    return Issuer(
        row["issuer_id"],
        Mentions(**{name: row[name] for name in Mentions._fields}),
        list(row["ibans"]),
        Right(row["ground"], row["first_on"], row["last_on"]),
    )


def _view(row: Any) -> IssuerView:
    return IssuerView.model_validate({**row, "accounts": [masked(iban) for iban in row["ibans"]]})
