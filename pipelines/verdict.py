"""A comparison in one color and a few sentences; guards outrank the headline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.benchmarks.declaring import Aim
from pipelines.benchmarks.results import Both
from pipelines.guards import AMBER, RED, Guard, Rows
from pipelines.metrics.statistics import BETTER, LEVEL, TOO_FEW, WORSE

GREEN = "green"


@dataclass(frozen=True)
class Verdict:
    """The whole comparison in a color and a few sentences."""

    level: str
    sentence: str


def overall_verdict(found: Mapping[str, Both], rows: Rows, guards: Sequence[Guard]) -> Verdict:
    """Return the comparison in one color and a few sentences; guards outrank the headline."""
    headlines = [
        (both.benchmark.label, rows[name].get(both.benchmark.headline, {}))
        for name, both in found.items()
        if both.benchmark.aim == Aim.BIAS
    ]
    by_verdict = {
        verdict: [label for label, row in headlines if row.get("verdict") == verdict]
        for verdict in (BETTER, WORSE, TOO_FEW)
    }
    told = headline_sentence(headlines, by_verdict)
    red = [guard for guard in guards if guard.level == RED]
    if red:
        names = ", ".join(dict.fromkeys(guard.name for guard in red))
        return Verdict(RED, f"{told} But this cannot be called a success: {names}.")
    if by_verdict[WORSE]:
        return Verdict(RED, told)
    if guards:
        names = ", ".join(dict.fromkeys(guard.name for guard in guards))
        return Verdict(AMBER, f"{told} It has a price, or a doubt: {names}.")
    return Verdict(GREEN if by_verdict[BETTER] else AMBER, told)


def headline_sentence(headlines: list, by_verdict: Mapping[str, list[str]]) -> str:
    """Say what the headline metrics of all bias benchmarks did."""
    if not headlines:
        return "No measure of bias was taken."
    parts = []
    if by_verdict[BETTER]:
        parts.append(f"Nearer to fair on {', '.join(by_verdict[BETTER])}.")
    if by_verdict[WORSE]:
        parts.append(f"Farther from fair on {', '.join(by_verdict[WORSE])}.")
    if not parts and len(by_verdict[TOO_FEW]) == len(headlines):
        return "Too few families changed to tell whether bias did."
    if not parts:
        return f"No clear change of bias (p is {LEVEL} or more after correction, or too few)."
    return " ".join(parts)
