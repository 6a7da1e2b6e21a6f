"""Seconds to score public benchmarks: ours against the hf model of lm-evaluation-harness.

Usage: python -m benchmarks.evaluation_speed --folder FOLDER [--dtype float32] [--batch 32]
[--limit 100] [--choices 0] [--rounds 3] [--benchmarks crows_pairs:all,bbq,truthfulqa]
Both get the same model in memory, the bundled one, and the same requests, and take turns in one
process; reading files and loading the model is not timed, encoding is. The harness has its own
settings, sorting included, and `--batch` rows at a time; the tokens that each side holds at a time
are printed, and ours are to be no more. Prints the median seconds and their ratio, the largest
difference of a summed log-probability, and how often both prefer the same option. Needs the
package: pip install lm_eval==0.4.13 (its version is printed).
"""

import argparse
import importlib.metadata
import importlib.util
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np

from pipelines.benchmarks.answering import distinct
from pipelines.benchmarks.catalog import find_benchmark
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.places import Place
from pipelines.choosing import choose
from pipelines.models.bundled import bundled_folder
from pipelines.models.interface import Choices
from pipelines.models.precision import FORMATS, VARIABLE

BENCHMARKS = "crows_pairs:all,bbq,truthfulqa"

Totals = list[list[float]]
"""Summed log-probabilities, by choice and option."""


def read_choices(folder: Path, name: str, limit: int, most: int = 0) -> list[Choices]:
    """Return what a benchmark asks, each once, of at most `limit` families; 0 is all.

    With `most` only the first so many, neighbours in the file: a family of BBQ asks hundreds.
    """
    items = choose(find_benchmark(name).read(Place(folder), Form()), limit, seed=0).items
    asks = (ask for item in items for ask in (*item.asks, *item.shared))
    found = list(distinct(ask for ask in asks if isinstance(ask, Choices)).values())
    return found[: most or None]


def ours(model: object, choices: Sequence[Choices]) -> Totals:
    """Score with `score_choices`."""
    found = dict(scored for batch in model.score_choices(choices) for scored in batch)
    return [[option.total for option in found[index]] for index in range(len(choices))]


def theirs(model: object, choices: Sequence[Choices]) -> Totals:
    """Score with the harness, one request an option."""
    from lm_eval.api.instance import Instance  # noqa: PLC0415  (an optional package)

    requests = [
        Instance("loglikelihood", {}, (choice.prompt.prefix, option), index)
        for index, choice in enumerate(choices)
        for option in choice.options
    ]
    totals = (total for total, _ in model.loglikelihood(requests, disable_tqdm=True))
    return [[next(totals) for _ in choice.options] for choice in choices]


def take_turns(sides: Sequence[Callable[[], Totals]], rounds: int) -> list[tuple[float, Totals]]:
    """Return the median seconds of each side and what it gave in the last round."""
    seconds: list[list[float]] = [[] for _ in sides]
    given: list[Totals] = [[] for _ in sides]
    for turn in range(rounds):
        order = range(len(sides)) if turn % 2 == 0 else reversed(range(len(sides)))
        for side in order:
            start = time.perf_counter()
            given[side] = sides[side]()
            seconds[side].append(time.perf_counter() - start)
    return [(median(taken), totals) for taken, totals in zip(seconds, given, strict=True)]


def describe(choices: Sequence[Choices], measured: Sequence[tuple[float, Totals]]) -> str:
    """Return one line: seconds, ratio, largest difference and agreement."""
    (slow, left), (fast, right) = measured
    gaps = np.abs(np.concatenate(left) - np.concatenate(right))
    same = [np.argmax(one) == np.argmax(two) for one, two in zip(left, right, strict=True)]
    return (
        f"{len(choices)} choices, {len(gaps)} options: harness {slow:.2f} s, ours {fast:.2f} s, "
        f"ratio {slow / fast:.2f}; largest difference {gaps.max():.2g}, mean {gaps.mean():.2g}; "
        f"same option preferred in {np.mean(same):.4f}"
    )


def longest_row(model: object, choices: Sequence[Choices]) -> int:
    """Return the tokens of the longest row that the harness has to read."""
    from pipelines.models.encoding import encode_choices  # noqa: PLC0415  (loads transformers)

    asked = encode_choices(model.tokenizer, choices, model.render, sys.maxsize)
    return max(len(option.read) for options in asked for option in options)


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, required=True, help="the benchmark files")
    parser.add_argument("--dtype", choices=FORMATS, default="float32")
    parser.add_argument("--batch", type=int, default=32, help="rows a batch of the harness")
    parser.add_argument("--limit", type=int, default=100, help="families a benchmark; 0 is all")
    parser.add_argument("--choices", type=int, default=0, help="at most so many; 0 is all")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--benchmarks", default=BENCHMARKS)
    return parser.parse_args()


def main() -> None:
    """Print one line a benchmark."""
    asked = arguments()
    if importlib.util.find_spec("lm_eval") is None:
        raise ImportError("lm_eval is not installed. Run: pip install lm_eval==0.4.13")
    os.environ[VARIABLE] = asked.dtype
    from lm_eval.models.huggingface import HFLM  # noqa: PLC0415  (an optional package)

    from pipelines.models.choices import BLOCK  # noqa: PLC0415  (loads torch)
    from pipelines.models.local import load_folder  # noqa: PLC0415  (loads torch)

    logging.disable(logging.WARNING)
    model = load_folder("bundled", bundled_folder())
    harness = HFLM(pretrained=model.model, tokenizer=model.tokenizer, batch_size=asked.batch)
    print(
        f"lm_eval {importlib.metadata.version('lm_eval')}, {asked.dtype}, batch {asked.batch}, "
        f"packed trees: {model.reads_trees}, median of {asked.rounds} rounds"
    )
    for name in asked.benchmarks.split(","):
        choices = read_choices(asked.folder, name, asked.limit, asked.choices)
        sides = (partial(theirs, harness, choices), partial(ours, model, choices))
        print(
            f"{name} ({asked.batch * longest_row(model, choices)} tokens at a time against "
            f"{BLOCK[model.model.device.type]}): "
            f"{describe(choices, take_turns(sides, asked.rounds))}",
            flush=True,
        )


if __name__ == "__main__":
    main()
