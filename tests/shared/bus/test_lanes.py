"""Lanes on a real broker: from a recorded event to an applied one."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from shared.database import Database
from shared.events.pledges import PledgeMade
from shared.testing import eventually


def a_pledge(territory: str, amount_minor: int = 1000) -> PledgeMade:
    return PledgeMade(
        territory=territory, pledge_id=uuid4(), person_id=uuid4(), fund="fonds-commun", amount_minor=amount_minor,
        currency="EUR", reference="RF18539007547034", beneficiary_name="Opération Milliard",
        beneficiary_iban="FR7630006000011234567890189", made_at=datetime.now(UTC),
    )  # fmt: skip


async def promised(ledger, territory: str) -> int:
    async with ledger.database.begin() as work:
        found = await work.execute(
            "select amount_minor from balances where territory = :t and account = '802100'", t=territory
        )
        return found.scalar() or 0


async def record(pledges: Database, *events) -> list[UUID]:
    async with pledges.begin() as work:
        return [work.record(event) for event in events]


async def test_recorded_events_reach_the_ledger(make_service, on_the_bus, publisher) -> None:
    """Events recorded in one service's transaction are applied in another's, lane by lane."""
    ledger = await make_service("ledger")
    await on_the_bus(ledger)
    await record(
        publisher, *(a_pledge("64", 100) for _ in range(300)), *(a_pledge("2A", 7) for _ in range(20))
    )

    async def all_posted() -> bool:
        return await promised(ledger, "64") == 30_000 and await promised(ledger, "2A") == 140

    await eventually(all_posted)
