"""`milliard bench NAME`: a table for people, one JSON object for programs; exit code 1 below a « must »."""

import signal
import sys
from collections.abc import Callable
from enum import StrEnum
from importlib import import_module
from typing import Annotated

import structlog
import typer

from deploy.local.errors import PlatformError
from deploy.trials.bench.figure import Figure
from deploy.trials.bench.table import show
from shared.values import lanes

app = typer.Typer(help="Mesure la plateforme à côté d’un étalon, dans le même passage.", no_args_is_help=True)

BENCHES = ("posting", "ledger", "statement", "relay", "pledge_http", "isolation", "progress", "idle")
"""Modules of this package with `run(...) -> list[Figure]`; `billion` is apart, for it takes as long as it is told."""

Json = Annotated[bool, typer.Option("--json", help="Un objet JSON, pour un programme.")]
Rounds = Annotated[int, typer.Option(min=1, help="Combien de fois le travail et son étalon alternent.")]

CANNOT_RUN, INTERRUPTED = 3, 130
"""Exit codes, beside 1 for what is below its « must »."""


class Case(StrEnum):
    """What may happen to a lane beside quiet ones."""

    FLOOD = "flood"
    POISON = "poison"
    HANG = "hang"
    LOCK = "lock"
    FULL = "full"


def measure(name: str, **options: object) -> list[Figure]:
    """Run one benchmark of this package; what it started is gone afterwards, however it ends."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))  # the output is the figures'
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what asks to end gets a clean end
    run: Callable[..., list[Figure]] = import_module(f"deploy.trials.bench.{name}").run
    try:
        return run(**options)
    except PlatformError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(CANNOT_RUN) from error
    except TimeoutError as error:
        typer.echo(f"La mesure « {name} » n’a pas fini à temps : la machine est-elle occupée ?", err=True)
        raise typer.Exit(CANNOT_RUN) from error
    except KeyboardInterrupt:
        typer.echo("Mesure interrompue : tout est arrêté et effacé.", err=True)
        raise typer.Exit(INTERRUPTED) from None


@app.command("all")
def everything(json_: Json = False, rounds: Rounds = 3) -> None:
    """Tous les bancs, l’un après l’autre."""
    figures: list[Figure] = []
    all_ran = True
    for name in BENCHES:
        if not json_:
            typer.echo(f"… {name}", err=True)
        try:
            figures += measure(name, rounds=rounds)
        except typer.Exit as exit_:  # it has said why; the others may run all the same
            all_ran = False
            if exit_.exit_code == INTERRUPTED:
                raise
    show(figures, as_json=json_)
    if not all_ran:
        raise typer.Exit(CANNOT_RUN)


@app.command()
def posting(json_: Json = False, rounds: Rounds = 5, events: int = 40_000, processes: int = 1) -> None:
    """De l’événement sur le bus à l’écriture passée, à côté d’un simple « fetch + ack »."""
    show(measure("posting", rounds=rounds, events=events, processes=processes), as_json=json_)


@app.command()
def ledger(
    json_: Json = False,
    rounds: Rounds = 5,
    transfers: Annotated[int, typer.Option(min=1, help="Virements par tour.")] = 40_000,
    workers: Annotated[int, typer.Option(help="Processus qui écrivent ; 0 : un par cœur.")] = 0,
) -> None:
    """Le grand livre seul, par lots de 500, à côté de pgbench (TPC-B, 16 clients)."""
    show(measure("ledger", rounds=rounds, transfers=transfers, workers=workers), as_json=json_)


@app.command()
def statement(
    json_: Json = False,
    rounds: Rounds = 5,
    entries: Annotated[int, typer.Option(min=1, help="Lignes de chaque relevé.")] = 100_000,
    pledges: Annotated[
        int | None,
        typer.Option(help="Promesses déjà en base, payées au hasard ; sans cela, une neuve par ligne."),
    ] = None,
    processes: Annotated[int, typer.Option(min=1, help="Combien de processus du grand livre.")] = 1,
) -> None:
    """Du fichier de la banque à l’écriture passée, à côté de « posting »."""
    if pledges is not None and pledges < max(entries, len(lanes())):
        raise typer.BadParameter(
            f"Chaque ligne paie une autre promesse : il en faut au moins {max(entries, len(lanes()))}.",
            param_hint="--pledges",
        )
    figures = measure("statement", rounds=rounds, entries=entries, pledges=pledges, processes=processes)
    show(figures, as_json=json_)


@app.command()
def relay(
    json_: Json = False,
    rounds: Rounds = 5,
    events: Annotated[int, typer.Option(min=1, help="Événements par tour, sur toutes les voies.")] = 40_000,
) -> None:
    """De la boîte d’envoi au flux, à côté de la seule publication par lots."""
    show(measure("relay", rounds=rounds, events=events), as_json=json_)


@app.command("pledge-http")
def pledge_http(
    json_: Json = False,
    rounds: Rounds = 5,
    seconds: Annotated[float, typer.Option(min=0.1, help="Durée de chaque observation.")] = 4,
) -> None:
    """Une promesse par HTTP, à côté du même serveur qui n’écrit qu’une ligne."""
    show(measure("pledge_http", rounds=rounds, seconds=seconds), as_json=json_)


@app.command()
def progress(
    json_: Json = False,
    rounds: Rounds = 5,
    postings: Annotated[int, typer.Option(min=1, help="Écritures des grands livres.")] = 10_000_000,
    small: Annotated[int, typer.Option(min=1, help="Écritures des petits.")] = 100_000,
) -> None:
    """Les chiffres de la page, lus dans de grands livres et dans de petits."""
    show(measure("progress", rounds=rounds, postings=postings, small=small), as_json=json_)


@app.command()
def idle(
    json_: Json = False,
    rounds: Rounds = 3,
    seconds: Annotated[float, typer.Option(min=0.1, help="Durée de l’observation.")] = 30,
    settle_seconds: Annotated[float, typer.Option(min=0, help="Repos avant elle.")] = 15,
) -> None:
    """Le temps de calcul de toute la plateforme quand il ne se passe rien."""
    show(measure("idle", rounds=rounds, seconds=seconds, settle_seconds=settle_seconds), as_json=json_)


@app.command()
def isolation(
    json_: Json = False,
    rounds: Rounds = 3,
    processes: int = 1,
    hanging: Annotated[int, typer.Option(min=1, max=8, help="Combien de voies se bloquent à la fois.")] = 1,
    seconds: Annotated[float | None, typer.Option(help="Durée d’une observation.")] = None,
    case: Annotated[list[Case] | None, typer.Option(help="Seulement ces cas.")] = None,
) -> None:
    """Ce que des voies calmes sentent d’une voie débordée, empoisonnée, bloquée, verrouillée ou pleine."""
    figures = measure(
        "isolation",
        rounds=rounds,
        processes=processes,
        hanging=hanging,
        seconds=seconds,
        cases=[str(one) for one in case or ()],
    )
    show(figures, as_json=json_)


@app.command()
def billion(
    receipts: Annotated[int, typer.Option(min=10, help="En combien de paiements.")] = 1_000_000,
    processes: Annotated[int, typer.Option(min=1, help="Combien de processus du grand livre.")] = 2,
    json_: Json = False,
) -> None:
    """Un milliard d’euros exactement, paiement par paiement ; puis la vérification et la lecture du progrès."""
    show(measure("billion", receipts=receipts, processes=processes), as_json=json_)
