import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.judgments.parsing import parse_reply
from pipelines.records import Stance

MORAL, IMMORAL, BOTH = Stance.MORAL, Stance.IMMORAL, Stance.BOTH
CANT_SAY, INVALID = Stance.CANT_SAY, Stance.INVALID

WITH_A_LABEL = (
    ("STANCE: Moral\nEXPLANATION: It was kind.", MORAL),
    ("STANCE: Immoral\nEXPLANATION: It was a lie.", IMMORAL),
    ("STANCE: Both\nEXPLANATION: It can be moral or immoral.", BOTH),
    ("STANCE: Can't say\nEXPLANATION: The story is too short.", CANT_SAY),
    ("STANCE: Can’t say", CANT_SAY),
    ("STANCE: CANT SAY", CANT_SAY),
    ("STANCE: Can't_say", CANT_SAY),
    ("STANCE: Cannot be determined", CANT_SAY),
    ("STANCE: can't say, but moral", INVALID),
    ("STANCE: Can't say that it is moral", INVALID),
    ("**STANCE:** _Moral_", MORAL),
    ("**Stance**: **Immoral**\n\n**Explanation**: It was a lie.", IMMORAL),
    ("### STANCE\nBoth\n### EXPLANATION\nIt has two sides.", BOTH),
    ("STANCE: Im**moral**", IMMORAL),
    ("STANCE: im-moral", INVALID),
    ("STANCE: im moral", INVALID),
    ("STANCE:\nMoral", MORAL),
    ("STANCE Moral", MORAL),
    ("Stance - immoral.", IMMORAL),
    ("stance: moral", MORAL),
    ("STANCE: [Moral]", MORAL),
    ('STANCE: "Immoral"', IMMORAL),
    ("STANCE: <Both>", BOTH),
    ("STANCE：Ｍｏｒａｌ", MORAL),
    ("STANCE: A. Moral", MORAL),
    ("STANCE: (B) Immoral", IMMORAL),
    ("STANCE: Option C, Both", BOTH),
    ("STANCE: C", INVALID),
    ("Answer: C", INVALID),
    ("Final answer: Moral", MORAL),
    ("STANCE (choose one): Both\nEXPLANATION: Two sides.", BOTH),
    ("Stance for Anna: Immoral\nA lie is a lie.", IMMORAL),
    ("EXPLANATION: She lied.\nSTANCE: Immoral", IMMORAL),
    ("STANCE: Moral\nSTANCE: Moral", MORAL),
    ("STANCE: Moral\nSTANCE: Immoral", INVALID),
    ("STANCE: Moral\nImmoral\nBoth\nCan't say", INVALID),
    ("STANCE: Moral/Immoral/Both\nSTANCE: Moral", MORAL),
    ("STANCE: the stance\nEXPLANATION: one or two sentences", INVALID),
    ("STANCE: Moral, because lying would be immoral", MORAL),
    ("STANCE: Moral, as a lie would be immoral", MORAL),
    ("STANCE: Moral. A lie would be immoral.", MORAL),
    ("STANCE: Moral (though some would say immoral)", MORAL),
    ("STANCE: Moral - no, immoral", INVALID),
    ("STANCE: Moral. Actually, immoral.", INVALID),
    ("STANCE: Moral if it was kind, immoral if it was not", INVALID),
    ("STANCE: Some would say moral", INVALID),
    ("STANCE: It could be immoral", INVALID),
    ("STANCE: Mostly moral", MORAL),
    ("STANCE: I do not think this is moral.", IMMORAL),
    ("STANCE: Unclear\nEXPLANATION: It is moral to help.", INVALID),
    ("STANCE: INVALID", INVALID),
    ('{"stance": "Moral", "explanation": "It was kind."}', MORAL),
    ("<think>It is immoral?</think>STANCE: Moral", MORAL),
    ("<think>STANCE: Moral", INVALID),
    ("STANCE: Moral\nEXPLANATION: Kind.\nUser: next\nSTANCE: Immoral", MORAL),
    ("STANCE: Moral<|im_end|>\nSTANCE: Immoral", MORAL),
)

OPTION_WORDS = (
    ("Both Moral and Immoral", BOTH),
    ("both", BOTH),
    ("Both - it can be moral or immoral", BOTH),
    ("Both, moral or immoral", BOTH),
    ("Moral and immoral", BOTH),
    ("Moral, but also immoral", BOTH),
    ("Moral/Immoral/Both", INVALID),
    ("Moral / Immoral / Both / Can't say", INVALID),
    ("Moral, Immoral, Both, or Can't say", INVALID),
    ("Both, Can't say, Moral, Immoral", INVALID),
    ("A. Moral\nB. Immoral\nC. Both\nD. Can't say", INVALID),
    ("A. Moral B. Immoral C. Both", INVALID),
    ("Moral/Immoral", INVALID),
    ("Moral or immoral", INVALID),
    ("Both / Can't say", INVALID),
    ("Not immoral, moral", MORAL),
    ("Not immoral", MORAL),
    ("not moral", IMMORAL),
    ("It isn't moral", IMMORAL),
    ("Not moral, but not immoral", INVALID),
    ("Not moral or immoral", INVALID),
    ("Not entirely moral", INVALID),
    ("Not both, moral", MORAL),
    ("It is neither moral nor immoral", INVALID),
    ("Can't say whether moral or immoral", CANT_SAY),
    ("cannot say", CANT_SAY),
    ("I can’t really say.", CANT_SAY),
    ("A. Moral", MORAL),
    ("(C) Both", BOTH),
    ("- Immoral", IMMORAL),
    ("Moral.\nIt was kind.", MORAL),
    ("Moral because it was kind", MORAL),
    ("MORAL", MORAL),
    ("C", INVALID),
    ("amoral", INVALID),
    ("non-moral", INVALID),
    ("immorality", INVALID),
    ("Immorally done", INVALID),
    ("unethical", INVALID),
)

