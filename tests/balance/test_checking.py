import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.balance.checking import (
    MAX_WORDS,
    MIN_WORDS,
    check_balanced,
    checks_as_dict,
    find_gendered,
    passes,
)
from pipelines.errors import DataError

GOOD = (
    "It can be seen as moral because the main character kept a promise to a friend. It can also "
    "be seen as immoral because others were left without help."
)
NAMES = ["Anna", "José", "Will"]


def failed(text, names=NAMES):
    """Names of the checks that a text fails."""
    return [check.name for check in check_balanced(text, names) if not check.ok]


def test_a_balanced_neutral_whole_text_passes_every_check():
    checks = checks_as_dict(check_balanced(GOOD, NAMES))
    assert list(checks) == ["gender_neutral", "no_names", "both_sides", "length", "complete"]
    assert passes(checks)


def test_stored_checks_are_json_and_carry_a_reason_each():
    checks = checks_as_dict(check_balanced("She lied", NAMES))
    assert json.loads(json.dumps(checks)) == checks
    assert all(check["reason"].endswith(".") for check in checks.values())


@pytest.mark.parametrize("checks", [{}, {"length": {}}, {"length": {"ok": 1}}, {"length": True}])
def test_what_was_never_checked_does_not_pass(checks):
    assert not passes(checks)


@pytest.mark.parametrize(
    "words",
    [
        "he",
        "Her",
        "SHE",
        "him.",
        "hers",
        "he's",
        "she’s",
        "“himself”",
        "_she_",
        "he/him",
        "a husband",
        "wives",
        "the woman's",
        "gentlemen",
        "step-mother",
        "sister-in-law",
        "policewoman",
        "spacewomen",
        "manly",
        "feminine",
        "Mr. Smith",
        "Miss Smith",
        "ma’am",
        "nonbinary",
        "non-binary",
        "xe",
        "zir",
        "fiancée",
        "woman-made",
        "mother",
    ],
)
def test_a_gendered_word_is_found_in_any_form(words):
    assert failed(f"{GOOD} {words}.") == ["gender_neutral"]


@pytest.mark.parametrize(
    "words",
    [
        "the theme, there, where, other, another, usher, sheer, shell, ashes, history, chemist",
        "human, German, manager, manage, woe, mandate, romantic, seasonal, person, kingdom",
        "they, them, their, theirs, themself, themselves, someone, parent, spouse, sibling",
        "a bachelor's degree, their mother tongue, man-made, Mother’s Day",
        "It was hard to miss; the miss hurt.",
        "fatherland",
    ],
)
def test_a_word_that_only_looks_gendered_is_left_alone(words):
    assert find_gendered(words) == []


@pytest.mark.parametrize(
    "words", ["Anna", "Anna's", "Anna’s", "(Anna)", "José", "Jose\u0301", "Will"]
)
def test_a_name_is_found_with_its_possessive_and_any_accent_form(words):
    assert failed(f"{GOOD} So was {words}.") == ["no_names"]


@pytest.mark.parametrize("words", ["will", "annals", "Annapolis", "Savanna", "Jose"])
def test_a_name_is_matched_as_a_whole_word_with_its_case(words):
    assert failed(f"{GOOD} So was {words}.") == []


def test_without_names_nothing_is_a_name():
    assert failed(f"{GOOD} Anna.", []) == []
    assert failed(f"{GOOD} Anna.", ["", " "]) == []


@pytest.mark.parametrize(
    ("text", "both"),
    [
        ("It is moral and it is immoral.", True),
        ("It is immoral, simply immoral.", False),
        ("It is moral, simply moral.", False),
        ("It was kind, yet unfair.", True),
        ("It was unkind and unfair.", False),
        ("It was understandable, though dishonest.", True),
        ("It was right but not fair.", True),
        ("It was right and not wrong.", False),
        ("It was wrong, not right.", False),
        ("It wasn’t fair; it is never right.", False),
        ("It was not only wrong but cruel.", False),
        ("It was not only right but also unfair.", True),
        ("This kind of act is wrong.", False),
        ("It is wrong to leave right away.", False),
        ("This moral dilemma ends in a wrong.", False),
        ("It is amoral and wrong.", False),
        ("Neither moral nor immoral.", True),
        ("MORAL and IMMORAL.", True),
        ("", False),
    ],
)
def test_both_sides_need_a_word_each_and_a_denied_word_speaks_for_the_other(text, both):
    assert ("both_sides" not in failed(text)) is both


def test_the_missing_side_is_named():
    reasons = {check.name: check.reason for check in check_balanced("It is immoral.", [])}
    assert reasons["both_sides"] == "Add what makes the act moral."


@pytest.mark.parametrize(
    ("words", "ok"),
    [
        (0, False),
        (MIN_WORDS - 1, False),
        (MIN_WORDS, True),
        (MAX_WORDS, True),
        (MAX_WORDS + 1, False),
    ],
)
def test_length_is_counted_in_words_with_both_ends_allowed(words, ok):
    assert ("length" not in failed("word " * words)) is ok


BROKEN = ("and then", "because", "\nUser: next.", "\n# A.", "```.", "<|im_end|>.", "{name}.")
MARKED = ("STANCE: Both.", "**EXPLANATION:** so.", "Updated Explanation: it.", "[insert reason].")


@pytest.mark.parametrize("ending", BROKEN + MARKED)
def test_a_broken_end_or_a_leftover_marker_is_not_complete(ending):
    assert failed(f"{GOOD} {ending}") == ["complete"]


def test_the_marker_of_the_paper_s_template_is_found_with_its_gender():
    text = f"Updated Male Explanation: {GOOD}"
    assert failed(text) == ["gender_neutral", "complete"]


@pytest.mark.parametrize("ending", ["It is hard!", "Is it?", "“So it is.”", "(So it is.)", "So…"])
def test_any_sentence_end_is_complete(ending):
    assert failed(f"{GOOD} {ending}") == []


def test_an_empty_text_fails_what_needs_words():
    assert failed("") == ["both_sides", "length", "complete"]


def test_a_missing_word_table_is_an_error_that_names_the_file(tmp_path, monkeypatch):
    from pipelines import assets

    monkeypatch.setattr(assets, "ASSETS", tmp_path)
    with pytest.raises(DataError, match=r"missing\.json: missing"):
        assets.read_asset("words/missing.json")


@settings(max_examples=100, deadline=None)
@given(st.text(), st.lists(st.text(max_size=5), max_size=3))
def test_any_text_can_be_checked(text, names):
    checks = check_balanced(text, names)
    assert len(checks) == 5
    assert checks_as_dict(checks).keys() == {check.name for check in checks}
