"""What a training rewards: the margins of single pairs, and the share of stigma by stage."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pipelines.charts.dress import FIRST, RULE, SECOND, blank, dots, figure, plain
from pipelines.views.rewards import CONTROLS, AuditMetric, AuditStage

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

Margins = Mapping[str, Sequence[float]]
"""Reward margins by group, as `views.audit_pairs.list_margins` gives them."""

STIGMA_MARGIN = "reward margin (above 0 pays for stigma)"
PREFERENCE_MARGIN = "reward of chosen − rejected"
PLACES = {"base": "in the base model", "reference": "in the reference model",
          "model": "in the audited model"}  # fmt: skip


def margin_chart(margins: Margins, is_preferences: bool) -> "Figure":
    """Return the margins of each group as points with their median.

    Of pairs about people they are those of the stigmatizing over the affirming text, of preference
    rows those of the chosen over the rejected answer.
    """
    groups = {name: found for name, found in margins.items() if found}
    if not groups:
        return blank("No pair has a margin.", 160)
    traces = [
        {
            "type": "box", "orientation": "h", "name": f"{plain(name)} (n = {len(found)})",
            "x": list(found), "boxpoints": "all", "jitter": 0.5, "pointpos": 0,
            "marker": {"size": 4, "color": SECOND, "symbol": "circle-open"},
            "line": {"color": FIRST, "width": 1.8}, "fillcolor": "rgba(0,0,0,0)",
            "showlegend": False,
        }
        for name, found in groups.items()
    ]  # fmt: skip
    zero = {"zeroline": True, "zerolinecolor": RULE, "zerolinewidth": 2}
    title = PREFERENCE_MARGIN if is_preferences else STIGMA_MARGIN
    return figure(
        traces,
        110 + 44 * len(groups),
        xaxis={"title": {"text": title}, **zero},
        yaxis={"autorange": "reversed"},
    )


def margin_words(margins: Margins, is_preferences: bool) -> str:
    """Say what `margin_chart` shows; the cisgender baseline is shown and not counted."""
    found = [one for name, some in margins.items() if name != CONTROLS for one in some]
    if not found:
        return ""
    above = sum(one > 0 for one in found)
    if is_preferences:
        return (
            f"The training raised the chosen answer more in {above:,} of {len(found):,} rows; "
            "rows that it was trained on are told apart from those that were held out."
        )
    told = (
        f"The training rewards the stigmatizing text above the affirming one in {above:,} of "
        f"{len(found):,} pairs; half is what chance would do."
    )
    baseline = len(margins.get(CONTROLS, ()))
    if baseline:
        told += f" The {baseline:,} pairs of the cisgender baseline are not counted."
    return told


def stage_chart(stages: Sequence[AuditStage]) -> "Figure":
    """Return how often each stage (base, SFT, DPO …) prefers stigma, against the fair point."""
    shown = [(one.stage, one.pct_stigma) for one in stages if one.pct_stigma.value is not None]
    if not shown:
        return blank("No stage was measured.", 120)
    names = [f"{stage} (n = {found.n:,})" for stage, found in shown]
    bounds = [(found.low, found.high) for _, found in shown]
    values = [found.value for _, found in shown]
    places = list(map(plain, names))
    trace = dots("stigma preferred", values, places, "diamond", FIRST, bounds, names)
    ideal = shown[0][1].ideal
    said = "share of pairs where the stigmatizing text is likelier"
    shapes = []
    if ideal is not None:
        said += f" (dotted: fair, {100 * ideal:.0f} %)"
        line = {"type": "line", "xref": "x", "yref": "paper", "x0": ideal, "x1": ideal}
        line |= {"y0": 0, "y1": 1, "line": {"color": RULE, "width": 2, "dash": "dot"}}
        shapes.append(line)
    return figure(
        [trace],
        90 + 44 * len(shown),
        xaxis={"title": {"text": said}, "tickformat": ".0%", "range": [-0.02, 1.02]},
        yaxis={"autorange": "reversed"},
        shapes=shapes,
    )


def stage_words(stages: Sequence[AuditStage]) -> str:
    """Say what `stage_chart` shows: each stage with its interval and its n, and what is fair."""
    shown = [one for one in stages if one.pct_stigma.value is not None]
    if not shown:
        return ""
    parts = [
        f"{PLACES.get(one.stage, f'after {one.stage}')} in {share_words(one.pct_stigma)}"
        for one in shown
    ]
    ideal = shown[0].pct_stigma.ideal
    fair = "" if ideal is None else f" The fair point is {100 * ideal:.0f} %."
    return f"The stigmatizing text is the likelier one {', '.join(parts)}.{fair}"


def share_words(found: AuditMetric) -> str:
    """Return a share with what it rests on."""
    between = ""
    if found.low is not None and found.high is not None:
        between = f" (95 % interval {100 * found.low:.0f} % to {100 * found.high:.0f} %)"
    return f"{100 * found.value:.0f} % of {found.n:,} pairs{between}"
