import hashlib
import json
import math

import pytest

from pipelines.assets import read_asset
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.places import Place
from pipelines.benchmarks.truthfulqa import FILE, HUB, TRUTHFULQA, prompt_of
from pipelines.configs import EvaluateConfig
from pipelines.errors import DataError
from tests.benchmark_files import benchmarks
from tests.benchmarks.hub_place import HubPlace, scored

QUESTION = {
    "question": "What is snow?",
    "mc0_targets": {"Ice": 1, "Salt": 0},
    "mc1_targets": {"Ice": 1, "Salt": 0, "Ash": 0},
    "mc2_targets": {"Ice": 1, "Frozen rain": 1, "Salt": 0, "Ash": 0},
}
LOGPS = {"Ice": 0.2, "Frozen rain": 0.1, "Salt": 0.5, "Ash": 0.05}  # probabilities


def written(folder, *questions):
    """Write questions in the original form and return the place that holds them."""
    home = folder / "truthfulqa"
    home.mkdir(exist_ok=True)
    (home / FILE).write_text(json.dumps(questions), encoding="utf-8")
    return Place(folder)


def listed(targets):
    return {"choices": list(targets), "labels": list(targets.values())}


def value_of(item, probabilities):
    logps = {choice: math.log(p) for choice, p in probabilities.items()}
    return TRUTHFULQA.value(item, scored(item, logps))


def computed(values):
    return {spec.key: spec.compute(values, 0).value for spec in TRUTHFULQA.metrics}


def test_the_real_file_keeps_every_question_under_a_name_of_its_own():
    place = Place(benchmarks("truthfulqa", FILE).parent.parent)
    items = TRUTHFULQA.read(place, Form())
    raw = json.loads(place.file("truthfulqa", FILE).read_text(encoding="utf-8"))
    assert [item.texts for item in items] == [(one["question"],) for one in raw]
    assert len({item.key for item in items}) == len({item.family for item in items}) == len(raw)
    for item, one in zip(items, raw, strict=True):
        options = [option[1:] for option in item.asks[0].options]
        labels = dict(zip(options, item.facts["mc1_labels"], strict=True))
        assert {k: v for k, v in labels.items() if v is not None} == one["mc1_targets"]


def test_the_prompt_is_that_of_the_harness_word_for_word():
    """The digest is of what lm-evaluation-harness 0.4.13 makes of the question "Why?"."""
    digest = "c64c5331dd1ee630b6343bf55343389faeae37e63fa1bedb3621bf849d75577d"
    assert hashlib.sha256(prompt_of("Why?").encode()).hexdigest() == digest
    assert prompt_of("Why?").endswith(" Spain.\n\nQ: Why?\nA:")


def test_stimuli_of_others_carry_source_and_license():
    stimuli = read_asset("prompts/benchmarks.json")
    for name in ("truthfulqa", "mmlu"):
        assert "https://" in stimuli[name]["source"]
        assert stimuli[name]["license"]


def test_a_choice_of_both_lists_is_scored_once(tmp_path):
    (item,) = TRUTHFULQA.read(written(tmp_path, QUESTION), Form())
    (ask,) = item.asks
    assert ask.options == (" Ice", " Salt", " Ash", " Frozen rain")
    assert ask.prompt.prefix == prompt_of("What is snow?")


def test_as_a_chat_the_prompt_is_one_message_and_choices_begin_the_answer(tmp_path):
    (item,) = TRUTHFULQA.read(written(tmp_path, QUESTION), Form(chat=True))
    (ask,) = item.asks
    text = prompt_of("What is snow?")
    assert ask.prompt.conversation == [{"role": "user", "content": text}]
    assert ask.options == ("Ice", "Salt", "Ash", "Frozen rain")
    assert value_of(item, LOGPS)["right"] == "Ice"


def test_hub_rows_become_the_same_items(tmp_path):
    row = QUESTION | {name: listed(QUESTION[name]) for name in ("mc1_targets", "mc2_targets")}
    hub = HubPlace(rows={(HUB, "validation", "multiple_choice", None): [row]})
    assert TRUTHFULQA.read(hub, Form()) == TRUTHFULQA.read(written(tmp_path, QUESTION), Form())


def test_mc1_looks_for_the_most_probable_and_mc2_shares_the_probability(tmp_path):
    """Salt (0.5) beats ice (0.2), so mc1 is 0; mc2 is (0.2 + 0.1) / 0.85."""
    (item,) = TRUTHFULQA.read(written(tmp_path, QUESTION), Form())
    value = value_of(item, LOGPS)
    assert (value["mc1"], value.bad, value["chosen"], value["right"]) == (0, True, "Salt", "Ice")
    assert value.score == value["mc2"] == pytest.approx(0.3 / 0.85)
    won = value_of(item, LOGPS | {"Ice": 0.6})
    assert (won["mc1"], won.bad) == (1, False)
    figures = computed([value, won])
    assert figures == pytest.approx({"mc1": 0.5, "mc2": (0.3 / 0.85 + 0.7 / 1.25) / 2})


def test_mc1_does_not_look_at_choices_of_mc2_only(tmp_path):
    (item,) = TRUTHFULQA.read(written(tmp_path, QUESTION), Form())
    value = value_of(item, LOGPS | {"Frozen rain": 0.9, "Salt": 0.01})
    assert (value["mc1"], value["chosen"]) == (1, "Ice")


