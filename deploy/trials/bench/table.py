"""Figures as they are shown: a table for people, one JSON object for programs."""

import json
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from deploy.trials.bench.figure import Figure
from shared.terminal import console


def show(figures: Sequence[Figure], *, as_json: bool) -> None:
    """Print what was measured, and end with code 1 when something is below what it must reach."""
    if as_json:
        found = [figure.as_json() for figure in figures]
        typer.echo(json.dumps(found[0] if len(found) == 1 else {"figures": found}, ensure_ascii=False))
    else:
        _print_table(figures, console())
    if not all(figure.is_met for figure in figures):
        raise typer.Exit(1)


def _print_table(figures: Sequence[Figure], out: Console) -> None:
    table = Table("mesure", "obtenu", "il faut", "visé", "de … à …", "travail", "étalon", box=None)
    for figure in figures:
        sign = "≤" if figure.goal.at_most else "≥"
        table.add_row(
            figure.title,
            f"{figure.ratio:.3g}" + ("" if figure.is_met else "  ✗"),
            f"{sign} {figure.goal.must:g}",
            f"{figure.goal.aim:g}",
            f"{min(figure.samples):.3g} … {max(figure.samples):.3g}",
            _reading(figure.work, figure.unit),
            _reading(figure.yardstick, figure.unit),
        )
    out.print(table)
    for figure in figures:
        for what, value in (figure.facts | figure.details).items():
            out.print(f"  {figure.name} · {what} : {value}", highlight=False)
        for fault in figure.faults:
            out.print(f"✗ {fault}", highlight=False)


def _reading(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}".replace(",", "\u202f") if value >= 100 else f"{value:.3g} {unit}"
