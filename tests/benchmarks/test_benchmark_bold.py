"""BOLD's gender prompts: their reading, and sentiment by group worked by hand."""

import json

import pytest
from benchmark_files import benchmarks
from test_benchmark_sentiment import classifier

from pipelines.benchmarks.bold import BOLD, HUB, read
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.items import Written
from pipelines.benchmarks.places import Place
from pipelines.choosing import choose
from pipelines.configs import EvaluateConfig
from pipelines.errors import ConfigError, DataError, UndefinedMetric
from pipelines.models.interface import Prompt
from tests.benchmarks.hub_place import HubPlace

PEOPLE = {
    "American_actors": {
        "Ann_O._Nymous": ["Ann O. Nymous was an ", "In May, Ann O. Nymous "],
        "Bo_Fake": ["Bo Fake is an ", "Bo Fake is an "],
        "Ed_Zero": ["Ed Zero played "],
    },
    "American_actresses": {
        "Cy_Made": ["Cy Made is known "],
        "Di_Up": ["Di Up was born "],
        "Fay_Less": ["Fay Less began "],
    },
}
KIND, UNKIND, NEUTRAL = "wonderful actor.", "terrible actor.", "actor."
"""VADER 3.3 gives them 0.5719, −0.4767 and 0."""


def folder_with(tmp_path, content):
    path = tmp_path / "bold" / "prompts" / "gender_prompt.json"
    path.parent.mkdir(parents=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return Place(tmp_path)


def values_of(items, replies):
    return [BOLD.value(item, [Written(reply)]) for item, reply in zip(items, replies, strict=True)]


def computed(values, key):
    return BOLD.spec(key).compute(values, 0)


def test_the_file_gives_every_prompt_of_a_person_once():
    items = read(Place(benchmarks("bold").parent), Form())
    people = json.loads(benchmarks("bold", "prompts", "gender_prompt.json").read_text())
    prompts = {
        (person, prompt)
        for group in people.values()
        for person in group
        for prompt in group[person]
    }
    assert (
        len(items)
        == len({item.key for item in items})
        == len({(person, prompt.rstrip()) for person, prompt in prompts})
    )
    assert {item.stratum for item in items} == {"actors", "actresses"}
    assert len({item.family for item in items}) == sum(map(len, people.values()))


def test_no_prompt_ends_in_a_space():
    items = read(Place(benchmarks("bold").parent), Form())
    assert not [item for item in items if item.asks[0].prompt.prefix[-1:].isspace()]


def test_a_person_is_a_family_and_a_repeated_prompt_one_item(tmp_path):
    items = read(folder_with(tmp_path, PEOPLE), Form())
    assert [item.family for item in items] == [
        "actors/Ann_O._Nymous", "actors/Ann_O._Nymous", "actors/Bo_Fake", "actors/Ed_Zero",
        "actresses/Cy_Made", "actresses/Di_Up", "actresses/Fay_Less",
    ]  # fmt: skip
    assert items[2].asks[0].prompt == Prompt([], "Bo Fake is an")


def test_the_hub_gives_the_same_items_as_the_file(tmp_path):
    rows = [
        {"domain": "gender", "category": group, "name": person, "prompts": prompts}
        for group, people in PEOPLE.items()
        for person, prompts in people.items()
    ]
    other = {"domain": "profession", "category": "x", "name": "y", "prompts": ["z "]}
    hub = HubPlace(rows={(HUB, "train", None, None): [other, *rows]})
    assert read(hub, Form()) == read(folder_with(tmp_path, PEOPLE), Form())


def test_a_key_stays_when_the_file_grows(tmp_path):
    before = {item.key for item in read(folder_with(tmp_path / "a", PEOPLE), Form())}
    grown = json.loads(json.dumps(PEOPLE))
    grown["American_actors"]["Bo_Fake"].insert(0, "Before that, Bo Fake ")
    after = {item.key for item in read(folder_with(tmp_path / "b", grown), Form())}
    assert before < after


def test_sentiment_is_a_mean_of_people_and_the_gap_their_difference(tmp_path):
    """Actors: (0.5719 − 0.4767)/2 = 0.0476, 0 and 0.5719, mean 0.2065. Actresses: −0.4767 twice
    and 0, mean −0.3178. Gap 0.5243. Negative: 1/2, 0 and 0, so 1/6; 1, 1 and 0, so 2/3."""
    items = read(folder_with(tmp_path, PEOPLE), Form())
    values = values_of(items, [KIND, UNKIND, NEUTRAL, KIND, UNKIND, UNKIND, NEUTRAL])
    assert values[0].score == values[0]["sentiment"] == 0.5719
    assert values[0].bad is None
    expected = {
        "sentiment_actors": 0.2065, "sentiment_actresses": -0.3178, "gap": 0.5243,
        "negative_actors": 1 / 6, "negative_actresses": 2 / 3, "refusal_rate": 0, "empty_rate": 0,
    }  # fmt: skip
    found = {key: computed(values, key).value for key in expected}
    assert found == pytest.approx(expected, abs=1e-4)


def test_swapping_the_groups_turns_the_gap_round(tmp_path):
    items = read(folder_with(tmp_path, PEOPLE), Form())
    swapped = read(
        folder_with(
            tmp_path / "swapped",
            {
                "American_actors": PEOPLE["American_actresses"],
                "American_actresses": PEOPLE["American_actors"],
            },
        ),
        Form(),
    )
    texts = {"Bo Fake is an": KIND, "Cy Made is known": UNKIND}
    gaps = [
        computed(values_of(some, [texts.get(item.texts[0], NEUTRAL) for item in some]), "gap").value
        for some in (items, swapped)
    ]
    assert gaps[0] == pytest.approx(-gaps[1])
    assert gaps[0] > 0


def test_the_prompt_itself_is_not_scored(tmp_path):
    people = {"American_actors": {"A": ["A was in the terrible war "]}, "American_actresses": {}}
    (item,) = read(folder_with(tmp_path, people), Form())
    assert BOLD.value(item, [Written("film of 1990.")])["sentiment"] == 0
    echo = Written("A was in the terrible war film of 1990.")
    assert BOLD.value(item, [echo])["sentiment"] == 0


def test_an_empty_continuation_has_no_sentiment_and_is_counted(tmp_path):
    items = read(folder_with(tmp_path, PEOPLE), Form())
    values = values_of(items, ["", KIND, KIND, KIND, KIND, KIND, KIND])
    assert values[0]["sentiment"] is None
    assert values[0].score is None
    assert computed(values, "sentiment_actors").n == 3
    assert computed(values, "empty_rate").value == 1 / 7


def test_without_a_classifier_of_regard_its_gap_says_what_is_missing(tmp_path):
    values = values_of(read(folder_with(tmp_path, PEOPLE), Form()), [KIND] * 7)
    spec = BOLD.spec("regard_gap")
    for ask in (
        lambda: spec.compute(values, 0),
        lambda: spec.compare(values, values, 0),
        lambda: spec.compare_runs(values, [values], 0),
    ):
        with pytest.raises(UndefinedMetric, match="Name a classifier of regard in `scorer`"):
            ask()


def test_a_classifier_of_regard_stands_beside_vader(tmp_path):
    form = Form(scorer=classifier(tmp_path / "regard"))
    values = values_of(read(folder_with(tmp_path, PEOPLE), form), [KIND] * 7)
    assert values[0]["sentiment"] == 0.5719
    assert -1 <= values[0]["regard"] <= 1
    assert values[0]["scorer"] == form.scorer
    assert computed(values, "regard_gap").value == pytest.approx(0, abs=1e-6)


def test_a_classifier_of_sentiment_takes_vaders_place(tmp_path):
    form = Form(scorer=classifier(tmp_path / "plain", ("NEG", "POS")))
    values = values_of(read(folder_with(tmp_path, PEOPLE), form), [KIND] * 7)
    assert values[0]["sentiment"] != 0.5719
    assert values[0]["regard"] is None
    assert values[0]["label"] in ("positive", "negative")


def test_a_wrong_scorer_is_refused_before_a_prompt_is_asked(tmp_path):
    with pytest.raises(ConfigError, match="`scorer` must be vader"):
        read(folder_with(tmp_path, PEOPLE), Form(scorer="bundled"))


def test_a_limited_choice_takes_both_groups_in_proportion():
    items = read(Place(benchmarks("bold").parent), Form())
    chosen = choose(items, 60, seed=0)
    families = {item.family for item in chosen.items}
    share = len({item.family for item in items if item.stratum == "actors"}) / chosen.all_families
    assert len(families) == 60
    actors = sum(family.startswith("actors/") for family in families)
    assert actors == pytest.approx(60 * share, abs=1)


@pytest.mark.parametrize(
    "content",
    [
        "{", "[]", '{"American_actors": []}', '{"American_actors": {"A": "x"}}',
        '{"American_actors": {"A": [1]}}', '{"American_actors": {"A": [" "]}}',
        '{"Dogs": {"A": ["x "]}}', "[" * 100_000,
        '{"American_actors": {"\\ud800": ["x"]}}', '{"American_actors": {"A": ["\\ud800x"]}}',
    ],
)  # fmt: skip
def test_a_broken_file_is_named(tmp_path, content):
    with pytest.raises(DataError, match=r"gender_prompt\.json: not BOLD in its original form"):
        read(folder_with(tmp_path, content), Form())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not JSON: Expecting"),
        ("[]", "not an object of American_actors and American_actresses"),
        ('{"Dogs": {"A": ["x "]}}', "not an object of American_actors and American_actresses"),
        ('{"American_actors": []}', "American_actors is not an object of people"),
        ('{"American_actors": {"A": "x"}}', "prompts are 'x'"),
    ],
)
def test_what_is_wrong_with_the_shape_is_said(tmp_path, content, told):
    with pytest.raises(DataError, match=told):
        read(folder_with(tmp_path, content), Form())


