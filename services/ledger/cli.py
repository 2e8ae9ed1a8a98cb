"""Commands of the ledger: `milliard ledger verify`, `prove`, `export` and `chart check`, `milliard progress`."""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer
from rich.table import Table

from shared.client import PlatformUnreachable, platform, service_client
from shared.terminal import console
from shared.web.numbers import date_fr, euros

if TYPE_CHECKING:
    from services.ledger.queries.verify import Verification

AsJson = Annotated[bool, typer.Option("--json", help="Résultat en JSON.")]


def plug(app: typer.Typer) -> None:
    """Add the ledger's commands to `milliard`."""
    ledger = typer.Typer(help="Le grand livre : vérifier, prouver, exporter.", no_args_is_help=True)
    ledger.command("verify", help="Recalcule chaînes, soldes et totaux. Code 1 si quelque chose est faux.")(
        verify_books
    )
    ledger.command("prove", help="Prouve qu’un paiement est dans une racine publiée.")(prove_receipt)
    ledger.command("export", help="Écrit les livres d’une année : format FEC ou Beancount.")(export_books)
    chart = typer.Typer(help="Le plan de comptes.", no_args_is_help=True)
    chart.command(
        "check", help="Vérifie un plan de comptes (CSV de /comptes/plan.csv). Code 1 s’il ne va pas."
    )(check_chart)
    ledger.add_typer(chart, name="chart")
    app.add_typer(ledger, name="ledger")
    app.command("progress", help="Les quatre chiffres, en tout ou par territoire.")(show_progress)


def verify_books(as_json: AsJson = False) -> None:
    """Recompute the books from their rows."""
    url = platform().facts["database_urls"]["ledger"]
    try:
        found = asyncio.run(_verify(url))
    except OSError as error:
        raise PlatformUnreachable(
            f"La base du grand livre ne répond pas ({type(error).__name__}) : la plateforme démarre ou s’arrête ;"
            " réessayez."
        ) from None
    if as_json:
        typer.echo(json.dumps({"verify": found.verdict, **asdict(found)}, ensure_ascii=False))
    elif found.problems:
        for problem in found.problems:
            typer.echo(f"✗ {problem}")
        typer.echo(
            f"{len(found.problems)} anomalie(s) sur {found.entries} écritures : ne corrigez rien à la main."
        )
    else:
        typer.echo(
            f"✓ {found.entries} écritures, {found.lines} lignes, {found.territories} chaînes,"
            f" {found.proved_statements} relevé(s) prouvé(s), {found.roots} racine(s) : tout concorde."
        )
    raise typer.Exit(1 if found.problems else 0)


def prove_receipt(
    receipt: Annotated[
        UUID, typer.Argument(help="L’identifiant de sa ligne de banque, ou de son affectation.")
    ],
    output: Annotated[
        Path | None, typer.Option(help="Où écrire la preuve ; sans cela, elle s’affiche.")
    ] = None,
) -> None:
    """Print or write the proof that a payment is inside a published root."""
    with service_client("ledger") as http:
        answer = http.get(f"/api/ledger/receipts/{receipt}/proof")
    if answer.is_error:
        typer.echo(answer.json()["detail"], err=True)
        raise typer.Exit(1)
    proof = json.dumps(answer.json(), ensure_ascii=False, indent=1)
    if output is None:
        typer.echo(proof)
        return
    output.write_text(proof + "\n", encoding="utf-8")
    typer.echo(f"La preuve est dans {output} : « python3 verifier_paiement.py {output} CLÉ » la vérifie.")


def export_books(
    year: Annotated[int, typer.Option(help="L’année civile.")],
    format: Annotated[str, typer.Option(help="fec (UTF-8), fec-iso-8859-15 ou beancount.")] = "fec",
    output: Annotated[Path, typer.Option(help="Le dossier où écrire.")] = Path(),
) -> None:
    """Write the books of a year into a folder, with the description that goes with it; check what is in FEC format."""
    from services.ledger.formats.fec_check import check_fec

    with service_client("ledger") as http:
        asked = {"year": year, "format": format}
        with http.stream("POST", "/api/ledger/exports", json=asked) as answer:
            if answer.is_error:
                answer.read()
                typer.echo(answer.json()["detail"], err=True)
                raise typer.Exit(1)
            path = output / answer.headers["content-disposition"].partition('filename="')[2].rstrip('"')
            with path.open("wb") as file:
                file.writelines(answer.iter_bytes())
        digest = answer.headers["x-content-sha256"]
        typer.echo(f"{path} ({path.stat().st_size} octets, SHA-256 {digest})")
        if not format.startswith("fec"):
            return
        encoding = format.partition("-")[2] or "utf-8"
        described = http.get(f"/api/ledger/exports/{year}/description", params={"encoding": encoding})
        described.raise_for_status()
        path.with_suffix(".description.txt").write_text(described.text, encoding="utf-8")
    problems = check_fec(path)
    for problem in problems:
        typer.echo(f"✗ {problem}")
    raise typer.Exit(1 if problems else 0)


def check_chart(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="Le plan, en CSV.")],
) -> None:
    """Say what keeps a chart of accounts from taking the place of the present one; nothing is changed."""
    from services.ledger.domain.chart_check import ChartRefused
    from services.ledger.formats.chart_file import read_chart

    try:
        accounts = read_chart(file.read_bytes())
    except ChartRefused as refusal:
        problems = refusal.problems
    else:
        body = {"accounts": [account._asdict() for account in accounts]}
        with service_client("ledger") as http:
            answer = http.post("/api/ledger/chart/check", json=body)
        if answer.is_error:
            typer.echo(answer.json()["detail"], err=True)
            raise typer.Exit(1)
        problems = answer.json()["problems"]
    for problem in problems:
        typer.echo(f"✗ {problem}")
    if not problems:
        typer.echo(f"✓ {len(accounts)} comptes : ce plan peut remplacer celui d’aujourd’hui.")
    raise typer.Exit(1 if problems else 0)


async def _verify(url: str) -> "Verification":
    from services.ledger.queries.verify import verify  # here: other commands need no database library
    from shared.database.engine import engine_for

    engine = engine_for(url, pool_size=1, application="milliard-verify")
    try:
        return await verify(engine)
    finally:
        await engine.dispose()


def show_progress(
    as_json: AsJson = False,
    territory: Annotated[str | None, typer.Option(help="Code d’un territoire.")] = None,
) -> None:
    """Print the four figures."""
    with service_client("ledger") as http:
        progress = http.get("/api/ledger/progress").raise_for_status().json()
    found = progress
    if territory:
        found = next((one for one in progress["territories"] if one["code"] == territory.upper()), None)
        if found is None:
            typer.echo(
                f"Le territoire {territory} n’existe pas : donnez un code du COG, par exemple 64.", err=True
            )
            raise typer.Exit(2)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False))
        return
    proved = progress["received_proved_on"]
    table = Table(title=found.get("name", "Opération Milliard"), show_header=False)
    table.add_row("Promis", euros(found["promised_minor"]))
    table.add_row(
        f"Reçu (prouvé au {date_fr(proved)})" if proved else "Reçu (pas encore prouvé)",
        euros(found["received_minor"]),
    )
    table.add_row("Converti en monnaies locales", euros(found["converted_minor"]))
    table.add_row("Mis de côté, à convertir", euros(found["to_convert_minor"]))
    table.add_row("Versé aux projets", euros(found["disbursed_minor"]))
    console().print(table)
