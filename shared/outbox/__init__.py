"""From a service's own database to the broker: events are published in order, and kept until they surely arrived."""

from shared.outbox.relay import Relay

__all__ = ["Relay"]
