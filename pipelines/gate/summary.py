"""The whole project at a glance: wordings by light, and the histogram of ROUGE-1."""

from bisect import bisect_right
from dataclasses import dataclass
from statistics import median

from sqlalchemy import case, func, select

from pipelines.configs import CheckConfig
from pipelines.records import Arm, Family, Light, Story
from pipelines.store import Project


@dataclass(frozen=True)
class RougeHistogram:
    """ROUGE-1 of all checked pairs over [0, 1], and how they lie to the window of their check."""

    edges: tuple[float, ...]  # bins + 1; a bin holds its lower edge, the last one both
    counts: tuple[int, ...]
    n: int
    below: float | None  # shares in [0, 1]; None without a pair
    inside: float | None
    above: float | None
    median: float | None
    low: float  # the window of the last check
    high: float
    warning: str


def count_lights(project: Project, kind: str = "all") -> dict[str, int]:
    """Count wordings by light; `unchecked` has none, `left_out` is red and not allowed.

    `kind` is a Kind (plot, control), or all.
    """
    wordings = select(
        func.max(Story.light).label("light"), func.min(Story.allowed).label("allowed")
    ).group_by(Story.family_id, Story.wording)
    if kind != "all":
        wordings = wordings.join(Family, Family.id == Story.family_id).where(Family.kind == kind)
    each = wordings.subquery()
    left_out = func.sum(case(((each.c.light == Light.RED) & ~each.c.allowed, 1), else_=0))
    counts = dict.fromkeys(("green", "amber", "red", "unchecked", "left_out"), 0)
    query = select(each.c.light, func.count(), left_out).group_by(each.c.light)
    with project.read() as session:
        for light, count, out in session.execute(query):
            counts[light or "unchecked"] += count
            counts["left_out"] += out
    return counts


def rouge_histogram(project: Project, bins: int = 20) -> RougeHistogram:
    """Return the distribution of ROUGE-1 between the male and female stories of all wordings."""
    query = select(
        Story.checks["rouge1"].as_float(),
        Story.checks["window"].as_string(),
        func.json_array_length(Story.checks, "$.changed"),
    ).where(Story.arm == Arm.MALE, Story.checks["rouge1"].as_float().is_not(None))
    settings = select(Story.checks["settings"]).where(Story.light != "").order_by(Story.id.desc())
    with project.read() as session:
        rows = session.execute(query).tuples().all()
        last = session.scalar(settings.limit(1)) or {}
    low = last.get("rouge_low", CheckConfig.rouge_low)
    high = last.get("rouge_high", CheckConfig.rouge_high)
    values = [rouge for rouge, _, _ in rows]
    edges = tuple(number / bins for number in range(bins + 1))
    counts = [0] * bins
    for rouge in values:
        counts[min(bisect_right(edges, rouge), bins) - 1] += 1
    clean = {place: [not changed for _, at, changed in rows if at == place] for place in PLACES}
    shares = [len(clean[place]) / len(rows) if rows else None for place in PLACES]
    return RougeHistogram(
        edges,
        tuple(counts),
        len(rows),
        *shares,
        median(values) if values else None,
        low,
        high,
        warn(clean, high),
    )


PLACES = ("below", "inside", "above")


def warn(clean: dict[str, list[bool]], high: float) -> str:
    """Return the sentence about what the upper bound throws away, with this project's figures."""
    n = sum(map(len, clean.values()))
    if not n:
        return "No pair has been checked yet."
    above, inside = clean["above"], clean["inside"]
    if not above:
        return f"None of the {n} pairs lies above {high:g}, so the upper bound drops none here."
    said = (
        f"The upper bound of {high:g} would drop {len(above)} of {n} pairs "
        f"({len(above) / n:.0%}). These are the pairs that differ in the fewest words: "
        f"{share(above)} of them differ in nothing but gender"
    )
    return f"{said} ({share(inside)} of those inside the window do)." if inside else f"{said}."


def share(clean: list[bool]) -> str:
    """Return which share is true, as a percentage."""
    return f"{sum(clean) / len(clean):.0%}"
