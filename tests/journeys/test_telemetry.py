"""What operators see of a platform at work: measures, traces that lead from an act to its entry, and nobody's data."""

from collections.abc import Iterator

import pytest

from deploy.containers.stand_ins.collector import Collector, serve
from deploy.local.campaign.visitor import Visitor
from tests.running import Running, eventually, running_platform


@pytest.fixture(scope="module")
def collector() -> Iterator[tuple[Collector, str]]:
    """Who receives what a platform measures, and where."""
    collector = Collector()
    server = serve(collector, host="127.0.0.1", port=0)
    yield collector, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def watched(collector: tuple[Collector, str]) -> Iterator[Running]:
    """A platform that is told of a collector."""
    told = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector[1], "OTEL_METRIC_EXPORT_INTERVAL": "1000"}
    with running_platform("--empty", told=told) as found:
        yield found


@pytest.fixture(scope="module")
def saver(watched: Running) -> Visitor:
    """Somebody who promised 40 € and left an address."""
    saver = watched.visitor()
    pledge = saver.post("/api/pledges/pledges", amount_minor=4_000, territory="09", fund="fonds-commun")
    form = {"person_id": pledge["person_id"], "email": saver.email, "name": saver.name, "territory": "09"}
    saver.request("POST", "/membres/contact", data=form | {"suite": f"/promesses/{pledge['pledge_id']}"})
    saver.mail_with(pledge["reference_in_groups"])
    eventually(lambda: watched.progress("09")["promised_minor"] == 4_000)
    return saver


@pytest.mark.parametrize(
    "series",
    [
        'milliard_progress{territory="09",figure="promised",job="milliard/ledger"',
        'milliard_lane_events_total{territory="09",outcome="applied",job="milliard/ledger"',
        'milliard_bus_pending{territory="09",reader="ledger",job="milliard/bus-keeper"',
        'http_route="/api/pledges/pledges"',
        'milliard_outbox_age_seconds{job="milliard/pledges"',
        "milliard_lane_delay_seconds_bucket{",
        "milliard_lane_served{",
        "milliard_statements_unproved{",
        "db_client_connection_count{",
        "process_memory_usage_bytes{",
    ],
)
def test_what_dashboards_ask_for_is_measured(collector, saver: Visitor, series: str) -> None:
    """Under these names, by territory and by service."""
    eventually(lambda: series in collector[0].exposition())


def test_a_trace_leads_from_a_promise_to_its_entry(collector, saver: Visitor) -> None:
    """The ledger's batch links to the request that recorded what it applies."""

    def linked() -> bool:
        spans = list(collector[0].spans)
        asked = {span.trace_id for span in spans if span.name == "POST /api/pledges/pledges"}
        applied = {link.trace_id for span in spans if span.name == "process 09" for link in span.links}
        return bool(asked & applied)

    eventually(linked)


def test_nothing_that_was_sent_says_who(collector, saver: Visitor) -> None:
    """No address, no name, no link: neither in a span nor in a measure."""
    eventually(lambda: any(b"/membres/contact" in body for body in collector[0].received))
    everything = b"".join(collector[0].received)
    for secret in (saver.email, saver.email.partition("@")[0], saver.name):
        assert secret.encode() not in everything
