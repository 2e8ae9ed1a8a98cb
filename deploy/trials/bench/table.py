"""Figures as they are shown: a table for people, one JSON object for programs."""

import json
from collections.abc import Sequence

import typer
from rich.console import Console
from rich.table import Table

from deploy.trials.bench.figure import Figure, Goal
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
        table.add_row(
            *_judged(
                figure.title, figure.ratio, figure.goal, figure.samples, is_met=figure.is_met_but_for_bounds
            ),
            _reading(figure.work, figure.unit),
            _reading(figure.yardstick, figure.unit),
        )
        for bound in figure.bounds:
            table.add_row(
                *_judged(bound.title, bound.worst, bound.goal, bound.samples, is_met=bound.is_met),
                _reading(bound.worst, bound.unit),
                "",
            )
    out.print(table)
    for figure in figures:
        for what, value in (figure.facts | figure.details).items():
            out.print(f"  {figure.name} · {what} : {value}", highlight=False)
        for fault in figure.faults:
            out.print(f"✗ {fault}", highlight=False)


def _judged(
    title: str, value: float, goal: Goal, samples: Sequence[float], *, is_met: bool
) -> tuple[str, str, str, str, str]:
    return (
        title,
        f"{value:.3g}" + ("" if is_met else "  ✗"),
        f"{'≤' if goal.at_most else '≥'} {goal.must:g}",
        f"{goal.aim:g}",
        f"{min(samples):.3g} … {max(samples):.3g}",
    )


def _reading(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    return f"{value:,.0f} {unit}".replace(",", "\u202f") if value >= 100 else f"{value:.3g} {unit}"
