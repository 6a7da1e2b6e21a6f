import pytest

from pipelines.assets import read_asset
from pipelines.swap.names import counterpart, name_arm
from pipelines.swap.words import NEOPRONOUNS, pronouns, table, word_class


@pytest.mark.parametrize(
    "words",
    [
        ("wife", "husband", "spouse"),
        ("Wives", "HUSBANDS", "spouses"),
        ("she", "he", "they", "xe", "ey", "fae", "ze"),
        ("she's", "he’s", "they're"),
        ("her", "him", "his", "hers", "their"),
        ("herself", "himself", "themself", "themselves", "emself"),
        ("Mr", "Ms", "Mrs", "Mx"),
        ("mum", "dad", "mother's", "parent"),
    ],
)
def test_counterparts_share_a_class(words):
    assert len({word_class(word) for word in words}) == 1
    assert word_class(words[0]) is not None


def test_words_that_do_not_stand_for_each_other_have_different_classes():
    words = ("wife", "sister", "she", "her", "herself", "waitress", "queen")
    assert len({word_class(word) for word in words}) == len(words)


@pytest.mark.parametrize("word", ["table", "", "'s", "walks", "doctor"])
def test_a_word_without_gender_has_no_class(word):
    assert word_class(word) is None


def test_male_and_female_words_stand_for_each_other_one_to_one():
    for place in (0, 1):
        words = [row[place].lower() for row in table()["nouns"] if row[place]]
        assert len(words) == len(set(words))


@pytest.mark.parametrize("to", NEOPRONOUNS)
def test_a_set_of_neopronouns_has_five_forms_and_a_source(to):
    assert len(pronouns(to)) == 5
    assert "http" in table()["pronoun_sources"][to]


def test_the_triples_of_the_story_library_come_first():
    for row in read_asset("words/names.json")["names"]:
        assert counterpart(row["male"], "female") == (row["female"], True)
        assert counterpart(row["female"], "they") == (row["they"], True)


def test_a_name_without_a_pair_always_gets_the_same_other_name():
    unpaired = read_asset("words/swap_names.json")["female"][0]
    first = counterpart(unpaired, "male")
    assert first == counterpart(unpaired, "male")
    assert not first[1]
    assert name_arm(first[0]) == "male"


def test_names_of_many_languages_are_known():
    wanted = {"Priya": "female", "Ahmed": "male", "Svetlana": "female", "Kwame": "male"}
    assert {name: name_arm(name) for name in wanted} == wanted
