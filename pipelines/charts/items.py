"""Single items before and after, each by what happened to it."""

import random
from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipelines.charts.dress import FIRST, RULE, SECOND, blank, figure, legend_below, plain

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

LOOKS = {
    "fixed": (FIRST, "diamond"),
    "broken": (SECOND, "x"),
    "still bad": ("#b44d00", "square-open"),
    "unchanged": ("#6d665f", "circle-open"),
    "takes no side": (RULE, "cross-thin-open"),
}
MOST_POINTS = 3000
"""More items than this are drawn as a sample: SVG grows slow, and WebGL needs `unsafe-eval`."""
SEED = 0

Score = tuple[str, float, float, str]
"""An item's key, its score before, its score after, and its fate."""


def drawn(scores: Sequence[Score]) -> list[Score]:
    """Return the items that are drawn: all of them, or MOST_POINTS chosen by SEED."""
    if len(scores) <= MOST_POINTS:
        return list(scores)
    places = random.Random(SEED).sample(range(len(scores)), MOST_POINTS)
    return [scores[place] for place in sorted(places)]


def counted(scores: Sequence[Score]) -> dict[str, int]:
    """Return how many of the items have each fate."""
    return {fate: sum(one[3] == fate for one in scores) for fate in LOOKS}


def item_scatter(scores: Sequence[Score], score: str) -> "Figure":
    """Return every item's score before and after; on the diagonal nothing changed.

    The counts in the legend are of all items, where only some are `drawn`.
    """
    if not scores:
        return blank("No item has a score under both models.", 160)
    low = min(min(before, after) for _, before, after, _ in scores)
    high = max(max(before, after) for _, before, after, _ in scores)
    traces: list[dict] = [
        {
            "type": "scatter", "mode": "lines", "x": [low, high], "y": [low, high],
            "name": "nothing changed", "hoverinfo": "skip",
            "line": {"color": RULE, "dash": "dot", "width": 1.5},
        }
    ]  # fmt: skip
    some, counts = drawn(scores), counted(scores)
    for fate in LOOKS:
        mine = [one for one in some if one[3] == fate]
        if mine:
            traces.append(points(fate, counts[fate], mine))
    return figure(
        traces,
        420,
        showlegend=True,
        legend=legend_below(),
        xaxis={"title": {"text": f"before: {score}" if score else "before"}},
        yaxis={"title": {"text": "after"}},
        margin={"l": 10, "r": 10, "t": 50, "b": 10},
    )


def points(fate: str, count: int, mine: Sequence[Score]) -> dict:
    """Return the items of one fate, `count` in all, as points of one look."""
    color, symbol = LOOKS[fate]
    return {
        "type": "scatter", "mode": "markers", "name": f"{fate} ({count:,})",
        "x": [one[1] for one in mine], "y": [one[2] for one in mine],
        "text": [plain(one[0]) for one in mine],
        "marker": {"color": color, "symbol": symbol, "size": 7, "opacity": 0.75},
        "hovertemplate": "%{text}: %{x:.3f} before, %{y:.3f} after<extra></extra>",
    }  # fmt: skip


def scatter_words(scores: Sequence[Score]) -> str:
    """Say what `item_scatter` shows."""
    if not scores:
        return ""
    counts = counted(scores)
    told = (
        f"Of {len(scores):,} items {counts['fixed']:,} were fixed, {counts['broken']:,} broken, "
        f"{counts['still bad']:,} are still bad and {counts['unchanged']:,} unchanged"
    )
    aside = counts["takes no side"]
    told += (
        f"; {aside:,} take no side before or after (a tie, or no valid answer)." if aside else "."
    )
    if len(scores) > MOST_POINTS:
        told += f" {MOST_POINTS:,} of {len(scores):,} items are drawn, chosen by seed."
    return told
