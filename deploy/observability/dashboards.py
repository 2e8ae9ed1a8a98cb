"""Our dashboards: how the whole stands, one territory, the programs.

Series of several processes are made one before they are counted: a figure of a service's database is shown by whoever
relays, and for a moment by two when that changes. So `max by` what the figure is of, then `sum`.
"""

from collections.abc import Iterable
from typing import Any

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import DashboardCursorSync

from deploy.observability.panels import WIDTH, choice, concern, curves, figure, listing

FIGURES = {"promised": "Promis", "received": "Reçu", "local_currency": "Converti", "disbursed": "Versé"}
RATE = "[$__rate_interval]"


def dashboards() -> dict[str, dashboard.Dashboard]:
    """Every dashboard, by the name of its file."""
    return {"apercu": _overview(), "territoire": _territory(), "programmes": _programs()}


def _overview() -> dashboard.Dashboard:
    found = _dashboard(
        "apercu", "Milliard · Aperçu", "L’argent, ce qui attend quelqu’un, et comment tout avance."
    )
    _add(
        found,
        "L’argent, tous territoires ensemble",
        [
            figure(
                label,
                f'sum(max by (territory) (milliard_progress{{figure="{name}"}})) / 100',
                unit="currencyEUR",
                wide=6,
            )
            for name, label in FIGURES.items()
        ],
    )
    _add(
        found,
        "Ce qui attend quelqu’un",
        [
            concern(
                "Relevés dont le solde n’est pas prouvé",
                "max(milliard_statements_unproved)",
                wide=6,
                says="À dire à la trésorerie : le solde de la banque n’est pas celui du grand livre.",
            ),
            concern(
                "Événements mis de côté",
                _none_is_zero("sum(max by (job, territory, status) (milliard_parked))"),
                wide=6,
                says="milliard parked list",
            ),
            concern(
                "Files qui n’avancent pas",
                _none_is_zero("sum(max by (job, territory, reason) (milliard_lane_held_up))"),
                wide=6,
                says="milliard lanes list",
            ),
            concern("Alertes", _none_is_zero('count(ALERTS{alertstate="firing"})'), wide=6),
            listing(
                "Quelles alertes sonnent ?",
                'max by (alertname, severity, job, territory, reader) (ALERTS{alertstate="firing"})',
                wide=WIDTH,
            ),
        ],
    )
    _add(
        found,
        "Comment les événements avancent",
        [
            curves(
                "Combien d’événements sont appliqués par seconde ?",
                {"{{job}}": _rate("milliard_lane_events_total", by="job", where='outcome="applied"')},
                unit="ops",
            ),
            curves(
                "Combien de temps de l’enregistrement à l’application ?",
                {f"{share} %": _quantile(share, "milliard_lane_delay_seconds") for share in (50, 95, 99)},
                unit="s",
                says="Du plus ancien événement de chaque lot.",
            ),
            curves(
                "Combien d’événements ne sont pas encore lus ?",
                {"{{reader}}": "sum by (reader) (max by (territory, reader) (milliard_bus_pending))"},
                unit="none",
            ),
            curves(
                "Depuis quand le plus ancien attend-il d’être publié ?",
                {"{{job}}": "max by (job) (milliard_outbox_age_seconds)"},
                unit="s",
            ),
        ],
    )
    return found


def _territory() -> dashboard.Dashboard:
    found = _dashboard(
        "territoire", "Milliard · Territoire", "Une file et son argent ; les autres n’y changent rien."
    )
    found.with_variable(choice("territory", "Territoire", of="label_values(milliard_bus_pending, territory)"))
    here = 'territory="$territory"'
    _add(
        found,
        "L’argent de $territory",
        [
            figure(
                label, f'max(milliard_progress{{{here}, figure="{name}"}}) / 100', unit="currencyEUR", wide=6
            )
            for name, label in FIGURES.items()
        ],
    )
    _add(
        found,
        "La file de $territory",
        [
            curves(
                "Combien d’événements ne sont pas encore lus, par service ?",
                {"{{reader}}": f"max by (reader) (milliard_bus_pending{{{here}}})"},
                unit="none",
            ),
            curves(
                "Que deviennent ceux qui arrivent ?",
                {"{{job}} · {{outcome}}": _rate("milliard_lane_events_total", by="job, outcome", where=here)},
                unit="ops",
            ),
            curves(
                "Quelle part de son flux est prise ?",
                {"{{territory}}": f"max by (territory) (milliard_bus_filled_ratio{{{here}}})"},
                unit="percentunit",
                says="Au-delà de 80 %, ce que chaque service a lu est enlevé.",
            ),
            curves(
                "Combien d’événements sont mis de côté ?",
                {"{{job}} · {{status}}": f"max by (job, status) (milliard_parked{{{here}}})"},
                unit="none",
            ),
        ],
    )
    _add(
        found,
        "Les autres",
        [
            curves(
                "Quels territoires ont le plus à lire ?",
                {
                    "{{territory}}": "topk(10, sum by (territory) (max by (territory, reader) (milliard_bus_pending)))"
                },
                unit="none",
                wide=WIDTH,
            ),
        ],
    )
    return found


