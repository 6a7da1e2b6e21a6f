"""What a report says, gathered from the project: plain values, and figures as HTML.

Whatever was typed, imported or written by a model stays text; only the figures are markup, and
they are made here. The folder of benchmark files, another one on every machine, is not told. A
model that lies in a folder is told by its reference: it cannot be measured again without.
"""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from pipelines.commands import command_line
from pipelines.configs import CompareConfig, ReportConfig
from pipelines.records import Family, PreferenceRow
from pipelines.report.drawing import Chart, audit_charts, draw_charts
from pipelines.report.recipes import Recipe, read_recipes, stored_command
from pipelines.store import Project
from pipelines.views.comparisons import ComparisonView
from pipelines.views.item_sources import measured_again
from pipelines.views.items import (
    ItemDetail,
    list_extremes,
    read_item,
)
from pipelines.views.rewards import AuditView, list_audits, read_audit


@dataclass(frozen=True)
class Extremes:
    """The items of one benchmark that changed most, each in full."""

    label: str
    warning: str
    again: str  # that they were measured again since
    better: list[ItemDetail]
    worse: list[ItemDetail]


@dataclass(frozen=True)
class Audited:
    """One audit of the implicit reward of a model of the comparison."""

    found: AuditView
    charts: list[Chart]


@dataclass(frozen=True)
class Report:
    """Everything the template draws."""

    question: str
    found: ComparisonView
    project: str
    families: list[tuple[str, int]]
    preference_rows: list[tuple[str, int]]
    recipes: list[Recipe]
    charts: list[Chart]
    extremes: list[Extremes]
    audits: list[Audited]
    commands: list[str]
    settings: dict[str, Any]
    facts: dict[str, Any] = field(default_factory=dict)


def gather(project: Project, config: ReportConfig, found: ComparisonView) -> Report:
    """Return the content of the report on one comparison."""
    return Report(
        question=config.question,
        found=found,
        project=project.root.name,
        families=count_families(project),
        preference_rows=count_rows(project),
        recipes=read_recipes(project, found),
        charts=draw_charts(project, found),
        extremes=read_extremes(project, found),
        audits=read_audits(project, found),
        commands=rerun_commands(project, found),
        settings={key: value for key, value in found.config.items() if key != "benchmarks_dir"},
        facts=found.provenance,
    )


def count_families(project: Project) -> list[tuple[str, int]]:
    """Return how many families there are by kind, source and split."""
    query = select(Family.kind, Family.source, Family.split, func.count()).group_by(
        Family.kind, Family.source, Family.split
    )
    with project.read() as session:
        rows = session.execute(query.order_by(Family.kind, Family.source, Family.split)).all()
    return [(f"{kind}, {source}, {split}", count) for kind, source, split, count in rows]


def count_rows(project: Project) -> list[tuple[str, int]]:
    """Return how many preference rows there are by source and split."""
    with project.read() as session:
        rows = session.execute(
            select(PreferenceRow.source, PreferenceRow.split, PreferenceRow.excluded)
        ).all()
    counts = Counter(
        f"{source}, {split}" + (", excluded" if excluded else "")
        for source, split, excluded in rows
    )
    return sorted(counts.items())


def read_extremes(project: Project, found: ComparisonView) -> list[Extremes]:
    """Return the ten best and worst items of every benchmark that has any."""
    told = []
    for name in found.benchmarks:
        better, worse = list_extremes(project, found, name)
        if better or worse:
            about = found.measure(name)
            details = [
                [read_item(project, found, name, item.family_id, item.key) for item in items]
                for items in (better, worse)
            ]
            label = f"{found.first_run}{about.label}"
            again = measured_again(project, found, name)
            told.append(Extremes(label, about.warning, again, *details))
    return told


def read_audits(project: Project, found: ComparisonView) -> list[Audited]:
    """Return the newest audit of each list of pairs for every model after."""
    newest: dict[tuple[str, str], int] = {}
    for row in list_audits(project).rows:
        if row.model in found.models_after:
            newest.setdefault((row.model, row.pairs), row.id)
    audits = [audit for number in newest.values() if (audit := read_audit(project, number))]
    return [Audited(audit, audit_charts(project, audit)) for audit in audits]


def rerun_commands(project: Project, found: ComparisonView) -> list[str]:
    """Return what a person types to measure again and to write this report again.

    The folder of benchmark files is another one elsewhere, so it is named by its variable.
    """
    known = dict(found.config)
    folder = known.pop("benchmarks_dir", "")
    name = project.root.name
    compare = stored_command("compare", CompareConfig, known, name)
    if folder:
        compare += ' --benchmarks-dir "$EVENHAND_BENCHMARKS"'
    return [compare, command_line("report", ReportConfig(comparison=found.id), name)]