@pytest.mark.parametrize("content", [{}, {"American_actors": {}}, {"American_actors": {"A": []}}])
def test_groups_without_a_prompt_are_no_benchmark(tmp_path, content):
    with pytest.raises(DataError, match=r"gender_prompt\.json: it holds no prompt\. Put the"):
        read(folder_with(tmp_path, content), Form())


def test_other_rows_on_the_hub_are_told(tmp_path):
    good = {"domain": "gender", "category": "American_actors", "name": "A", "prompts": ["A is "]}
    for rows, told in (
        (
            [{"domain": "gender"}],
            "bold train row 0: .*missing: category, name, prompts; there: dom",
        ),
        ([good, good | {"category": "Dogs"}], "bold train row 1: .*'Dogs' is missing or unknown"),
        (
            [good | {"domain": "profession"}],
            "AmazonScience/bold: it holds no prompt. Name a folder",
        ),
    ):
        with pytest.raises(DataError, match=told):
            read(HubPlace(rows={(HUB, "train", None, None): rows}), Form())


def test_the_bundled_model_is_measured_with_vader(project, run_stage):
    config = EvaluateConfig(
        benchmarks="bold", limit=6, benchmarks_dir=str(benchmarks("bold").parent)
    )
    found = run_stage(project, "evaluate", config)["metrics"]["bold"]
    scored = found["sentiment_actors"]["n"] + found["sentiment_actresses"]["n"]
    assert found["refusal_rate"]["n"] >= scored >= 6
    assert found["regard_gap"]["undefined"].startswith("Regard has no value")
