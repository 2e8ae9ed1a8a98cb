"""The platform in containers, for tests that ask for an engine: `make test-compose`, or `pytest --in-containers`."""

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from deploy.containers import images
from deploy.containers.site import Site
from deploy.local.campaign.statements import BankDay
from tests.running import Running

TOLD = pytest.StashKey[list[str]]()
"""What the run has measured, a sentence each, shown at its end."""


@dataclass
class InContainers(Running):
    """A platform in containers: commands are the operator's container's, programs are containers."""

    site: Site = field(kw_only=True)
    files: Path = field(kw_only=True)
    start_seconds: float = field(kw_only=True)

    @property
    def samples(self) -> Path:
        """A folder that the operator's container sees at the same path."""
        return self.files

    def written(self, day: BankDay) -> Path:
        """A statement as a file that the operator's container may read: its user is nobody on this machine."""
        file = super().written(day)
        file.chmod(0o644)
        return file

    def milliard(self, *arguments: str | Path) -> "subprocess.CompletedProcess[str]":
        """The command, in the operator's container, which is given a copy of the files that are named."""
        return self.site.milliard(*(self._brought(word) for word in arguments))

    def _brought(self, word: str | Path) -> str | Path:
        if not isinstance(word, Path) or word.is_relative_to(self.files):
            return word
        copy = self.files / word.name
        copy.write_bytes(word.read_bytes())
        copy.chmod(0o644)
        return copy


@contextmanager
def platform_in_containers(**options: Any) -> Iterator[InContainers]:
    """A platform of its own, removed at the end. Options: those of Site."""
    with tempfile.TemporaryDirectory(prefix="milliard-") as folder:
        files = Path(folder)
        files.chmod(0o755)
        site = Site(files=files, **options)
        try:
            seconds = site.start()
            yield InContainers(
                platform=site.platform, launcher=0, site=site, files=files, start_seconds=seconds
            )
        finally:
            site.end()


@pytest.fixture(scope="session")
def tell(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """`tell(sentence)`: a figure that the end of the run shows."""
    return request.config.stash.setdefault(TOLD, []).append


@pytest.fixture(scope="session")
def built(tell: Callable[[str], None]) -> None:
    """Every image is here: ours, official ones, or what stands in for them."""
    images.ensure_all(say=tell)
    for tag in images.OURS:
        tell(f"{tag} : {images.size_of(tag) / 1e6:.0f} Mo")


@pytest.fixture(scope="session")
def in_containers(built: None, tell: Callable[[str], None]) -> Iterator[InContainers]:
    """The platform of docker-compose.yml, started from nothing and removed at the end."""
    with platform_in_containers(observed=True) as found:
        tell(f"Démarrage à vide, images déjà là : {found.start_seconds:.1f} s")
        yield found
