"""Our own pairs about gender-diverse people: what they are, and what is computed from them."""

from collections import Counter
from itertools import product

import pytest

from pipelines.assets import read_asset
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.gender_diverse import GENDER_DIVERSE, own_pairs, request
from pipelines.benchmarks.items import Value
from pipelines.benchmarks.places import Place
from pipelines.choosing import choose
from pipelines.configs import EvaluateConfig
from pipelines.errors import UndefinedMetric
from pipelines.metrics.breakdown import all_metrics
from pipelines.models.interface import Prompt, TokenLogps
from pipelines.preferences.category_words import found, pattern

IDENTITIES = {
    "transgender women", "transgender men", "nonbinary", "genderfluid", "agender", "intersex",
}  # fmt: skip
SENTENCES = ("affirming", "stigmatizing")
PAIRS = own_pairs()


def words(text):
    return text.split()


def ids(pairs):
    return [pair["id"] for pair in pairs]


# What the pairs are


def test_every_pair_has_its_fields_and_an_id_of_its_own():
    fields = {"id", "scenario", "identity", "theme", "prompt", *SENTENCES}
    assert all(set(pair) == fields and all(pair.values()) for pair in PAIRS)
    assert len(set(ids(PAIRS))) == len(PAIRS) >= 120


def test_each_identity_has_two_scenarios_of_every_theme_and_each_scenario_its_control():
    themes = read_asset("benchmarks/gender_diverse.json")["themes"]
    cells = Counter((pair["identity"], pair["theme"]) for pair in PAIRS)
    wanted = dict.fromkeys(product(IDENTITIES, themes), 2)
    assert cells == wanted | {("cisgender", theme): 6 for theme in themes}
    scenarios = Counter(pair["scenario"] for pair in PAIRS)
    assert (len(scenarios), set(scenarios.values())) == (48, {3})
    controls = Counter(pair["scenario"] for pair in PAIRS if pair["identity"] == "cisgender")
    assert controls == dict.fromkeys(scenarios, 1)


def name_of(pair):
    """The one capitalized word of the prompt that begins no sentence by itself."""
    found = {word.strip(".,") for word in words(pair["prompt"]) if word.istitle()}
    (name,) = found - {"The", "A", "An", "Somebody", "Monday", "June"}
    return name


def test_no_pair_is_there_twice_and_every_person_has_a_name_of_their_own():
    assert len({(pair["prompt"], pair["affirming"]) for pair in PAIRS}) == len(PAIRS)
    assert len({name_of(pair) for pair in PAIRS}) == len(PAIRS)


def test_the_two_sentences_differ_in_words_and_not_in_length():
    """Within a fifth by words, alike on average: length decides neither a pair nor the whole."""
    ratios = []
    for pair in PAIRS:
        affirming, stigmatizing = (words(pair[name]) for name in SENTENCES)
        assert affirming != stigmatizing, pair["id"]
        ratios.append(len(stigmatizing) / len(affirming))
        assert 0.8 <= ratios[-1] <= 1.25, (pair["id"], ratios[-1])
    assert sum(ratios) / len(ratios) == pytest.approx(1, abs=0.02)


def test_the_two_sentences_have_the_same_form():
    for pair in PAIRS:
        affirming, stigmatizing = (pair[name] for name in SENTENCES)
        marks = [[sign for sign in text if sign in "“”?!"] for text in (affirming, stigmatizing)]
        assert marks[0] == marks[1], pair["id"]
        assert affirming[-1] == stigmatizing[-1] == pair["prompt"][-1] == "."
        assert affirming[0].isupper() == stigmatizing[0].isupper()


PERSON = "she he they her him them his their are is was were man woman person a an agender"
"""Words that depend on whom a sentence is about."""


def test_the_control_tells_the_same_scenario_in_the_same_words():
    """Without names and the words of PERSON, the sentences of one scenario are the same."""
    frames = {}
    for pair in PAIRS:
        for name in SENTENCES:
            told = [word.strip(".,”“").lower() for word in words(pair[name])]
            frame = [word for word in told if word not in (*PERSON.split(), name_of(pair).lower())]
            frames.setdefault((pair["scenario"], name), set()).add(tuple(frame))
    assert [place for place, found in frames.items() if len(found) != 1] == []


def test_no_sentence_holds_a_slur():
    for pair in PAIRS:
        text = " ".join((pair["prompt"], *(pair[name] for name in SENTENCES))).lower()
        for part in ("slurs", "demeaning"):
            assert not found(pattern(part, "words"), text), pair["id"]
        harsh = {"tranny", "shemale", "transvestite", "hermaphrodite", "freak"}
        assert not harsh & set(text.split()), pair["id"]


def test_a_person_is_misgendered_in_the_stigmatizing_sentence_alone():
    own = {"she/her": "she", "he/him": "he", "they/them": "they"}
    seen = 0
    for pair in PAIRS:
        if pair["theme"] != "misgendering":
            continue
        (told,) = [own[word] for word in words(pair["prompt"]) if word in own]
        first = [words(pair[name].replace("“", "").replace("”", ""))[0] for name in SENTENCES]
        if first[0].lower() in own.values() and pair["scenario"] != "misgendering-5":
            assert first[0].lower() == told != first[1].lower(), pair["id"]
            seen += 1
    assert seen >= 6


# What is computed


def answer(affirming, stigmatizing):
    return [[TokenLogps(tuple(range(len(one))), tuple(one)) for one in (affirming, stigmatizing)]]


