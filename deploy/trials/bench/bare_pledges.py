"""The yardstick of `pledge-http`: the same server, middlewares and transaction, whose route is one INSERT.

It runs as `services.pledges.main` does, with the same settings; it checks nothing, tells nobody, reads nothing back.
"""

from uuid import UUID, uuid4

from fastapi import APIRouter
from pydantic import BaseModel

from services.pledges.handlers import handlers
from services.pledges.settings import Settings
from shared.identity import Session, anyone
from shared.runtime import Service, Transaction
from shared.runtime.run import run

PATH = "/api/pledges/bare"
TABLE = """
    create table bare_pledges (
        pledge_id uuid primary key, territory text not null, amount_minor bigint not null,
        made_at timestamptz not null
    )
"""
router = APIRouter()


class BarePledge(BaseModel):
    """What is asked, and nothing of it checked."""

    amount_minor: int
    territory: str


class BareAnswer(BaseModel):
    """What is answered."""

    pledge_id: UUID


@router.post(PATH, status_code=201)
async def promise(body: BarePledge, work: Transaction, _: Session = anyone()) -> BareAnswer:
    """Keep it."""
    pledge_id = uuid4()
    await work.execute(
        "insert into bare_pledges values (:id, :territory, :amount_minor, :made_at)",
        id=pledge_id,
        territory=body.territory,
        amount_minor=body.amount_minor,
        made_at=work.now,
    )
    return BareAnswer(pledge_id=pledge_id)


if __name__ == "__main__":
    settings = Settings()
    run(Service(name="pledges", settings=settings, handlers=handlers(settings), routers=(router,)))
