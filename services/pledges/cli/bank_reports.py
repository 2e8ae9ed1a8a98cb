"""Shows what became of imported files, as tables."""

from typing import Any

import typer
from rich.table import Table

from shared.terminal import console
from shared.web.numbers import euros


def show_reports(reports: list[dict[str, Any]]) -> None:
    """A line for each statement and each notification; refusals on the error stream."""
    table = table_of(
        "Fichier",
        "Relevé",
        "Lignes",
        "Reçus",
        "Rendus",
        "Remboursés",
        "Versés",
        "Frais",
        "En attente",
        "État",
    )
    for report in reports:
        for one in report.get("statements", []):
            state = "déjà importé" if one["status"] == "already_imported" else "importé"
            if one["gap_minor"]:
                state += f", écart de {euros(one['gap_minor'])} : un relevé manque avant celui-ci"
            counts = ("line", "received", "returned", "refunded", "disbursed", "fee", "suspended")
            table.add_row(
                report["file"],
                one["bank_statement_id"],
                *(str(one[f"{name}_count"]) for name in counts),
                state,
            )
    if table.row_count:
        console().print(table)
    _show_notifications(reports)
    for report in reports:
        if "error" in report:
            typer.echo(f"{report['file']} : {report['error']}", err=True)


def _show_notifications(reports: list[dict[str, Any]]) -> None:
    """What sums in suspense are made of: how many were detailed, how many entries wait for their statement."""
    table = table_of(
        "Fichier", "Avis", "Écritures", "Détaillées", "Déjà détaillées", "Sans détail", "En attente", "État"
    )
    counts = ("entry", "detailed", "already_detailed", "undetailed", "waiting")
    for report in reports:
        for one in report.get("notifications", []):
            state = "déjà importé" if one["status"] == "already_imported" else "importé"
            numbers = [str(one[f"{name}_count"]) for name in counts]
            table.add_row(report["file"], one["bank_notification_id"], *numbers, state)
    if table.row_count:
        console().print(table)
    if detailed := sum(report.get("detailed_entries", 0) for report in reports):
        typer.echo(f"Sommes en attente détaillées par un avis : {detailed}.")


def table_of(*columns: str) -> Table:
    """An empty table with these columns."""
    table = Table()
    for column in columns:
        table.add_column(column)
    return table
