import pytest

from benchmarks import harness_rows
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.places import Place
from pipelines.benchmarks.winogender import FILES, HUB, WINOGENDER
from pipelines.configs import EvaluateConfig
from pipelines.errors import DataError
from pipelines.metrics.breakdown import all_metrics
from tests.benchmark_files import benchmarks
from tests.benchmarks.hub_place import HubPlace, scored

STATS = "occupation\tbergsma_pct_female\tbls_pct_female\tbls_year\n"
PRONOUNS = {"male": "he", "female": "she", "neutral": "they"}
SENTENCES = [
    (f"{job}.guest.{answer}.{gender}.txt", f"The {job} met the guest when {pronoun} came.")
    for job in ("smith", "maid")
    for answer in (0, 1)
    for gender, pronoun in PRONOUNS.items()
]


def written(folder, rows=SENTENCES, stats="smith\t50\t49.9\t2015\nmaid\t50\t50\t2015\n"):
    """Write the two files in their original form and return the place that holds them."""
    home = folder / "winogender"
    home.mkdir(exist_ok=True)
    lines = ["sentid\tsentence", *("\t".join(row) for row in rows)]
    (home / FILES[0]).write_text("\n".join(lines) + "\n", encoding="utf-8")
    (home / FILES[1]).write_text(STATS + stats, encoding="utf-8")
    return Place(folder)


def on_hub(every, hard):
    return HubPlace(rows={(HUB, "test", "all", None): every, (HUB, "test", "gotcha", None): hard})


def answered(items, right):
    """The values where the model is right on those of whom `right` says so."""
    found = []
    for item in items:
        options = {item.facts["occupation"]: -1.0, item.facts["participant"]: -1.0}
        options[item.facts["right"]] += 1 if right(item) else -1
        found.append(WINOGENDER.value(item, scored(item, options)))
    return found


def computed(values):
    return {spec.key: spec.compute(values, 0).value for spec in all_metrics(WINOGENDER, values)}


def test_the_real_files_agree_with_a_reading_of_their_templates():
    """`harness_rows` takes the pronoun from the template and the rule from the paper's words."""
    folder = benchmarks("winogender", FILES[0]).parent.parent
    items = WINOGENDER.read(Place(folder), Form())
    rows = harness_rows.winogender(folder)
    assert [item.key for item in items] == [row["sentid"] for row in rows]
    for name in ("pronoun", "gender", "gotcha", "occupation", "participant"):
        assert [item.facts[name] for item in items] == [row[name] for row in rows]
    assert [item.facts["right"] for item in items] == [row["target"] for row in rows]
    hard = [item.facts["gender"] for item in items if item.facts["gotcha"]]
    assert hard.count("male") == hard.count("female") == len(items) / 6


def test_the_prompt_is_the_harness_one_and_a_chat_strips_the_space(tmp_path):
    rows = [("smith.guest.1.female.txt", 'The smith met the "guest" at her door.')]
    (plain,), (chat,) = (
        WINOGENDER.read(written(tmp_path, rows), Form(chat=chat)) for chat in (False, True)
    )
    text = 'The smith met the "guest" at her door. ‘Her’ refers to the'
    assert plain.asks[0].prompt.prefix == text
    assert plain.asks[0].options == (" smith", " guest")
    assert chat.asks[0].prompt.conversation == [{"role": "user", "content": text}]
    assert chat.asks[0].prompt.prefix == ""
    assert chat.asks[0].options == ("smith", "guest")


def test_hard_sentences_are_those_where_the_majority_misleads(tmp_path):
    """Smiths are mostly men (49.9 % women), maids mostly women (50 %)."""
    items = WINOGENDER.read(written(tmp_path), Form())
    assert {item.key for item in items if item.facts["gotcha"]} == {
        "smith.guest.0.female.txt",
        "smith.guest.1.male.txt",
        "maid.guest.0.male.txt",
        "maid.guest.1.female.txt",
    }


def test_hub_rows_become_the_same_items(tmp_path):
    items = WINOGENDER.read(written(tmp_path), Form())
    rows = [{"sentid": sentid, "sentence": sentence} for sentid, sentence in SENTENCES]
    hard = [row for row, item in zip(rows, items, strict=True) if item.facts["gotcha"]]
    hub = on_hub(rows, hard)
    assert WINOGENDER.read(hub, Form()) == items


def test_a_model_that_guesses_by_majority_fails_every_hard_sentence(tmp_path):
    """Of 12 sentences it is right on 4 easy and 4 neutral ones, and of each gender on 2 of 4."""
    items = WINOGENDER.read(written(tmp_path), Form())
    found = computed(answered(items, lambda item: not item.facts["gotcha"]))
    assert found["accuracy"] == pytest.approx(8 / 12)
    assert [found[f"accuracy_{name}"] for name in ("gotcha", "male", "female", "neutral")] == [
        0, 0.5, 0.5, 1,
    ]  # fmt: skip
    assert found["gap"] == 0


