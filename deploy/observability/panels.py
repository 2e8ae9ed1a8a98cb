"""The kinds of panel that our dashboards have, each a question and its answer: figures, curves, and a list."""

from typing import Any

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, table, timeseries
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

SOURCE = models.DataSourceRef(type_val="prometheus", uid="prometheus")
WIDTH = 24
"""Columns of Grafana's grid."""

CALM, ALARMED = "green", "red"


def figure(question: str, expression: str, *, unit: str, wide: int, says: str = "") -> stat.Panel:
    """One figure as it is now. `wide`: columns of 24; `says`: what to know of it."""
    return _shown(_figure(question, expression, unit=unit, wide=wide), says)


def concern(question: str, expression: str, *, wide: int, says: str = "") -> stat.Panel:
    """A count that is to be zero: calm then, and alarmed otherwise."""
    steps = [models.Threshold(value=None, color=CALM), models.Threshold(value=1, color=ALARMED)]
    panel = (
        _figure(question, expression, unit="none", wide=wide)
        .color_mode(common_models.BigValueColorMode.BACKGROUND)
        .thresholds(dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps))
    )
    return _shown(panel, says)


def curves(
    question: str, by_legend: dict[str, str], *, unit: str, wide: int = WIDTH // 2, says: str = ""
) -> timeseries.Panel:
    """How something went: expressions by their legend, which may name labels as `{{job}}`."""
    panel = (
        timeseries.Panel()
        .title(question)
        .datasource(SOURCE)
        .unit(unit)
        .min(0)
        .height(8)
        .span(wide)
        .fill_opacity(10)
        .show_points(common_models.VisibilityMode.NEVER)
        .tooltip(common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI))
    )
    for place, (legend, expression) in enumerate(by_legend.items()):
        panel.with_target(_asked(expression, place).range().legend_format(legend))
    return _shown(panel, says)


def listing(question: str, expression: str, *, wide: int, says: str = "") -> table.Panel:
    """What there is now, a row each, its labels as columns."""
    asked = _asked(expression).instant().format(PromQueryFormat.TABLE)
    return _shown(
        table.Panel().title(question).datasource(SOURCE).height(8).span(wide).with_target(asked), says
    )


def choice(name: str, label: str, *, of: str, several: bool = False) -> dashboard.QueryVariable:
    """What a dashboard is about: one value of a label, or several. `of`: Grafana's `label_values(…)`."""
    found = dashboard.QueryVariable(name).label(label).datasource(SOURCE).query(of)
    found.refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED).sort(models.VariableSort.ALPHABETICAL_ASC)
    return found.multi(True).include_all(True).all_value(".*") if several else found


def _figure(question: str, expression: str, *, unit: str, wide: int) -> stat.Panel:
    return (
        stat.Panel()
        .title(question)
        .datasource(SOURCE)
        .unit(unit)
        .height(4)
        .span(wide)
        .no_value("—")
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .graph_mode(common_models.BigValueGraphMode.NONE)
        .with_target(_asked(expression).instant())
    )


def _asked(expression: str, place: int = 0) -> prometheus.Dataquery:
    return prometheus.Dataquery().expr(expression).ref_id(chr(ord("A") + place)).datasource(SOURCE)


def _shown(panel: Any, says: str) -> Any:
    return panel.description(says) if says else panel
