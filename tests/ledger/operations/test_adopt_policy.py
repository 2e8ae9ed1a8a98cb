"""A share is adopted by a decision, from a day on."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.ledger.domain.sharing import PolicyInThePast
from services.ledger.operations.adopt_policy import adopt_policy
from shared.testing.harness import client_for, session_token
from shared.values import today_in_france
from shared.web.errors import UserError
from tests.ledger.books import Books

TODAY = today_in_france()
SHARE = {"territory": "64", "basis_points": 500, "decision_reference": "AG", "by": uuid4()}


async def test_a_share_cannot_begin_in_the_past(books: Books) -> None:
    """Receipts of those days have theirs already."""
    async with books.service.database.begin() as work:
        with pytest.raises(PolicyInThePast):
            await adopt_policy(work, **SHARE, effective_on=TODAY - timedelta(days=1))


async def test_a_day_has_one_share(books: Books) -> None:
    """A second one for the same day and territory is refused in French."""
    async with books.service.database.begin() as work:
        await adopt_policy(work, **SHARE, effective_on=TODAY)
        with pytest.raises(UserError, match="un autre jour"):
            await adopt_policy(work, **SHARE, effective_on=TODAY)
        await adopt_policy(work, **(SHARE | {"territory": "13"}), effective_on=TODAY)


@pytest.mark.parametrize(("basis_points", "status"), [(0, 201), (10_000, 201), (10_001, 422), (-1, 422)])
async def test_a_share_is_between_nothing_and_all(books: Books, basis_points: int, status: int) -> None:
    """By HTTP, as a national operator."""
    token = session_token(uuid4(), roles=[("national_operator", "00")])
    async with client_for(books.service) as http:
        answer = await http.post(
            "/api/ledger/policies",
            headers={"Authorization": f"Bearer {token}"},
            json={
                "territory": "00",
                "basis_points": basis_points,
                "effective_on": TODAY.isoformat(),
                "decision_reference": "AG du 1er mars",
            },
        )
    assert answer.status_code == status