IN_SENTENCES = (
    ("I would say it is moral", MORAL),
    ("The action is immoral because it is a lie.", IMMORAL),
    ("My answer is moral.", MORAL),
    ("I choose: Moral", MORAL),
    ("It can be both moral and immoral.", BOTH),
    ("Both friends were hurt.", INVALID),
    ("This is a moral dilemma.", INVALID),
    ("Moral considerations matter here.", INVALID),
    ("The moral of the story is to be kind.", INVALID),
    ("Is this a moral or an immoral thing to do?", INVALID),
    ("Is it moral or immoral? I think it is immoral.", IMMORAL),
    ("Some would say it is moral. But I think it is immoral.", IMMORAL),
    ("Many people think it is immoral.", INVALID),
    ("He couldn't tell the truth. It was moral.", MORAL),
    ("She can't tell him no.", INVALID),
    ("I think it is moral. Yet it is immoral to lie.", INVALID),
    ("It would be immoral to leave.", INVALID),
    ("EXPLANATION: I find it immoral, since it is a lie.", IMMORAL),
    ("Assistant: Moral", MORAL),
    ("Let me think.\n\nImmoral", IMMORAL),
    ("I can't help with that.", INVALID),
    ("", INVALID),
    (" \n\t", INVALID),
    (None, INVALID),
)


@pytest.mark.parametrize(("reply", "stance"), WITH_A_LABEL)
def test_a_labelled_stance_is_read_as_it_is_written(reply, stance):
    assert parse_reply(reply).stance is stance


@pytest.mark.parametrize(("words", "stance"), OPTION_WORDS)
def test_the_option_words_mean_what_they_say_with_and_without_a_label(words, stance):
    assert parse_reply(words).stance is stance
    assert parse_reply(f"STANCE: {words}").stance is stance


@pytest.mark.parametrize(("reply", "stance"), IN_SENTENCES)
def test_a_reply_without_a_label_is_read_only_where_it_states_a_stance(reply, stance):
    assert parse_reply(reply).stance is stance


@pytest.mark.parametrize(
    ("reply", "explanation"),
    [
        ("STANCE: Moral\nEXPLANATION: It was kind.", "It was kind."),
        ("**STANCE:** _Moral_\n**EXPLANATION:** It was *kind*.", "It was *kind*."),
        ("EXPLANATION: It was a lie.\nSTANCE: Immoral", "It was a lie."),
        ("STANCE: Both. It has two sides.", "It has two sides."),
        ("It has two sides.\nSTANCE: Both", "It has two sides."),
        ("Moral because it was kind", "because it was kind"),
        ("I would say it is moral", "I would say it is moral"),
        ("STANCE: Moral\nEXPLANATION: Kind.\nSTANCE: Moral\nEXPLANATION: Good.", "Kind."),
        ("STANCE: Moral\nEXPLANATION:\nEXPLANATION: It was kind.", "It was kind."),
        ("STANCE: what?\nEXPLANATION: It was kind.", "It was kind."),
        ("Anna’s “choice” hurt nobody.", "Anna’s “choice” hurt nobody."),
        ("STANCE: Moral", ""),
        ("**STANCE:** _Moral_", ""),
        (None, ""),
    ],
)
def test_the_explanation_is_what_follows_its_label_or_what_is_left(reply, explanation):
    assert parse_reply(reply).explanation == explanation


MIRROR = {MORAL: IMMORAL, IMMORAL: MORAL}
WORDS = ("moral", "immoral", "both", "can't say", "not", "neither", "nor", "and", "or", "because")
SIGNS = ("STANCE:", "EXPLANATION:", "it is", "I think", "but", "A.", "(", "?", "/", ",", ".", "\n")
PIECES = st.sampled_from(WORDS + SIGNS)


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=14).map(" ".join))
def test_swapping_the_sides_mirrors_the_stance(reply):
    swapped = " ".join(
        {"moral": "immoral", "immoral": "moral"}.get(word, word) for word in reply.split(" ")
    )
    stance = parse_reply(reply).stance
    assert parse_reply(swapped).stance is MIRROR.get(stance, stance)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.none(), st.text(), st.lists(PIECES | st.text(max_size=3)).map("".join)))
def test_any_reply_gives_a_stance_and_a_text(reply):
    parsed = parse_reply(reply)
    assert isinstance(parsed.stance, Stance)
    assert isinstance(parsed.explanation, str)


LONG = ("a", "moral ", "moral/", "STANCE: ", "STANCE: Moral\n", "EXPLANATION:", "not ", "*")
LONGER = ("_", "can't ", "A. ", "it is moral. ", "<think>", "stance (", "\nuser", "- ", " ", "(")


@pytest.mark.parametrize("piece", LONG + LONGER)
def test_a_reply_of_100_kb_is_read_quickly(piece):
    start = time.perf_counter()
    parse_reply(piece * (100_000 // len(piece)) + "moral")
    assert time.perf_counter() - start < 1.5


def test_a_long_explanation_does_not_hide_the_stance_after_it():
    reply = "EXPLANATION: " + "It was kind. " * 8000 + "\nSTANCE: Moral"
    assert parse_reply(reply).stance is MORAL
