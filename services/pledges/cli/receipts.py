"""`milliard receipts`: issue the tax receipts of a year, and say what has to be declared of it.

Exit codes: 0 done, 1 refused, 2 the command was misused, 3 the platform does not answer.
"""

import json
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from shared.client import service_client
from shared.terminal import console
from shared.web.numbers import euros

REFUSED = 1

receipts = typer.Typer(
    name="receipts", help="Les reçus fiscaux : les délivrer, en faire le total.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="Écrire du JSON.")]
Year = Annotated[int, typer.Option("--year", min=2000, max=2099, help="L’année des dons.")]


@receipts.command("issue")
def issue(
    year: Year,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Dire ce qui serait fait, et ne rien faire.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Faire tous les reçus qui manquent pour une année finie. Recommencer ne fait que ceux qui manquent encore."""
    with service_client("pledges", timeout=None) as pledges:
        answer = pledges.post("/api/pledges/tax-receipts/issues", json={"year": year, "dry_run": dry_run})
    done = _answered(answer)
    if as_json:
        typer.echo(json.dumps(done, ensure_ascii=False, indent=2))
        return
    if not dry_run:
        typer.echo(
            f"Reçus faits : {done['issued']}. "
            f"Annulés après un versement rendu ou compté par erreur : {done['made_again']}."
        )
    _show(done["totals"])


@receipts.command("totals")
def totals(year: Year, as_json: AsJson = False) -> None:
    """Dire combien de reçus, et pour quel montant, sont à déclarer pour une année (article 222 bis du CGI)."""
    with service_client("pledges") as pledges:
        answer = pledges.get("/api/pledges/tax-receipts/totals", params={"year": year})
    found = _answered(answer)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    _show(found)


def _answered(answer: httpx.Response) -> Any:
    """What the service says; a refusal is its sentence and exit code 1."""
    if answer.is_client_error:
        typer.echo(answer.json()["detail"], err=True)
        raise typer.Exit(REFUSED)
    answer.raise_for_status()
    return answer.json()


def _show(totals: list[dict[str, Any]]) -> None:
    table = Table()
    for column in (
        "Organisme",
        "Dons gardés",
        "Reçus",
        "Montant",
        "Annulés",
        "Prêts",
        "Montant",
        "Sans nom",
        "Montant",
        "À confirmer",
        "Montant",
    ):
        table.add_column(column)
    for one in totals:
        table.add_row(
            one["issuer_name"],
            euros(one["gifts_minor"]),
            str(one["receipts"]),
            euros(one["amount_minor"]),
            str(one["cancelled"]),
            str(one["ready"]),
            euros(one["ready_minor"]),
            str(one["nameless"]),
            euros(one["nameless_minor"]),
            str(one["held"]),
            euros(one["held_minor"]),
        )
    console().print(table)
    if any(one["needs_audit"] for one in totals):
        typer.echo(
            "Plus de 153 000 € de dons dans l’année : les comptes doivent être publiés, et certifiés par un ou une "
            "commissaire aux comptes."
        )
