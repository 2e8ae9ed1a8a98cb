"""What the person who started the platform sees: steps that run side by side, then sentences."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn


class Display(Protocol):
    """Steps with their time, and sentences. Both may come from several threads."""

    @contextmanager
    def steps(self) -> Iterator[None]:
        """The time during which steps are shown."""
        yield

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """One step, from its start to its end."""
        yield

    def say(self, sentence: str) -> None:
        """A sentence, below what was said before."""


class LiveDisplay:
    """A terminal: a moving line per step."""

    def __init__(self) -> None:
        self._console = Console(highlight=False)
        self._progress = Progress(
            SpinnerColumn(finished_text="[green]✓"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self._console,
        )

    @contextmanager
    def steps(self) -> Iterator[None]:
        with self._progress:
            yield

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        task = self._progress.add_task(title, total=1)
        yield
        self._progress.update(task, completed=1)

    def say(self, sentence: str) -> None:
        self._console.print(sentence, markup=False, soft_wrap=True)


class PlainDisplay:
    """A file, a pipe, a log of CI: one line when a step is done."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, color_system=None)
        self._one_at_a_time = threading.Lock()

    @contextmanager
    def steps(self) -> Iterator[None]:
        yield

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.say(f"✓ {title} (" + f"{time.monotonic() - began:.1f} s)".replace(".", ","))

    def say(self, sentence: str) -> None:
        with self._one_at_a_time:
            self._console.print(sentence, markup=False, soft_wrap=True)
            self._console.file.flush()


def display_for_terminal(*, plain: bool) -> Display:
    """The moving one where somebody looks at a terminal."""
    return PlainDisplay() if plain or not Console().is_terminal else LiveDisplay()
