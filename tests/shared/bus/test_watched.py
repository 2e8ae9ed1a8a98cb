"""A batch that is applied is a span of its own, linked to what recorded its events, and counted by territory."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from opentelemetry.trace import StatusCode

from shared.bus.watched import MOST_LINKS, watched
from shared.inbox.batch import Outcome


def messages(*traceparents: str | None, seconds_ago: float = 2) -> list[Any]:
    """Messages that were recorded a while ago in these traces."""
    recorded = (datetime.now(UTC) - timedelta(seconds=seconds_ago)).isoformat()
    return [
        SimpleNamespace(headers={"ce-time": recorded} | ({"traceparent": one} if one else {}))
        for one in traceparents
    ]


def in_trace(number: int) -> str:
    return f"00-{number:032x}-{number:016x}-01"


def test_a_batch_links_to_each_trace_that_recorded_its_events(spans) -> None:
    """Once each: a statement's thousand payments come from one request. What is no trace is passed over."""
    with watched("64", messages(in_trace(1), in_trace(2), in_trace(1), None, "nonsense", "00-x-y-01")):
        pass
    (span,) = spans.get_finished_spans()
    assert [link.context.trace_id for link in span.links] == [1, 2]
    assert span.parent is None


def test_links_have_a_limit(spans) -> None:
    """Five hundred people may have acted within one batch."""
    with watched("64", messages(*map(in_trace, range(1, 500)))):
        pass
    (span,) = spans.get_finished_spans()
    assert len(span.links) == MOST_LINKS


def test_events_are_counted_by_territory_and_outcome(measured) -> None:
    """What was applied, what had been heard before, what was set aside."""
    with watched("2A", messages(None)) as outcomes:
        outcomes.append(Outcome(applied=7, repeated=2, parked=1))
    counted = {
        point.attributes["outcome"]: point.value
        for point in measured("milliard.lane.events")
        if point.attributes["territory"] == "2A"
    }
    assert counted == {"applied": 7, "repeated": 2, "parked": 1}


@pytest.mark.parametrize(("seconds_ago", "at_least", "below"), [(30, 30, 40), (-100, 0, 1)])
def test_the_delay_is_that_of_the_oldest_event(measured, seconds_ago, at_least, below) -> None:
    """None where the publisher's clock is ahead."""
    before = sum(point.sum for point in measured("milliard.lane.delay"))
    with watched("64", messages(None, seconds_ago=seconds_ago)):
        pass
    assert at_least <= sum(point.sum for point in measured("milliard.lane.delay")) - before < below


def test_a_batch_that_fails_tells_its_kind_and_no_more(spans, measured) -> None:
    """The database's message quotes the row."""
    with pytest.raises(RuntimeError), watched("64", messages(None)):
        raise RuntimeError("camille@exemple.test")
    (span,) = spans.get_finished_spans()
    assert (span.status.status_code, span.status.description) == (StatusCode.ERROR, "RuntimeError")
    assert "camille" not in span.to_json()
    assert "failed" in {point.attributes["outcome"] for point in measured("milliard.lane.batch.duration")}
