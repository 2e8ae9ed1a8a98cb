"""Forgets names and addresses that were left for tax receipts and that none ever bore (RGPD art. 5.1.e)."""

from datetime import timedelta

from services.pledges.repository.donors import delete_unused_donors
from shared.database import Work

KEPT_DAYS = 730
"""A name that is left on the first of January serves for the receipt of that year, asked for until the end of the
next: two years. A receipt keeps its own name for as long as the law keeps receipts."""

CHUNK = 1000
"""Names in one transaction: whoever issues waits for a moment at most. The next round has the others."""


async def forget_unused_names(work: Work) -> int:
    """Delete what is past its time; how many."""
    return await delete_unused_donors(work, before=work.now - timedelta(days=KEPT_DAYS), limit=CHUNK)