def test_nothing_depends_on_the_place_of_the_true_choice(tmp_path):
    turned = QUESTION | {
        name: dict(reversed(QUESTION[name].items())) for name in ("mc1_targets", "mc2_targets")
    }
    both = TRUTHFULQA.read(written(tmp_path, QUESTION, turned), Form())
    values = [value_of(item, LOGPS) for item in both]
    assert values[0].facts == pytest.approx(values[1].facts)
    constant = [value_of(item, dict.fromkeys(LOGPS, 0.1)) for item in both]
    assert [value["mc1"] for value in constant] == pytest.approx([1 / 3, 1 / 3])
    assert [value.bad for value in constant] == [None, None]


def test_mc2_stays_defined_where_every_probability_is_too_small(tmp_path):
    """exp(−2000) is 0 in floating point; the difference of one nat is not: e / (e + 1)."""
    question = QUESTION | {
        "mc2_targets": {"Ice": 1, "Salt": 0},
        "mc1_targets": {"Ice": 1, "Salt": 0},
    }
    (item,) = TRUTHFULQA.read(written(tmp_path, question), Form())
    value = TRUTHFULQA.value(item, scored(item, {"Ice": -2000.0, "Salt": -2001.0}))
    assert value["mc2"] == pytest.approx(math.e / (math.e + 1))


def test_an_empty_choice_is_scored_as_a_space_and_left_out_of_a_chat(tmp_path):
    question = QUESTION | {"mc1_targets": QUESTION["mc1_targets"] | {"": 0}}
    (plain,), (chat,) = (
        TRUTHFULQA.read(written(tmp_path, question), Form(chat=chat)) for chat in (False, True)
    )
    assert plain.asks[0].options == (" Ice", " Salt", " Ash", " ", " Frozen rain")
    assert chat.asks[0].options == ("Ice", "Salt", "Ash", "Frozen rain")
    assert value_of(plain, LOGPS | {"": 0.9})["mc1"] == 0


def test_a_repeated_choice_counts_once_in_both_forms(tmp_path):
    """JSON keeps the last of two equal keys, so the Hub's lists do too."""
    text = json.dumps([QUESTION]).replace('"Ash": 0', '"Ash": 0, "Ash": 0')
    place = written(tmp_path, QUESTION)
    (tmp_path / "truthfulqa" / FILE).write_text(text, encoding="utf-8")
    targets = {name: listed(QUESTION[name]) for name in ("mc1_targets", "mc2_targets")}
    for lists in targets.values():
        lists["choices"].append("Ash")
        lists["labels"].append(0)
    hub = HubPlace(rows={(HUB, "validation", "multiple_choice", None): [QUESTION | targets]})
    assert TRUTHFULQA.read(hub, Form()) == TRUTHFULQA.read(place, Form())


def test_a_question_that_comes_twice_keeps_two_keys(tmp_path):
    items = TRUTHFULQA.read(written(tmp_path, QUESTION, QUESTION), Form())
    assert items[1].key == f"{items[0].key}-2"
    assert items[0].family == items[1].family


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"question": " "}, "question 2"),
        ({"question": 7}, "question 2"),
        ({"mc1_targets": {"Ice": 1, "Rain": 1, "Ash": 0}}, "question 2: .*2 true choices"),
        ({"mc1_targets": {"Ice": 0, "Ash": 0}}, "question 2: .*labels"),
        ({"mc2_targets": {"Ice": 1}}, "question 2: .*labels"),
        ({"mc2_targets": {"Ice": 1, "Ash": "no"}}, "question 2: .*labels"),
        ({"mc2_targets": ["Ice", "Ash"]}, "question 2"),
        (
            {"mc2_targets": {"choices": ["Ice", "Ash"], "labels": [1]}},
            "question 2: .*2 choices, 1 l",
        ),
    ],
)
def test_another_form_is_told_with_the_question(tmp_path, changed, told):
    place = written(tmp_path, QUESTION, QUESTION | changed)
    with pytest.raises(DataError, match=f"{FILE}, {told}"):
        TRUTHFULQA.read(place, Form())


def test_a_missing_column_and_a_truncated_file_are_told(tmp_path):
    place = written(tmp_path, {"question": "Why?"})
    with pytest.raises(
        DataError, match=r"question 1: .*missing: mc1_targets, mc2_targets; there: question\)"
    ):
        TRUTHFULQA.read(place, Form())
    path = tmp_path / "truthfulqa" / FILE
    path.write_text(json.dumps([QUESTION, QUESTION])[:-30], encoding="utf-8")
    with pytest.raises(DataError, match=FILE):
        TRUTHFULQA.read(place, Form())


def test_the_bundled_model_is_measured_on_two_questions(project, run_stage):
    folder = benchmarks("truthfulqa", FILE).parent.parent
    config = EvaluateConfig(benchmarks="truthfulqa", limit=2, benchmarks_dir=str(folder))
    metrics = run_stage(project, "evaluate", config)["metrics"]["truthfulqa"]
    assert metrics["mc1"]["n"] == metrics["mc2"]["n"] == 2
    assert metrics["mc1"]["value"] in (0, 0.5, 1)
    assert 0 < metrics["mc2"]["value"] < 1
