"""Numbers of a report as people read them; filters of its template."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pipelines.views.comparisons import MetricChange
from pipelines.views.rewards import AuditMetric

MINUS = "−"


def number(value: float | None, percent: bool = False) -> str:
    """Return a number in its unit with a real minus sign; a dash where there is none."""
    if value is None:
        return "–"
    return f"{scaled(value, percent)} %" if percent else scaled(value)


def scaled(value: float, percent: bool = False, sign: bool = False) -> str:
    """Return the same without its unit."""
    digits = 1 if percent or abs(value) >= 100 else 2 if abs(value) >= 0.1 else 3
    text = f"{100 * value if percent else value:{'+' if sign else ''}z.{digits}f}"
    return text.lstrip("+") if float(text) == 0 else text.replace("-", MINUS)


def side(change: MetricChange, name: str) -> str:
    """Return a metric before or after, with its interval."""
    value = getattr(change, name)
    low, high = getattr(change, f"{name}_low"), getattr(change, f"{name}_high")
    if value is None or low is None or high is None:
        return number(value, change.percent)
    bounds = f"{number(low, change.percent)} to {number(high, change.percent)}"
    return f"{number(value, change.percent)} ({bounds})"


def moved(change: MetricChange) -> str:
    """Return the change with its interval; of a number without a before, its own interval.

    The change of a share is in points, not in percent of it.
    """
    ends, percent = (change.low, change.high), change.percent
    if change.change is None:
        return f"interval {' to '.join(number(end, percent) for end in ends)}"
    text = scaled(change.change, percent, sign=True) + (" points" if percent else "")
    if None in ends:
        return text
    return f"{text} ({' to '.join(scaled(end, percent, sign=True) for end in ends)})"


def spread(change: MetricChange) -> str:
    """Return from where to where several runs after go; "" where there is one."""
    seeds, percent = change.seeds, change.percent
    if not {"runs", "min", "max"} <= seeds.keys():
        return str(seeds.get("words", ""))
    bounds = f"{number(seeds['min'], percent)} to {number(seeds['max'], percent)}"
    return f"mean of {seeds['runs']} runs, {bounds}"


def chance(found: MetricChange | AuditMetric) -> str:
    """Return the p-value, corrected if there is a correction; never 0."""
    corrected = getattr(found, "p_holm", None)
    p = found.p if corrected is None else corrected
    if p is None:
        return "–"
    return "< 0.001" if p < 0.001 else f"{p:.3f}"


def sample(change: MetricChange) -> str:
    """Return what a number rests on: its items and families."""
    parts = [f"{change.n:,} items"] if change.n else []
    parts += [f"{change.families:,} families"] if change.families else []
    return ", ".join(parts) or "–"


def measured(facts: Mapping[str, Any]) -> str:
    """Return how much of a benchmark was measured: its items, or the families of our own."""
    items, families = facts.get("items"), facts.get("families")
    if items:
        return f"{items:,} of {facts.get('all_items', items):,}"
    return f"{families:,} families" if families else "–"


def options(asked: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return every option of an ask with how likely it is: its share, or its log-probability."""
    names = asked.get("options") or ()
    if "shares" in asked:
        return [
            (name, number(one, True)) for name, one in zip(names, asked["shares"], strict=False)
        ]
    logps = asked.get("logps") or ()
    told = (f"log-probability {number(one)}" for one in logps)
    return list(zip(names, told, strict=False))


def said(prompt: Any) -> str:
    """Return a prompt as text: plain, or a conversation turn by turn; "" where there is none."""
    if not prompt or isinstance(prompt, str):
        return prompt or ""
    return "\n".join(f"{turn.get('role', '')}: {turn.get('content', '')}" for turn in prompt)


def day(moment: datetime | None) -> str:
    """Return a moment (UTC, without zone) to the minute."""
    return moment.strftime("%Y-%m-%d %H:%M UTC") if moment else "–"


def as_json(value: Any) -> str:
    """Return a value as indented JSON."""
    return json.dumps(value, indent=2, ensure_ascii=False, default=str, sort_keys=True)


FILTERS: dict[str, Callable] = {
    "number": number,
    "side": side,
    "moved": moved,
    "spread": spread,
    "chance": chance,
    "sample": sample,
    "measured": measured,
    "options": options,
    "said": said,
    "day": day,
    "as_json": as_json,
}
