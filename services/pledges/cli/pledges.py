"""`milliard pledges`: import promises from a file, from a terminal.

Exit codes: 0 all is in (or would be), 1 the file was refused, 2 the command was misused, 3 the platform does not
answer.
"""

import json
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from services.pledges.domain.commitment import COMMITMENT_NAMES, Commitment
from services.pledges.domain.instruments import instruments
from services.pledges.domain.payer import KIND_NAMES, PayerKind
from shared.client import service_client
from shared.terminal import console
from shared.web.numbers import euros

REFUSED = 1

pledges = typer.Typer(name="pledges", help="Les promesses : importer un fichier.", no_args_is_help=True)


@pledges.callback()
def _group() -> None:
    """Keep `import` a command of its own, also while it is the only one."""


@pledges.command("import")
def import_(
    file: Annotated[
        Path, typer.Argument(help="Fichier CSV en UTF-8.", exists=True, dir_okay=False, readable=True)
    ],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dire ce qui serait fait, sans rien faire.")
    ] = False,
    output: Annotated[
        Path | None, typer.Option(help="Où écrire la référence et la page de chaque ligne.", dir_okay=False)
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Écrire du JSON.")] = False,
) -> None:
    """Importer des promesses (CSV), toutes ou aucune. Le même fichier deux fois ne change rien."""
    with service_client("pledges", timeout=None) as http, file.open("rb") as content:
        answer = http.post(
            "/api/pledges/imports",
            params={"file": file.name, "dry_run": dry_run},
            headers={"Content-Type": "text/csv"},
            content=content,
        )
        if answer.is_client_error:
            _refuse(answer, as_json=as_json)
        report: dict[str, Any] = answer.raise_for_status().json()
        if output and report["import_id"]:
            _write_result(http, report["import_id"], output)
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _show(report, dry_run=dry_run)
    if report["errors"]:
        raise typer.Exit(REFUSED)


def _refuse(answer: httpx.Response, *, as_json: bool) -> None:
    problem = answer.json()
    if as_json:
        typer.echo(json.dumps(problem, ensure_ascii=False, indent=2))
    else:
        for error in problem.get("errors", []):
            typer.echo(f"{error['field']} : {error['message']}", err=True)
        typer.echo(problem["detail"], err=True)
    raise typer.Exit(REFUSED)


def _write_result(http: httpx.Client, import_id: str, output: Path) -> None:
    result = http.get(f"/api/pledges/imports/{import_id}/result.csv").raise_for_status()
    part = output.with_name(f"{output.name}.part")  # whole, or not there at all
    part.write_bytes(result.content)
    part.replace(output)


def _show(report: dict[str, Any], *, dry_run: bool) -> None:
    table = Table()
    for column in ("Ligne", "Territoire", "Montant", "Qui", "Engagement", "Instrument", "Référence", "État"):
        table.add_column(column)
    for line in report["lines"]:
        table.add_row(
            str(line["line"]),
            line["territory"],
            euros(line["amount_minor"]),
            line["payer_name"] or KIND_NAMES[PayerKind(line["payer_kind"])],
            COMMITMENT_NAMES[Commitment(line["commitment"])],
            instruments()[line["instrument"]].name,
            line["reference"] or "",
            "déjà connue" if line["is_known"] else "nouvelle",
        )
    console().print(table)
    for error in report["errors"]:
        typer.echo(f"ligne {error['line']} : {error['message']}", err=True)
    sums = f"promis {euros(report['promised_minor'])}, intentions {euros(report['intended_minor'])}"
    done = "à créer" if dry_run else "en plus"
    typer.echo(
        f"Promesses {done} : {report['new_count']} ({sums}) ; lignes déjà connues : {report['known_count']}."
    )
