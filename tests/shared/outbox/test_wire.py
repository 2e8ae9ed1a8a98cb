"""Messages as bytes: what the broker stores is what nats-py would have sent."""

from datetime import UTC, datetime

import pytest

from shared.events import headers_of, read_headers
from shared.outbox.publish import Outgoing, batches, publish_batch
from shared.outbox.wire import Unpublishable, encode
from shared.values import new_id
from tests.shared.listening import a_payment


def outgoing(*, position: int = 1, payload: bytes | None = None) -> Outgoing:
    event = a_payment()
    return Outgoing(
        position=position,
        subject=event.subject,
        headers=headers_of(event, id=new_id(), occurred_at=datetime.now(UTC)),
        payload=event.model_dump_json().encode() if payload is None else payload,
    )


async def test_a_batch_arrives_with_every_header_and_byte(pledges_client, administrator) -> None:
    """Built by us or by nats-py (the last of a batch), they differ by the batch's own headers only."""
    await administrator.purge_stream("T-64")
    sent = [outgoing(payload='{"a":"é€😀"}'.encode()), outgoing(payload=b""), outgoing()]
    last = await publish_batch(pledges_client, sent)
    for number, one in enumerate(sent):
        stored = await administrator.get_msg("T-64", last - len(sent) + 1 + number)
        own = {name: value for name, value in stored.headers.items() if not name.startswith("Nats-Batch")}
        assert (stored.subject, own, stored.data or b"") == (
            one.subject,
            read_headers(one.headers),
            one.payload,
        )


def test_headers_of_another_release_are_never_sent() -> None:
    """As JSON they would end in the middle of a line, and take the batch's own headers with them."""
    with pytest.raises(Unpublishable, match="no lines"):
        encode(subject="a", headers='{"ce-id": "1"}', payload=b"", position=1, largest=1000)


def test_what_is_larger_than_the_broker_takes_is_never_sent() -> None:
    """Headers count: the server would end the connection, and with it every lane of the service."""
    with pytest.raises(Unpublishable) as refused:
        encode(subject="a", headers=f"ce-id: {'x' * 90}\r\n", payload=b"y" * 20, position=7, largest=100)
    assert refused.value.position == 7


def test_a_batch_is_cut_where_it_would_be_too_long_or_too_heavy() -> None:
    """A thousand messages, or two mebibytes."""
    light = [outgoing(position=number, payload=b"") for number in range(2001)]
    assert [len(batch) for batch in batches(light)] == [1000, 1000, 1]
    heavy = [outgoing(position=number, payload=b"x" * 900_000) for number in range(5)]
    assert [len(batch) for batch in batches(heavy)] == [2, 2, 1]
    assert list(batches([])) == []
