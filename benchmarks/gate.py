"""The quality gate: wordings a second, and how many planted near-duplicates are found how fast.

Usage: python -m benchmarks.gate [WORDINGS] [STORIES]
Stories are random sentences of the library's own words, told in three arms. One in fifty is a copy
of an earlier one under another name, with none to five words replaced.
"""

import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass

from pipelines.assets import read_asset
from pipelines.configs import CheckConfig
from pipelines.gate.duplicates import Plain, find_near, jaccard, plain_text
from pipelines.gate.stage import check_families, check_stories
from pipelines.records import Arm, Family, Story
from pipelines.store import Project
from pipelines.stories.arms import ARMS, fill, pronouns
from pipelines.stories.library import plots

WORDINGS, STORIES = 10_000, 50_000
COPY_EVERY = 50
SENTENCES = 6
FAMILIES_AT_ONCE = 2_000


@dataclass(frozen=True)
class Written:
    """One made-up family; `copy_of` is the number of the family it was copied from."""

    number: int
    template: str
    names: dict[str, str]
    copy_of: int | None = None


def vocabulary() -> list[str]:
    """Return the library's words by how often they occur, so that drawing keeps their shares."""
    texts = " ".join(text for plot in plots() for text in plot.wordings)
    return re.findall(r"\b[a-z]{2,}\b", re.sub(r"[{\[][^}\]]*[}\]]", " ", texts))


def write(count: int, seed: int = 0) -> Iterator[Written]:
    """Yield `count` families, the same for the same seed."""
    draw = random.Random(seed)
    words, names = vocabulary(), read_asset("words/names.json")["names"]
    templates: list[str] = []
    for number in range(count):
        original = None
        if number % COPY_EVERY == COPY_EVERY - 1:
            original = draw.randrange(number)
            template = replaced(templates[original], draw.randrange(6), words, draw)
        else:
            template = " ".join(sentence(words, draw) for _ in range(SENTENCES))
        templates.append(template)
        yield Written(number, template, draw.choice(names), original)


def sentence(words: list[str], draw: random.Random) -> str:
    """Return one sentence about the protagonist; it need not make sense."""
    rest = " ".join(draw.choices(words, k=draw.randint(8, 14)))
    subject = draw.choice(("{name}", "{They}", "{name}"))
    return f"{subject} took {{their}} {rest}."


def replaced(template: str, count: int, words: list[str], draw: random.Random) -> str:
    """Return the template with so many of its plain words replaced."""
    parts = template.split(" ")
    plain = [place for place, part in enumerate(parts) if part.isalpha()]
    for place in draw.sample(plain, count):
        parts[place] = draw.choice(words)
    return " ".join(parts)


def measure_near(count: int) -> None:
    """Print the seconds for `count` stories, and the recall of planted near-duplicates.

    A pair is found if a family with the original's words is named; a copy of it will do.
    """
    threshold = CheckConfig().near_duplicate
    written = list(write(count))
    start = time.perf_counter()
    texts = {
        one.number: Plain(
            f"family-{one.number}",
            plain_text(fill(one.template, Arm.MALE, one.names["male"]), one.names["male"]),
        )
        for one in written
    }
    prepared = time.perf_counter()
    found = find_near(texts, threshold)
    end = time.perf_counter()
    planted = [
        (one.number, texts[one.copy_of].text)
        for one in written
        if one.copy_of is not None
        and jaccard(texts[one.number].text, texts[one.copy_of].text) >= threshold
    ]
    text_of = {plain.family: plain.text for plain in texts.values()}
    hits = sum(
        original in {text_of[near.family] for near in found.get(number, ())}
        for number, original in planted
    )
    print(
        f"{count:,} stories: read in {prepared - start:.1f} s, near-duplicates in "
        f"{end - prepared:.1f} s; {hits} of {len(planted)} planted pairs at {threshold:g} or more "
        f"found ({hits / len(planted):.2%})"
    )


def measure_stage(count: int) -> None:
    """Print the seconds for checking `count` wordings, for nothing to do, and for one edit."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(folder)
        fill_project(project, count)
        first, result = seconds(project)
        again, _ = seconds(project)
        with project.write() as session:
            session.get(Story, 1).text += " It rained."
        start = time.perf_counter()
        check_families(project, ["family-0"])
        edit = time.perf_counter() - start
        project.close()
    print(
        f"{count:,} wordings of three arms: {first:.1f} s ({count / first:.0f} a second), "
        f"again with nothing changed {again:.1f} s, after one edit {edit:.1f} s; {result}"
    )


def fill_project(project: Project, count: int) -> None:
    """Write `count` families with one wording each."""
    families = list(write(count))
    for start in range(0, count, FAMILIES_AT_ONCE):
        part = families[start : start + FAMILIES_AT_ONCE]
        with project.write() as session:
            session.add_all(
                Family(
                    id=f"family-{one.number}",
                    theme="work",
                    title=f"Family {one.number}",
                    kind="plot",
                    source="synthetic",
                    split="train",
                )
                for one in part
            )
            session.flush()
            session.add_all(
                Story(
                    family_id=f"family-{one.number}",
                    wording=1,
                    arm=arm,
                    name=one.names[arm],
                    pronouns=pronouns(arm),
                    text=fill(one.template, arm, one.names[arm]),
                )
                for one in part
                for arm in ARMS
            )


def seconds(project: Project) -> tuple[float, dict | None]:
    """Return the seconds of one run of the stage, and its result."""
    start = time.perf_counter()
    result = None
    for progress in check_stories(project, CheckConfig()):
        result = progress.result
    return time.perf_counter() - start, result


def main() -> None:
    """Print both measurements."""
    given = [int(argument) for argument in sys.argv[1:3]]
    wordings, stories = given + [WORDINGS, STORIES][len(given) :]
    measure_stage(wordings)
    measure_near(stories)


if __name__ == "__main__":
    main()
