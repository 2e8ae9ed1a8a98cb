"""`milliard bank`: import statements, look at them and export their lines, from a terminal.

Exit codes: 0 all is in, 1 a file was refused, 2 the command was misused, 3 the platform does not answer.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from services.pledges.cli.bank_reports import show_reports, table_of
from services.pledges.cli.follow_posting import PostingStalled, follow_posting
from shared.client import service_client
from shared.terminal import console
from shared.web.numbers import euros

REFUSED = 1
UNREACHABLE = 3
PIECE_BYTES = 256 * 1024

bank = typer.Typer(
    name="bank", help="La banque : importer, lire et exporter les relevés.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="Écrire du JSON.")]


@bank.command("import")
def import_(
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Fichiers camt.053, camt.054 ou CFONB 120.", exists=True, dir_okay=False, readable=True
        ),
    ],
    as_json: AsJson = False,
    wait: Annotated[bool, typer.Option(help="Attendre l’inscription au grand livre.")] = True,
) -> None:
    """Importer des relevés (camt.053, CFONB 120) et leurs avis (camt.054), chacun en entier ou pas du tout."""
    reports: list[dict[str, Any]] = []
    stalled = ""
    with _progress(hidden=as_json) as progress, service_client("pledges", timeout=None) as pledges:
        for file in files:
            reports.append(_send(pledges, file, progress))
        if wait:
            statements = [statement for report in reports for statement in report.get("statements", [])]
            stalled = _follow(statements, progress)
    if as_json:
        typer.echo(json.dumps(reports, ensure_ascii=False, indent=2))
    else:
        show_reports(reports)
    if any("error" in report for report in reports):
        raise typer.Exit(REFUSED)
    if stalled:
        typer.echo(stalled, err=True)
        raise typer.Exit(UNREACHABLE)


@bank.command("statements")
def statements(as_json: AsJson = False) -> None:
    """Lister les relevés importés, les plus récents d’abord."""
    with service_client("pledges") as pledges:
        answer = pledges.get("/api/pledges/statements")
        answer.raise_for_status()
    if as_json:
        typer.echo(json.dumps(answer.json(), ensure_ascii=False, indent=2))
        return
    table = table_of("Relevé", "Compte", "Du", "Au", "Lignes", "En attente", "Clôture", "Écart")
    for one in answer.json():
        table.add_row(
            one["bank_statement_id"],
            one["account"],
            one["opening_on"],
            one["closing_on"],
            str(one["line_count"]),
            str(one["suspended_count"]),
            euros(one["closing_minor"]),
            euros(one["gap_minor"]) if one["gap_minor"] else "",
        )
    console().print(table)


@bank.command("export")
def export(
    first: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"], help="Premier jour, compris.")],
    last: Annotated[datetime, typer.Option("--to", formats=["%Y-%m-%d"], help="Dernier jour, compris.")],
    output: Annotated[
        Path | None, typer.Option(help="Fichier à écrire ; sans lui, sur la sortie.", dir_okay=False)
    ] = None,
) -> None:
    """Exporter les lignes d’une période en CSV, pour la comptabilité (noms et comptes compris)."""
    period = {"from": first.date().isoformat(), "to": last.date().isoformat()}
    with (
        service_client("pledges", timeout=None) as pledges,
        pledges.stream("GET", "/api/pledges/lines.csv", params=period) as answer,
    ):
        if answer.is_client_error:
            typer.echo(json.loads(answer.read())["detail"], err=True)
            raise typer.Exit(REFUSED)
        answer.raise_for_status()
        part = output.with_name(f"{output.name}.part") if output else None
        with part.open("wb") if part else nullcontext(sys.stdout.buffer) as target:
            for piece in answer.iter_bytes():
                target.write(piece)
    if part and output:  # whole, or not there at all
        part.replace(output)


def _send(pledges: httpx.Client, file: Path, progress: Progress) -> dict[str, Any]:
    """Upload one file, and what became of it: its statements, or `error`, a sentence."""
    task = progress.add_task(f"{file.name} : envoi", total=file.stat().st_size)
    answer = pledges.post(
        "/api/pledges/statements",
        params={"file": file.name},
        headers={"Content-Type": "application/octet-stream", "Content-Length": str(file.stat().st_size)},
        content=_pieces(file, progress, task),
    )
    if answer.is_success:
        report: dict[str, Any] = answer.json()
        lines = sum(statement["line_count"] for statement in report["statements"])
        entries = sum(notification["entry_count"] for notification in report["notifications"])
        progress.update(task, description=f"{file.name} : {lines or entries} lignes lues")
        return report
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        answer.raise_for_status()
    progress.update(task, description=f"{file.name} : refusé")
    return {"file": file.name, "error": answer.json()["detail"]}


def _follow(statements: list[dict[str, Any]], progress: Progress) -> str:
    """Follow the posting; what to say when it stalls, else nothing."""
    try:
        follow_posting(statements, progress)
    except PostingStalled as stalled:
        return str(stalled)
    return ""


def _pieces(file: Path, progress: Progress, task: TaskID) -> Iterator[bytes]:
    with file.open("rb") as content:
        while piece := content.read(PIECE_BYTES):
            yield piece
            progress.advance(task, len(piece))
    progress.update(task, description=f"{file.name} : lecture et rapprochement")


def _progress(*, hidden: bool) -> Progress:
    """Bars on the error stream: the output stays clean for what reads it."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeRemainingColumn(),
        console=Console(stderr=True),
        disable=hidden,
    )
