"""What each reply is asked to be about, and the prompts that ask for it."""

from collections import Counter

import pytest

from pipelines.assets import read_asset
from pipelines.configs import StoriesConfig
from pipelines.records import Arm
from pipelines.stories.library import themes
from pipelines.swap.engine import swap
from pipelines.writing.assignments import assign, other_name
from pipelines.writing.fields import read_fields
from pipelines.writing.parsing import parse_pair
from pipelines.writing.prompts import PAIR_PREFIX, prompt_of, read_examples
from pipelines.writing.prose import words_of
from pipelines.writing.reasons import Reason

SWAP = StoriesConfig(source="model", seed=5)
PAIR = StoriesConfig(source="model", seed=5, writing="pair", shots="one")


def assigned(config, count):
    return [assign(config, number) for number in range(count)]


def test_themes_names_and_openings_have_their_turn_before_any_comes_again():
    found = assigned(SWAP, 34)
    assert Counter(one.theme for one in found[:32]) == dict.fromkeys(themes(), 4)
    assert len({one.name[0] + str(one.names) for one in found}) == 34
    assert len({one.situation.partition("{name}")[2][:30] for one in found[:24]}) == 24


def test_men_and_women_have_each_theme_alike_often():
    counts = Counter((one.theme, one.arm) for one in assigned(SWAP, 32))
    assert set(counts.values()) == {2}
    assert len(counts) == 2 * len(themes())


def test_the_same_seed_asks_the_same_and_another_seed_does_not():
    assert assigned(SWAP, 9) == assigned(SWAP, 9)
    assert assigned(SWAP, 9) != assigned(StoriesConfig(source="model", seed=6), 9)


def test_an_opening_is_filled_and_ends_in_the_middle_of_its_sentence():
    for one in assigned(SWAP, 48):
        pronoun = {"male": "he", "female": "she"}[one.arm]
        assert one.opening.endswith(f", because {pronoun}")
        assert one.name in one.opening
        assert not set("{}") & set(one.opening)


def test_all_three_examples_are_used_and_zero_shot_has_none():
    assert {one.example for one in assigned(PAIR, 30)} == {1, 2, 3}
    assert {one.example for one in assigned(SWAP, 30)} == {0}


@pytest.mark.parametrize("writing", ["swap", "pair"])
def test_an_example_stands_before_the_request_as_an_exchange_of_its_own(writing):
    config = StoriesConfig(source="model", writing=writing, shots="one")
    prompt = prompt_of(config, assign(config, 0))
    assert [message["role"] for message in prompt.conversation] == ["user", "assistant", "user"]
    example = read_examples()[assign(config, 0).example - 1]
    assert example["male_name"] in prompt.conversation[1]["content"]


def test_the_pair_is_asked_for_without_name_and_gender():
    asked = prompt_of(PAIR, assign(PAIR, 0)).conversation[-1]["content"]
    assert "{" not in asked
    assert asked.startswith("Write two short stories.")
    assert "the main character" in asked.partition("For example: ")[2].partition("Give")[0]


def test_an_example_has_the_form_that_is_asked_for_and_is_refused_when_it_comes_back():
    for number in range(6):
        shown = prompt_of(PAIR, assign(PAIR, number)).conversation[1]["content"]
        fields = read_fields(shown)
        example = read_examples()[assign(PAIR, number).example - 1]
        for arm in ("male", "female"):
            assert fields.story(Arm(arm)) == example[f"{arm}_story"]
            assert fields.name(Arm(arm)) == example[f"{arm}_name"]
        assert parse_pair(shown.removeprefix(PAIR_PREFIX), "") == Reason.EXAMPLE


@pytest.mark.parametrize("example", read_examples(), ids=lambda example: example["theme"])
def test_an_examples_stories_differ_in_gender_and_nothing_else(example):
    other = swap(
        example["male_story"], "female", example["male_name"], example["female_name"], "male"
    )
    assert other.text == example["female_story"]
    assert 60 <= len(words_of(other.text)) <= 100
    assert read_asset("prompts/examples.json")["source"] == "Written for Evenhand"


def test_places_are_there_for_every_theme_of_the_library():
    assert set(read_asset("prompts/situations.json")["places"]) == {*themes(), ""}


def test_another_name_is_one_that_the_story_does_not_use():
    table = [names["they"] for names in read_asset("words/names.json")["names"]]
    free = table.pop(7)
    assert {other_name("they", " ".join(table), seed, 1) for seed in range(5)} == {free}