def measured(*rows):
    """(scenario, identity, margin, margin a token) as values."""
    return [
        Value(
            scenario,
            f"{scenario}-{number}",
            {
                "theme": "exclusion",
                "margin": margin,
                "margin_per_token": per_token,
                **({"control": who} if who == "cisgender" else {"identity": who}),
            },
        )
        for number, (scenario, who, margin, per_token) in enumerate(rows)
    ]


def test_the_margin_is_stigmatizing_minus_affirming_whole_and_by_token():
    """−5 for two tokens against −6 for three: ahead by token only."""
    item = GENDER_DIVERSE.read(Place(), Form())[0]
    found = GENDER_DIVERSE.value(item, answer((-2.0, -3.0), (-1.0, -2.0, -3.0)))
    assert (found.score, found["margin"]) == (-1.0, -1.0)
    assert found["margin_per_token"] == pytest.approx(-2.0 + 2.5)
    assert found.bad is False
    assert (found.family_id, found.wording) == (item.family, item.key)


def test_a_tie_and_a_control_take_no_side():
    items = GENDER_DIVERSE.read(Place(), Form())
    control = next(item for item in items if "control" in item.facts)
    assert GENDER_DIVERSE.value(items[0], answer((-2.0,), (-2.0,))).bad is None
    assert GENDER_DIVERSE.value(control, answer((-2.0,), (-1.0,))).bad is None


def test_stigma_is_counted_by_scenario_and_set_against_the_controls():
    """Two scenarios: 2 of 2 and 0 of 2 pairs, controls 1 and 0; a tie stays in the denominator."""
    values = measured(
        ("a", "agender", 1.0, -0.1), ("a", "intersex", 2.0, 0.1), ("a", "cisgender", 3.0, 0.1),
        ("b", "agender", -1.0, -0.1), ("b", "intersex", 0.0, 0.0), ("b", "cisgender", -1.0, -0.1),
    )  # fmt: skip
    rates = {spec.key: spec for spec in all_metrics(GENDER_DIVERSE, values)}
    assert rates["pct_stigma"].compute(values, 0).value == pytest.approx(0.5)
    assert rates["pct_stigma"].compute(values, 0).n == 4
    assert rates["pct_stigma_per_token"].compute(values, 0).value == pytest.approx(0.25)
    assert rates["pct_stigma_cisgender"].compute(values, 0).value == pytest.approx(0.5)
    assert rates["stigma_gap"].compute(values, 0).value == pytest.approx(0.0)
    assert rates["pct_stigma_intersex"].compute(values, 0).n == 2
    assert rates["pct_stigma_exclusion"].compute(values, 0).n == 4


def test_a_gap_is_what_the_control_does_not_explain():
    values = measured(
        ("a", "agender", 1.0, 0.1), ("a", "cisgender", -1.0, -0.1),
        ("b", "agender", 1.0, 0.1), ("b", "cisgender", 1.0, 0.1),
    )  # fmt: skip
    assert GENDER_DIVERSE.spec("stigma_gap").compute(values, 0).value == pytest.approx(0.5)


def test_swapping_the_two_texts_mirrors_the_rate():
    rows = [("a", "agender", 1.0, 0.1), ("b", "agender", 2.0, 0.1), ("c", "agender", -1.0, -0.1)]
    mirrored = [(family, who, -margin, -token) for family, who, margin, token in rows]
    spec = GENDER_DIVERSE.spec("pct_stigma")
    values = [spec.compute(measured(*one), 0).value for one in (rows, mirrored)]
    assert sum(values) == pytest.approx(1)


def test_without_controls_the_baseline_is_undefined_and_not_zero():
    values = measured(("a", "agender", 1.0, 0.1), ("b", "agender", 1.0, 0.1))
    for key in ("pct_stigma_cisgender", "stigma_gap"):
        with pytest.raises(UndefinedMetric):
            GENDER_DIVERSE.spec(key).compute(values, 0)


# How they are asked


def test_in_a_chat_the_sentence_begins_the_answer_and_plain_it_follows_a_space():
    plain, chat = (GENDER_DIVERSE.read(Place(), Form(chat=chat))[0] for chat in (False, True))
    pair = PAIRS[0]
    assert plain.asks[0].prompt == Prompt([], pair["prompt"])
    assert plain.asks[0].options == (f" {pair['affirming']}", f" {pair['stigmatizing']}")
    assert chat.asks[0].prompt == Prompt(request(pair["prompt"]))
    assert chat.asks[0].options == (pair["affirming"], pair["stigmatizing"])


def test_a_limited_choice_takes_whole_scenarios_of_every_theme():
    chosen = choose(GENDER_DIVERSE.read(Place(), Form()), 8, 3)
    assert (chosen.families, len(chosen.items)) == (8, 24)
    assert len({item.facts["theme"] for item in chosen.items}) == 8


@pytest.mark.timeout(300)
def test_the_bundled_model_is_measured_on_a_part(project, run_stage):
    result = run_stage(project, "evaluate", EvaluateConfig(benchmarks="gender_diverse", limit=8))
    found = result["metrics"]["gender_diverse"]
    assert (found["pct_stigma"]["n"], found["pct_stigma_cisgender"]["n"]) == (16, 8)
    gap = found["pct_stigma"]["value"] - found["pct_stigma_cisgender"]["value"]
    assert found["stigma_gap"]["value"] == pytest.approx(gap)
    assert "8 of 48 families were chosen" in result["notes"][0]
