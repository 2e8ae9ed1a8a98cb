"""Says whether a receipt that somebody holds is genuine: by its number and its code, without its donor's name."""

import hmac
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from services.pledges.domain.donor import same_name
from services.pledges.domain.tax_receipt import control_code, read_code, read_number
from services.pledges.queries.tax_receipts import receipts_numbered
from shared.database import Work


class Verdict(StrEnum):
    """What our data say of a receipt."""

    GENUINE = "genuine"
    CANCELLED = "cancelled"
    UNKNOWN = "unknown"


class Verification(BaseModel):
    """What a receipt must say to be the one that was issued; nothing of it when it is unknown.

    `name_matches` answers whoever typed the name that they read: copies may bear another one.
    """

    verdict: Verdict
    number: str | None = None
    year: int | None = None
    issuer_name: str | None = None
    registration: str | None = None
    amount_minor: int | None = None
    payments: int | None = None
    issued_at: datetime | None = None
    cancelled_at: datetime | None = None
    replaced_by: str | None = None
    name_matches: bool | None = None


UNKNOWN = Verification(verdict=Verdict.UNKNOWN)


async def verify_receipt(work: Work, *, number: str, code: str, last_name: str = "") -> Verification:
    """The verdict on what is printed: its code must be that of the issue, and our data still those of the issue."""
    wanted = read_number(number)
    if wanted is None:
        return UNKNOWN
    for receipt, content_hash in await receipts_numbered(work, *wanted):
        is_its_code = hmac.compare_digest(control_code(content_hash).encode(), read_code(code).encode())
        if is_its_code and receipt.content_hash() == content_hash:
            return Verification(
                verdict=Verdict.CANCELLED if receipt.cancelled_at else Verdict.GENUINE,
                number=receipt.printed_number,
                year=receipt.year,
                issuer_name=receipt.issuer.name,
                registration=receipt.issuer.registration,
                amount_minor=receipt.amount_minor,
                payments=len(receipt.payments),
                issued_at=receipt.issued_at,
                cancelled_at=receipt.cancelled_at,
                replaced_by=receipt.replaced_by,
                name_matches=same_name(last_name, receipt.donor.last_name) if last_name.strip() else None,
            )
    return UNKNOWN
