"""Words of one arm in another: certain ones are red, possible ones amber, other people are fine."""

import pytest

from pipelines.configs import CheckConfig
from pipelines.gate.checks import Told
from pipelines.gate.wording import check_wording

NAMES = {"male": "Adam", "female": "Anna", "they": "Alex"}


def found(check, **texts):
    told = [Told(arm, NAMES[arm], text) for arm, text in texts.items()]
    return [
        (str(finding.light), finding.said)
        for finding in check_wording(told, CheckConfig()).findings
        if finding.check == check
    ]


def lights(check, **texts):
    return [light for light, _ in found(check, **texts)]


def test_a_pronoun_that_nobody_else_can_be_is_red():
    [(light, said)] = found(
        "leftover",
        male="Adam lost his purse. Then he went home.",
        female="Anna lost her purse. Then he went home.",
    )
    assert light == "red"
    assert "“he” (once)" in said
    assert "in the female story" in said


def test_she_in_both_stories_is_left_over_in_the_male_one():
    [(light, said)] = found(
        "leftover",
        male="Adam lost his purse. Then she went home.",
        female="Anna lost her purse. Then she went home.",
    )
    assert (light, said.endswith("in the male story.")) == ("red", True)


@pytest.mark.parametrize("other", ["his father", "Mr. Hill", "Kevin"])
def test_another_man_in_both_stories_may_be_he(other):
    male = f"Adam told {other}, and he was glad."
    female = f"Anna told {other.replace('his', 'her')}, and he was glad."
    assert lights("leftover", male=male, female=female) == []


@pytest.mark.parametrize("other", ["the neighbor", "Robin", "two teachers"])
def test_somebody_of_unknown_gender_makes_a_shared_pronoun_amber(other):
    [(light, said)] = found(
        "leftover",
        male=f"Adam told {other}, and he was glad.",
        female=f"Anna told {other}, and he was glad.",
    )
    assert light == "amber"
    assert other.split()[-1] in said


def test_a_name_is_said_before_a_word_for_a_person():
    [(_, said)] = found(
        "leftover",
        male="Robin met her friend Adam. Adam liked Robin.",
        female="Robin met her friend Anna. Anna liked Robin.",
    )
    assert "“Robin”" in said


def test_a_name_that_opens_the_text_is_somebody_too():
    male = "Kate invites Adam to her party."
    assert lights("leftover", male=male, female="Kate invites Anna to her party.") == ["amber"]


def test_a_word_that_opens_a_sentence_is_nobody():
    male = "The bus left. When Adam ran, he fell."
    assert lights("leftover", male=male, female="The bus left. When Anna ran, he fell.") == ["red"]


def test_the_pronouns_of_a_story_told_by_i_are_about_others():
    said = "I usually walk with my trainer, but I didn't today because she was ill."
    told = [Told("male", "", f"I am a man. {said}"), Told("female", "", f"I am a woman. {said}")]
    checks = {finding.check for finding in check_wording(told, CheckConfig()).findings}
    assert "leftover" not in checks


def test_the_son_of_i_may_stay_he_in_the_they_story():
    told = [
        Told("male", "", "I am a man. My son cooks because he is hungry."),
        Told("female", "", "I am a woman. My daughter cooks because she is hungry."),
        Told("they", "", "I am a person. My son cooks because he is hungry."),
    ]
    found = [(one.check, str(one.light)) for one in check_wording(told, CheckConfig()).findings]
    assert ("leftover", "amber") in found  # the son
    assert ("leftover", "red") not in found


def test_the_other_arms_name_is_red():
    [(light, said)] = found(
        "leftover", male="Adam sighed and left.", female="Anna sighed and Adam left."
    )
    assert light == "red"
    assert "“Adam”" in said
    [(light, said)] = found(
        "leftover", male="Adam and Anna's dog left.", female="Anna and Anna's dog left."
    )
    assert (light, "The male story says “Anna”" in said) == ("red", True)


def test_a_name_that_is_also_a_verb_is_no_leftover_where_it_asks():
    told = [
        Told("male", "Will", "Will sighed. Will he stay? “Will you?” asked the boss."),
        Told("female", "Wendy", "Wendy sighed. Will she stay? “Will you?” asked the boss."),
    ]
    assert "leftover" not in {one.check for one in check_wording(told, CheckConfig()).findings}


