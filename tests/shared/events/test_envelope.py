"""The envelope: headers as they are kept and sent."""

from datetime import UTC, datetime

import pytest

from shared.events import Envelope, headers_of, read_headers
from shared.events.members import SigningKeyPublished
from shared.values import new_id
from tests.shared.listening import a_payment

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def test_an_envelope_reads_what_its_publisher_wrote() -> None:
    """Line by line, as the broker hands the headers on."""
    event, id, cause = a_payment(), new_id(), new_id()
    written = headers_of(
        event, id=id, occurred_at=NOW, correlation_id="c-1", causation_id=cause, traceparent="00-a-b-01"
    )
    assert Envelope.from_headers(read_headers(written)) == Envelope(
        id=id,
        type=event.type,
        source="/milliard/pledges",
        key=event.key,
        occurred_at=NOW,
        correlation_id="c-1",
    )
    said = read_headers(written)
    assert (said["ce-causationid"], said["traceparent"]) == (str(cause), "00-a-b-01")


def test_the_broker_s_own_header_is_the_last_line() -> None:
    """The relay writes behind it when it sends a message again."""
    id = new_id()
    assert headers_of(a_payment(), id=id, occurred_at=NOW, traceparent="00-a-b-01").endswith(
        f"\r\nNats-Msg-Id: {id}\r\n"
    )


@pytest.mark.parametrize("intruder", ["\r\n", "\n", "\r", "\0"])
def test_a_header_cannot_bring_another_one_along(intruder: str) -> None:
    """A line end in a value would begin a header of its own."""
    forged = f"1{intruder}Nats-Rollup: all"
    with pytest.raises(ValueError, match="ce-correlationid"):
        headers_of(a_payment(), id=new_id(), occurred_at=NOW, correlation_id=forged)
    with pytest.raises(ValueError, match="traceparent"):
        headers_of(a_payment(), id=new_id(), occurred_at=NOW, traceparent=forged)
    key = SigningKeyPublished.model_construct(territory="00", key_id=forged)
    with pytest.raises(ValueError, match="ce-subject"):
        headers_of(key, id=new_id(), occurred_at=NOW)
