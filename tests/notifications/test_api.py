"""What operators see of the letters."""

from uuid import uuid4

from shared.events.members import SignInRequested
from shared.testing import client_for, hear, session_token


async def test_operators_see_counts_and_no_address(service, members, person_id):
    """Counts by kind and state."""
    await hear(service, members.link(SignInRequested, person_id, "camille@exemple.fr"))
    token = session_token(uuid4(), roles=[("national_operator", "00")])
    async with client_for(service) as client:
        answer = await client.get("/api/notifications/letters", headers={"Authorization": f"Bearer {token}"})
    (letters,) = answer.json()["letters"]
    assert (letters["kind"], letters["state"], letters["count"]) == ("sign_in", "due", 1)
    assert "camille" not in answer.text


async def test_nobody_else_sees_them(service):
    """A treasurer of a territory is no national operator."""
    token = session_token(uuid4(), roles=[("treasurer", "64")])
    async with client_for(service) as client:
        answer = await client.get("/api/notifications/letters", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403
