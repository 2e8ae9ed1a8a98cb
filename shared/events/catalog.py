"""Every contract of the platform, by its subject. Topology, decoding, schemas and AsyncAPI are derived from it."""

from functools import cache

from shared.events import ledger, members, projects
from shared.events.contract import Event, PersonalEvent
from shared.events.pledges import (
    conditions,
    debits,
    promises,
    published,
    repayments,
    statements,
    suspense,
    tax_receipts,
)

SERVICES = ("members", "pledges", "projects", "notifications", "ledger")

_FILES = (
    members,
    promises,
    statements,
    repayments,
    suspense,
    debits,
    tax_receipts,
    published,
    conditions,
    projects,
    ledger,
)


@cache
def contracts() -> tuple[type[Event], ...]:
    """All contracts, in the order of their files."""
    return tuple(
        found
        for file in _FILES
        for found in vars(file).values()
        if isinstance(found, type)
        and issubclass(found, Event)
        and found.__module__ == file.__name__
        and "type" in vars(found)
    )


@cache
def _by_type() -> dict[str, type[Event]]:
    return {contract.type: contract for contract in contracts()}


def contract_of(type_: str) -> type[Event] | None:
    """The contract of a `ce-type`, or None when this release does not know it."""
    return _by_type().get(type_)


def is_personal(contract: type[Event]) -> bool:
    """Whether a contract travels on stream `PERSONAL`, in its own account."""
    return issubclass(contract, PersonalEvent)
