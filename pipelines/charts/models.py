"""Several models on one metric, each with its interval, against the fair point."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pipelines.charts.dress import (
    FIRST,
    ROW,
    RULE,
    blank,
    dots,
    figure,
    legend_below,
    row_labels,
    rows_axis,
    told,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Rows = Sequence[tuple[str, dict[str, Any]]]
"""(name, {"value", "low", "high", "ideal", "n"}) of each model."""


def defined(rows: Rows) -> list[tuple[str, dict[str, Any]]]:
    """Return the models that have a number."""
    return [(name, found) for name, found in rows if found.get("value") is not None]


def models_chart(rows: Rows, label: str, percent: bool = False) -> "Figure":
    """Return one row a model, with its n."""
    shown = defined(rows)
    if not shown:
        return blank("No model was measured on this.", 140)
    names = [f"{name} (n = {found.get('n', 0):,})" for name, found in shown]
    ideal = shown[0][1].get("ideal")
    trace = dots(
        label,
        [found["value"] for _, found in shown],
        list(range(len(shown))),
        "diamond",
        FIRST,
        [(found.get("low"), found.get("high")) for _, found in shown],
        names,
    )
    shapes = []
    if ideal is not None:
        line = {"type": "line", "xref": "x", "yref": "paper", "y0": 0, "y1": 1}
        line |= {"x0": ideal, "x1": ideal, "line": {"color": RULE, "width": 2, "dash": "dot"}}
        shapes.append(line)
    said = label if ideal is None else f"{label} (dotted: fair or best, {told(ideal, percent)})"
    return figure(
        [trace],
        80 + ROW * len(shown),
        showlegend=False,
        legend=legend_below(),
        xaxis={"title": {"text": said}, "tickformat": ".0%" if percent else ""},
        yaxis=rows_axis(len(shown)),
        annotations=row_labels(names),
        shapes=shapes,
    )


def models_words(rows: Rows, label: str, percent: bool = False) -> str:
    """Say what `models_chart` shows: who is nearest to the fair point, and who farthest from it."""
    shown = defined(rows)
    if not shown:
        return ""
    ideal = shown[0][1].get("ideal")
    ranked = sorted(shown, key=lambda one: one[1]["value"] if ideal is None
                    else abs(one[1]["value"] - ideal))  # fmt: skip
    values = [f"{name} ({told(found['value'], percent)})" for name, found in ranked]
    if len(ranked) == 1:
        return f"{label} of one model: {values[0]}."
    if ideal is None:
        return (
            f"{label} of {len(shown)} models is lowest for {values[0]}, highest for {values[-1]}."
        )
    return (
        f"{label} of {len(shown)} models is nearest to its fair or best point, "
        f"{told(ideal, percent)}, for {values[0]} and farthest from it for {values[-1]}."
    )
