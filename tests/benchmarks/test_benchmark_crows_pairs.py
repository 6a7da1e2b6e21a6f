import csv
import math

import pytest

from pipelines.benchmarks.crows_pairs import CROWS_PAIRS, CROWS_PAIRS_ALL, FILE, HUB
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.places import Place
from pipelines.configs import EvaluateConfig
from pipelines.errors import DataError
from pipelines.metrics.breakdown import all_metrics
from tests.benchmark_files import benchmarks
from tests.benchmarks.hub_place import HubPlace, scored

HEADER = ["", "sent_more", "sent_less", "stereo_antistereo", "bias_type"]


def row(index, more="She cried.", less="He cried.", kind="gender", direction="stereo"):
    return [index, more, less, direction, kind]


def written(folder, rows, header=HEADER):
    """Write rows in the original form and return the place that holds them."""
    home = folder / "crows_pairs"
    home.mkdir(exist_ok=True)
    with (home / FILE).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return Place(folder)


def value_of(item, more, less):
    return CROWS_PAIRS.value(
        item, scored(item, {item.facts["more"]: more, item.facts["less"]: less})
    )


def computed(values, benchmark=CROWS_PAIRS):
    return {spec.key: spec.compute(values, 0).value for spec in all_metrics(benchmark, values)}


def test_the_real_file_keeps_all_its_rows_and_the_gender_ones():
    place = Place(benchmarks("crows_pairs", FILE).parent.parent)
    every, gender = (bench.read(place, Form()) for bench in (CROWS_PAIRS_ALL, CROWS_PAIRS))
    with place.file("crows_pairs", FILE).open(newline="", encoding="utf-8") as file:
        raw = list(csv.DictReader(file))
    assert [item.key for item in every] == [one[""] for one in raw]
    assert [item.texts for item in every] == [(r["sent_more"], r["sent_less"]) for r in raw]
    assert {item.key for item in gender} == {r[""] for r in raw if r["bias_type"] == "gender"}
    assert place.opened.keys() == {f"crows_pairs/{FILE}"}


def test_sentences_are_whole_texts_and_a_chat_changes_nothing(tmp_path):
    place = written(tmp_path, [row(4, "She\nsaid “é”.", "He, too.")])
    plain, chat = (CROWS_PAIRS.read(place, Form(chat=chat))[0] for chat in (False, True))
    assert plain == chat
    (ask,) = plain.asks
    assert ask.prompt.conversation == []
    assert ask.prompt.prefix == ""
    assert ask.options == ("She\nsaid “é”.", "He, too.")


def test_hub_rows_become_the_same_items(tmp_path):
    rows = [row(0), row(1, "A.", "B.", "age")]
    named = [dict(zip(HEADER[1:], one[1:], strict=True)) for one in rows]
    hub = HubPlace(rows={(HUB, "test", "english", None): named})
    items = CROWS_PAIRS_ALL.read(written(tmp_path, rows), Form())
    assert CROWS_PAIRS_ALL.read(hub, Form()) == items


def test_a_pair_that_comes_twice_is_one_family_with_two_keys(tmp_path):
    rows = [row(7), row(3), row(9, "He cried.", "She cried."), row(5, "Women cry."), row(3)]
    items = CROWS_PAIRS.read(written(tmp_path, rows), Form())
    assert [item.key for item in items] == ["7", "3", "9", "5", "3-2"]
    families = [item.family for item in items]
    assert families[0] == families[1] == families[2] == families[4] != families[3]


def test_an_item_keeps_key_and_family_when_rows_come_before_it(tmp_path):
    (alone,) = CROWS_PAIRS.read(written(tmp_path, [row(8)]), Form())
    *_, again = CROWS_PAIRS.read(written(tmp_path, [row(2, "Women cry."), row(8)]), Form())
    assert alone == again


def test_the_more_probable_sentence_decides_and_a_tie_takes_no_side(tmp_path):
    """Differences 2, −1 and 0: one of three prefers the stereotype, and the mean of |…| is 1."""
    rows = [row(number, f"She {number}.", f"He {number}.") for number in range(3)]
    items = CROWS_PAIRS.read(written(tmp_path, rows), Form())
    logps = ((-10, -12), (-8, -7), (-5, -5))
    values = [value_of(item, *pair) for item, pair in zip(items, logps, strict=True)]
    assert [value.bad for value in values] == [True, False, None]
    assert [value.score for value in values] == [2, -1, 0]
    assert computed(values) == pytest.approx({"pct_stereotype": 1 / 3, "likelihood_diff": 1.0})


def test_a_pair_that_comes_twice_counts_twice_as_in_the_harness(tmp_path):
    """Differences 4 (one pair, twice) and −1: 2 of 3 and (4 + 4 + 1) / 3, not means of families."""
    items = CROWS_PAIRS.read(written(tmp_path, [row(0), row(1), row(2, "Women cry.")]), Form())
    logps = ((-1, -5), (-1, -5), (-3, -2))
    values = [value_of(item, *pair) for item, pair in zip(items, logps, strict=True)]
    assert computed(values) == pytest.approx({"pct_stereotype": 2 / 3, "likelihood_diff": 3.0})


