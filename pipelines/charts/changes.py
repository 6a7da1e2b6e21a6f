"""Before and after: metrics against their fair points, by group, and ability beside bias."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.charts.dress import (
    FIRST,
    GRID,
    ROW,
    RULE,
    SECOND,
    THIRD,
    blank,
    dots,
    figure,
    legend_below,
    row_labels,
    rows_axis,
    told,
)
from pipelines.views.comparisons import ComparisonView, MetricChange

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

UNIT_LIMIT = 1.5
"""Metrics beyond it (such as perplexity) would squeeze the others; the table has them."""
MOST_ROWS = 16
AIMS = {
    "bias": ("bias", FIRST, "diamond"),
    "harm": ("harm to gender-diverse people", SECOND, "square"),
    "ability": ("ability", THIRD, "circle"),
    "language": ("language", "#6d665f", "triangle-up"),
}


def comparable(changes: Sequence[MetricChange]) -> list[MetricChange]:
    """Return the changes that have both sides in a scale of about 0 to 1."""
    return [
        one
        for one in changes
        if one.before is not None
        and one.after is not None
        and max(abs(one.before), abs(one.after)) <= UNIT_LIMIT
    ]


def before_after(changes: Sequence[MetricChange]) -> "Figure":
    """Return each metric before (ring) and after (diamond), with intervals and its fair point."""
    shown = comparable(changes)[:MOST_ROWS]
    if not shown:
        return blank("Nothing to compare.", 160)
    names = [one.label for one in shown]
    rows = range(len(shown))
    fair = [(row, one.ideal) for row, one in enumerate(shown) if one.ideal is not None]
    shift = 0.1  # before a little above its row, after a little below: intervals do not hide
    traces = [
        {
            "type": "scatter", "mode": "lines", "showlegend": False, "hoverinfo": "skip",
            "x": [x for one in shown for x in (one.before, one.after, None)],
            "y": [y for row in rows for y in (row - shift, row + shift, None)],
            "line": {"color": GRID.replace("0.25", "0.7"), "width": 2},
        },
        dots("fair or best", [ideal for _, ideal in fair], [row for row, _ in fair], "line-ns",
             RULE, labels=[names[row] for row, _ in fair]),
        dots("before", [one.before for one in shown], [row - shift for row in rows],
             "circle-open", SECOND, [(one.before_low, one.before_high) for one in shown], names),
        dots("after", [one.after for one in shown], [row + shift for row in rows], "diamond",
             FIRST, [(one.after_low, one.after_high) for one in shown], names),
    ]  # fmt: skip
    traces[1]["marker"] |= {"size": 22}
    return figure(
        traces,
        100 + ROW * len(shown),
        showlegend=True,
        legend=legend_below(),
        xaxis={"title": {"text": "value, with 95 % intervals"}},
        yaxis=rows_axis(len(shown)),
        annotations=row_labels(names),
        margin={"l": 10, "r": 10, "t": 50, "b": 10},
    )


def before_after_words(changes: Sequence[MetricChange]) -> str:
    """Say what `before_after` shows."""
    shown = comparable(changes)
    if not shown:
        return left_words(changes, 0).strip()
    aimed = [one for one in shown if one.ideal is not None]
    fairer = [one for one in aimed if nearer(one) > 0]
    clear = [one for one in shown if one.verdict in ("better", "worse")]
    few = [one for one in shown if "too few" in one.verdict]
    said = (
        f"Of {len(aimed)} metrics with a fair or best point {len(fairer)} lie nearer to it after "
        f"training than before. For {len(clear)} of {len(shown)} metrics the move is better or "
        "worse by more than chance explains, after correction"
    )
    said += f"; for {len(few)} too few families changed to tell." if few else "."
    return said + left_words(changes, len(shown))


def left_words(changes: Sequence[MetricChange], shown: int) -> str:
    """Say which metrics are not drawn: more than MOST_ROWS, and those in other units."""
    both = sum(one.before is not None and one.after is not None for one in changes)
    parts = [f"{shown - MOST_ROWS} more"] if shown > MOST_ROWS else []
    parts += [f"{both - shown} in other units"] if both > shown else []
    return f" Only in the table: {' and '.join(parts)}." if parts else ""


def nearer(change: MetricChange) -> float:
    """Return how much nearer to its fair point a metric is after; below 0, farther."""
    return abs(change.before - change.ideal) - abs(change.after - change.ideal)


def by_group(changes: Sequence[MetricChange], label: str) -> "Figure":
    """Return one metric for each group of items, before and after, the farthest from fair first."""
    shown = comparable(changes)
    if not shown:
        return blank(f"{label}: no groups to tell apart.", 120)
    ranked = sorted(shown, key=lambda one: -abs((one.after or 0) - (one.ideal or 0)))
    short = [
        MetricChange(**{**vars(one), "label": f"{one.group} (n = {one.n or one.families or 0:,})"})
        for one in ranked
    ]
    return before_after(short)


def by_group_words(changes: Sequence[MetricChange], label: str) -> str:
    """Say what `by_group` shows."""
    shown = [one for one in comparable(changes) if one.ideal is not None]
    if not shown:
        return ""
    worst = max(shown, key=lambda one: abs(one.after - one.ideal))
    best = min(shown, key=lambda one: abs(one.after - one.ideal))
    grown = [one.group for one in shown if nearer(one) < 0]
    ends = [told(one.after, one.percent) for one in (worst, best)]
    if len(shown) == 1:
        said = f"{label} after training is {ends[0]} for {worst.group}."
    elif ends[0] == ends[1]:
        said = f"{label} after training is {ends[0]} for every group."
    else:
        said = (
            f"{label} after training is farthest from its fair point for {worst.group} "
            f"({ends[0]}) and nearest for {best.group} ({ends[1]})."
        )
    if grown:
        said += f" It moved away from it for {', '.join(grown[:5])}"
        said += f" and {len(grown) - 5} more." if len(grown) > 5 else "."
    if len(shown) > MOST_ROWS:
        said += f" The {MOST_ROWS} farthest of {len(shown)} groups are drawn; the table has all."
    return said


def ability_beside_bias(found: ComparisonView) -> "Figure":
    """Return how far every headline metric moved toward its fair or best point, by aim."""
    rows = [one for one in comparable(found.headlines) if one.ideal is not None]
    if not rows:
        return blank("No benchmark with a fair or best point was compared.", 120)
    order = list(AIMS)
    rows.sort(key=lambda one: order.index(found.measure(one.benchmark).aim))
    names = [f"{found.measure(one.benchmark).label}: {one.label.lower()}" for one in rows]
    traces = []
    for aim, (said, color, symbol) in AIMS.items():
        mine = [
            (place, one)
            for place, one in enumerate(rows)
            if found.measure(one.benchmark).aim == aim
        ]
        if mine:
            traces.append(
                dots(
                    said,
                    [nearer(one) for _, one in mine],
                    [place for place, _ in mine],
                    symbol,
                    color,
                    [toward_interval(one) for _, one in mine],
                    [names[place] for place, _ in mine],
                )
            )
    zero = {"zeroline": True, "zerolinecolor": RULE, "zerolinewidth": 2}
    return figure(
        traces,
        100 + ROW * len(rows),
        showlegend=True,
        legend=legend_below(),
        xaxis={"title": {"text": "← farther   moved toward fair or best   nearer →"}, **zero},
        yaxis=rows_axis(len(rows)),
        annotations=row_labels(names),
        margin={"l": 10, "r": 10, "t": 50, "b": 10},
    )


def toward_interval(change: MetricChange) -> tuple[float | None, float | None]:
    """Return the interval of the move toward the fair point, where the two lie on one side of it.

    A metric that has crossed its fair point has no simple interval of the distance.
    """
    start, end = change.before - change.ideal, change.after - change.ideal
    if change.low is None or change.high is None or start * end < 0:
        return None, None
    if start >= 0 and end >= 0:
        return -change.high, -change.low
    return change.low, change.high


def ability_words(found: ComparisonView) -> str:
    """Say what `ability_beside_bias` shows."""
    parts = []
    for aim, (said, _, _) in AIMS.items():
        rows = [
            one
            for one in comparable(found.headlines)
            if one.ideal is not None and found.measure(one.benchmark).aim == aim
        ]
        if rows:
            up = sum(nearer(one) > 0 for one in rows)
            parts.append(f"{said}: {up} of {len(rows)} nearer")
    return f"Toward the fair or best point moved, by aim: {'; '.join(parts)}." if parts else ""
