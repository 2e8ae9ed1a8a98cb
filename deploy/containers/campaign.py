"""The sample campaign, once, on a platform that nobody has used: `python -m deploy.containers.campaign`.

What `milliard up` remembers in its home is remembered here beside the campaign's statements, in a volume that goes with
the platform's data. The first start decides for good: a platform that began empty never gets sample data.
"""

import os
import subprocess
import sys
from collections.abc import Callable

import httpx

from deploy.local.campaign.play import Campaign
from deploy.local.campaign.visitor import Refused
from shared.client import Platform, platform

DECIDED = ".campaign-decided"
WITHOUT = ("MILLIARD_EMPTY", "MILLIARD_SMTP_URL")
"""Either does without: the campaign reads its people's mails, which a real mail server would send to somebody."""


def play_once(here: Platform, *, is_wanted: bool, say: Callable[[str], object]) -> None:
    """Play the campaign at the first start of an empty platform, if it is wanted; nothing at all at later starts.

    Raises what `Campaign.play` raises; what it has begun is never begun again.
    """
    decided = here.home / "samples" / DECIDED
    if decided.exists():
        return
    is_played = is_wanted and _is_empty(here)
    decided.touch()
    if is_played:
        say("Une campagne d’exemple se joue : regardez la page bouger.")
        with Campaign(here) as campaign:
            campaign.play()
        say("La campagne d’exemple est jouée.")


def _is_empty(here: Platform) -> bool:
    """Whether nobody has promised, and no statement has come in."""
    with here.http("ledger") as ledger, here.http("pledges") as pledges:
        figures = ledger.get("/api/ledger/progress").raise_for_status().json()
        statements = pledges.get("/api/pledges/statements").raise_for_status().json()
    return not (figures["promised_minor"] or statements)


def main() -> int:
    """Play it as the environment says; an exit code."""

    def say(sentence: str) -> None:
        print(sentence, flush=True)  # noqa: T201

    is_wanted = not any(os.environ.get(name) for name in WITHOUT)
    try:
        play_once(platform(), is_wanted=is_wanted, say=say)
    except (httpx.HTTPError, Refused, TimeoutError, subprocess.CalledProcessError) as failure:
        say(f"La campagne d’exemple n’a pas été jouée jusqu’au bout : {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
