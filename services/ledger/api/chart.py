"""The chart of accounts: read by anybody, checked by a program, changed by the national treasury."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from services.ledger.domain.chart import ACCOUNTS, Account
from services.ledger.domain.chart_check import MOST_ACCOUNTS
from services.ledger.operations.change_chart import change_chart, problems_of_chart
from services.ledger.queries.chart import chart_of
from shared.identity import Role, Session, allow, anyone
from shared.runtime import Transaction

router = APIRouter(tags=["ledger"])


class ProposedAccount(BaseModel):
    """An account as it is to be; what is wrong with it is said in sentences, with the rest of the chart."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[str, Field(max_length=20)]
    label: Annotated[str, Field(max_length=200)]
    meaning: Annotated[str, Field(max_length=600)] = ""
    is_open: bool = True


class ProposedChart(BaseModel):
    """A whole chart: every account that is there now, and those that are to be added."""

    model_config = ConfigDict(extra="forbid")

    accounts: Annotated[list[ProposedAccount], Field(max_length=2 * MOST_ACCOUNTS)]

    def proposed(self) -> list[Account]:
        return [Account(**account.model_dump()) for account in self.accounts]


class NewChart(ProposedChart):
    """A whole chart, and why it changes (without anybody's name)."""

    reason: Annotated[str, Field(max_length=2000)]


class AccountView(BaseModel):
    """An account as anybody may see it; `is_of_flows`: facts are posted to it by themselves."""

    number: str
    label: str
    meaning: str
    is_open: bool
    is_of_flows: bool
    opened_on: date
    closed_on: date | None


@router.get("/chart", dependencies=[anyone()])
async def read_chart(work: Transaction) -> list[AccountView]:
    """Every account, in the order of their numbers."""
    return [
        AccountView(
            **kept.account._asdict(),
            is_of_flows=kept.number in ACCOUNTS,
            opened_on=kept.opened_on,
            closed_on=kept.closed_on,
        )
        for kept in await chart_of(work)
    ]


@router.post("/chart/check", dependencies=[allow(Role.TREASURER, local_key=True)])
async def check_chart(body: ProposedChart, work: Transaction) -> dict[str, list[str]]:
    """What is wrong with a chart, in French; nothing is changed."""
    return {"problems": await problems_of_chart(work, body.proposed())}


@router.put("/chart")
async def put_chart(
    body: NewChart, work: Transaction, session: Session = allow(Role.TREASURER)
) -> dict[str, list[str]]:
    """Put a chart in place of the present one; answers with the numbers of the accounts that changed."""
    assert session.person_id
    changed = await change_chart(work, proposed=body.proposed(), reason=body.reason, by=session.person_id)
    return {"changed": [account.number for account in changed]}
