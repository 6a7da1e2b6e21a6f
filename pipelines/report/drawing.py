"""The charts of a report, each as HTML with its title and the sentence that says what is seen."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from pipelines.charts.changes import (
    ability_beside_bias,
    ability_words,
    before_after,
    before_after_words,
    by_group,
    by_group_words,
)
from pipelines.charts.gaps import gap_distribution, gap_words
from pipelines.charts.items import item_scatter, scatter_words
from pipelines.charts.rewards import margin_chart, margin_words, stage_chart, stage_words
from pipelines.store import Project
from pipelines.views.audit_pairs import list_margins
from pipelines.views.comparisons import ComparisonView, MetricChange
from pipelines.views.item_sources import said_of_items
from pipelines.views.items import list_scores, list_values
from pipelines.views.rewards import AuditView

DISTINCT = 5
"""Scores with fewer values than this make no picture."""
GROUP_CHARTS = 3
"""Charts of groups a benchmark, at most; the table has all."""


@dataclass(frozen=True)
class Chart:
    """One figure with its title and the sentence that says what is seen."""

    title: str
    html: Markup
    words: str


def draw_charts(project: Project, found: ComparisonView) -> list[Chart]:
    """Return the charts of a comparison, each with its sentence."""
    whole = [one for one in found.headlines if one.change is not None]
    charts = [
        chart("Before and after, by benchmark", before_after(named(found, whole)),
              before_after_words(whole)),
        chart("Ability beside bias", ability_beside_bias(found), ability_words(found)),
    ]  # fmt: skip
    for name in found.benchmarks:
        charts += benchmark_charts(project, found, name)
    return charts


def named(found: ComparisonView, changes: list[MetricChange]) -> list[MetricChange]:
    """Return the changes with their benchmark's name before their own."""
    return [
        MetricChange(
            **{**vars(one), "label": f"{found.measure(one.benchmark).label}: {one.label.lower()}"}
        )
        for one in changes
    ]


def benchmark_charts(project: Project, found: ComparisonView, name: str) -> list[Chart]:
    """Return one benchmark's charts: its groups, its gaps, its items."""
    about = found.measure(name)
    charts = []
    if name in ("own", "genmo"):
        sides = [
            list_values(project, found, name, model)
            for model in (found.before, found.models_after[0])
        ]
        charts.append(
            chart(f"{found.first_run}{about.label}, gaps against the noise floor",
                  gap_distribution(*sides),
                  said_of_items(project, found, name, gap_words(*sides)))
        )  # fmt: skip
    groups = found.of(name, groups=True)
    for key in list(dict.fromkeys(one.of for one in groups))[:GROUP_CHARTS]:
        some = [one for one in groups if one.of == key]
        label = next((one.label for one in found.of(name) if one.key == key), key)
        charts.append(
            chart(f"{about.label}: {label.lower()} by group", by_group(some, label),
                  by_group_words(some, label))
        )  # fmt: skip
    scores = list_scores(project, found, name)
    if len({before for _, before, _, _ in scores}) >= DISTINCT:
        charts.append(
            chart(f"{found.first_run}{about.label}, item by item",
                  item_scatter(scores, about.score),
                  said_of_items(project, found, name, scatter_words(scores)))
        )  # fmt: skip
    return charts


def chart(title: str, figure: Any, words: str) -> Chart:
    """Return a figure as HTML without the library, which stands once in the report."""
    html = figure.to_html(
        full_html=False,
        include_plotlyjs=False,
        config={"displayModeBar": False, "responsive": True},
    )
    return Chart(title, Markup(html), words)


def audit_charts(project: Project, audit: AuditView) -> list[Chart]:
    """Return the stages and the margins of one audit."""
    margins, is_preferences = list_margins(project, audit.row.id), audit.row.is_preferences
    told = stage_words(audit.stages)
    charts = []
    if told:
        charts.append(chart("Stigma preferred, by stage", stage_chart(audit.stages), told))
    if margins:
        title = "Chosen above rejected, row by row" if is_preferences else "Reward margins"
        words = margin_words(margins, is_preferences)
        charts.append(chart(title, margin_chart(margins, is_preferences), words))
    return charts
