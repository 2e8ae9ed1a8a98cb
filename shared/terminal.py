"""How commands print tables: as wide as the terminal, and never cut when something else reads them."""

from rich.console import Console

UNWATCHED_COLUMNS = 200
"""Where no terminal says its width (a pipe, a log), names must stay whole."""


def console() -> Console:
    """The console of the standard output."""
    found = Console()
    return found if found.is_terminal else Console(width=UNWATCHED_COLUMNS)
