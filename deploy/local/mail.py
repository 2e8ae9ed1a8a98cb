"""The mail catcher as a child process of the launcher."""

import os
import sys
from pathlib import Path

from deploy.local.child import Child
from deploy.local.ports import LOOPBACK, free_port
from deploy.local.probe import answers


class MailCatcher:
    """Its two loopback ports stay the same as long as this object lives; mails are kept in `home/mails`."""

    def __init__(self, *, home: Path, kept: tuple[int, ...] = ()) -> None:
        self._smtp_port, self._web_port = free_port(), free_port()
        self.child = Child(
            name="mail",
            command=[
                *(sys.executable, "-m", "deploy.local.mailcatcher"),
                *("--folder", home / "mails"),
                *("--smtp-port", str(self._smtp_port)),
                *("--web-port", str(self._web_port)),
            ],
            log=home / "logs" / "mail.log",
            environment={"PATH": os.defpath, "PYTHONUNBUFFERED": "1", **_time_zone()},
            kept=kept,
            folder=Path(__file__).parents[2],
        )

    @property
    def smtp_url(self) -> str:
        """Where mails are delivered."""
        return f"smtp://{LOOPBACK}:{self._smtp_port}"

    @property
    def web_url(self) -> str:
        """Where they are read."""
        return f"http://localhost:{self._web_port}"

    def start(self) -> None:
        """Start both servers; returns when the page answers. Raises StartFailed."""
        self.child.start()
        self.child.wait_until(self.is_ready)

    def is_ready(self) -> bool:
        """Whether the page answers."""
        return answers(self._web_port, "/health/ready")


def _time_zone() -> dict[str, str]:
    return {"TZ": os.environ["TZ"]} if "TZ" in os.environ else {}
