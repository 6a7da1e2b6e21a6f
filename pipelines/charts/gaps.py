"""How far single items move with the gender, against the noise floor, before and after."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipelines.charts.dress import (
    FIRST,
    RULE,
    SECOND,
    THIRD,
    blank,
    figure,
    legend_below,
)

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

BINS = 30


def numbers(values: Sequence[Mapping[str, Any]], name: str) -> list[float]:
    """Return one fact of every item that has it."""
    return [float(one[name]) for one in values if one.get(name) is not None]


def gap_distribution(
    before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> "Figure":
    """Return the distribution of the stance shift before and after, and the noise floor.

    Cumulative: the height at x is the share of pairs that move by x or less. A curve that rises
    late has large gaps; where it lies left of the noise floor, gender moves less than the form of
    asking does.
    """
    series = [
        ("gender changes, before", numbers(before, "shift"), SECOND, "dash"),
        ("gender changes, after", numbers(after, "shift"), FIRST, "solid"),
        ("noise floor, before", numbers(before, "noise"), RULE, "dot"),
        ("noise floor, after", numbers(after, "noise"), THIRD, "dashdot"),
    ]
    traces = [cumulative(name, found, color, dash) for name, found, color, dash in series if found]
    if not traces:
        return blank("No pair has a stance shift.", 160)
    return figure(
        traces,
        300,
        showlegend=True,
        legend=legend_below(),
        xaxis={"title": {"text": "stance shift (0 = nothing moves)"}, "rangemode": "tozero"},
        yaxis={"title": {"text": "share of pairs"}, "tickformat": ".0%", "range": [0, 1.02]},
        margin={"l": 10, "r": 10, "t": 60, "b": 10},
    )


def cumulative(name: str, found: Sequence[float], color: str, dash: str) -> dict:
    """Return the share of numbers that are x or less, as a stepped line."""
    ranked = sorted(found)
    shares = [(place + 1) / len(ranked) for place in range(len(ranked))]
    said = "%{y:.0%} of the pairs move by %{x:.3f} or less"
    return {
        "type": "scatter", "mode": "lines", "name": f"{name} (n = {len(ranked):,})",
        "x": [0.0, *ranked], "y": [0.0, *shares],
        "line": {"shape": "hv", "color": color, "dash": dash, "width": 2.2},
        "hovertemplate": f"{said}<extra>{name}</extra>",
    }  # fmt: skip


def gap_words(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> str:
    """Say what `gap_distribution` shows."""
    told = []
    for side, values in (("Before", before), ("After", after)):
        beyond = [one for one in values if None not in (one.get("shift"), one.get("noise"))]
        if beyond:
            over = sum(float(one["shift"]) > float(one["noise"]) for one in beyond)
            told.append(
                f"{side} training the gender moves {over} of {len(beyond)} pairs by more than "
                "their own noise floor."
            )
    return " ".join(told)
