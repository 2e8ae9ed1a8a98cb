"""The archive of a platform in containers: whole or not at all, back to an empty place only. No engine is needed."""

import stat
from pathlib import Path

import pytest

from deploy.containers.backup import NotABackup, NotEmpty, NothingToCopy, StillRunning, restore, write

CLUSTER = Path("database/18/docker")


@pytest.fixture
def platform(tmp_path: Path) -> Path:
    """What the containers of a platform have left, each volume in its folder."""
    root = tmp_path / "platform"
    for name, content in {
        CLUSTER / "PG_VERSION": "18",
        Path("broker/jetstream/stream"): "events",
        Path("broker-2"): None,
        Path("secrets/keys/service-members"): "a secret",
    }.items():
        if content is None:
            (root / name).mkdir(parents=True)
        else:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content)
    (root / CLUSTER).chmod(0o700)
    return root


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """Where nothing is yet: the volumes, as an engine has just made them."""
    root = tmp_path / "empty"
    for name in ("database", "broker", "broker-2", "secrets"):
        (root / name).mkdir(parents=True)
    return root


def contents(root: Path) -> dict[str, str]:
    return {str(file.relative_to(root)): file.read_text() for file in root.rglob("*") if file.is_file()}


def test_what_was_copied_comes_back(platform: Path, empty: Path, tmp_path: Path) -> None:
    """Every file, with its mode: a database refuses a folder that others may enter."""
    restore(write(platform, to=tmp_path), to=empty)
    assert contents(empty) == contents(platform)
    assert stat.S_IMODE((empty / CLUSTER).stat().st_mode) == 0o700


def test_only_its_owner_reads_it(platform: Path, tmp_path: Path) -> None:
    """It has every secret."""
    assert stat.S_IMODE(write(platform, to=tmp_path).stat().st_mode) == 0o600


def test_a_running_platform_is_not_copied(platform: Path, tmp_path: Path) -> None:
    """Its databases would be of one moment, its streams of another."""
    (platform / CLUSTER / "postmaster.pid").touch()
    with pytest.raises(StillRunning, match="docker compose stop"):
        write(platform, to=tmp_path)


@pytest.mark.parametrize("missing", ["database/18/docker/PG_VERSION", "secrets/keys/service-members"])
def test_nothing_is_not_copied(platform: Path, tmp_path: Path, missing: str) -> None:
    """From another folder the same command would write an archive of empty volumes, and somebody would count on it."""
    (platform / missing).unlink()
    with pytest.raises(NothingToCopy):
        write(platform, to=tmp_path)
    assert list(tmp_path.glob("milliard-*")) == []


def test_a_platform_that_is_there_is_not_overwritten(platform: Path, empty: Path, tmp_path: Path) -> None:
    """The sentence names what is taken; nothing of it changes."""
    file = write(platform, to=tmp_path)
    (empty / "broker" / "newer").write_text("events of today")
    with pytest.raises(NotEmpty, match="(?s)broker.*rien n’a été touché"):
        restore(file, to=empty)
    assert contents(empty) == {"broker/newer": "events of today"}


def test_a_file_that_was_cut_short_brings_nothing_back(platform: Path, empty: Path, tmp_path: Path) -> None:
    """Half a platform would start, and be wrong."""
    file = write(platform, to=tmp_path)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(NotABackup, match="coupée"):
        restore(file, to=empty)
    assert contents(empty) == {}


def test_a_file_that_is_not_there_is_named(empty: Path, tmp_path: Path) -> None:
    """Bad input is told, and brings nothing."""
    with pytest.raises(NotABackup, match="milliard-hier.tar.gz"):
        restore(tmp_path / "milliard-hier.tar.gz", to=empty)
