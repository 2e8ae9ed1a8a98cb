"""`milliard events export`: writes the contracts' schemas to `docs/events/`."""

from pathlib import Path
from typing import Annotated

import typer

from shared.events.schemas import ContractBroken, export


def plug(app: typer.Typer) -> None:
    """Add the contracts' commands to `milliard`."""
    events = typer.Typer(help="Les contrats des événements.", no_args_is_help=True)

    @events.callback()
    def _events() -> None:
        pass

    events.command(
        "export", help="Écrit les schémas ; refuse un changement qui casserait un contrat publié."
    )(export_schemas)
    app.add_typer(events, name="events")


def export_schemas(
    folder: Annotated[Path, typer.Argument(help="Dossier des schémas.")] = Path("docs/events"),
) -> None:
    """Write the schemas; a broken contract is said, and exit code 1."""
    try:
        written = export(folder)
    except ContractBroken as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{len(written)} schémas écrits dans {folder}.")
