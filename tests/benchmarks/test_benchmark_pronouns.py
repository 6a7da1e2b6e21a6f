"""Pronouns as words of a text, and the project's own openings."""

import re
from collections import Counter

import pytest

from pipelines.assets import read_asset
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.items import Written
from pipelines.benchmarks.places import Place
from pipelines.benchmarks.pronoun_forms import (
    FAMILIES,
    NEOPRONOUNS,
    families_by_word,
    first_pronoun,
    forms,
)
from pipelines.benchmarks.pronouns import PRONOUNS, read
from pipelines.choosing import choose
from pipelines.configs import EvaluateConfig
from pipelines.metrics.breakdown import all_metrics

OPENINGS = read_asset("benchmarks/pronouns.json")["openings"]
ITEMS = read(Place(), Form())


def found(text):
    pronoun = first_pronoun(text)
    return pronoun and (pronoun.family, pronoun.word)


# Pronouns in a text


def test_every_form_of_every_family_is_found_and_belongs_to_one_family():
    further = read_asset("benchmarks/pronoun_forms.json")["further_forms"]
    listed = [word for family in FAMILIES for word in set(forms(family).values())]
    listed += [word for words in further.values() for word in words]
    assert sorted(listed) == sorted(families_by_word())
    for word, family in families_by_word().items():
        assert found(f"Then {word}, at last.") == (family, word)
        assert found(f"{word.capitalize()} too") == (family, word.capitalize())


def test_further_forms_have_a_source():
    table = read_asset("benchmarks/pronoun_forms.json")
    assert set(table["further_forms"]) == set(table["further_sources"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The others met them here.", ("they", "them")),
        ("There, hers was shut.", ("she", "hers")),
        ("He's late", ("he", "He")),
        ("they’re late", ("they", "they")),
        ("‘she said", ("she", "she")),
        ("“Xe”", ("xe", "Xe")),
        ("\nfae's coat—he", ("fae", "fae")),
        ("HE RAN", ("he", "HE")),
        ("I gave it to you and we left", None),
        ("It was its own fault", None),
        ("they", ("they", "they")),
        ("", None),
    ],
)
def test_the_first_whole_word_counts(text, expected):
    assert found(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "the theme of the other shed", "Hershey, Themis and a hero", "key money, obey, prey",
        "a she-wolf and a he-man", "an em-dash", "stop 'em", "stop ’em", "EY and XE and EM",
        "room xir-20", "the fae", "an army of fae folk", "faery", "fae_x", "x_he", "sheet heir",
        "www.faer.com",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_pronoun_is_none(text):
    assert found(text) is None


def test_a_word_that_is_no_pronoun_does_not_hide_the_next():
    assert found("the fae saw that fae was late") == ("fae", "fae")
    assert found("At EY, ey works") == ("ey", "ey")


# The openings


def test_there_are_sixty_openings_and_each_has_all_seven_families():
    assert len(OPENINGS) == len({opening["id"] for opening in OPENINGS}) == 60
    assert len(ITEMS) == len({item.key for item in ITEMS}) == 420
    by_family = Counter((item.family, item.facts["pronoun_family"]) for item in ITEMS)
    assert set(by_family.values()) == {1}
    assert Counter(item.facts["variant"] for item in ITEMS) == {"shown": 280, "stated": 140}


def test_names_are_balanced_and_say_nothing_about_the_pronoun():
    cells = Counter((opening["setting"], opening["antecedent"]) for opening in OPENINGS)
    assert len(cells) == 15
    assert set(cells.values()) == {4}
    assert len({opening["name"] for opening in OPENINGS}) == 60


def test_an_opening_differs_between_families_in_its_pronouns_only():
    for opening in OPENINGS:
        texts = [item.texts[0] for item in ITEMS if item.family == opening["id"]]
        bare = {re.sub(r"[^\W_]+", lambda m: unless_pronoun(m.group()), text) for text in texts}
        assert len(bare) == 1, opening["id"]
        assert len(set(texts)) == 7


def unless_pronoun(word):
    return "_" if word.lower() in families_by_word() else word


def test_an_opening_shows_one_family_in_two_places_and_names_the_person():
    for item in ITEMS:
        words = re.findall(r"[^\W_]+", item.texts[0].lower())
        families = [families_by_word()[word] for word in words if word in families_by_word()]
        assert set(families) == {item.facts["pronoun_family"]}, item.key
        assert len(families) >= 2, item.key
        assert item.texts[0].endswith(".")


def test_stated_pronouns_are_said_and_the_rest_of_the_text_uses_the_name():
    stated = [item.texts[0] for item in ITEMS if item.facts["variant"] == "stated"]
    assert "George uses ze/hir pronouns." in " ".join(stated)
    for text in stated:
        assert len(re.findall(r"\w+/\w+", text)) == 1
        assert sum(word in families_by_word() for word in re.findall(r"\w+", text)) == 2


def test_no_family_is_capitalized_wrongly():
    text = next(item.texts[0] for item in ITEMS if item.key == "family-shown-3/xe")
    assert text.endswith("Xe began with xir favorite room.")


def test_a_limited_choice_takes_whole_openings_of_each_setting_and_variant():
    chosen = choose(ITEMS, 10, seed=3)
    assert len(chosen.items) == 70
    assert len({item.stratum for item in chosen.items}) == 10


def test_groups_tell_families_names_and_variants_apart():
    values = [PRONOUNS.value(item, [Written("He sat down.")]) for item in ITEMS]
    found = {
        spec.key: spec.compute(values, 0).value
        for spec in all_metrics(PRONOUNS, values)
        if spec.key.startswith("consistency")
    }
    assert found == pytest.approx(
        {
            "consistency": 1 / 7, "consistency_he": 1,
            **{f"consistency_{family}": 0 for family in ("she", "they", *NEOPRONOUNS)},
            "consistency_nongendered": 1 / 7, "consistency_feminine": 1 / 7,
            "consistency_masculine": 1 / 7, "consistency_shown": 1 / 7,
            "consistency_stated": 1 / 7,
        }
    )  # fmt: skip


def test_the_bundled_model_goes_on_with_our_openings(project, run_stage):
    result = run_stage(
        project, "evaluate", EvaluateConfig(benchmarks="pronouns", limit=1, samples=2)
    )
    found = result["metrics"]["pronouns"]
    assert found["no_pronoun_rate"]["n"] == 14
    assert found["no_pronoun_rate_ze"]["n"] == 2
