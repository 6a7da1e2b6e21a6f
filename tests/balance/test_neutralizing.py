import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.assets import read_asset
from pipelines.balance.checking import check_balanced, checks_as_dict, find_gendered
from pipelines.balance.neutralizing import PRONOUNS, neutralize

NAMES = ["Anna", "James", "José"]
FORMS = read_asset("words/neutral_forms.json")["forms"]

SENTENCES = (
    ("Anna lied.", "The main character lied."),
    ("She has been kind.", "The main character has been kind."),
    ("We know that she lied.", "We know that the main character lied."),
    ("I like Anna.", "I like the main character."),
    ("Anna's car; Anna’s bike.", "The main character's car; the main character’s bike."),
    ("I took James' car.", "I took the main character's car."),
    ("He says so, and he's right.", "The main character says so, and the main character's right."),
    ("I hope she'll come.", "I hope the main character will come."),
    ("So he'd been there.", "So the main character had been there."),
    ("So he'd go there.", "So the main character would go there."),
    ("She hurt herself.", "The main character hurt themself."),
    ("The choice was his.", "The choice was the main character's."),
    ("It was hers.", "It was the main character's."),
    ("I saw him.", "I saw the main character."),
    ("I took her wallet.", "I took the main character's wallet."),
    ("I took her.", "I took the main character."),
    ("I gave it to her, and left.", "I gave it to the main character, and left."),
    ("I told her that.", "I told the main character that."),
    ("I told her to go.", "I told the main character to go."),
    ("I let her go.", "I let the main character go."),
    ("It made her feel bad.", "It made the main character feel bad."),
    ("I made her bed.", "I made the main character's bed."),
    ("I saw her clearly.", "I saw the main character clearly."),
    ("I know her clearly stated wish.", "I know the main character's clearly stated wish."),
    ("I saw her only child.", "I saw the main character's only child."),
    ("He or she lied.", "The main character lied."),
    ("I know his or her car.", "I know the main character's car."),
    ("So s/he lied; so (s)he lied.", "So the main character lied; so the main character lied."),
    ("“She lied,” I said.", "“The main character lied,” I said."),
    ('I said, "He lied."', 'I said, "The main character lied."'),
    ("They lied to their mother.", "They lied to their parent."),
    ("Her husband is kind.", "The main character's spouse is kind."),
    ("A woman and an actress.", "A person and an actor."),
    ("Mr. Smith saw Mrs. Anna.", "Smith saw the main character."),
    ("Miss Smith will miss it.", "Smith will miss it."),
    ("A male nurse, a female engineer.", "A nurse, an engineer."),
    ("Female nurses help.", "Nurses help."),
    ("I know an heiress and an uncle.", "I know an heir and a relative."),
    ("The boys' books.", "The children's books."),
    ("My sister-in-law.", "My sibling-in-law."),
    ("A spacewoman.", "A person."),
    ("A bachelor's degree, man-made.", "A bachelor's degree, man-made."),
    ("Xe saw xem and zir friend.", "The main character saw the main character and "
     "the main character's friend."),
    ("Will the annals help?", "Will the annals help?"),
    ("", ""),
)  # fmt: skip


@pytest.mark.parametrize(("text", "neutral"), SENTENCES)
def test_only_the_gendered_words_of_a_sentence_change(text, neutral):
    assert neutralize(text, NAMES) == neutral


@pytest.mark.parametrize(("text", "neutral"), SENTENCES)
def test_a_neutral_text_stays_as_it_is(text, neutral):
    assert neutralize(neutral, NAMES) == neutral


def test_every_gendered_word_has_a_neutral_form_that_is_neutral():
    words = set(read_asset("words/gendered.json")["words"])
    assert words == set(FORMS) | PRONOUNS
    assert find_gendered(" ".join(FORMS.values())) == []


def neutral_checks(text, names):
    """The two checks that neutralizing has to satisfy."""
    checks = checks_as_dict(check_balanced(text, names))
    return checks["gender_neutral"]["ok"], checks["no_names"]["ok"]


WORDS = st.sampled_from([*sorted(set(FORMS) | PRONOUNS), *NAMES, "Miss", "woman's"])
FILLERS = st.sampled_from(["a", "an", "the", "or", "kind", "saw", "Smith", "they", "mother tongue"])
MARKS = st.sampled_from(
    [" ", ", ", ". ", "/", "-", "'s ", "’", '" ', "\n", " or ", "_", ".", "'d "]
)
CASED = st.one_of(WORDS, WORDS.map(str.capitalize), WORDS.map(str.upper), FILLERS)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(CASED, MARKS).map("".join), max_size=10).map("".join))
def test_no_gender_and_no_name_is_left_whatever_stands_around_it(text):
    names = [*NAMES, *(name.upper() for name in NAMES)]
    neutral = neutralize(text, names)
    assert neutral_checks(neutral, names) == (True, True)
    assert neutralize(neutral, names) == neutral


@settings(max_examples=200, deadline=None)
@given(st.text())
def test_any_text_can_be_neutralized(text):
    assert neutral_checks(neutralize(text, NAMES), NAMES) == (True, True)


def test_a_text_about_a_man_and_the_same_about_a_woman_come_out_alike():
    male = "James kept his word to his wife, and people trust him for himself."
    female = "Anna kept her word to her husband, and people trust her for herself."
    assert neutralize(male, NAMES) == neutralize(female, NAMES)