def _programs() -> dashboard.Dashboard:
    found = _dashboard(
        "programmes",
        "Milliard · Programmes",
        "Ce que chaque programme répond, et ce qu’il prend à la machine.",
    )
    found.with_variable(
        choice("job", "Programme", of="label_values(process_cpu_time_seconds_total, job)", several=True)
    )
    here = 'job=~"$job"'
    requests = "http_server_request_duration_seconds"
    ours = 'http_response_status_code=~"5.."'
    _add(
        found,
        "Demandes",
        [
            curves(
                "Combien de demandes par seconde ?",
                {
                    "{{job}} · {{http_response_status_code}}": _rate(
                        f"{requests}_count", by="job, http_response_status_code", where=here
                    )
                },
                unit="reqps",
            ),
            curves(
                "Combien échouent par notre faute ?",
                {"{{http_route}}": _rate(f"{requests}_count", by="http_route", where=f"{here}, {ours}")},
                unit="reqps",
            ),
            curves(
                "Quelles routes sont lentes ? 95 % des réponses viennent plus tôt",
                {"{{http_route}}": _quantile(95, requests, by="http_route", where=here)},
                unit="s",
                wide=WIDTH,
            ),
        ],
    )
    _add(
        found,
        "Machine",
        [
            curves(
                "Combien de cœurs sont pris ?",
                {"{{instance}}": _rate("process_cpu_time_seconds_total", by="instance", where=here)},
                unit="none",
            ),
            curves(
                "Combien de mémoire ?",
                {"{{instance}}": f"sum by (instance) (process_memory_usage_bytes{{{here}}})"},
                unit="bytes",
            ),
            curves(
                "Combien de connexions à la base ?",
                {"{{job}} · {{state}}": f"sum by (job, state) (db_client_connection_count{{{here}}})"},
                unit="none",
            ),
            curves(
                "Quelles répliques servent combien de files ?",
                {"{{instance}}": f"sum by (instance) (milliard_lane_served{{{here}}})"},
                unit="none",
            ),
            curves(
                "Combien de temps prend la transaction d’un lot ?",
                {"{{job}}": _quantile(95, "milliard_lane_batch_duration_seconds", by="job", where=here)},
                unit="s",
                wide=WIDTH,
                says="95 % sont plus courtes.",
            ),
        ],
    )
    return found


def _dashboard(uid: str, title: str, description: str) -> dashboard.Dashboard:
    return (
        dashboard.Dashboard(title)
        .uid(f"milliard-{uid}")
        .description(description)
        .tags(["milliard"])
        .timezone("Europe/Paris")
        .week_start("monday")
        .time("now-6h", "now")
        .refresh("30s")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .readonly()
    )


def _add(found: dashboard.Dashboard, title: str, panels: Iterable[Any]) -> None:
    """Add a row of panels, each with a number of its own: a link to one stays when others come."""
    found.with_row(dashboard.Row(title).id(_next_number(found)))
    for panel in panels:
        found.with_panel(panel.id(_next_number(found)))


def _next_number(found: dashboard.Dashboard) -> int:
    return len(found.build().panels or ()) + 1


def _none_is_zero(expression: str) -> str:
    """A count of nothing is no series at all; a person wants to read 0."""
    return f"{expression} or vector(0)"


def _rate(counter: str, *, by: str, where: str = "") -> str:
    """How fast a counter goes, per second."""
    return f"sum by ({by}) (rate({counter}{{{where}}}{RATE}))"


def _quantile(share: int, histogram: str, *, by: str = "", where: str = "") -> str:
    """What so many of a hundred are below."""
    kept = f"{by}, le" if by else "le"
    return f"histogram_quantile({share / 100}, {_rate(f'{histogram}_bucket', by=kept, where=where)})"