def test_two_people_who_trade_names_are_no_leftover():
    male, female = "Adam asked Anna to dance.", "Anna asked Adam to dance."
    assert lights("leftover", male=male, female=female) == []


@pytest.mark.parametrize(
    ("male", "female"),
    [
        ("Adam, a tired young man, left.", "Anna, a tired young man, left."),
        ("Adam was not a rich man.", "Anna was not a rich man."),
        ("He had been a good man.", "She had been a good man."),
        ("As a man, Adam cried.", "As a man, Anna cried."),
    ],
)
def test_a_noun_for_the_main_character_that_stayed_is_red(male, female):
    [(light, said)] = found("leftover", male=male, female=female)
    assert (light, "“man”" in said) == ("red", True)


@pytest.mark.parametrize(
    ("male", "female"),
    [
        ("Adam helped a tired young man.", "Anna helped a tired young man."),
        ("Adam was a guest of his sister.", "Anna was a guest of her sister."),
        ("Adam was a boy's best hope.", "Anna was a boy's best hope."),
    ],
)
def test_a_noun_for_somebody_else_may_stay(male, female):
    assert lights("leftover", male=male, female=female) == []


MALE = "Adam hurt himself when he helped his wife."
FEMALE = "Anna hurt herself when she helped her husband."


def test_a_they_story_without_gendered_words_is_fine():
    they = "Alex hurt themself when they helped their spouse."
    assert lights("leftover", male=MALE, female=FEMALE, they=they) == []


@pytest.mark.parametrize("word", ["she", "he"])
def test_a_gendered_pronoun_at_the_main_characters_place_is_red_in_the_they_story(word):
    they = f"Alex hurt themself when {word} helped their spouse."
    [(light, said)] = found("leftover", male=MALE, female=FEMALE, they=they)
    assert (light, f"“{word}” (once)" in said) == ("red", True)


def test_a_gendered_noun_for_the_main_character_is_amber_in_the_they_story():
    [light] = lights(
        "leftover",
        male="Adam became a good father and he knew it.",
        female="Anna became a good mother and she knew it.",
        they="Alex became a good mother and they knew it.",
    )
    assert light == "amber"


def test_another_person_who_changes_gender_may_keep_one_in_the_they_story():
    they = "Alex hurt themself when they helped their wife, and she cried."
    male, female = MALE[:-1] + ", and she cried.", FEMALE[:-1] + ", and he cried."
    assert lights("leftover", male=male, female=female, they=they) == []


def test_a_second_woman_may_stay_she_in_all_three_stories():
    they = "Alex met their sister, and she told them."
    assert (
        lights(
            "leftover",
            male="Adam met his sister, and she told him.",
            female="Anna met her sister, and she told her.",
            they=they,
        )
        == []
    )


def test_a_partner_who_changes_gender_too_is_amber_with_the_words():
    [(light, said)] = found(
        "others",
        male="Adam drove Penelope home because she was his girlfriend.",
        female="Anna drove Mike home because he was her boyfriend.",
    )
    assert light == "amber"
    assert "“Penelope | Mike”" in said
    assert "“she | he”" in said
    assert "“girlfriend | boyfriend”" in said


def test_where_others_change_a_shared_pronoun_is_amber():
    male = "Adam's girlfriend asks him to join her."
    female = "Anna's boyfriend asks her to join her."
    assert lights("leftover", male=male, female=female) == ["amber"]


def test_two_stories_that_no_gender_tells_apart_are_amber():
    assert lights("gender", male="The old dog slept.", female="The small dog slept.") == ["amber"]
    assert lights("gender", male="Adam slept.", female="Anna slept.") == []


def test_without_a_name_on_record_the_most_frequent_swapped_name_is_the_main_characters():
    told = [
        Told("male", "", "Josh met Robin. Then Josh and Penelope left, and Josh sang."),
        Told("female", "", "Ashley met Robin. Then Ashley and Mike left, and Ashley sang."),
    ]
    [said] = [
        finding.said
        for finding in check_wording(told, CheckConfig()).findings
        if finding.check == "others"
    ]
    assert "“Penelope | Mike”" in said
    assert "Josh" not in said
