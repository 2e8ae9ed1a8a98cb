"""`milliard lanes pause|resume|drain`: stop lanes, let them go on, empty them first."""

import json
from collections.abc import Sequence
from typing import Annotated, Any

import httpx
import typer

from shared.client import platform, service_client
from shared.operations.asking import AsJson, OneService, ask, lane_codes, lanes_path, services_hearing
from shared.operations.draining import Draining

PAUSE_SECONDS = 120
"""A pause waits for the batch at work, which has twenty seconds, and so for each lane that hangs."""

SHORTEST_REASON = 5


def _reason(text: str) -> str:
    if len(text.strip()) < SHORTEST_REASON:
        raise typer.BadParameter("dites pourquoi, en quelques mots.")
    return text


Territories = Annotated[
    list[str], typer.Argument(metavar="TERRITOIRE", help="Codes des territoires, par exemple 64 75.")
]
Because = Annotated[
    str,
    typer.Option("--because", help="Pourquoi ; gardé dans l’histoire de la file.", callback=_reason),
]


def pause(
    territories: Territories, because: Because, service: OneService = None, as_json: AsJson = False
) -> None:
    """Pause lanes; returns when nothing of them is applied any more."""
    codes = lane_codes(territories)
    body = {"lanes": codes, "because": because}
    answers = _tell_each(service, codes, "pause", body)
    _report(answers, "paused", "en pause", "y était déjà", as_json=as_json)


def resume(
    territories: Territories,
    because: Annotated[str, typer.Option("--because", help="Pourquoi ; gardé dans l’histoire.")] = "",
    service: OneService = None,
    as_json: AsJson = False,
) -> None:
    """Resume lanes."""
    codes = lane_codes(territories)
    body = {"lanes": codes, "because": because}
    answers = _tell_each(service, codes, "resume", body)
    _report(answers, "resumed", "reprise", "n’était pas en pause", as_json=as_json)


def drain(
    territories: Territories,
    because: Because,
    service: OneService = None,
    timeout: Annotated[float, typer.Option(min=0, help="Secondes d’attente au plus.")] = 60,
    as_json: AsJson = False,
) -> None:
    """Apply what is published now, then pause. What is not drained in time goes on as before."""
    codes = lane_codes(territories)

    def look(name: str, lanes: Sequence[str]) -> Any:
        with service_client(name) as http:
            return ask(http, "GET", lanes_path(name), params={"lane": lanes})

    def pause_drained(name: str, lane: str) -> None:
        _tell(name, "pause", {"lanes": [lane], "because": because, "drained": True})

    draining = Draining(
        left={name: list(codes) for name in services_hearing(service, codes)},
        newest=_newest_sequences(),
        look=look,
        pause=pause_drained,
    )
    is_done = draining.run(timeout_seconds=timeout, say=lambda told: typer.echo(told, err=True))
    if as_json:
        result = {
            "drained": [{"service": name, "lane": lane} for name, lane in draining.drained],
            "left": [
                {"service": name, "lane": lane, "waits_for": reason}
                for (name, lane), reason in sorted(draining.waits_for.items())
            ],
        }
        typer.echo(json.dumps(result, ensure_ascii=False))
    else:
        for name, lane in draining.drained:
            typer.echo(f"{name}, file {lane} : vidée, en pause.")
        if not is_done:
            typer.echo(
                f"{len(draining.waits_for)} file(s) pas vidée(s) en {timeout:.0f} s : elles continuent comme avant."
            )
    raise typer.Exit(0 if is_done else 1)


def _tell(service: str, verb: str, body: dict[str, Any]) -> Any:
    with service_client(service, timeout=PAUSE_SECONDS) as http:
        return ask(http, "POST", f"{lanes_path(service)}/{verb}", json=body)


def _tell_each(
    service: str | None, lanes: Sequence[str], verb: str, body: dict[str, Any]
) -> list[dict[str, Any]]:
    return [{"service": name, **_tell(name, verb, body)} for name in services_hearing(service, lanes)]


def _report(answers: list[dict[str, Any]], changed: str, done: str, already: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(answers, ensure_ascii=False))
        return
    for one in answers:
        for words, lanes in ((done, one[changed]), (already, one["already"])):
            if lanes:
                typer.echo(f"{one['service']}, file {', '.join(lanes)} : {words}.")


def _newest_sequences() -> dict[str, int]:
    """The last sequence of each lane's stream, by the broker's monitoring; nothing where that cannot be asked."""
    try:
        answer = httpx.get(
            f"{platform().facts['monitor_url']}/jsz",
            params={"accounts": "true", "streams": "true"},
            timeout=10,
        ).raise_for_status()
    except (httpx.HTTPError, KeyError):
        return {}
    return {
        stream["name"].removeprefix("T-"): stream["state"]["last_seq"]
        for account in answer.json().get("account_details", ())
        for stream in account.get("stream_detail", ())
    }
