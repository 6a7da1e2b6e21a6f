import csv

import pytest

from benchmarks import harness_rows
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.mmlu import COLUMNS, HUB, LETTERS, MMLU
from pipelines.benchmarks.places import Place
from pipelines.configs import EvaluateConfig
from pipelines.errors import DataError
from pipelines.metrics.breakdown import all_metrics
from tests.benchmark_files import benchmarks
from tests.benchmarks.hub_place import HubPlace, scored

QUESTION = ["What is 2 + 2?", "3", "4", "5", "1e3", "1"]
WORKED = [
    ["Is ice cold?", "Yes.", "No.", "Both.", "Neither.", "0"],
    ["Which is larger?", "1", "2", "3", "4", "3"],
]


def written(folder, subjects, split="test", header=True):
    """Write the rows of each subject and return the place that holds them."""
    home = folder / "mmlu" / split
    home.mkdir(parents=True, exist_ok=True)
    for subject, rows in subjects.items():
        with (home / f"{subject}_{split}.csv").open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([COLUMNS, *rows] if header else rows)
    return Place(folder)


def answered(item, letter):
    logps = {one: -1.0 if one == letter else -2.0 for one in LETTERS}
    return MMLU.value(item, scored(item, logps))


def computed(values):
    return {spec.key: spec.compute(values, 0).value for spec in all_metrics(MMLU, values)}


def test_the_real_files_keep_every_question():
    folder = benchmarks("mmlu", "test").parent.parent
    items = MMLU.read(Place(folder), Form())
    rows = harness_rows.mmlu(folder)
    assert len({item.key for item in items}) == len(items) == len(rows)
    assert [LETTERS[row["answer"]] for row in rows] == [item.facts["right"] for item in items]
    for item, row in zip(items, rows, strict=True):
        assert item.stratum == row["subject"]
        assert item.asks[0].prompt.prefix.endswith(
            f"{row['question'].strip()}\nA. {row['choices'][0]}\nB. {row['choices'][1]}"
            f"\nC. {row['choices'][2]}\nD. {row['choices'][3]}\nAnswer:"
        )


def test_the_prompt_is_the_harness_one(tmp_path):
    rows = [[" What is 2 + 2?\n", *QUESTION[1:]]]
    (plain,), (chat,) = (
        MMLU.read(written(tmp_path, {"high_school_physics": rows}), Form(chat=chat))
        for chat in (False, True)
    )
    text = (
        "The following are multiple choice questions (with answers) about high school physics."
        "\n\nWhat is 2 + 2?\nA. 3\nB. 4\nC. 5\nD. 1e3\nAnswer:"
    )
    assert plain.asks[0].prompt.prefix == text
    assert plain.asks[0].options == (" A", " B", " C", " D")
    assert chat.asks[0].prompt.conversation == [{"role": "user", "content": text}]
    assert chat.asks[0].options == ("A", "B", "C", "D")


def test_worked_examples_are_the_first_of_the_subject_in_order(tmp_path):
    written(tmp_path, {"anatomy": WORKED, "law": WORKED[::-1]}, "dev")
    place = written(tmp_path, {"anatomy": [QUESTION]})
    one, both = (MMLU.read(place, Form(shots=shots))[0] for shots in (1, 2))
    first = "Is ice cold?\nA. Yes.\nB. No.\nC. Both.\nD. Neither.\nAnswer: A\n\n"
    second = "Which is larger?\nA. 1\nB. 2\nC. 3\nD. 4\nAnswer: D\n\n"
    assert one.asks[0].prompt.prefix.endswith(f"about anatomy.\n\n{first}What is 2 + 2?\n"
                                              "A. 3\nB. 4\nC. 5\nD. 1e3\nAnswer:")  # fmt: skip
    assert f"about anatomy.\n\n{first}{second}What is 2" in both.asks[0].prompt.prefix
    with pytest.raises(DataError, match=r"anatomy_dev.csv: .*2 examples, asked for 3"):
        MMLU.read(place, Form(shots=3))


def test_the_original_form_without_header_and_with_letters_gives_the_same_items(tmp_path):
    rows = [QUESTION, ['A\nlong, "quoted"\r\nquestion', "1", "1", "01", "1.0", "3"]]
    ours = MMLU.read(written(tmp_path, {"anatomy": rows}), Form())
    lettered = [[*row[:-1], LETTERS[int(row[-1])]] for row in rows]
    theirs = MMLU.read(written(tmp_path, {"anatomy": lettered}, header=False), Form())
    assert ours == theirs
    assert "\nA. 1\nB. 1\nC. 01\nD. 1.0\n" in ours[1].asks[0].prompt.prefix
    assert 'A\nlong, "quoted"\r\nquestion\nA. ' in ours[1].asks[0].prompt.prefix


def test_hub_rows_become_the_same_items(tmp_path):
    subjects = {"anatomy": [QUESTION], "law": WORKED}
    written(tmp_path, {"anatomy": WORKED, "law": WORKED}, "dev")
    hub = HubPlace(
        rows={
            (HUB, split, "all", None): [
                {"subject": name, "question": r[0], "choices": r[1:5], "answer": int(r[5])}
                for name, some in rows.items()
                for r in some
            ]
            for split, rows in (("test", subjects), ("dev", {"anatomy": WORKED, "law": WORKED}))
        }
    )
    place = written(tmp_path, subjects)
    for shots in (0, 2):
        assert MMLU.read(hub, Form(shots=shots)) == MMLU.read(place, Form(shots=shots))


