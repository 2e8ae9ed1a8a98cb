"""Where the sample campaign is played in containers, and where it is not. No engine is needed."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.containers import campaign
from shared.client import Platform


@dataclass(frozen=True)
class StandIn(Platform):
    """A platform that answers what has been promised and imported, and notes each play."""

    promised_minor: int = 0
    statements: list[Any] = field(default_factory=list)
    plays: list[str] = field(default_factory=list)

    def http(self, service: str, *, timeout: float | None = 30) -> httpx.Client:
        told = {
            "/api/ledger/progress": {"promised_minor": self.promised_minor},
            "/api/pledges/statements": self.statements,
        }
        transport = httpx.MockTransport(lambda asked: httpx.Response(200, json=told[asked.url.path]))
        return httpx.Client(transport=transport, base_url=f"http://{service}")

    def start(self, *, is_wanted: bool = True) -> int:
        """What a start does; how often the campaign was played until now."""
        campaign.play_once(self, is_wanted=is_wanted, say=lambda _: None)
        return len(self.plays)


@pytest.fixture(autouse=True)
def _noted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaign.Campaign, "play", lambda self: self._platform.plays.append("played"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """With the folder that the volume is mounted at."""
    (tmp_path / "samples").mkdir()
    return tmp_path


def test_it_is_played_at_the_first_start_only(home: Path) -> None:
    """A later start plays nothing again."""
    platform = StandIn(facts={}, home=home)
    assert [platform.start() for _ in range(3)] == [1, 1, 1]


def test_a_platform_that_began_empty_stays_so(home: Path) -> None:
    """Once without the campaign is always without it, as with `make up ARGS=--empty`."""
    platform = StandIn(facts={}, home=home)
    assert [platform.start(is_wanted=False), platform.start()] == [0, 0]


@pytest.mark.parametrize(
    "used", [{"promised_minor": 100}, {"statements": [{}]}], ids=["promise", "statement"]
)
def test_a_platform_in_use_gets_no_sample(home: Path, used: dict[str, Any]) -> None:
    """One promise or one statement is somebody's: invented people stay away."""
    assert StandIn(facts={}, home=home, **used).start() == 0


def test_a_campaign_that_broke_off_is_not_begun_again(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was half played would be there twice."""

    def break_off(_: object) -> None:
        raise TimeoutError

    platform = StandIn(facts={}, home=home)
    with monkeypatch.context() as patched:
        patched.setattr(campaign.Campaign, "play", break_off)
        with pytest.raises(TimeoutError):
            platform.start()
    assert platform.start() == 0


@pytest.mark.parametrize("setting", campaign.WITHOUT)
def test_a_setting_does_without_it(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    """MILLIARD_EMPTY, as whoever wants none says; a real mail server, by which it would write to people."""
    asked: list[bool] = []
    monkeypatch.setattr(campaign, "platform", lambda: None)
    monkeypatch.setattr(campaign, "play_once", lambda _, *, is_wanted, say: asked.append(is_wanted))
    for other in campaign.WITHOUT:
        monkeypatch.delenv(other, raising=False)
    campaign.main()
    monkeypatch.setenv(setting, "1")
    campaign.main()
    assert asked == [True, False]
