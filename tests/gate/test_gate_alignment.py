"""Two arms side by side: gender is no change, everything else is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.gate.alignment import agrees, compare
from pipelines.gate.tokens import read_words
from pipelines.records import Arm
from pipelines.stories.arms import fill
from pipelines.stories.library import controls, plots


def compared(left, right, names=("Adam", "Anna")):
    return compare(read_words(left, names[0]), read_words(right, names[1]))


def changes(left, right, names=("Adam", "Anna")):
    return compared(left, right, names).changes


def test_names_pronouns_and_gendered_nouns_are_no_changes():
    left = "Adam, a waiter, blamed himself: his wife had asked him, and the fault was his."
    right = "Anna, a waitress, blamed herself: her husband had asked her, and the fault was hers."
    assert changes(left, right) == []


def test_another_word_an_extra_word_and_a_missing_word_are_changes():
    left = "Adam quickly took his old bag and went home."
    right = "Anna took her new bag and went home early."
    found = compared(left, right)
    assert found.changes == [("quickly", ""), ("old", "new"), ("", "early")]
    assert found.changed_words == 3


def test_neighbouring_changed_words_are_joined():
    assert changes("Adam used hair gel today.", "Anna used makeup today.") == [
        ("hair gel", "makeup")
    ]


def test_a_pronoun_in_the_wrong_case_is_a_change():
    assert changes("Adam saw him.", "Anna saw she.") == [("him", "she")]
    assert changes("Adam saw him.", "Anna saw her.") == []


def test_the_verb_after_singular_they_is_no_change():
    left = "Adam knows that he was wrong, that he has no plan, and carries on. Why does he try?"
    right = (
        "Alex knows that they were wrong, that they have no plan, and carry on. Why do they try?"
    )
    assert changes(left, right, ("Adam", "Alex")) == []
    assert changes("He's late and he's gone.", "They're late and they've gone.") == []


def test_a_verb_that_changes_without_they_in_its_sentence_is_a_change():
    left, right = "Adam left. The dogs bark at it.", "Anna left. The dogs barks at it."
    assert changes(left, right) == [("bark", "barks")]
    assert changes("He left. A dog barks.", "They left. A dog bark.") == [("barks", "bark")]


def test_the_article_and_a_two_word_counterpart_follow_from_gender():
    assert changes("Adam met an heir.", "Anna met a heiress.") == []
    left, right = "Adam is a policeman here.", "Alex is a police officer here."
    assert changes(left, right, ("Adam", "Alex")) == []


def test_a_full_name_and_the_possessive_of_james_are_no_changes():
    assert changes("James' bag was old.", "Jane's bag was old.", ("James", "Jane")) == []
    assert changes("Ann Marie Bell left.", "Bob Bell left.", ("Ann Marie Bell", "Bob Bell")) == []


def test_other_names_that_stand_for_each_other_throughout_are_told_apart_from_changes():
    left = "Adam met Penelope. Penelope smiled at Adam."
    right = "Anna met Mike. Mike smiled at Anna."
    found = compared(left, right)
    assert found.swapped_names == [("Penelope", "Mike")]
    assert found.changes == []


def test_a_name_that_is_not_kept_throughout_is_a_change():
    left = "Adam met Penelope. Later Penelope smiled at Adam."
    right = "Anna met Mike. Later Penelope smiled at Anna."
    found = compared(left, right)
    assert found.swapped_names == []
    assert found.changes == [("Penelope", "Mike")]


def test_a_capital_that_only_opens_one_sentence_is_no_name():
    assert changes("Yesterday Adam ran.", "Today Anna ran.") == [("Yesterday", "Today")]


def test_typographic_and_plain_apostrophes_are_the_same():
    assert changes("Adam says he’s fine.", "Anna says she's fine.") == []


@pytest.mark.parametrize(
    ("singular", "plural"),
    [("walks", "walk"), ("tries", "try"), ("goes", "go"), ("was", "were"), ("'s", "'ve")],
)
def test_verbs_that_agree(singular, plural):
    assert agrees(singular, plural)


@pytest.mark.parametrize(("one", "other"), [("walk", "walks"), ("ran", "runs"), ("is", "was")])
def test_forms_that_do_not_agree(one, other):
    assert not agrees(one, other)


def test_no_arm_of_the_library_has_a_change():
    for scenario in plots() + controls():
        for template in scenario.wordings:
            arms = {arm: fill(template, arm, name) for arm, name in zip(Arm, "ABC", strict=True)}
            male = read_words(arms[Arm.MALE], "A")
            for arm, name in ((Arm.FEMALE, "B"), (Arm.THEY, "C")):
                found = compare(male, read_words(arms[arm], name))
                assert found.changes == [], scenario.id


@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=12))
def test_any_two_texts_can_be_compared_and_a_text_equals_itself(one, other, name):
    assert changes(one, one, (name, name)) == []
    found = compared(one, other, (name, name))
    assert found.changed_words <= len(found.left.low) + len(found.right.low)
