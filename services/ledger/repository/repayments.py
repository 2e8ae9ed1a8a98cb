"""What was paid back of investments, what of it went back, and by which reference it comes."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from services.ledger.domain.instalments import Covered
from shared.database import Work
from shared.events.pledges import RepaymentReceived, RepaymentReferenceIssued, RepaymentReturned


class Paid(NamedTuple):
    """What an investment has paid back by now, less what went back, in minor units."""

    principal_minor: int
    interest_minor: int


class Repaid(NamedTuple):
    """A repayment as it was posted."""

    disbursement_id: UUID
    currency: str
    covered: Covered
    is_returned: bool


async def add_references(work: Work, issued: Sequence[RepaymentReferenceIssued]) -> None:
    """Keep references; one that is known stays as it is."""
    await work.execute(
        """
        insert into repayment_references (territory, disbursement_id, reference, beneficiary_name, beneficiary_iban)
        select * from unnest(cast(:territories as text[]), cast(:ids as uuid[]), cast(:references as text[]),
            cast(:names as text[]), cast(:ibans as text[]))
        on conflict on constraint pk_repayment_references do nothing
        """,
        territories=[one.territory for one in issued],
        ids=[one.disbursement_id for one in issued],
        references=[one.reference for one in issued],
        names=[one.beneficiary_name for one in issued],
        ibans=[one.beneficiary_iban for one in issued],
    )


async def paid_of(work: Work, territory: str, disbursement_id: UUID) -> Paid:
    """What was paid back of one. The caller holds the chain, so it cannot change."""
    found = await work.execute(
        """
        select coalesce(sum(principal_minor), 0)::bigint, coalesce(sum(interest_minor), 0)::bigint
        from repayments r where territory = :territory and disbursement_id = :id
            and not exists (select from repayment_returns b where b.repaid_line_id = r.line_id)
        """,
        territory=territory,
        id=disbursement_id,
    )
    return Paid._make(found.one())


async def repaid_by(work: Work, territory: str, line_id: UUID) -> Repaid | None:
    """The repayment of a bank line."""
    found = await work.execute(
        """
        select disbursement_id, currency, interest_minor, principal_minor, excess_minor,
            exists (select from repayment_returns b where b.repaid_line_id = r.line_id) as is_returned
        from repayments r where territory = :territory and line_id = :id
        """,
        territory=territory,
        id=line_id,
    )
    row = found.first()
    return Repaid(row[0], row[1], Covered(*row[2:5]), row[5]) if row else None


async def add_repayment(work: Work, received: RepaymentReceived, covered: Covered) -> None:
    """Keep what a line covered."""
    await work.execute(
        "insert into repayments (territory, line_id, disbursement_id, currency, interest_minor, principal_minor,"
        " excess_minor, booked_on) values (:territory, :line_id, :disbursement_id, :currency, :interest_minor,"
        " :principal_minor, :excess_minor, :booked_on)",
        territory=received.territory,
        line_id=received.line_id,
        disbursement_id=received.disbursement_id,
        currency=received.currency,
        booked_on=received.booked_on,
        **covered._asdict(),
    )


async def add_return(work: Work, back: RepaymentReturned) -> None:
    """Keep that a repayment went back."""
    await work.execute(
        "insert into repayment_returns (territory, line_id, repaid_line_id, booked_on)"
        " values (:territory, :line_id, :repaid_line_id, :booked_on)",
        territory=back.territory,
        line_id=back.line_id,
        repaid_line_id=back.repaid_line_id,
        booked_on=back.booked_on,
    )