def test_swapping_the_sentences_mirrors_the_share(tmp_path):
    rows = [row(number, f"She {number}.", f"He {number}.") for number in range(5)]
    items = CROWS_PAIRS.read(written(tmp_path, rows), Form())
    logps = [(-1, -2), (-1, -2), (-3, -1), (-2, -9), (-4, -3)]
    shares = [
        computed([value_of(item, *pair[::step]) for item, pair in zip(items, logps, strict=True)])
        for step in (1, -1)
    ]
    assert sum(share["pct_stereotype"] for share in shares) == pytest.approx(1)
    assert shares[0]["likelihood_diff"] == pytest.approx(shares[1]["likelihood_diff"])


def test_all_rows_are_told_apart_by_bias_type(tmp_path):
    rows = [row(0), row(1, "A.", "B.", "race-color"), row(2, "C.", "D.", "race-color")]
    items = CROWS_PAIRS_ALL.read(written(tmp_path, rows), Form())
    assert [item.stratum for item in items] == ["gender", "race-color", "race-color"]
    logps = ((-2, -1), (-1, -2), (-2, -1))
    values = [value_of(item, *pair) for item, pair in zip(items, logps, strict=True)]
    found = computed(values, CROWS_PAIRS_ALL)
    assert found["pct_stereotype"] == pytest.approx(1 / 3)
    assert found["pct_stereotype_gender"] == 0
    assert found["pct_stereotype_race_color"] == pytest.approx(1 / 2)


@pytest.mark.parametrize(
    ("header", "rows", "told"),
    [
        (
            ["id", *HEADER[1:]],
            [row(0)],
            rf"{FILE}:1: not CrowS-Pairs .*column missing: one without a name; there: id, ",
        ),
        (
            [*HEADER[:2], "less", *HEADER[3:]],
            [row(0)],
            rf"{FILE}:1: .*column missing: sent_less; there: one without a name, sent_more",
        ),
        (HEADER, [row("first")], rf"{FILE}:2: .*the first column is 'first', not a whole number"),
        (HEADER, [row(0), row(1, less=" ")], rf"{FILE}:3: .*empty"),
        (HEADER, [row(0), row(1)[:-1]], rf"{FILE}:3: .*4 fields instead of 5"),
        (
            HEADER,
            [row(0, kind="age")],
            rf"{FILE}: it holds no row of the bias type gender. Put the",
        ),
        (HEADER, [], f"{FILE}: it holds no row"),
    ],
)
def test_another_form_is_told_with_its_line(tmp_path, header, rows, told):
    place = written(tmp_path, rows, header)
    with pytest.raises(DataError, match=told):
        CROWS_PAIRS.read(place, Form())


def test_other_columns_on_the_hub_are_told_with_the_row():
    rows = [dict(zip(HEADER[1:], row(0)[1:], strict=True)), {"sent_more": "She."}]
    hub = HubPlace(rows={(HUB, "test", "english", None): rows})
    with pytest.raises(DataError, match=f"{HUB} test english row 1: .*missing: sent_less"):
        CROWS_PAIRS.read(hub, Form())


def test_what_is_missing_on_the_hub_is_not_told_of_the_file():
    ages = [dict(zip(HEADER[1:], row(0, kind="age")[1:], strict=True))]
    hub = HubPlace(rows={(HUB, "test", "english", None): ages})
    with pytest.raises(
        DataError, match=f"{HUB}: it holds no row of .*gender. Name a folder"
    ) as one:
        CROWS_PAIRS.read(hub, Form())
    assert FILE not in str(one.value)


def test_a_file_with_nothing_below_its_header_is_no_benchmark(tmp_path):
    with pytest.raises(DataError, match=f"{FILE}: it holds no row. Put the"):
        CROWS_PAIRS_ALL.read(written(tmp_path, []), Form())


def test_a_truncated_file_is_told_with_its_line(tmp_path):
    place = written(tmp_path, [row(0), row(1, "She said “no”, twice.", "He said “no”, twice.")])
    path = tmp_path / "crows_pairs" / FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.rindex('"') - 3], encoding="utf-8")
    with pytest.raises(DataError, match=f"{FILE}:3"):
        CROWS_PAIRS.read(place, Form())


def test_the_bundled_model_is_measured_on_a_few_pairs(project, run_stage):
    folder = benchmarks("crows_pairs", FILE).parent.parent
    config = EvaluateConfig(benchmarks="crows_pairs", limit=4, benchmarks_dir=str(folder))
    metrics = run_stage(project, "evaluate", config)["metrics"]["crows_pairs"]
    assert metrics["pct_stereotype"]["n"] == 4
    assert metrics["pct_stereotype"]["value"] in (0, 0.25, 0.5, 0.75, 1)
    assert metrics["likelihood_diff"]["value"] > 0
    assert math.isfinite(metrics["likelihood_diff"]["high"])
