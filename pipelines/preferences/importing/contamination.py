"""Find sentences of public benchmarks in texts that are to be trained on.

Compared are words in lower case without punctuation. A sentence counts as found in a text

- word for word, if it has at least WHOLE words;
- nearly, if it has at least NEAR words, NEAR_SHARE of its runs of RUN words are in the text, and
  the best place for it there is at least NEAR_ALIKE the same, character by character: one or two
  words changed, as where genders are swapped;
- a shorter one, from SHORT words on, only if it is the whole text.

Not found: paraphrases, translations, sentences whose words are changed all over, and benchmarks
whose files are not at hand. What is common speech and in a benchmark as well is found too.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from pipelines.preferences.importing.benchmark_texts import read_benchmarks
from pipelines.preferences.importing.near import words_of

SHORT, WHOLE, NEAR = 3, 6, 8
RUN = 4
NEAR_SHARE = 0.3
NEAR_ALIKE = 0.85
"""Of 100 sentences with one word replaced 91 are found, with 0.9 only 63. Either gives no false
alarm among questions of MMLU, gender prompts of BOLD and dialogues of HH-RLHF.
"""
MANY = 64  # sentences that share a run, from which it says nothing about any one of them


@dataclass(frozen=True)
class Contamination:
    """A benchmark's sentence found in the text at `place`; `alike` is 1 if it is word for word."""

    place: int
    benchmark: str
    sentence: str
    alike: float

    def __str__(self) -> str:
        nearly = "" if self.alike == 1 else "nearly "
        shown = self.sentence if len(self.sentence) <= 80 else self.sentence[:79] + "…"
        return (
            f"Holds {nearly}a sentence of {self.benchmark} (“{shown}”): training on it would "
            "spoil that benchmark."
        )


class BenchmarkIndex:
    """The sentences of benchmarks by their runs of words."""

    def __init__(self, sentences: Iterable[tuple[str, str]]) -> None:
        """Index (benchmark, sentence) pairs; those of fewer than SHORT words are left out."""
        self.sentences: list[tuple[str, str, list[str]]] = []
        self.counts: Counter = Counter()
        self.short: defaultdict[str, list[int]] = defaultdict(list)
        self.starts: defaultdict[str, list[int]] = defaultdict(list)  # by the first WHOLE words
        self.runs: defaultdict[str, list[int]] = defaultdict(list)
        seen = set()
        for benchmark, sentence in sentences:
            words = words_of(sentence)
            joined = " ".join(words)
            if len(words) >= SHORT and (benchmark, joined) not in seen:
                seen.add((benchmark, joined))
                self.add(benchmark, sentence.strip(), words)

    def add(self, benchmark: str, sentence: str, words: list[str]) -> None:
        """Take in one sentence."""
        number = len(self.sentences)
        self.sentences.append((benchmark, sentence, words))
        self.counts[benchmark] += 1
        if len(words) < WHOLE:
            self.short[" ".join(words)].append(number)
            return
        self.starts[" ".join(words[:WHOLE])].append(number)
        if len(words) >= NEAR:
            for run in runs_of(words, RUN):
                self.runs[run].append(number)

    def find(self, place: int, words: list[str]) -> Iterator[Contamination]:
        """Yield the best match of each benchmark with a text, given by its words."""
        text = " ".join(words)
        best: dict[str, tuple[float, int]] = {}
        for number, alike in self.matches(text, words):
            benchmark = self.sentences[number][0]
            best[benchmark] = max(best.get(benchmark, (0.0, 0)), (alike, number))
        for benchmark, (alike, number) in best.items():
            yield Contamination(place, benchmark, self.sentences[number][1], alike)

    def sentences_on(self, texts: Iterable[str]) -> dict[str, str]:
        """Return a sentence for each benchmark of which a row's texts hold a sentence."""
        told: dict[str, str] = {}
        for place, text in enumerate(texts):
            for match in self.find(place, words_of(text)):
                told.setdefault(match.benchmark, str(match))
        return told

    def matches(self, text: str, words: list[str]) -> Iterator[tuple[int, float]]:
        """Yield (number of a sentence, how much alike) for each sentence found in a text."""
        if len(words) < WHOLE:
            yield from ((number, 1.0) for number in self.short.get(text, ()))
            return
        padded = f" {text} "
        for start in self.starts.keys() & runs_of(words, WHOLE):
            for number in self.starts[start]:
                if f" {' '.join(self.sentences[number][2])} " in padded:
                    yield number, 1.0
        for number in self.likely(words):
            sentence = " ".join(self.sentences[number][2])
            alike = fuzz.partial_ratio(sentence, text, score_cutoff=100 * NEAR_ALIKE) / 100
            if alike >= NEAR_ALIKE:
                yield number, min(alike, 0.99)  # word for word it has been found above

    def likely(self, words: list[str]) -> Iterator[int]:
        """Yield the sentences of which the text has enough runs, and nearly enough words."""
        common = self.runs.keys() & runs_of(words, RUN)
        telling = (self.runs[run] for run in common if len(self.runs[run]) <= MANY)
        for number in {number for numbers in telling for number in numbers}:
            sentence = self.sentences[number][2]
            runs = runs_of(sentence, RUN)
            enough = len(runs & common) >= NEAR_SHARE * len(runs)
            if enough and len(words) >= 0.75 * len(sentence):
                yield number


def runs_of(words: list[str], length: int) -> set[str]:
    """Return all runs of so many neighbouring words."""
    return {" ".join(run) for run in zip(*(words[at:] for at in range(length)), strict=False)}


def index_benchmarks(folder: Path | str) -> BenchmarkIndex:
    """Read the benchmarks in a folder that has one folder a benchmark.

    Raises:
        ConfigError: if it has none.
        DataError: if a file is not in its benchmark's original format.
    """
    return BenchmarkIndex(read_benchmarks(folder))


def find_contamination(texts: Iterable[str], folder: Path | str) -> list[Contamination]:
    """Return which texts hold sentences of the benchmarks in `folder`; `place` counts from 0.

    A text is one turn: of a prompt, or an answer. Without texts the list is empty.

    Raises:
        ConfigError: if the folder has no benchmark.
        DataError: if a file is not in its benchmark's original format.
    """
    index = index_benchmarks(folder)
    return [
        found for place, text in enumerate(texts) for found in index.find(place, words_of(text))
    ]
