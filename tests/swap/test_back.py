"""Swapping there and back gives the text again, wherever nothing was said to be open."""

from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.swap.engine import find_protagonist, swap
from pipelines.swap.names import triples

NAMES = triples()[:60]
PRONOUNS = {
    "male": ("he", "him", "his", "his", "himself"),
    "female": ("she", "her", "her", "hers", "herself"),
}
NOUNS = (
    "duck",
    "best",
    "reading glasses",
    "friend",
    "car",
    "old boss",
    "work",
    "long walk",
    "children",
    "answer",
    "left hand",
)
OTHERS = (
    "the nurse",
    "a neighbor",
    "Tom's cousin",
    "everyone",
    "the queen",
    "his father",
    "her wife",
    "Anna",
    "Adam",
    "a man",
    "the women",
    "Kai",
)
FORMS = (
    "{S} likes {P} {noun}.",
    "I told {O} that {other} saw {P} {noun}.",
    "{S}'s been at home, and {S}'s glad about it.",
    "Was {s} there? {S} often forgets {P} {noun}.",
    "{other} gave {O} the {noun}, but the choice was {I}.",
    "{S} hurt {R} and called {other} about {P} {noun}.",
    "{name} walks in and sits down because {s} knows {other}.",
    "{name}'s {noun} made {O} happy.",
    "“Ask {O},” {name} said, “{s} has {I}.”",
    "{OO} AND {PP} {noun}!",
    "Does {s} know that {other} loves {O}?",
    "{name}, a kind {kind}, lost {P} {noun}.",
    "{S} is a {kind} who trusts {R}.",
    "{S} doesn't think {s} was late.",
    "We helped {O} move and let {O} rest.",
    "{S} goes out, buys food and carries it home.",
    "{S} sold {P} shares and gave {P} children money.",
    "{name} gave {O} flowers.",
    "{other} gave {O} food, then sent {P} letters to {name}.",
    "{other} told {O} lies, and {s} read {P} books.",
    "{name} is {other}'s {kind}, and {other} needs {O}.",
    "The {kind} and {other} met {P} {noun}; {s} was glad.",
    "{S} told {other} that {P} {kind} saw {P} {noun}.",
    "As a {kind}, {s} doesn't sleep, but {s} has {P} {noun}.",
    "When {s}'d eaten, {name} gave {other} {P} {noun} and left {O}.",
    "Mr. and Mrs. Kay know {O}, {P} {noun} and {P} {kind}s.",
    "{name} has never asked {O}; {P} {noun} is {P} own.",
    "{other} says that {s} left. {S} watches {O} go and smiles.",
)
KINDS = {
    "male": ("man", "father", "waiter", "widower", "guy", "bloke", "actor"),
    "female": ("woman", "mother", "waitress", "mum", "nurse", "actress"),
}


@st.composite
def texts(draw):
    """Return a text of one to three sentences, its arm and the protagonist's name."""
    arm = draw(st.sampled_from(("male", "female")))
    subject, object_, possessive, independent, reflexive = PRONOUNS[arm]
    name = draw(st.sampled_from(NAMES))[arm]
    sentences = []
    for form in draw(st.lists(st.sampled_from(FORMS), min_size=1, max_size=3)):
        sentence = form.format(
            S=subject.capitalize(), s=subject, O=object_, OO=object_.upper(), P=possessive,
            PP=possessive.upper(), I=independent, R=reflexive, name=name,
            noun=draw(st.sampled_from(NOUNS)), other=draw(st.sampled_from(OTHERS)),
            kind=draw(st.sampled_from(KINDS[arm])),
        )  # fmt: skip
        sentences.append(sentence[0].upper() + sentence[1:])
    return " ".join(sentences), arm, name


@settings(max_examples=300, deadline=None)
@given(texts())
def test_male_and_female_are_each_others_way_back(made):
    text = made[0]
    found = find_protagonist(text)
    to = "female" if found.arm == "male" else "male"
    there = swap(text, to)
    back = swap(there.text, found.arm, name=next(iter(there.names.values()), found.name))
    assert there.ambiguous or back.text == text


@settings(max_examples=300, deadline=None)
@given(texts())
def test_they_leads_back_where_nothing_is_open_on_either_way(made):
    text, arm, name = made
    there = swap(text, "they", name=name, of=arm)
    back = swap(there.text, arm, name=there.names.get(name, name), of="they")
    assert there.ambiguous or back.ambiguous or back.text == text


@given(st.text(max_size=200), st.sampled_from(("male", "female", "they", "xe", "ze")))
def test_any_text_gives_a_text_and_places_inside_of_it(text, to):
    swapped = swap(text, to)
    for one in (*swapped.ambiguous, *swapped.flagged):
        assert swapped.text[one.start : one.end] == one.word


def test_names_stand_for_each_other_one_to_one():
    for arm in ("male", "female", "they"):
        names = [row[arm].lower() for row in triples() if arm in row]
        assert len(names) == len(set(names))
    male = {row["male"] for row in triples()}
    assert not male & {row["female"] for row in triples()}
