"""`milliard debits`: prepare direct debits and look at them, from a terminal. Their file is for a person, on a page.

Exit codes: 0 done, 1 refused (nothing due, a day that cannot be), 2 the command was misused, 3 the platform is away.
"""

import json
from datetime import datetime
from typing import Annotated, Any

import httpx
import typer
from rich.table import Table

from shared.client import service_client
from shared.terminal import console
from shared.web.numbers import date_fr, euros

REFUSED = 1

debits = typer.Typer(
    name="debits", help="Les prélèvements : préparer une remise, voir les remises.", no_args_is_help=True
)
AsJson = Annotated[bool, typer.Option("--json", help="Écrire du JSON.")]
STATES = {"prepared": "préparée", "sent": "transmise", "cancelled": "annulée"}


@debits.command("prepare")
def prepare(
    on: Annotated[datetime, typer.Option("--on", formats=["%Y-%m-%d"], help="Jour du prélèvement.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Montrer ce qui serait prélevé, sans rien préparer.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Préparer les prélèvements d’un jour : chaque personne est prévenue aussitôt par courriel."""
    day = on.date().isoformat()
    with service_client("pledges", timeout=120) as pledges:  # thousands of letters are announced in one go
        if dry_run:
            answer = pledges.get("/api/pledges/debit-preview", params={"on": day})
        else:
            answer = pledges.post("/api/pledges/debit-batches", json={"on": day})
    found = _checked(answer)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    count = found["collection_count"]
    plural = "s" if count > 1 else ""
    typer.echo(f"{count} prélèvement{plural} pour {euros(found['amount_minor'])}, le {date_fr(day)}.")
    typer.echo(
        f"Fichier pour la banque : du {date_fr(found['sendable_from'])} au {date_fr(found['send_by'])}, "
        "sur la page /banque/prelevements."
    )
    if dry_run:
        typer.echo("Rien n’a été préparé.")


@debits.command("list")
def list_(as_json: AsJson = False) -> None:
    """Lister les remises de prélèvements, les plus récentes d’abord."""
    with service_client("pledges") as pledges:
        found = _checked(pledges.get("/api/pledges/debit-batches"))
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    table = Table("Date", "État", "Prélèvements", "Montant", "Encaissé", "Rejeté", "Remise")
    for one in found:
        table.add_row(
            one["collect_on"],
            STATES[one["state"]],
            str(one["collection_count"]),
            euros(one["amount_minor"]),
            euros(one["received_minor"]),
            euros(one["returned_minor"]),
            one["payment_information_id"],
        )
    console().print(table)


def _checked(answer: httpx.Response) -> Any:
    """The answer's JSON; a refusal is said and ends the command."""
    if answer.is_client_error:
        typer.echo(answer.json()["detail"], err=True)
        raise typer.Exit(REFUSED)
    answer.raise_for_status()
    return answer.json()
