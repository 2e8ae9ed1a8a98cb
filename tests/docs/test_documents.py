"""The documents are true where a test can tell: links lead somewhere, tables say what the code says."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.events import Event
from shared.events.catalog import contracts, is_personal
from shared.events.contract import Audience
from shared.events.hearing import HEARS

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
_LINK = re.compile(r"\]\(([^)#\s]+)(#[^)]*)?\)")
_NAME = re.compile(r"[A-Za-z0-9-]+")
_WRITTEN_OTHERWISE = {"pytest-asyncio": "+asyncio", "pytest-timeout": "timeout"}


def _heard_by(contract: type[Event]) -> str:
    hearers = [service for service, heard in HEARS.items() if contract in heard]
    if len(hearers) == len(HEARS):
        return "all five"
    integrators = ["integrators"] if contract.audience is Audience.PUBLIC else []
    return ", ".join(hearers + integrators)


def _row(contract: type[Event]) -> str:
    audience = "sealed" if is_personal(contract) else contract.audience.value
    return f"| {contract.publisher} | `{contract.__name__}` | {audience} | {_heard_by(contract)} |"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(document: Path):
    """A relative link in a document is the path of a file or folder of the repository."""
    links = [link for link, _ in _LINK.findall(document.read_text()) if "://" not in link]
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_events_table_is_the_catalog():
    """docs/architecture.md has one row for each contract, in order, with its audience and its hearers."""
    text = (ROOT / "docs" / "architecture.md").read_text()
    table = text.split("| publisher | event |")[1].split("\n\n")[0].splitlines()[2:]
    assert table == [_row(contract) for contract in contracts()]


def _declared() -> Iterator[str]:
    """The libraries that the root and its members name, without the members themselves."""
    for file in (ROOT / "pyproject.toml", *ROOT.glob("*/pyproject.toml"), *ROOT.glob("*/*/pyproject.toml")):
        content = tomllib.loads(file.read_text())
        groups = content.get("dependency-groups", {}).values()
        for requirement in [*content["project"]["dependencies"], *(one for group in groups for one in group)]:
            name = _NAME.match(requirement)
            if name and not name[0].startswith("milliard-"):
                yield name[0].lower()


def test_every_dependency_has_its_reason():
    """Each library that a member or the root declares is named in decision 0010."""
    reasons = (ROOT / "docs" / "decisions" / "0010-dependencies.md").read_text()
    assert [name for name in _declared() if _WRITTEN_OTHERWISE.get(name, name) not in reasons] == []
