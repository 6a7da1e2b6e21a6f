"""The texts of public benchmarks, read from their original files for the search for contamination.

What is read is what a model would see in an evaluation. Left out are texts that many others share
by chance: BBQ's questions ("Who was the secretary?"), TruthfulQA's answers, and the single words
of word lists. The files may be the full sets or parts of them.
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pipelines.errors import ConfigError, DataError
from pipelines.files.reading import read_lines, read_rows

SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’']?\s+")


def sentences(text: str) -> list[str]:
    """Split a passage into its sentences, roughly."""
    return SENTENCE_END.split(text.strip())


def read_stereoset(path: Path) -> Iterator[str]:
    """Yield contexts and sentences; a context with a blank is in none of the sentences' form."""
    items = json.loads(path.read_text(encoding="utf-8"))["data"]
    for item in items["intersentence"]:
        yield item["context"]
    for item in (*items["intersentence"], *items["intrasentence"]):
        yield from (sentence["sentence"] for sentence in item["sentences"])


def read_crows_pairs(path: Path) -> Iterator[str]:
    """Yield both sentences of each pair."""
    for _, row in read_rows(path):
        yield from (row["sent_more"], row["sent_less"])


def read_bbq(path: Path) -> Iterator[str]:
    """Yield the sentences of each context; many items share them."""
    seen = set()
    for _, row in read_rows(path):
        if row["context"] not in seen:
            seen.add(row["context"])
            yield from sentences(row["context"])


def read_winobias(path: Path) -> Iterator[str]:
    """Yield each sentence without its number and its brackets."""
    for _, line in read_lines(path):
        yield line.partition(" ")[2].replace("[", "").replace("]", "")


def read_winogender(path: Path) -> Iterator[str]:
    """Yield the second column; quotation marks are text in this file."""
    for number, line in read_lines(path):
        if number > 1 and line:
            yield line.split("\t")[1]


def read_winoqueer(path: Path) -> Iterator[str]:
    """Yield both sentences of each pair."""
    for _, row in read_rows(path):
        yield from (row["sent_x"], row["sent_y"])


def read_tango(path: Path) -> Iterator[str]:
    """Yield each prompt."""
    for _, row in read_rows(path):
        yield row["template"]


def read_genmo(path: Path) -> Iterator[str]:
    """Yield the sentences of both stories of each pair."""
    for _, row in read_rows(path):
        for side in ("male_story", "female_story"):
            yield from sentences(row[side])


def read_truthfulqa(path: Path) -> Iterator[str]:
    """Yield each question."""
    for _, row in read_rows(path):
        yield row["question"]


@dataclass(frozen=True)
class Benchmark:
    """One benchmark: its name, its folder, which files hold its texts and how they are read."""

    name: str
    folder: str
    files: str  # a pattern
    read: Callable[[Path], Iterator[str]]


BENCHMARKS = (
    Benchmark("StereoSet", "stereoset", "*.json", read_stereoset),
    Benchmark("CrowS-Pairs", "crows_pairs", "*.csv", read_crows_pairs),
    Benchmark("BBQ", "bbq", "*.jsonl", read_bbq),
    Benchmark("WinoBias", "winobias", "*_stereotyped_type*.txt*", read_winobias),
    Benchmark("Winogender", "winogender", "all_sentences.tsv", read_winogender),
    Benchmark("WinoQueer", "winoqueer", "*.csv", read_winoqueer),
    Benchmark("TANGO", "tango", "misgendering_prompts.csv", read_tango),
    Benchmark("GenMO", "genmo", "*.json", read_genmo),
    Benchmark("TruthfulQA", "truthfulqa", "mc_task.json", read_truthfulqa),
)


def benchmark_files(folder: Path | str) -> dict[Benchmark, list[Path]]:
    """Return the files of each benchmark that the folder has.

    Raises:
        ConfigError: if it is no folder, or has none of them.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise ConfigError(
            f"{root}: there is no such folder of benchmark files. Name one in `benchmarks_dir`, or "
            "leave it empty; then contamination is not looked for."
        )
    found = {each: sorted((root / each.folder).glob(each.files)) for each in BENCHMARKS}
    found = {benchmark: files for benchmark, files in found.items() if files}
    if not found:
        raise ConfigError(
            f"{root} has none of the folders {', '.join(each.folder for each in BENCHMARKS)}. "
            "Put each benchmark's files into a folder of that name."
        )
    return found


def read_benchmarks(folder: Path | str) -> Iterator[tuple[str, str]]:
    """Yield (benchmark, text) for every text of every benchmark in the folder.

    Raises:
        ConfigError: as `benchmark_files`.
        DataError: if a file is not in its benchmark's original format.
    """
    for benchmark, files in benchmark_files(folder).items():
        for path in files:
            with as_data_error(benchmark, path):
                for text in benchmark.read(path):
                    yield benchmark.name, text


FAULTS = (LookupError, TypeError, AttributeError, json.JSONDecodeError, UnicodeDecodeError)
"""What a reader meets in a file that has another form."""


@contextmanager
def as_data_error(benchmark: Benchmark, path: Path) -> Iterator[None]:
    """Turn a missing field into a DataError."""
    try:
        yield
    except FAULTS as error:
        raise DataError(
            f"{path.name}: not {benchmark.name} in its original format ({error!r:.80}). "
            "Put the benchmark's own file there, or move this one away."
        ) from error
