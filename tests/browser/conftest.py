"""A real Chromium on the real platform. Without one, tests fail where everything must run (CI) and skip elsewhere."""

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from deploy.local.campaign.visitor import Visitor
from shared.identity import SESSION_COOKIE
from tests.running import Running

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PHONE, DESK = 360, 1280
"""Widths in CSS pixels: the narrowest phone still in use, and a common screen."""


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of this machine. Not for the whole run: while Playwright is open no other loop can run."""
    found = next((path for name in NAMES if (path := shutil.which(name))), None)
    if found is None:
        reason = "no Chromium on the PATH: install the package « chromium » to run the browser's tests"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    options = ["--no-sandbox"] if os.getuid() == 0 else []  # its sandbox refuses to run as root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=options)
        yield browser
        browser.close()


class Windows:
    """Windows of the browser, one for each person; closed with the test."""

    def __init__(self, chromium: Browser, running: Running) -> None:
        self._chromium = chromium
        self._running = running
        self._contexts: list[BrowserContext] = []

    def open(
        self, path: str = "/", *, width: int = DESK, javascript: bool = True, visitor: Visitor | None = None
    ) -> Page:
        """A page in a window of its own; with the session of a visitor who is signed in."""
        options: dict[str, Any] = {"viewport": {"width": width, "height": 800}, "locale": "fr-FR"}
        context = self._chromium.new_context(java_script_enabled=javascript, **options)
        self._contexts.append(context)
        if visitor is not None:
            context.add_cookies(
                [{"name": SESSION_COOKIE, "value": visitor.session, "url": self._running.url}]
            )
        page = context.new_page()
        page.goto(path if path.startswith("http") else self._running.url + path)
        return page

    def close(self) -> None:
        for context in self._contexts:
            context.close()


@pytest.fixture
def windows(chromium: Browser, running: Running) -> Iterator[Windows]:
    """`windows.open("/promettre", width=360, javascript=False)`."""
    windows = Windows(chromium, running)
    yield windows
    windows.close()
