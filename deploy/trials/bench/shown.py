"""The progress bar of a long run, on the standard error: the standard output is for the result."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn


class Shown:
    """A bar that fills as receipts are posted, then the name of what is done after. Use as `with Shown(…)`."""

    def __init__(self, receipts: int) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._task = self._progress.add_task("écritures", total=receipts)

    def __enter__(self) -> "Shown":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._progress.stop()

    def posted(self, receipts: int) -> None:
        """So many are posted by now."""
        self._progress.update(self._task, completed=receipts)

    def then(self, what: str) -> None:
        """All are posted; this is what goes on."""
        self._progress.update(self._task, description=what)
