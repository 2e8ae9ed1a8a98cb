"""The shape of the tree: who knows one service knows five."""

from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]
SERVICES = ("members", "pledges", "projects", "notifications", "ledger")

ROOMS = {
    "__init__", "domain", "tables", "repository", "queries", "operations", "handlers", "api", "pages", "templates",
    "cli", "formats", "settings", "bootstrap", "main", "migrations", "pyproject",
}  # fmt: skip
"""The rooms of a service (docs/architecture.md), by the name of their file or folder."""

OWN_ROOMS = {
    "pledges": {
        "reminding": "when to remind of what is due, and to let pledges expire",
        "watching": "when to look what funders' conditions have triggered",
    },
    "ledger": {
        "board": "the figures kept in memory for the pages that watch them",
        "measures": "what operators watch of the books beside the lanes",
        "proving": "when to prove the books against the bank",
    },
    "notifications": {
        "delivery": "the task that sends what is due",
        "smtp": "the connection to the mail server",
        "wrapping": "how the keys of persons are kept at rest",
        "writing": "letters put into words from templates",
    },
}
"""What only one service has, each with its reason."""

EVERYWHERE = {
    "__init__",
    "domain",
    "handlers",
    "api",
    "settings",
    "bootstrap",
    "main",
    "migrations",
    "pyproject",
}
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "base", "misc"}
PYTHON = [
    path for top in ("services", "shared", "deploy", "tests") for path in (CHECKOUT / top).rglob("*.py")
]


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_the_rooms_of_all_services(service: str) -> None:
    """A room with nothing in it is absent, never renamed; others need a reason."""
    found = {path.stem for path in (CHECKOUT / "services" / service).iterdir() if path.name != "__pycache__"}
    assert found - ROOMS == OWN_ROOMS.get(service, {}).keys()
    assert found >= EVERYWHERE


def test_there_are_five_services() -> None:
    """The folders of services are the five that the rest of the platform knows, in a namespace."""
    folders = {path.name for path in (CHECKOUT / "services").iterdir() if path.name != "__pycache__"}
    assert folders == set(SERVICES)


def test_the_first_file_of_a_service_is_a_table_of_contents() -> None:
    """`main` is settings, build, run: ten lines; the package's docstring says what it owns, hears and says."""
    for service in SERVICES:
        folder = CHECKOUT / "services" / service
        assert len((folder / "main.py").read_text().splitlines()) <= 10, service
        assert (folder / "__init__.py").read_text().startswith('"""'), service


def test_no_file_has_a_name_that_says_nothing() -> None:
    """Files are named by what happens in them."""
    assert [path for path in PYTHON if path.stem in NAMES_THAT_SAY_NOTHING] == []


def test_every_file_says_its_job() -> None:
    """Each module begins with a docstring (a migration's revision file too)."""
    silent = [path.relative_to(CHECKOUT) for path in PYTHON if path.stat().st_size and not _speaks(path)]
    assert silent == []


def _speaks(path: Path) -> bool:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return bool(lines) and lines[0].startswith(('"""', 'r"""'))
