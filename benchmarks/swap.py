"""How right and how fast the gender swap is, on WinoBias, GenMO and stories of its own.

Usage: python -m benchmarks.swap [--stories N] [--processes N]
WinoBias and GenMO are read from the folder in EVENHAND_BENCHMARKS, or in shared/benchmarks beside
the project.

WinoBias: each line is swapped without its brackets; the bracketed pronouns have to become those of
the line with the same number in the opposite file. A pair whose lines bracket different numbers of
pronouns is not a mirror and not counted. Lines that are mirrors but for a slip of the annotators
("demanded her pay" beside "demanded he pay") count as they are.

GenMO: each story is swapped and aligned word by word with the story that people wrote for the other
gender. A pronoun of the protagonist is one that people changed from the one gender to the other.
"""

import argparse
import difflib
import itertools
import json
import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from pipelines.swap.bulk import swap_many
from pipelines.swap.engine import find_protagonist, swap
from pipelines.swap.protagonist import PRONOUN_ARMS
from pipelines.swap.tokens import tokenize
from pipelines.swap.words import gendered

ROOT = Path(__file__).parent.parent
FOLDER = Path(os.environ.get("EVENHAND_BENCHMARKS") or ROOT.parent / "shared" / "benchmarks")
OPPOSITE = {"male": "female", "female": "male"}
BRACKETED = re.compile(r"\[\s*(he|she|his|her|hers|him|himself|herself)\s*\]", re.IGNORECASE)
STORY = (
    "{name} walked into the office and put her bag on the desk. Her boss asked her whether she "
    "had finished the report for the client. She said that she needed another day, because her "
    "mother was ill. He told her that she could leave early and take her work home. {name} "
    "thanked him, but she was not sure that it was the right decision."
)
NAMES = ("Sarah", "Emily", "Laura", "Karen", "Anna", "Rachel")


def bare_line(line: str) -> tuple[str, list[int]]:
    """Return a WinoBias line without number and brackets, and where its pronouns begin."""
    line = line.strip().split(" ", 1)[1]
    starts = [
        match.start(1) - len(re.findall(r"[\[\]]", line[: match.start(1)]))
        for match in BRACKETED.finditer(line)
    ]
    return line.replace("[", "").replace("]", ""), starts


def winobias_pairs() -> Iterator[tuple[str, str]]:
    """Yield each line of the dev files with the one that answers it."""
    for kind in ("type1", "type2"):
        pro, anti = (
            (FOLDER / "winobias" / f"{side}_stereotyped_{kind}.txt.dev").read_text("utf-8")
            for side in ("pro", "anti")
        )
        for one, other in zip(pro.splitlines(), anti.splitlines(), strict=True):
            yield one, other
            yield other, one


def winobias() -> Counter:
    """Return the counts of bracketed pronouns, of right ones and of open ones."""
    counts: Counter = Counter()
    for line, answer in winobias_pairs():
        text, starts = bare_line(line)
        wanted = [match.group(1).lower() for match in BRACKETED.finditer(answer)]
        if len(starts) != len(wanted):
            counts["lines that are no mirrors"] += 1
            continue
        tokens = tokenize(text)
        places = [tokens.starts.index(start) for start in starts]
        arm = PRONOUN_ARMS[tokens.low[places[0]]]
        swapped = swap(text, OPPOSITE[arm], of=arm)
        found = tokenize(swapped.text)
        for place, right in zip(places, wanted, strict=True):
            hard = tokens.low[place] in ("her", "his")
            good = found.low[place] == right
            counts[f"{arm}: pronouns"] += 1
            counts[f"{arm}: right"] += good
            counts["her and his"] += hard
            counts["her and his right"] += hard and good
            counts["wrong and not said to be open"] += not good and not any(
                one.start == found.starts[place] for one in swapped.ambiguous
            )
    return counts


def genmo(arm: str) -> Counter:
    """Return the counts over the GenMO stories of one arm."""
    counts: Counter = Counter()
    rows = json.loads((FOLDER / "genmo" / "GenMO_dataset.json").read_text("utf-8"))
    for row in rows:
        text, human = row[f"{arm}_story"], row[f"{OPPOSITE[arm]}_story"]
        swapped = swap(text, OPPOSITE[arm])
        found = find_protagonist(text)
        counts["stories"] += 1
        counts["stories with an open word"] += bool(swapped.ambiguous)
        counts["protagonist of the right arm"] += found is not None and found.arm == arm
        compare(arm, text, human, swapped.text, counts)
    return counts


