"""MMLU: questions of 57 school and professional subjects, each with four answers.

The question, the four answers after their letters, and "Answer:" stand after a line that names the
subject; with `shots`, the first questions of the subject's `dev` file stand between, each with its
answer. The most probable letter is the model's answer.

    accuracy       = #[right] / questions                    range [0, 1], best 1, chance 0.25
    accuracy_macro = mean of the subjects' accuracies        the same, each subject counts alike

`accuracy` and the subjects' own figures equal lm-evaluation-harness 0.4.13 (`mmlu` and its
subjects) with the same `num_fewshot`; `benchmarks/harness_equality.py` compares them. That
package weights subjects by their size, as here; the papers report the mean over subjects, which is
`accuracy_macro`.

Source: Hendrycks et al. 2021, https://arxiv.org/abs/2009.03300, data
https://github.com/hendrycks/test (MIT). Hub: cais/mmlu. The line that names the subject is
assets/prompts/benchmarks.json, with its source and license.

Decided: both forms of the files are read, with the header question, choice0 … choice3, answer (0 to
3), and the original one without a header (A to D); what is between the separators stays text.
Letters that tie share the credit. As a chat, all of the prompt is one message of the user. Families
are drawn from the subjects in proportion; questions of a subject whose first PASSAGE characters are
the same ask about one passage and are one family. A macro mean weights the items that were
measured by the subject's size in the files that were read. Not covered: answers worked out in
steps.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pipelines.assets import read_asset
from pipelines.benchmarks.declaring import Aim, Benchmark, Form, Group
from pipelines.benchmarks.items import Item, Scored, Value
from pipelines.benchmarks.multiple_choice import ask, chosen, credit, is_bad, name_of, numbered
from pipelines.benchmarks.original_form import (
    OnHub,
    Where,
    in_original_form,
    other_form,
    some,
    whole_number,
)
from pipelines.benchmarks.places import Place
from pipelines.files.tables import read_records
from pipelines.metrics.specs import metric

LABEL = "MMLU"
HUB = "cais/mmlu"
LETTERS = "ABCD"
ANSWERS = (*LETTERS, "0", "1", "2", "3")
COLUMNS = ["question", "choice0", "choice1", "choice2", "choice3", "answer"]
HUB_COLUMNS = ("subject", "question", "choices", "answer")
PASSAGE = 300


@dataclass(frozen=True)
class Question:
    """One question of one subject; `right` is the place of the right choice, 0 to 3."""

    subject: str
    text: str
    choices: tuple[str, ...]
    right: int

    def __post_init__(self) -> None:
        if not all(isinstance(text, str) for text in (self.subject, self.text, *self.choices)):
            raise TypeError("the subject, the question or a choice is no text")
        if len(self.choices) != len(LETTERS) or not 0 <= self.right < len(LETTERS):
            raise ValueError(f"{len(self.choices)} choices, of which {self.right} is right")

    @property
    def asked(self) -> str:
        """The question as the model reads it, up to where the letter begins."""
        options = "".join(
            f"\n{letter}. {choice}" for letter, choice in zip(LETTERS, self.choices, strict=True)
        )
        return f"{self.text.strip()}{options}\nAnswer:"


Shots = Mapping[str, Sequence[Question]]
"""Worked examples by subject."""


def read(place: Place, form: Form) -> list[Item]:
    """Return one item a question, subject by subject.

    Raises:
        DataError: if a file is missing or has another form, or a subject has too few examples.
    """
    questions, shots = from_hub(place, form) if place.root is None else from_files(place, form)
    keys = numbered(f"{one.subject}-{name_of(one.text, *one.choices)}" for one in questions)
    sizes = Counter(one.subject for one in questions)
    return [
        item_of(key, one, shots.get(one.subject, ()), sizes, form)
        for key, one in zip(keys, questions, strict=True)
    ]


def from_hub(place: Place, form: Form) -> tuple[list[Question], Shots]:
    """Return the questions and the worked examples that the Hub has."""
    questions = list(hub_questions(place, "test"))
    examples = list(hub_questions(place, "dev")) if form.shots else []
    return questions, {
        subject: enough(
            [one for one in examples if one.subject == subject], OnHub(HUB, f"{subject} dev"), form
        )
        for subject in dict.fromkeys(one.subject for one in questions)
    }


def hub_questions(place: Place, split: str) -> Iterator[Question]:
    """Yield the questions of a split on the Hub."""
    for where, row in place.checked_rows(LABEL, HUB_COLUMNS, HUB, split, "all"):
        with in_original_form(LABEL, where):
            right = whole_number(row["answer"], "answer")
            yield Question(row["subject"], row["question"], tuple(row["choices"]), right)


def from_files(place: Place, form: Form) -> tuple[list[Question], Shots]:
    """Return the questions of every test file and the worked examples of its dev file."""
    questions: list[Question] = []
    shots = {}
    for path in place.files("mmlu/test", "*_test.csv"):
        subject = path.name.removesuffix("_test.csv")
        questions += some(file_questions(path, subject), path, "question")
        if form.shots:
            dev = place.file("mmlu", "dev", f"{subject}_dev.csv")
            shots[subject] = enough(list(file_questions(dev, subject)), dev, form)
    return questions, shots


def file_questions(path: Path, subject: str) -> Iterator[Question]:
    """Yield the questions of a file, with or without a header."""
    for line, fields in read_records(path, ","):
        if line == 1 and fields == COLUMNS:
            continue
        with in_original_form(LABEL, f"{path.name}:{line}"):
            if len(fields) != len(COLUMNS):
                raise ValueError(f"{len(fields)} fields instead of {len(COLUMNS)}")
            text, *choices, answer = fields
            if answer not in ANSWERS:
                raise ValueError(f"the answer is {answer!r:.40}, not A to D or 0 to 3")
            yield Question(subject, text, tuple(choices), ANSWERS.index(answer) % len(LETTERS))


def enough(examples: Sequence[Question], where: Where, form: Form) -> Sequence[Question]:
    """Return the first `form.shots` examples.

    Raises:
        DataError: if there are fewer.
    """
    if len(examples) < form.shots:
        raise other_form(LABEL, where, f"{len(examples)} examples, asked for {form.shots}")
    return examples[: form.shots]


def item_of(
    key: str, one: Question, shots: Sequence[Question], sizes: Mapping[str, int], form: Form
) -> Item:
    """Return one question as an item."""
    facts = {
        "subject": one.subject,
        "question": one.text,
        "right": LETTERS[one.right],
        "weight": 1 / sizes[one.subject],
    }
    question = one.text.strip()
    return Item(
        key,
        f"{one.subject}-{name_of(question[:PASSAGE])}",
        (ask(form, prompt_of(one, shots), LETTERS),),
        facts,
        stratum=one.subject,
        texts=(question,),
    )


def prompt_of(one: Question, shots: Sequence[Question]) -> str:
    """Return the line that names the subject, the worked examples and the question."""
    instruction = read_asset("prompts/benchmarks.json")["mmlu"]["instruction"]
    head = instruction.format(subject=one.subject.replace("_", " "))
    examples = (f"{shot.asked} {LETTERS[shot.right]}" for shot in shots)
    return "\n\n".join((head, *examples, one.asked))


def value(item: Item, answers: Sequence[Scored]) -> Value:
    """Return whether the most probable letter is the right one."""
    logps = [option.total for option in answers[0]]
    score = credit(logps, LETTERS.index(item.facts["right"]))
    facts = {**item.facts, "correct": score, "chosen": chosen(LETTERS, logps)}
    return Value(item.family, item.key, facts, score, is_bad(score))


MMLU = Benchmark(
    name="mmlu",
    label="MMLU",
    aim=Aim.ABILITY,
    meaning="Exam questions with four answers: has training cost the model knowledge?",
    source="Hendrycks et al. 2021, https://github.com/hendrycks/test",
    license="MIT",
    read=read,
    value=value,
    metrics=(
        metric("accuracy", "Accuracy", 1.0, "ratio", lambda v: v["correct"],
               "How many questions the model answers right; guessing gives a quarter."),
        metric("accuracy_macro", "Accuracy, mean of subjects", 1.0, "ratio",
               lambda v: v["correct"],
               "The same, with every subject counting alike, however many questions it has.",
               weight=lambda v: v["weight"]),
    ),
    headline="accuracy",
    answer=("chosen", "right"),
    groups=(Group("subject", ("accuracy",)),),
    score="right (1) or not (0)",
)  # fmt: skip