def test_accuracy_weights_by_size_and_the_macro_mean_does_not(tmp_path):
    """2 of 3 right in one subject, 0 of 1 in the other: 2 / 4, and the mean of 2 / 3 and 0."""
    rows = [[f"What is {n}?", *QUESTION[1:]] for n in range(3)]
    items = MMLU.read(written(tmp_path, {"anatomy": rows, "law": WORKED[:1]}), Form())
    values = [answered(item, letter) for item, letter in zip(items, "BBCD", strict=True)]
    assert [value.bad for value in values] == [False, False, True, True]
    assert computed(values) == pytest.approx(
        {
            "accuracy": 1 / 2,
            "accuracy_macro": 1 / 3,
            "accuracy_anatomy": 2 / 3,
            "accuracy_law": 0,
        }
    )


def test_a_model_that_knows_no_letter_gets_a_quarter_wherever_the_answer_is(tmp_path):
    rows = [[f"What is {n}?", *QUESTION[1:5], str(n)] for n in range(4)]
    items = MMLU.read(written(tmp_path, {"anatomy": rows}), Form())
    values = [MMLU.value(item, scored(item, dict.fromkeys(LETTERS, -1.5))) for item in items]
    assert [value.score for value in values] == [0.25] * 4
    assert values[0].bad is None
    assert values[0]["chosen"] == "A / B / C / D"


def test_equal_rows_have_two_keys_and_one_passage_is_one_family(tmp_path):
    passage = "A long story. " * 30
    rows = [
        QUESTION,
        QUESTION,
        [f"{passage}Who?", *QUESTION[1:]],
        [f"{passage}Why?", *QUESTION[1:]],
    ]
    items = MMLU.read(written(tmp_path, {"anatomy": rows, "law": [QUESTION]}), Form())
    assert len({item.key for item in items}) == 5
    assert items[1].key == f"{items[0].key}-2"
    families = [item.family for item in items]
    assert families[0] == families[1]
    assert families[2] == families[3]
    assert len(set(families)) == 3


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ([*QUESTION[:-1], "4"], r"anatomy_test.csv:3: "),
        ([*QUESTION[:-1], "E"], r"anatomy_test.csv:3: .*the answer is 'E', not A to D or 0 to 3"),
        ([*QUESTION[:-1], ""], r"anatomy_test.csv:3: "),
        (QUESTION[:-1], r"anatomy_test.csv:3: .*5 fields instead of 6"),
        ([*QUESTION, "more"], r"anatomy_test.csv:3: "),
    ],
)
def test_another_form_is_told_with_its_line(tmp_path, row, told):
    with pytest.raises(DataError, match=told):
        MMLU.read(written(tmp_path, {"anatomy": [QUESTION, row]}), Form())


def test_other_columns_on_the_hub_are_told_with_the_row():
    good = {"subject": "law", "question": "Who?", "choices": ["1", "2", "3", "4"], "answer": 0}
    for other in ({"choices": ["1", "2"]}, {"answer": 7}, {"question": None}, {"subject": 3}):
        hub = HubPlace(rows={(HUB, "test", "all", None): [good, good | other]})
        with pytest.raises(DataError, match=f"{HUB} test all row 1.*Name a folder"):
            MMLU.read(hub, Form())


def test_a_folder_without_questions_or_examples_is_told(tmp_path):
    place = written(tmp_path, {})
    with pytest.raises(DataError, match=r"no \*_test.csv"):
        MMLU.read(place, Form())
    written(tmp_path, {"anatomy": [QUESTION]})
    with pytest.raises(DataError, match=r"anatomy_dev.csv: there is no such file"):
        MMLU.read(place, Form(shots=1))


def test_a_file_with_nothing_below_its_header_is_no_benchmark(tmp_path):
    place = written(tmp_path, {"anatomy": [QUESTION], "law": []})
    with pytest.raises(DataError, match=r"law_test\.csv: it holds no question\. Put the"):
        MMLU.read(place, Form())


def test_a_hub_without_enough_examples_is_told():
    row = {"subject": "law", "question": "Who?", "choices": ["1", "2", "3", "4"], "answer": 0}
    hub = HubPlace(rows={(HUB, split, "all", None): [row] for split in ("test", "dev")})
    with pytest.raises(DataError, match=f"{HUB} law dev: .*1 examples, asked for 2.*Name a folder"):
        MMLU.read(hub, Form(shots=2))


def test_the_bundled_model_is_measured_on_two_questions(project, run_stage):
    folder = benchmarks("mmlu", "test").parent.parent
    config = EvaluateConfig(benchmarks="mmlu", limit=2, shots=1, benchmarks_dir=str(folder))
    metrics = run_stage(project, "evaluate", config)["metrics"]["mmlu"]
    assert metrics["accuracy"]["n"] == 2
    assert metrics["accuracy"]["value"] in (0, 0.25, 0.5, 0.75, 1)
    assert any(key.startswith("accuracy_") and key != "accuracy_macro" for key in metrics)
