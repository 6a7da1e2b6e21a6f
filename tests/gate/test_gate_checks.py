"""Each check of one wording, worked by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.configs import CheckConfig
from pipelines.errors import ConfigError
from pipelines.gate.checks import Told
from pipelines.gate.findings import Finding, cut, quoted, worst
from pipelines.gate.language import (
    check_language,
    find_language,
    name_language,
    require_language,
)
from pipelines.gate.similarity import check_rouge, rouge1, window_of
from pipelines.gate.wording import check_wording
from pipelines.records import Light
from pipelines.stories.library import controls, plots, tell

MALE = (
    "Adam found a wallet on the bus. He counted the money, kept his silence, and gave it to the "
    "driver, who thanked everybody and drove on."
)
FEMALE = (
    "Anna found a wallet on the bus. She counted the money, kept her silence, and gave it to the "
    "driver, who thanked everybody and drove on."
)
THEY = (
    "Alex found a wallet on the bus. They counted the money, kept their silence, and gave it to "
    "the driver, who thanked everybody and drove on."
)


def checked(male=MALE, female=FEMALE, they=None, left_open=(), **settings):
    told = [Told("male", "Adam", male, left_open), Told("female", "Anna", female)]
    if they is not None:
        told.append(Told("they", "Alex", they))
    return check_wording(told, CheckConfig(**settings))


def lights(verdict):
    return {finding.check: str(finding.light) for finding in verdict.findings}


def test_a_clean_wording_is_green_without_a_reason():
    verdict = checked(they=THEY)
    assert verdict.light == "green"
    assert verdict.findings == []
    assert verdict.window == "inside"
    assert verdict.language == "en"
    assert verdict.words == {"male": 26, "female": 26, "they": 26}


def test_rouge1_is_worked_by_hand():
    """Male 6 words, female 6, shared 4 (walk and walks have one stem): 2·(4/6)·(4/6)/(8/6)."""
    assert rouge1("Adam walks to his old house", "Anna walk to her old house") == pytest.approx(
        4 / 6
    )
    assert rouge1("The same text.", "the same TEXT") == 1.0


def test_rouge1_of_a_text_without_latin_letters_is_undefined_not_zero():
    assert rouge1("彼は家に帰った", "彼女は家に帰った") is None
    assert window_of(None, CheckConfig()) is None
    assert check_rouge(None, CheckConfig()) == []


@pytest.mark.parametrize(
    ("rouge", "place"),
    [(0.7999, "below"), (0.80, "inside"), (0.95, "inside"), (0.9501, "above")],
)
def test_the_bounds_belong_to_the_window(rouge, place):
    assert window_of(rouge, CheckConfig()) == place


@pytest.mark.parametrize(
    ("window", "below", "above"), [("note", "amber", "green"), ("exclude", "red", "red")]
)
def test_outside_the_window_is_noted_or_excluded(window, below, above):
    config = CheckConfig(window=window)
    assert [str(one.light) for one in check_rouge(0.5, config)] == [below]
    assert [str(one.light) for one in check_rouge(0.99, config)] == [above]
    assert check_rouge(0.9, config) == []


def test_a_pair_above_the_window_stays_green_and_says_why():
    verdict = checked(rouge_high=0.8)
    assert verdict.light == "green"
    assert "differ in the fewest words" in verdict.findings[0].said


def test_a_stem_longer_than_any_word_does_not_recurse():
    assert rouge1("y" * 5000, "y" * 5000) == 1.0


def test_one_changed_word_is_amber_and_named():
    verdict = checked(female=FEMALE.replace("money", "cash"))
    assert lights(verdict) == {"changed": "amber"}
    assert "“money | cash”" in verdict.findings[0].said
    assert verdict.as_dict("male", CheckConfig())["changed"] == [["money", "cash"]]


def test_more_than_five_words_and_a_tenth_are_red():
    """26 words: five changed ones are 19 %, but no more than five; six are red."""
    five = FEMALE.replace("found", "saw").replace("counted the money", "took some coins")
    assert lights(checked(female=five.replace("driver", "guard")))["changed"] == "amber"
    six = five.replace("driver", "guard").replace("thanked", "cheered")
    assert lights(checked(female=six))["changed"] == "red"


def test_six_changed_words_of_a_long_story_are_amber():
    tail = " The rain fell on the roof and nobody said a word about it." * 5
    changed = FEMALE + tail.replace("roof", "street") + " So it was."
    verdict = checked(male=MALE + tail, female=changed)
    assert lights(verdict)["changed"] == "amber"


def test_words_that_only_the_they_story_changes_are_said_of_it():
    verdict = checked(they=THEY.replace("wallet", "purse"))
    assert lights(verdict) == {"changed": "amber"}
    assert "the they story" in verdict.findings[0].said
    assert verdict.changes == []


def test_a_missing_arm_is_red():
    verdict = check_wording([Told("male", "Adam", MALE)], CheckConfig())
    assert lights(verdict) == {"missing": "red"}
    assert "no female story" in verdict.findings[0].said
    assert verdict.rouge1 is None


@pytest.mark.parametrize("text", ["", "  \n", "!!! … ???", "—"])
def test_a_story_without_a_word_is_red(text):
    assert lights(checked(male=text))["empty"] == "red"


def test_two_arms_with_the_same_text_are_red_spaces_apart():
    assert lights(checked(female=MALE.replace(" ", "  "))) == {"identical": "red"}
    verdict = checked(they=MALE)
    assert lights(verdict)["identical"] == "amber"
    assert "male and they" in verdict.findings[0].said


def test_length_is_counted_in_words():
    assert lights(checked(min_words=27)) == {"length": "amber"}
    assert lights(checked(max_words=25)) == {"length": "amber"}
    assert lights(checked(min_words=26, max_words=26)) == {}


def test_a_name_that_its_story_never_says_is_amber():
    verdict = checked(female=FEMALE.replace("Anna", "Joan"))
    assert lights(verdict)["name"] == "amber"
    assert "“Anna (female)”" in "".join(finding.said for finding in verdict.findings)


def test_a_placeholder_in_small_letters_is_no_name():
    name = "the main character"
    told = [
        Told("male", name, "On the bus Adam was the main character: " + MALE),
        Told("female", name, "On the bus Anna was the main character: " + FEMALE),
    ]
    assert check_wording(told, CheckConfig()).light == "green"


def test_sentences_that_the_swap_left_open_are_amber_reasons():
    verdict = checked(left_open=("“her”: it may be his or him.",))
    assert verdict.light == "amber"
    assert [finding.said for finding in verdict.findings] == ["“her”: it may be his or him."]


GERMAN = "Der Mann fand im Bus eine Geldbörse und gab sie dem Fahrer, der sich bedankte."


def test_a_story_in_another_language_is_red():
    found = find_language(GERMAN)
    assert name_language(found) == "de"
    assert [str(one.light) for one in check_language(found, CheckConfig())] == ["red"]
    assert check_language(found, CheckConfig(language="de")) == []


def test_a_language_that_is_only_likely_is_amber():
    found = {"fr": 0.7, "en": 0.2}
    assert [str(one.light) for one in check_language(found, CheckConfig())] == ["amber"]
    unsure = {"fr": 0.04, "en": 0.0001}
    assert [str(one.light) for one in check_language(unsure, CheckConfig())] == ["amber"]
    assert name_language(unsure) is None


@pytest.mark.parametrize("text", ["", "He left.", "😀😀😀", "Juan y Maria", "12345 67890"])
def test_too_few_letters_say_nothing_about_the_language(text):
    assert find_language(text) == {}
    assert check_language({}, CheckConfig()) == []


def test_short_english_sentences_with_foreign_names_are_not_called_foreign():
    for text in (
        "Giovanni told Francesca the truth.",
        "Jürgen kept the money he found.",
        "Xiu Ying missed the train to Kraków.",
        "I threw paint onto the canvas.",
    ):
        assert all(
            one.light != Light.RED for one in check_language(find_language(text), CheckConfig())
        )


def test_an_unknown_language_is_refused_with_a_sentence():
    require_language("de")
    with pytest.raises(ConfigError, match="two-letter code"):
        require_language("english")


def test_the_worst_light_wins():
    said = [Finding("a", Light.GREEN, ""), Finding("b", Light.AMBER, "")]
    assert worst([]) == "green"
    assert worst(said) == "amber"
    assert worst([*said, Finding("c", Light.RED, "")]) == "red"


def test_quoted_words_are_few_and_short():
    assert quoted(["a", "b", "a"]) == "“a”, “b”"
    assert quoted("abcdefg", most=2) == "“a”, “b” and 5 more"
    assert cut("abcdef", 4) == "abc…"


@pytest.mark.parametrize("seed", [0, 1])
def test_the_library_is_green_throughout(seed):
    for scenario in plots() + controls():
        wordings = {}
        for story in tell(scenario, ("male", "female", "they"), seed):
            told = Told(story.arm, story.name, story.text)
            wordings.setdefault(story.wording, []).append(told)
        for told in wordings.values():
            verdict = check_wording(told, CheckConfig())
            assert verdict.light == "green", (scenario.id, verdict.findings)


HOSTILE = [
    "<script>alert('Adam')</script>",
    '=HYPERLINK("x")',
    "\u202eAdam\u202c",
    "a'" * 5000,
    "y" * 45_000,
    "ذهب آدم إلى البيت",
    "😀" * 100,
    "e\u0301" * 1000,
    "\0\x1b[31m",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_checked_like_any_other(text):
    verdict = checked(male=MALE + text, female=FEMALE + text)
    stored = verdict.as_dict("male", CheckConfig())
    assert stored["light"] in ("green", "amber", "red")
    assert all(len(one) <= 60 for pair in stored["changed"] for one in pair)


def test_a_story_of_a_megabyte_is_red_and_not_compared():
    verdict = checked(male=MALE * 8000, female=FEMALE * 8000)
    assert verdict.light == "red"
    assert verdict.rouge1 is None
    assert verdict.words["male"] == 26 * 8000


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=20))
def test_any_text_gets_a_light_and_reasons_for_it(one, other, name):
    told = [Told("male", name, one), Told("female", name, other)]
    verdict = check_wording(told, CheckConfig())
    assert verdict.light == "green" or verdict.findings
    assert all(finding.said for finding in verdict.findings)
