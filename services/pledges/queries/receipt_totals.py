"""The yearly totals of tax receipts, for the declaration of article 222 bis of the CGI: how many, and for how much."""

from pydantic import BaseModel, computed_field

from services.pledges.queries.gifts import DueReceipts, due_receipts, kept_minor
from services.pledges.queries.receipt_issuers import accounts_by_registration, issuers_on
from shared.database import Work

AUDIT_ABOVE_MINOR = 15_300_000
"""Above 153 000 € of gifts a year an association has its accounts audited and published (Code de commerce, L612-4 and
D612-5). Gifts of persons and of companies count, whether receipts were asked for or not, whether one may be given."""


class YearTotal(BaseModel):
    """The receipts in force of one organisation for the gifts of one year, what was cancelled, and what waits.

    `ready` receipts can be issued now; `nameless` donors left no name and address; `held` payments wait for a
    treasurer's word. `gifts_minor` are all gifts of the year that were kept, whoever paid. Amounts in cents.
    """

    registration: str
    issuer_name: str
    year: int
    receipts: int
    amount_minor: int
    cancelled: int
    ready: int = 0
    ready_minor: int = 0
    nameless: int = 0
    nameless_minor: int = 0
    held: int = 0
    held_minor: int = 0
    gifts_minor: int = 0

    @computed_field  # type: ignore[prop-decorator]
    @property
    def needs_audit(self) -> bool:
        """Whether its gifts pass the sum above which the law asks for an auditor."""
        return self.gifts_minor > AUDIT_ABOVE_MINOR


async def year_totals(work: Work, year: int) -> list[YearTotal]:
    """The totals of a year, by organisation: all that were written down, since gifts count without receipts too."""
    rows = await work.execute(
        """
        select receipt.registration,
            count(*) filter (where receipt.cancelled_at is null) as receipts,
            coalesce(sum(receipt.amount_minor) filter (where receipt.cancelled_at is null), 0)::bigint as amount_minor,
            count(*) filter (where receipt.cancelled_at is not null) as cancelled
        from tax_receipts as receipt where receipt.year = :year group by receipt.registration
        """,
        year=year,
    )
    issued = {row["registration"]: dict(row) for row in rows.mappings()}
    periods = {issuer.mentions.registration: issuer.period(year) for issuer in await issuers_on(work)}
    totals = []
    for registration, (name, ibans) in (await accounts_by_registration(work)).items():
        period = periods.get(registration)
        due = await due_receipts(work, period) if period else DueReceipts()
        none = {"receipts": 0, "amount_minor": 0, "cancelled": 0}
        counted = none | issued.get(registration, {})
        totals.append(
            YearTotal(
                **counted
                | due._asdict()
                | {"registration": registration, "issuer_name": name, "year": year}
                | {"gifts_minor": await kept_minor(work, ibans, year)}
            )
        )
    return totals