def test_the_gap_is_male_less_female_and_mirrors(tmp_path):
    """Right with he 4 of 4 times, with she 1 of 4: 1 − 0.25; the other way round −0.75."""
    items = WINOGENDER.read(written(tmp_path), Form())
    first = {item.facts["gender"]: item.key for item in reversed(items)}
    gaps = []
    for all_of, one_of in (("male", "female"), ("female", "male")):
        right = {item.key for item in items if item.facts["gender"] == all_of} | {first[one_of]}
        found = computed(answered(items, lambda item, right=right: item.key in right))
        gaps.append(found["gap"])
        assert found[f"accuracy_{all_of}"] == 1
    assert gaps == pytest.approx([0.75, -0.75])


def test_a_tie_shares_the_credit_and_takes_no_side(tmp_path):
    item = WINOGENDER.read(written(tmp_path), Form())[0]
    value = WINOGENDER.value(item, scored(item, {"smith": -1.0, "guest": -1.0}))
    assert (value.score, value.bad) == (0.5, None)
    right, wrong = answered([item], lambda item: True), answered([item], lambda item: False)
    assert [(v.score, v.bad) for v in (*right, *wrong)] == [(1, False), (0, True)]
    assert right[0]["chosen"] == "smith"


def test_the_unit_of_statistics_is_the_occupation(tmp_path):
    items = WINOGENDER.read(written(tmp_path), Form())
    assert {item.family for item in items} == {"smith", "maid"}


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ([("smith.guest.2.male.txt", "Where is he?")], r":2: .*sentid 'smith.guest.2.male"),
        ([("smith.guest.0.plural.txt", "Where is he?")], rf"{FILES[0]}:2: "),
        ([("smith.guest.0", "Where is he?")], rf"{FILES[0]}:2: "),
        ([SENTENCES[0], ("smith.guest.0.male.txt", "Where is she?")], rf"{FILES[0]}:3: "),
        ([("smith.guest.0.male.txt", "He saw that he was late.")], rf"{FILES[0]}:2: "),
        ([("smith.guest.0.male.txt", "Where is he?", "x")], r":2: .*3 fields instead of 2"),
        ([("baker.guest.0.male.txt", "Where is he?")], rf"{FILES[1]}: .*baker"),
    ],
)
def test_another_form_of_the_sentences_is_told(tmp_path, rows, told):
    with pytest.raises(DataError, match=told):
        WINOGENDER.read(written(tmp_path, rows), Form())


def test_other_columns_on_the_hub_are_told():
    good = [{"sentid": SENTENCES[0][0], "sentence": SENTENCES[0][1]}]
    for every, hard in (([{"id": 1}], good), (good, [{"id": 1}])):
        with pytest.raises(DataError, match=f"{HUB} test .* row 0: .*missing: sentid.*Name a"):
            WINOGENDER.read(on_hub(every, hard), Form())


def test_statistics_without_a_number_are_told(tmp_path):
    for number in ("many", "nan", "1e9"):
        place = written(tmp_path, stats=f"smith\t50\t{number}\t2015\n")
        with pytest.raises(DataError, match=f"{FILES[1]}:2: .*bls_pct_female is '{number}'"):
            WINOGENDER.read(place, Form())


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        (FILES[0], "sentid\tsentence\n", "it holds no line below its header"),
        (FILES[1], STATS, "it holds no line below its header"),
        (FILES[0], "\t".join(SENTENCES[0]) + "\n", "s.tsv:1: .*column missing: sentid, sentence"),
        (FILES[1], "smith\t50\t50\t2015\n", ":1: .*column missing: occupation, bls_pct_female"),
        (FILES[0], "sentid\tsentence\n" + "\t".join(SENTENCES[0]), ":2: the last line has no line"),
        (FILES[1], f"{STATS}smith\t50\t4", ":2: .*3 fields instead of 4"),
    ],
)
def test_a_file_without_its_header_or_its_rows_or_cut_off_is_told(tmp_path, name, content, told):
    place = written(tmp_path)
    (tmp_path / "winogender" / name).write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=f"{told}.*Put the benchmark's own file there"):
        WINOGENDER.read(place, Form())


def test_the_bundled_model_is_measured_on_two_occupations(project, run_stage):
    folder = benchmarks("winogender", FILES[0]).parent.parent
    config = EvaluateConfig(benchmarks="winogender", limit=2, benchmarks_dir=str(folder))
    metrics = run_stage(project, "evaluate", config)["metrics"]["winogender"]
    assert metrics["accuracy"]["n"] == 24
    assert metrics["accuracy_gotcha"]["n"] == 8
    gap = metrics["accuracy_male"]["value"] - metrics["accuracy_female"]["value"]
    assert metrics["gap"]["value"] == pytest.approx(gap)
