"""Everything that is measured, by name: dashboards, alerts and docs/operations.md use these names.

Names and units follow OpenTelemetry's semantic conventions where there is one for the thing. An attribute has few
values (a territory, an outcome, a route's template); none is an identifier or says anything of a person. Prometheus
knows `milliard.lane.batch.duration` in seconds as `milliard_lane_batch_duration_seconds`, counters with `_total`.
"""

from collections.abc import Iterable, Sequence

from opentelemetry import metrics, trace
from opentelemetry.metrics import Observation

METER = metrics.get_meter("milliard")
TRACER = trace.get_tracer("milliard")

# A small batch takes some 5 ms; one that takes 20 s is given up.
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)

_UNTIL_APPLIED = (*_SECONDS, 60.0, 300.0, 1800.0)


class Figures:
    """A gauge whose figures are looked up now and then: what was shown last, until something else is."""

    def __init__(self, name: str, *, unit: str, description: str) -> None:
        self._shown: Sequence[Observation] = ()
        METER.create_observable_gauge(name, [lambda _: self._shown], unit=unit, description=description)

    def show(self, figures: Iterable[tuple[float, dict[str, str]]]) -> None:
        """Have these figures, each with its attributes, in place of what was shown before; none, to show nothing."""
        self._shown = [Observation(figure, attributes) for figure, attributes in figures]


# Lanes

EVENTS = METER.create_counter(
    "milliard.lane.events",
    unit="{event}",
    description="Events that came on a territory's lane, by outcome: applied, repeated, parked",
)
BATCH_SECONDS = METER.create_histogram(
    "milliard.lane.batch.duration",
    unit="s",
    description="One transaction of a lane, by outcome: applied, failed",
    explicit_bucket_boundaries_advisory=_SECONDS,
)
DELAY_SECONDS = METER.create_histogram(
    "milliard.lane.delay",
    unit="s",
    description="From when an event was recorded to when it is applied here: the oldest of each batch",
    explicit_bucket_boundaries_advisory=_UNTIL_APPLIED,
)
LANES_SERVED = Figures(
    "milliard.lane.served", unit="{lane}", description="Lanes whose lease this process holds"
)
LANES_HELD_UP = Figures(
    "milliard.lane.held_up",
    unit="{lane}",
    description="1 for a territory's lane that rests after failures, or that an operator paused, by reason",
)
PARKED = Figures("milliard.parked", unit="{event}", description="Events set aside, by territory and status")

# Outbox and broker

OUTBOX_WAITING = Figures(
    "milliard.outbox.waiting", unit="{event}", description="Events recorded and not published yet"
)
OUTBOX_AGE = Figures("milliard.outbox.age", unit="s", description="How long the oldest of them has waited")
OUTBOX_REFUSED = Figures(
    "milliard.outbox.refused", unit="{event}", description="Events that the broker refused for good"
)
BUS_PENDING = Figures(
    "milliard.bus.pending",
    unit="{event}",
    description="Events of a territory that a service has not read yet",
)
BUS_FILLED = Figures(
    "milliard.bus.filled", unit="1", description="The share of a territory's stream that is taken"
)

# Money, as everybody may see it

PROGRESS = Figures(
    "milliard.progress", unit="{cent}", description="The four figures, by territory; in cents of euros"
)
UNPROVED = Figures(
    "milliard.statements.unproved",
    unit="{statement}",
    description="Statements of past days whose closing balance is not the ledger's",
)

# Process

CONNECTIONS = Figures(
    "db.client.connection.count",
    unit="{connection}",
    description="Database connections, by state: used, idle",
)
