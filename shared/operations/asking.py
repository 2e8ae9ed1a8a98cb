"""How operators' commands ask the running services, and the options that they share."""

from collections.abc import Sequence
from typing import Annotated, Any

import httpx
import typer

from shared.bus.topology import PERSONAL_STREAM, listeners, stream_of
from shared.events.catalog import SERVICES
from shared.values import lanes

AsJson = Annotated[bool, typer.Option("--json", help="Résultat en JSON.")]
OneService = Annotated[
    str | None, typer.Option("--service", help=f"Un seul service : {', '.join(SERVICES)} ; sinon les cinq.")
]


def known(service: str) -> str:
    """A service's name, or wrong usage."""
    if service not in SERVICES:
        raise typer.BadParameter(f"« {service} » n'est pas un service : {', '.join(SERVICES)}.")
    return service


def ask(http: httpx.Client, method: str, path: str, **request: Any) -> Any:
    """A request whose refusal is the service's own sentence, and exit code 1."""
    answer = http.request(method, path, **request)
    if answer.is_error:
        detail = (
            answer.json().get("detail", answer.text)
            if "json" in answer.headers.get("content-type", "")
            else answer.text
        )
        typer.echo(str(detail), err=True)
        raise typer.Exit(1)
    return answer.json()


def lane_codes(territories: Sequence[str]) -> list[str]:
    """Lanes as the registry writes them, or wrong usage."""
    codes = [code.upper() for code in territories]
    if unknown := [code for code in codes if code not in (*lanes(), PERSONAL_STREAM)]:
        raise typer.BadParameter(f"« {', '.join(unknown)} » n’est pas un territoire : par exemple 64.")
    return codes


def services_hearing(service: str | None, codes: Sequence[str]) -> tuple[str, ...]:
    """The services that are meant: the one that was named, else all that hear these lanes."""
    if service is not None:
        return (known(service),)
    streams = [code if code == PERSONAL_STREAM else stream_of(code) for code in codes]
    return tuple(name for name in SERVICES if all(name in listeners(stream) for stream in streams))


def lanes_path(service: str) -> str:
    """Where a service answers about its lanes."""
    return f"/api/{service}/operations/lanes"
