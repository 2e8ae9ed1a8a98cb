"""What a service hears: a table from contracts to handlers, filled by `@handlers.hears(...)`.

A handler gets a list: all events of its contracts that stand together in a batch, in order. It works in the
batch's transaction and never commits. It raises for an event that it cannot apply; the lane finds out which.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from shared.events import Event, Heard

if TYPE_CHECKING:  # what only types need: the programs that keep the bus run without a database
    from shared.database.work import Work

Handler = Callable[["Work", Sequence[Heard[Any]]], Awaitable[None]]
H = TypeVar("H", bound=Handler)


class CauseMissing(Exception):
    """The event came before the one that it builds on: it waits, and is tried again until its cause is there."""


class Unavailable(Exception):
    """Something that the handler depends on is away (database, mail server, another service's key).

    It says nothing about the event: the lane pauses, counts nobody, and comes back.
    """


class Handlers:
    """The handlers of one service, by contract."""

    def __init__(self) -> None:
        self._by_type: dict[str, Handler] = {}
        self.contracts: list[type[Event]] = []

    def hears(self, *contracts: type[Event]) -> Callable[[H], H]:
        """Register a handler for contracts. One contract has one handler in a service."""

        def register(handler: H) -> H:
            for contract in contracts:
                if contract.type in self._by_type:
                    raise ValueError(f"{contract.type} has a handler already")
                self._by_type[contract.type] = handler
                self.contracts.append(contract)
            return handler

        return register

    def handler_of(self, event: Event) -> Handler:
        return self._by_type[event.type]
