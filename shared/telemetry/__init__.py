"""What operators see of a running process: logs, traces, metrics; never a person's data in any of them."""

from shared.telemetry.exporting import configure_exports, exports
from shared.telemetry.logs import configure_logs
from shared.telemetry.process import measure_process

__all__ = ["configure", "exports"]


def configure(service: str) -> None:
    """Set up logs, traces and metrics of this process."""
    configure_logs(service)
    configure_exports(service)
    if exports():
        measure_process()
