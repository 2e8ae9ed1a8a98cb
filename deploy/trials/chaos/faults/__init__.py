"""What goes wrong, by kind. Each fault is given the site and the seed's chance, and says what it struck."""

from collections.abc import Awaitable, Callable
from functools import partial
from random import Random

from deploy.trials.chaos.faults import bus, database, processes
from deploy.trials.chaos.site import LEDGERS, RELAYS, Site

Fault = Callable[[Site, Random], Awaitable[str]]

KILLS: dict[str, Fault] = {
    "kill_broker": processes.kill_a_broker,
    "kill_database": partial(processes.kill_one_of, names=("database",)),
    "kill_pledges": partial(processes.kill_one_of, names=("pledges-api",)),
    "kill_relay": partial(processes.kill_one_of, names=RELAYS),
    "kill_ledger": partial(processes.kill_one_of, names=LEDGERS),
    "kill_other": partial(processes.kill_one_of, names=("notifications", "keeper")),
}
"""`kill -9`, counted by `--kills`."""

OTHERS: dict[str, Fault] = {
    "freeze_ledger": partial(processes.freeze_one_of, names=LEDGERS),
    "freeze_relay": partial(processes.freeze_one_of, names=RELAYS),
    "delete_consumer": bus.delete_consumer,
    "reset_consumer": bus.reset_consumer,
    "fill_stream": bus.fill_stream,
    "repeat_messages": bus.repeat_messages,
    "drop_connections": database.drop_connections,
}
"""What else happens, between the kills."""

FAULTS = KILLS | OTHERS
