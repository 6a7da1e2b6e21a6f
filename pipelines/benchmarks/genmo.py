"""GenMO: the same short story about a man and about a woman; is the act judged the same?

Metrics, formulas and fair points are those of `metrics.pairs`. On stances that can all be read,
mismatch rate, male and female bias rate, rates by theme and resolution rate are the figures of the
published analysis (Wei et al. 2025, analysis.py), with two differences. Themes are cleaned first:
that analysis counts only the exact labels Work, Relationship, Family and Other, so pairs labelled
" Others" are in none of its rates by theme. And a pair with an unreadable side takes no part,
where that analysis calls INVALID against Moral a mismatch.

Source: Bajaj et al. 2024, https://aclanthology.org/2024.findings-emnlp.928, data
https://github.com/divij30bajaj/GenMO, which states no licence. The file is not on the Hub.

Decided:
- Stories are cleaned as the importer cleans them: mojibake is repaired, and the line breaks that 51
  of the 908 pairs have inside a story become spaces.
- The one pair of the whole file whose two stories are the same text stays in, as in the published
  count of 908. Nothing can tell its sides apart, so it lowers the mismatch rate by 1 in 908.
- The unit of statistics is the pair. Pairs have no ids in the file; a pair is named by its texts.
- Both stories are asked about "the main character": many have no name, and a name in the question
  would be one more word that tells the gender.
- `method` scored: the question of scored judgments, in `orders` option orders, calibrated with
  stories without content; the noise floor is the shift between the orders of one story. `method`
  generated: the question in words, `samples` replies a story, the first one greedy; the noise floor
  is the shift between the samples. `form` has no effect: both are asked as a chat.

Not covered: the published wording of the question (options by letters, 512 new tokens) and its
parser, which reads a letter anywhere in a reply as a stance.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from pipelines.benchmarks.declaring import Aim, Benchmark, Form, Group
from pipelines.benchmarks.items import Answer, Ask, Item, Scored, Writing, Written
from pipelines.benchmarks.original_form import in_original_form
from pipelines.benchmarks.own import pair_value
from pipelines.benchmarks.places import Place
from pipelines.errors import DataError
from pipelines.files.reading import describe_columns, read_rows
from pipelines.importing.completing import NAMELESS
from pipelines.importing.found import Found, Repaired, Unusable
from pipelines.importing.genmo import fits, read_pair
from pipelines.judgments.generated import RESAMPLING_TEMPERATURE
from pipelines.judgments.inconsistency import compare_pairs
from pipelines.judgments.parsing import parse_reply
from pipelines.judgments.prompts import (
    CONTENT_FREE,
    GENERATED_PROMPT,
    SCORED_PROMPT,
    ask_in_words,
    continuations,
    option_orders,
    stance_prompt,
)
from pipelines.judgments.verdicts import Verdict, from_replies, from_scores
from pipelines.metrics.pairs import CHANGE_METRICS, PAIR_METRICS, RAW_METRICS, PairValues
from pipelines.models.interface import Choices, Prompt, Sampling
from pipelines.preferences.importing.benchmark_texts import sentences
from pipelines.records import OPTIONS, Arm, Judgment

FILE = "GenMO_dataset.json"
ARMS = (Arm.MALE, Arm.FEMALE)
REPLY_TOKENS = 64
"""Longest reply; the stance comes first, and only it is read."""


def read(place: Place, form: Form) -> list[Item]:
    """Return one item a pair, with the questions of `form.method`.

    Raises:
        DataError: if the file is missing or has another form, or a pair cannot be used.
    """
    if place.root is None:
        raise DataError(
            f"GenMO is not on the Hub. Take {FILE} from https://github.com/divij30bajaj/GenMO, put "
            "it into a folder genmo, and name the folder around that in `benchmarks_dir`."
        )
    seen: Counter[str] = Counter()
    items = []
    for found in read_pairs(place):
        seen[found.digest] += 1
        items.append(item_of(found, seen[found.digest], form))
    return items


def read_pairs(place: Place) -> Iterator[Found]:
    """Yield the file's pairs, cleaned.

    Raises:
        DataError: at the first row that is no pair.
    """
    path = place.file("genmo", FILE)
    with in_original_form("GenMO", path):
        for number, row in read_rows(path):
            if not fits(row):
                raise DataError(
                    f"{path.name}: row {number} has {describe_columns(row)}. What is needed is "
                    "male_story, female_story and environment."
                )
            try:
                yield read_pair(row, Repaired())
            except Unusable as error:
                raise DataError(
                    f"{path.name}: row {number} cannot be used: {error}. Put the benchmark's own "
                    "file there."
                ) from error


def item_of(found: Found, time: int, form: Form) -> Item:
    """Return a pair as an item; `time` counts the same pair's rows in the file from 1."""
    stories = [found.told[arm].text for arm in ARMS]
    orders = option_orders(1 if form.method == "generated" else form.orders)
    generated = form.method == "generated"
    asks = asks_in_words(stories, orders[0], form) if generated else scored_asks(stories, orders)
    return Item(
        key=str(time),
        family=f"genmo-{found.digest}",
        asks=tuple(asks),
        facts={"theme": found.theme, "method": form.method, "orders": orders},
        stratum=found.theme,
        texts=tuple(sentence for story in stories for sentence in sentences(story)),
        shared=() if generated else tuple(scored_asks(CONTENT_FREE, orders)),
    )


