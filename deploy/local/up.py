"""`milliard up`: start the platform, say where it is, watch over it, stop it when asked."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from deploy.local.child import Child, StartFailed
from deploy.local.commands import Commands
from deploy.local.display import Display
from deploy.local.home import Home
from deploy.local.ports import ensure_free
from deploy.local.settings import Settings
from deploy.local.stack import Stack
from deploy.local.watch import Watch

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)  # Ctrl-C, `milliard down`, a closed terminal
CAMPAIGN_SECONDS = 900


def run_platform(
    *, home: Home, settings: Settings, commands: Commands, display: Display, empty: bool = False
) -> None:
    """Run the platform of this home in the foreground; returns once it was asked to stop and has stopped.

    The first start plays the sample campaign, unless `empty`. Raises PlatformError before anything has
    started when the home is in use (AlreadyRunning) or the port taken, and StartFailed after all is
    stopped again.
    """
    with _interruptible():
        lock = home.claim()
        ensure_free(host=settings.bind, port=settings.port)
        stack = Stack(home=home, settings=settings, commands=commands, lock=lock)
        try:
            for place in stack.places_apart:
                display.say(
                    f"Le compte de la base de données n’entre pas ici : il a ses fichiers dans {place}"
                )
            stack.start(display)
            home.tell_platform(stack.describe())
            _announce(settings, stack, display)
            _play_once(stack.campaign, home=home, display=display, empty=empty)
            Watch(stack.children, say=display.say).keep_running()
        except KeyboardInterrupt:
            display.say("Arrêt de la plateforme…")
        finally:
            home.forget_platform()
            stack.stop()
            home.forget_runtime()
    display.say("Tout est arrêté. Les données sont gardées dans " + str(home.path))


def _announce(settings: Settings, stack: Stack, display: Display) -> None:
    display.say("")
    display.say(f"La page est ici       : {settings.public_url}")
    display.say(f"Les courriels sont là : {stack.mail_url or 'envoyés par ' + str(settings.smtp_url)}")
    display.say("Pour tout arrêter     : Ctrl-C, ou « make down » dans un autre terminal")
    display.say("")


def _play_once(campaign: Child | None, *, home: Home, display: Display, empty: bool) -> None:
    """Play the sample beside the running platform, at the first start of a home only."""
    played = home.path / ".campaign-played"
    if played.exists():
        return
    if empty or campaign is None:
        if empty:
            played.touch()  # a platform that began empty never gets sample data
        return

    def play() -> None:
        try:
            campaign.run(within_seconds=CAMPAIGN_SECONDS)
        except StartFailed as failure:
            if home.platform():  # else it was stopped with everything
                display.say(f"La campagne d’exemple n’a pas été jouée jusqu’au bout. {failure}")
        else:
            played.touch()
            display.say("La campagne d’exemple est jouée.")

    display.say("Une campagne d’exemple se joue : regardez la page bouger.")
    threading.Thread(target=play, name="campaign", daemon=True).start()


@contextmanager
def _interruptible() -> Iterator[None]:
    """All ways of asking to stop are one exception, until the block has ended."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        for other in STOPPING:
            signal.signal(other, signal.SIG_IGN)  # impatience would only make the end unclean
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in STOPPING}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
