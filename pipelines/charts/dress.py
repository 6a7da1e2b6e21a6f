"""How every figure looks: its frame, its colors, its points, and what an empty one says."""

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

GRID = "rgba(128,120,112,0.25)"
RULE = "#9a8f85"  # the fair point, and zero
FIRST, SECOND, THIRD = "#12807a", "#cf5a00", "#0f7fbf"
ROW = 46
"""Height of a row whose label stands above it, in pixels."""
TINY = 0.001


def figure(traces: Sequence[dict], height: int, **layout: Any) -> "Figure":
    """Return a figure in the studio's dress; a layout's axes take over what they name."""
    from plotly.graph_objects import Figure  # noqa: PLC0415  (slow to load)

    axis: dict[str, Any] = {
        "gridcolor": GRID,
        "zerolinecolor": GRID,
        "automargin": True,
        "fixedrange": True,
    }
    base = {
        "height": height,
        "margin": {"l": 10, "r": 10, "t": 36, "b": 10},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"size": 13, "family": "system-ui, sans-serif", "color": "#7a7370"},
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
        "hoverlabel": {"font": {"family": "system-ui, sans-serif"}},
        "template": "none",
    }
    axes = {key: {**axis, **titled(layout.pop(key))} for key in list(layout) if "axis" in key}
    axes = {"xaxis": axis, "yaxis": axis} | axes
    return Figure(data=list(traces), layout={**base, **axes, **layout})


def titled(axis: dict[str, Any]) -> dict[str, Any]:
    """Return an axis whose title is shown as it is."""
    if "title" not in axis:
        return axis
    return {**axis, "title": {**axis["title"], "text": plain(axis["title"]["text"])}}


def blank(sentence: str, height: int = 220) -> "Figure":
    """Return a figure that says why it is empty."""
    hidden = {"visible": False}
    said = {"text": plain(sentence), "showarrow": False, "x": 0.5, "y": 0.5}
    said |= {"xref": "paper", "yref": "paper"}
    return figure([], height, xaxis=hidden, yaxis=hidden, annotations=[said])


def plain(text: str) -> str:
    """Return text that plotly shows as it is; it would read a few tags otherwise."""
    return escape(text, quote=False)


def told(value: float, percent: bool) -> str:
    """Return a number for a sentence: a share in percent, another one with three digits."""
    if percent:
        return f"{100 * value:.1f} %"
    return "nearly 0" if 0 < abs(value) < TINY else f"{value:.3g}"


def dots(
    name: str,
    x: Sequence[float | None],
    y: Sequence[Any],
    symbol: str,
    color: str,
    bounds: Sequence[tuple[float | None, float | None]] = (),
    labels: Sequence[str] = (),
) -> dict:
    """Return one series of points, with intervals where `bounds` gives both ends of one."""
    open_symbol = symbol.endswith("-open")
    marker = {"symbol": symbol, "size": 11, "color": color}
    marker |= {"line": {"width": 2.5 if open_symbol or symbol == "line-ns" else 0, "color": color}}
    shown = plain(name)
    hover = "%{text}: %{x:.3f} " + shown + "<extra></extra>"
    trace: dict[str, Any] = {
        "type": "scatter", "mode": "markers", "name": shown, "x": list(x), "y": list(y),
        "marker": marker, "hovertemplate": hover,
        "text": [plain(label) for label in labels or map(str, y)],
    }  # fmt: skip
    if bounds:
        over = [
            0 if high is None or v is None else high - v
            for v, (_, high) in zip(x, bounds, strict=True)
        ]
        under = [
            0 if low is None or v is None else v - low
            for v, (low, _) in zip(x, bounds, strict=True)
        ]
        trace["error_x"] = {
            "type": "data", "symmetric": False, "array": over, "arrayminus": under,
            "color": color, "thickness": 1.6, "width": 4,
        }  # fmt: skip
    return trace


def row_labels(labels: Sequence[str]) -> list[dict]:
    """Return each row's label above it, from the left edge on: it takes no width from the chart."""
    return [
        {
            "text": plain(label), "x": 0, "xref": "paper", "xanchor": "left", "y": place,
            "yref": "y", "yanchor": "bottom", "yshift": 7, "showarrow": False, "align": "left",
        }
        for place, label in enumerate(labels)
    ]  # fmt: skip


def rows_axis(count: int) -> dict[str, Any]:
    """Return the axis of `count` rows, the first one on top."""
    return {"range": [count - 0.4, -0.75], "showticklabels": False, "showgrid": False,
            "zeroline": False}  # fmt: skip


def legend_below() -> dict[str, Any]:
    """Return a legend above the chart that wraps on a phone."""
    return {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "traceorder": "normal"}
