"""A comparison in one color and a few sentences; guards outrank the headline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipelines.benchmarks.declaring import Aim
from pipelines.benchmarks.results import Both
from pipelines.collapse import AMBER, RED, Guard
from pipelines.guards import Rows
from pipelines.metrics.statistics import BETTER, TOO_FEW, WORSE

GREEN = "green"
UNKNOWN = (
    "Whether the model still works was not measured: add `controls`, `perplexity` or a measure of "
    "ability."
)


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
    if by_verdict[BETTER] and not is_still_measured(found, rows):
        return Verdict(AMBER, f"{told} {UNKNOWN}")
    return Verdict(GREEN if by_verdict[BETTER] else AMBER, told)


def is_still_measured(found: Mapping[str, Both], rows: Rows) -> bool:
    """Tell whether any measure of ability or language stands beside the bias.

    A model that has stopped working chooses at random, and that is the fair point of some measures.
    """
    return any(
        both.benchmark.aim in (Aim.ABILITY, Aim.LANGUAGE)
        and rows[name].get(both.benchmark.headline, {}).get("change") is not None
        for name, both in found.items()
    )


def headline_sentence(headlines: list, by_verdict: Mapping[str, list[str]]) -> str:
    """Say what the headline metrics of all bias benchmarks did."""
    if not headlines:
        return "No measure of bias was taken."
    undefined = [label for label, row in headlines if row.get("verdict") is None]
    parts = []
    if by_verdict[BETTER]:
        parts.append(f"Nearer to fair on {', '.join(by_verdict[BETTER])}.")
    if by_verdict[WORSE]:
        parts.append(f"Farther from fair on {', '.join(by_verdict[WORSE])}.")
    if not parts and len(undefined) < len(headlines):
        few = len(by_verdict[TOO_FEW]) == len(headlines) - len(undefined)
        parts.append(
            "Too few families changed to tell whether bias did."
            if few
            else "No clear change of bias for better or worse."
        )
    if undefined:
        parts.append(f"Undefined on {', '.join(undefined)}.")
    return " ".join(parts)