def scored_asks(stories: Sequence[str], orders: Sequence[str]) -> Iterator[Ask]:
    """Yield the question about each story in each order, with the stances to go on with."""
    options = tuple(continuations())
    for story in stories:
        for order in orders:
            yield Choices(stance_prompt(story, NAMELESS, order), options)


def asks_in_words(stories: Sequence[str], order: str, form: Form) -> Iterator[Ask]:
    """Yield the question in words about each story, once for each sample."""
    for story in stories:
        prompt = Prompt(ask_in_words(story, NAMELESS, order))
        yield Writing(prompt, Sampling(REPLY_TOKENS))
        for number in range(1, form.samples):
            seed = form.seed + 1000 * number
            yield Writing(prompt, Sampling(REPLY_TOKENS, RESAMPLING_TEMPERATURE, seed=seed), number)


def value(item: Item, answers: Sequence[Answer]) -> PairValues:
    """Return what the pair metrics read; `answers` are those of the asks, then of the shared."""
    judged = judged_in_words if item.facts["method"] == "generated" else judged_by_score
    each = len(item.asks) // len(ARMS)
    asked = [answers[start : start + each] for start in (0, each)]
    verdicts = {
        (item.family, int(item.key), arm): judged(item, given, answers[len(item.asks) :])
        for arm, given in zip(ARMS, asked, strict=True)
    }
    (row,) = compare_pairs(verdicts, model="", method=item.facts["method"])
    return replace(pair_value(row, verdicts), theme=item.facts["theme"])


def judged_by_score(item: Item, given: Sequence[Scored], shared: Sequence[Scored]) -> Verdict:
    """Return one story's verdict from log-probabilities: one row an option order."""
    orders = item.facts["orders"]
    rows = [totals(options) for options in shared]
    free = {
        order: np.mean(rows[place :: len(orders)], axis=0) for place, order in enumerate(orders)
    }
    judgments = [
        judgment(SCORED_PROMPT, item, order, logps=totals(options))
        for order, options in zip(orders, given, strict=True)
    ]
    return from_scores(0, judgments, free)


def judged_in_words(item: Item, given: Sequence[Written], shared: Sequence[Answer]) -> Verdict:
    """Return one story's verdict from replies, one a sample."""
    order = item.facts["orders"][0]
    parsed = [parse_reply(written.reply) for written in given]
    judgments = [
        judgment(GENERATED_PROMPT, item, order, sample=number, stance=read.stance)
        for number, read in enumerate(parsed)
    ]
    return from_replies(0, judgments)


def judgment(prompt: str, item: Item, order: str, **read: object) -> Judgment:
    """Return a judgment that no project keeps, for the functions that read stored ones."""
    return Judgment(
        story_id=0, model="", method=item.facts["method"], prompt=prompt, option_order=order, **read
    )


def totals(options: Scored) -> list[float]:
    """Return the log-probability of each of the OPTIONS."""
    return [option.total for _, option in zip(OPTIONS, options, strict=True)]


GENMO = Benchmark(
    name="genmo",
    label="GenMO",
    aim=Aim.BIAS,
    meaning="The same short story about a man and about a woman: is the act judged the same?",
    source="Bajaj et al. 2024, https://github.com/divij30bajaj/GenMO",
    license="none stated",
    read=read,
    value=value,
    metrics=(*PAIR_METRICS, *RAW_METRICS),
    resolution=CHANGE_METRICS,
    headline="stance_shift",
    groups=(Group("theme", ("mismatch_rate", "stance_shift")),),
    score="stance shift (0 is fair)",
    writes_in_words=True,
)
