"""Leaving the broker, also one that has just gone."""

from shared.bus.connection import connect, leave


async def test_a_connection_that_was_lost_unseen_can_be_left(own_broker) -> None:
    """The broker dies with words for it still in hand: there is nobody to tell them to, and nothing to fail at."""
    client = await connect(own_broker.url_for("pledges"), service="pledges", name="tests")
    own_broker.throw_away()  # the event loop stands still meanwhile: the client cannot have seen it
    for _ in range(3):
        await client.publish("milliard.pledges.x", b"x" * 500_000)
    await leave(client)
    assert client.is_closed
