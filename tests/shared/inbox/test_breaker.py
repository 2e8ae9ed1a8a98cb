"""The breaker of a lane: rests after each failure, opens after three, probes, closes by itself."""

from shared.inbox.breaker import LONGEST_REST_SECONDS, Breaker, State


def failing(times: int, *, now: float = 0.0) -> Breaker:
    breaker = Breaker()
    for _ in range(times):
        breaker.failed("the database is away", now)
    return breaker


def test_two_failures_only_rest() -> None:
    """What passes by itself opens nothing."""
    breaker = failing(2)
    assert breaker.state is State.CLOSED
    assert breaker.rest_seconds(1.0) == 1.0
    assert breaker.rest_seconds(2.0) == 0.0


def test_the_third_failure_opens() -> None:
    """It keeps its reason, for the console."""
    breaker = failing(3)
    assert (breaker.state, breaker.reason) == (State.OPEN, "the database is away")


def test_an_open_breaker_probes_when_its_rest_is_over() -> None:
    """Not before."""
    breaker = failing(3)
    assert breaker.rest_seconds(3.9) > 0
    assert breaker.state is State.OPEN
    assert breaker.rest_seconds(4.0) == 0.0
    assert breaker.state is State.HALF_OPEN


def test_a_probe_that_fails_opens_again_for_longer() -> None:
    """Up to the longest rest."""
    breaker = failing(3)
    breaker.rest_seconds(4.0)
    assert breaker.failed("still away", 4.0) == 8.0
    assert breaker.state is State.OPEN
    for _ in range(20):
        rest = breaker.failed("still away", 5.0)
    assert rest == LONGEST_REST_SECONDS


def test_a_probe_that_succeeds_closes() -> None:
    """And says that it had been open; the next failure counts from one."""
    breaker = failing(3)
    breaker.rest_seconds(4.0)
    assert breaker.succeeded()
    assert (breaker.state, breaker.failures, breaker.rest_seconds(4.0)) == (State.CLOSED, 0, 0.0)
    assert not breaker.succeeded()
