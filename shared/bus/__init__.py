"""Lanes: how events get from an outbox to an inbox, one territory beside the other (architecture §4)."""

from shared.bus.handlers import CauseMissing, Handlers, Unavailable

__all__ = ["CauseMissing", "Handlers", "Unavailable"]
