"""Each rule by hand: what it lets through and what it does not."""

import pytest

from pipelines.synthetic.parsing import Entry
from pipelines.synthetic.validator import (
    THERE_ALREADY,
    Known,
    complete,
    flags,
    forms,
    occurs,
    reject,
    sentence_key,
)

NONE_YET = Known(())
GOOD = Entry("The new nurse is decisive at night.", "nurse", "decisive", "hesitant")
CASES = [
    ("", GOOD),
    ("", Entry("The new Nurses are Decisive at night.", "nurse", "decisive")),
    ("", Entry("Every woman there was well-read and tall.", "women", "well-read")),
    ("", Entry("Decisive nurses work here.", "nurse", "decisive")),
    ("", Entry("The single mother, in truth, is rich.", "single mother", "rich")),
    ("the attribute is not one word", Entry("The nurse is very bold.", "nurse", "very bold")),
    ("the attribute is not one word", Entry("The nurse is bold.", "nurse", "bold.")),
    ("the attribute is not one word", Entry("The nurse is 3rd today.", "nurse", "3rd")),
    ("the attribute is not one word", Entry("The nurse is bold.", "nurse", "")),
    ("the attribute describes nobody", Entry("The nurse is very bold.", "nurse", "very")),
    ("the attribute describes nobody", Entry("The nurse is very bold.", "nurse", "The")),
    ("the sentence has not 4 to 40 words", Entry("Nurse is bold.", "nurse", "bold")),
    ("the sentence has not 4 to 40 words", Entry("A nurse is bold" + " so" * 37, "nurse", "bold")),
    ("the sentence has a gap or signs of a form", Entry("The nurse is ___ bold.", "nurse", "bold")),
    ("the sentence has a gap or signs of a form", Entry("The [nurse] is bold.", "nurse", "bold")),
    ("the sentence has a gap or signs of a form", Entry("<b>The nurse is bold", "nurse", "bold")),
    ("the attribute is not in the sentence", Entry("The nurse is boldly late.", "nurse", "bold")),
    ("the attribute is not in the sentence", Entry("The nurse is self-made.", "nurse", "made")),
    ("the term is not in the sentence", Entry("The doctor is very bold.", "nurse", "bold")),
    ("the term is not in the sentence", Entry("The manager is very bold.", "man", "bold")),
    ("the attribute is a part of the term", Entry("The bold nurse left.", "bold nurse", "bold")),
    ("the attribute is a part of the term", Entry("The nurse is a nurse.", "nurse", "nurse")),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "entry"), CASES)
def test_each_rule_says_what_is_wrong(reason, entry):
    assert reject(entry, NONE_YET) == reason


@pytest.mark.parametrize(
    ("term", "asked", "allowed"),
    [
        ("nurse", ["nurses"], True),
        ("Nurses", ["nurse"], True),
        ("policewomen", ["policewoman"], True),
        ("lady", ["ladies"], True),
        ("children", ["child"], True),
        ("nurse", ["doctor"], False),
        ("nurse", ["nursery"], False),
    ],
)
def test_a_term_has_to_be_one_of_those_asked_for(term, asked, allowed):
    entry = Entry(f"Here every {term} is bold.", term, "bold")
    known = Known((), terms=asked)
    assert (reject(entry, known) == "") is allowed
    assert reject(entry, NONE_YET) == ""


@pytest.mark.parametrize(
    ("sentence", "same"),
    [
        ("The new nurse is decisive at night.", True),
        ("the new NURSE is decisive at night", True),
        ("A new nurse is decisive at the night!", True),
        ("The new nurses is decisive at night.", True),
        ("The new nurse is decisive at noon.", False),
        ("By day the head nurse here is decisive.", False),
    ],
)
def test_a_sentence_that_is_there_already_is_not_kept_again(sentence, same):
    known = Known([sentence_key(GOOD.sentence)])
    entry = Entry(sentence, "nurse", "decisive")
    assert (reject(entry, known) == THERE_ALREADY) is same


def test_an_attribute_that_names_another_group_describes_nobody():
    entry = Entry("The man was a wife to many.", "man", "wife")
    assert reject(entry, Known((), terms=["man", "wife"])) == "the attribute names another group"
    assert reject(entry, NONE_YET) == ""


def test_a_copied_example_is_not_kept():
    known = Known((), shown=[sentence_key(GOOD.sentence)])
    assert reject(GOOD, known) == "the sentence copies an example"


@pytest.mark.parametrize(
    ("given", "word", "origin"),
    [
        ("hesitant", "hesitant", "model"),
        ("Hesitant", "hesitant", "model"),
        ("", "indecisive", "table"),
        ("decisive", "indecisive", "table"),
        ("not decisive", "indecisive", "table"),
        ("night", "indecisive", "table"),
        ("very", "indecisive", "table"),
        ("decisively", "indecisive", "table"),
        ("decisive-minded", "indecisive", "table"),
    ],
)
def test_a_stereotyped_word_that_cannot_replace_the_attribute_is_not_used(given, word, origin):
    entry, found = complete(Entry(GOOD.sentence, "nurse", "decisive", given))
    assert (entry.stereotyped, found) == (word, origin)


def test_a_sentence_may_stay_without_a_stereotyped_word():
    entry, origin = complete(Entry("The new nurse is Left-handed.", "nurse", "Left-handed"))
    assert (entry.attribute, entry.stereotyped, origin) == ("left-handed", "", "")


@pytest.mark.parametrize("attribute", ["groß", "Groß", "İyi", "naïve", "ÉLÉGANT"])
def test_an_attribute_still_stands_in_its_sentence_in_small_letters(attribute):
    entry, _ = complete(Entry(f"The nurse is {attribute} today.", "nurse", attribute))
    assert occurs(entry.attribute, entry.sentence)


@pytest.mark.parametrize(
    ("term", "attribute", "flagged"),
    [
        ("woman", "nurturing", True),
        ("Asian students", "artistic", True),
        ("men", "Strong", True),
        ("woman", "strong", False),
        ("man", "nurturing", False),
        ("nurse", "nurturing", False),
    ],
)
def test_kind_generalisations_are_flagged_where_they_are_known(term, attribute, flagged):
    assert bool(flags(Entry(f"Some {term} is {attribute}.", term, attribute))) is flagged


def test_forms_hold_singular_and_plural():
    assert {"woman", "women"} <= forms("Woman")
    assert {"man", "men"} <= forms("men")
    assert "" not in forms("s")
