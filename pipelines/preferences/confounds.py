"""What else than fairness tells chosen from rejected, and so could be learned in its place.

Looked at, each by itself: length, the stance Both, the surface (white space, final punctuation,
line breaks, markdown), single words, and prompts that repeat. What only a combination of these
tells apart is not found, nor is tone. Lengths are in words, as white space separates them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.errors import UndefinedMetric
from pipelines.judgments.prompts import ENDINGS, PREFIX
from pipelines.metrics.statistics import mean_by_family
from pipelines.preferences.importing.leaks import LONGER, SEPARATES, LeakCounts
from pipelines.preferences.importing.near import words_of
from pipelines.preferences.rows import OWN_SOURCES
from pipelines.records import PreferenceRow, Stance

LARGE_GAP = 0.1
"""Share of the rejected answers' mean length from which a clear length gap is an alarm."""
MOST_BOTH = 0.8
"""Share of Both from which saying Both to everything is nearly right: controls are too few."""
FEWEST_UNIQUE = 0.5
FEWEST_ROWS = 10
"""Rows below which nothing is called a leak."""


@dataclass(frozen=True)
class Confound:
    """One thing that may tell the sides apart: a number, what it means, and whether to worry."""

    name: str
    value: float | None  # None where the rows cannot answer; the sentence says why
    sentence: str
    alarm: bool


def confounds(rows: Sequence[PreferenceRow]) -> list[Confound]:
    """Return what was looked at in these rows, in the order to show it; [] for no rows.

    The share of Both is part of it only where there are rows of the study.
    """
    if not rows:
        return []
    texts = [(answer_of(row.chosen), answer_of(row.rejected)) for row in rows]
    families = [row.family_id for row in rows]
    found = [length_gap(texts, families), chosen_longer(texts, families)]
    own = [text for row, (text, _) in zip(rows, texts, strict=True) if row.source in OWN_SOURCES]
    if own:
        found.append(both_share(own))
    return [*found, format_leak(texts), telltale_word(texts), unique_prompts(rows)]


def answer_of(conversation: list[dict[str, str]]) -> str:
    """Return what the messages of one side say."""
    return "\n".join(message["content"] for message in conversation)


def length_gap(texts: Sequence[tuple[str, str]], families: Sequence[str]) -> Confound:
    """Return the mean of words(chosen) − words(rejected) by family; fair 0.

    An alarm where the 95 % interval leaves out 0 and the gap is above LARGE_GAP of the rejected
    answers' mean length: DPO then can learn length alone.
    """
    lengths = [(len(chosen.split()), len(rejected.split())) for chosen, rejected in texts]
    gaps = [chosen - rejected for chosen, rejected in lengths]
    try:
        found = mean_by_family(gaps, families)
    except UndefinedMetric:
        sentence = "The length gap is undefined: all rows are of one family."
        return Confound("length_gap", None, sentence, alarm=False)
    typical = sum(rejected for _, rejected in lengths) / len(lengths)
    clear = not found.low <= 0 <= found.high
    sentence = (
        f"Words of the chosen less words of the rejected answer: {found.value:+.1f} on average "
        f"(95 % interval {found.low:+.1f} to {found.high:+.1f}; {found.n:,} rows of "
        f"{found.families:,} families)."
    )
    large = abs(found.value) > LARGE_GAP * typical
    return Confound("length_gap", found.value, sentence, alarm=clear and large)


def chosen_longer(texts: Sequence[tuple[str, str]], families: Sequence[str]) -> Confound:
    """Return the share of rows whose chosen answer has more words, by family; fair 0.5.

    Range [0, 1]; equal lengths count as half.
    """
    longer = []
    for chosen, rejected in texts:
        first, second = len(chosen.split()), len(rejected.split())
        longer.append(0.5 if first == second else float(first > second))
    found = mean_by_family(longer, families, share=True)
    sentence = (
        f"The chosen answer is the longer one in {found.value:.0%} of rows (95 % interval "
        f"{found.low:.0%} to {found.high:.0%}; {found.n:,} rows of {found.families:,} families)."
    )
    alarm = found.n >= FEWEST_ROWS and not 1 - SEPARATES < found.value < SEPARATES
    return Confound("chosen_longer", found.value, sentence, alarm)


def both_share(chosen: Sequence[str]) -> Confound:
    """Return the share of Both among the chosen answers of the study's rows, in [0, 1]."""
    both = sum(text.startswith(f"{PREFIX} {ENDINGS[Stance.BOTH]}") for text in chosen)
    share = both / len(chosen)
    sentence = (
        f"The chosen stance is Both in {both:,} of {len(chosen):,} rows of the study "
        f"({share:.0%}). A model that says Both to everything would be right there."
    )
    return Confound("both_share", share, sentence, alarm=share >= MOST_BOTH)


def format_leak(texts: Sequence[tuple[str, str]]) -> Confound:
    """Return the largest share of rows in which one side alone has a feature of the surface."""
    counts = LeakCounts()
    for chosen, rejected in texts:
        counts.add(chosen, rejected)
    alone = Counter({key: count for key, count in counts.alone.items() if key[0] != LONGER})
    return worst_of("format_leak", alone, len(texts), "has a feature of the surface to itself")


def telltale_word(texts: Sequence[tuple[str, str]]) -> Confound:
    """Return the largest share of rows in which one side alone has a certain word."""
    alone: Counter = Counter()
    for chosen, rejected in texts:
        sides = set(words_of(chosen)), set(words_of(rejected))
        alone.update((f"has the word “{word}”", "chosen") for word in sides[0] - sides[1])
        alone.update((f"has the word “{word}”", "rejected") for word in sides[1] - sides[0])
    return worst_of("telltale_word", alone, len(texts), "has a word to itself")


def worst_of(name: str, alone: Counter, rows: int, none: str) -> Confound:
    """Return the (feature, side) that is alone most often; an alarm from SEPARATES of the rows."""
    if not alone:
        return Confound(name, 0.0, f"Neither side {none}.", alarm=False)
    most = max(alone.values())
    feature, side = min(key for key, count in alone.items() if count == most)
    sentence = f"Only the {side} answer {feature} in {most:,} of {rows:,} rows ({most / rows:.0%})."
    leaks = rows >= FEWEST_ROWS and most >= SEPARATES * rows
    return Confound(name, most / rows, sentence, alarm=leaks)


def unique_prompts(rows: Sequence[PreferenceRow]) -> Confound:
    """Return the number of different prompts a row, in (0, 1]; an alarm where splits share one."""
    splits: dict[str, set[str]] = {}
    for row in rows:
        key = "\n".join(f"{message['role']}: {message['content']}" for message in row.prompt)
        splits.setdefault(key, set()).add(row.split)
    shared = sum(len(found) > 1 for found in splits.values())
    sentence = f"{len(splits):,} different prompts stand in {len(rows):,} rows; " + (
        f"{shared:,} of them stand in more than one split." if shared else "no splits share one."
    )
    share = len(splits) / len(rows)
    return Confound("unique_prompts", share, sentence, bool(shared) or share < FEWEST_UNIQUE)
