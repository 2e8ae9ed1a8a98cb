"""Daily roots as everybody may read them."""

from services.ledger.domain.root import Root
from services.ledger.repository.roots import root_from
from shared.database import Work

SHOWN = 100


async def newest_roots(work: Work) -> list[Root]:
    """The newest first."""
    found = await work.execute("select * from roots order by number desc limit :shown", shown=SHOWN)
    return [root_from(row) for row in found]