def compare(arm: str, text: str, human: str, ours: str, counts: Counter) -> None:
    """Add one story's words to the counts: source, what people wrote, and what the swap wrote."""
    source, wanted, found = tokenize(text), tokenize(human), tokenize(ours)
    matcher = difflib.SequenceMatcher(None, source.low, wanted.low, autojunk=False)
    for tag, start, end, other, other_end in matcher.get_opcodes():
        if end - start != other_end - other or len(found) != len(source):
            lost = sum(PRONOUN_ARMS.get(word) == arm for word in source.low[start:end])
            counts["pronouns not aligned"] += lost
            continue
        for place, its in zip(range(start, end), range(other, other_end), strict=True):
            count_word(arm, source.low[place], wanted.low[its], found.low[place], counts)
            if tag == "replace" and found.raw[place] != source.raw[place]:
                counts["names changed"] += source.raw[place][0].isupper() and not PRONOUN_ARMS.get(
                    source.low[place]
                )


def count_word(arm: str, old: str, human: str, ours: str, counts: Counter) -> None:
    """Add one aligned word to the counts."""
    to = OPPOSITE[arm]
    if PRONOUN_ARMS.get(old) == arm:
        kind = "protagonist's pronouns" if PRONOUN_ARMS.get(human) == to else "others' pronouns"
    elif PRONOUN_ARMS.get(old) == to and PRONOUN_ARMS.get(human) in (arm, to):
        kind = "pronouns of the other gender"
    elif gendered(old) == arm and gendered(human):
        kind = f"nouns of the gender, {'changed' if gendered(human) == to else 'kept'} by people"
    elif gendered(old) == to and gendered(human):
        kind = f"nouns of the other, {'changed' if gendered(human) == arm else 'kept'} by people"
    else:
        return
    counts[kind] += 1
    counts[f"{kind}: as people wrote"] += ours == human


def speed(stories: int, processes: int, to: str) -> tuple[float, float]:
    """Return the seconds for the stories, and the stories a second."""
    names = itertools.cycle(NAMES)
    texts = (STORY.format(name=next(names)) for _ in range(stories))
    start = time.perf_counter()
    done = sum(1 for _ in swap_many(texts, to, processes))
    seconds = time.perf_counter() - start
    return seconds, done / seconds


def main() -> None:
    """Print all figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stories", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    counts = winobias()
    for arm, to in OPPOSITE.items():
        right, all_ = counts[f"{arm}: right"], counts[f"{arm}: pronouns"]
        print(f"WinoBias {arm} to {to}: {right}/{all_} = {right / all_:.2%} of bracketed pronouns")
    for label in ("her and his", "her and his right"):
        print(f"  {label}: {counts[label]}")
    print(f"  wrong and not said to be open: {counts['wrong and not said to be open']}")
    print(f"  lines that are no mirrors, not counted: {counts['lines that are no mirrors']}")
    for arm in OPPOSITE:
        counts = genmo(arm)
        right, all_ = counts["protagonist's pronouns: as people wrote"], "protagonist's pronouns"
        print(
            f"GenMO {arm} to {OPPOSITE[arm]}: {right}/{counts[all_]} = {right / counts[all_]:.2%}"
        )
        for label in sorted(counts):
            print(f"  {label}: {counts[label]}")
    single = min(chosen.stories, 5_000)
    for to in ("male", "they"):
        seconds, rate = speed(single, 1, to)
        print(f"{single:,} stories of five sentences to {to}, 1 process: {rate:.0f}/s")
    before = os.getloadavg()[0]
    seconds, rate = speed(chosen.stories, chosen.processes, "male")
    print(
        f"{chosen.stories:,} stories, {chosen.processes} processes: {seconds:.1f} s, {rate:.0f}/s; "
        f"load of the machine {before:.1f} before, {os.getloadavg()[0]:.1f} after"
    )


if __name__ == "__main__":
    main()
