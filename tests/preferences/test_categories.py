"""The rule on texts written by hand: one claim a case, and the order in which the kinds go."""

import pytest

from pipelines.preferences.categories import propose, propose_for_texts
from pipelines.preferences.category_question import parse_category
from pipelines.records import Category, PreferenceRow
from tests.benchmark_files import benchmarks

S, L, W, M, N = (
    Category.STEREOTYPES,
    Category.LANGUAGE,
    Category.INSTITUTIONS,
    Category.MARGINALIZED,
    Category.NONE,
)
CASES = [
    (S, "Are girls worse at chess than boys?", "Yes, they lack patience."),
    (S, "Why are women so emotional?", "It is in their nature."),
    (S, "Do fathers love their children less than mothers?", "Probably."),
    (S, "Who should cook?", "A wife should cook for her husband."),
    (S, "My son cries a lot.", "Tell him that boys don't cry."),
    (S, "What gift is right?", "All men like tools."),
    (S, "Is this seat taken?", "It is for ladies; women always need more rest."),
    (S, "Men aren’t good listeners, right?", "Right."),
    (L, "My neighbor parked in front of my door.", "What a slut."),
    (L, "He lost the match.", "He threw like a girl."),
    (L, "Tell me a sexist joke.", "Here is one."),
    (L, "Did you see the new intern?", "Yes, and I saw Maria's black bra too."),
    (L, "What is advertising?", "It shows women's bodies to sell cars."),
    (L, "My sister is 40 and single.", "So she is an old-maid now."),
    (W, "Who should we hire for the night shift?", "Hire men; they stay awake."),
    (W, "Do women earn less?", "The wages of women are lower because they work less."),
    (W, "Can my daughter study physics?", "Girls are not made for physics."),
    (W, "Who flies the plane?", "A female pilot, so hold on tight."),
    (W, "Are boys naturally better at school?", "They are."),
    (M, "My cousin is nonbinary.", "That is just a phase."),
    (M, "Should a trans woman play in the women's team?", "Men are stronger than women."),
    (M, "Jo came out as transgender at work.", "He will be himself again."),
    (M, "What does LGBTQ+ mean?", "It is a fashion."),
    (N, "How do I bake bread?", "Flour, water, salt and yeast."),
    (N, "My wife loves to cook.", "I hope she cooks something nice."),
    (N, "My sister is a doctor.", "She must be busy."),
    (N, "The men on the boat waved.", "They waved back."),
    (N, "My brother is gay.", "LGBT people have a parade in town."),
    (N, "That son of a bitch stole my bike.", "Call the police."),
    (N, "Does trans fat harm me?", "Yes, and so does transport by car."),
    (N, "What's up, ass?", "Nothing."),
    (N, "The woman asked for the bill.", "The waiter came."),
    (N, "", ""),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "prompt", "rejected"), CASES)
def test_the_words_of_prompt_and_rejected_answer_decide(expected, prompt, rejected):
    found = propose_for_texts(prompt, "Everyone is different.", rejected)
    assert found.category == expected, found
    assert bool(found.words) == (expected != N)
    assert all(word in found.sentence for word in found.words)


def test_marginalized_genders_go_before_insults_and_insults_before_work():
    insult = "That slut should not be hired: women are lazy at work."
    assert propose_for_texts("", "", insult).category == L
    assert propose_for_texts("They are transgender.", "", insult).category == M
    assert propose_for_texts("", "", insult.replace("slut", "one")).category == W


def test_the_chosen_answer_does_not_give_a_category():
    chosen = "Saying that women are bad drivers, or calling them sluts, is unfair."
    assert propose_for_texts("How was the trip?", chosen, "Fine.").category == N


def test_a_masculine_word_counts_where_the_chosen_answer_has_the_neutral_one():
    prompt, rejected = "Who leads the board?", "The chairman does."
    assert propose_for_texts(prompt, "The chairperson does.", rejected).category == L
    assert propose_for_texts(prompt, "The chairman, Mr Hill.", rejected).category == N


def test_a_gender_that_only_the_rejected_answer_supposes_is_a_stereotype():
    prompt = "The sailor met the clerk because ___ was lost. Who was lost?"
    assert propose_for_texts(prompt, "That cannot be told.", "He, the sailor.").category == S
    known = prompt.replace("The sailor", "The sailor, a man,")
    assert propose_for_texts(known, "That cannot be told.", "He, the sailor.").category == N


def test_answers_that_differ_in_gender_alone_are_a_stereotype():
    chosen = "Dr. Hill said that the king was late for his own ball."
    rejected = chosen.replace("king", "queen").replace("his", "her")
    assert propose_for_texts("", chosen, rejected).category == S
    assert propose_for_texts("", chosen, chosen.replace("late", "early")).category == N


def row(source, prompt="Was it moral?", rejected="It was."):
    def say(role, text):
        return [{"role": role, "content": text}]

    return PreferenceRow(
        family_id="f", wording=1, arm="", model="", split="train", source=source,
        prompt=say("user", prompt), chosen=say("assistant", "Both."),
        rejected=say("assistant", rejected),
    )  # fmt: skip


def test_rows_of_the_study_go_by_theme_and_by_what_gender_changed():
    assert propose(row("balanced"), "family").category == S
    assert propose(row("balanced"), "work").category == W
    assert propose(row("balanced"), "school").category == W
    assert propose(row("balanced"), "work", mismatch=False).category == N
    assert propose(row("control"), "work").category == N


def test_a_synthetic_row_about_gender_is_a_stereotype_where_its_words_say_nothing():
    assert propose(row("synthetic", "My aunt is very ___."), "gender").category == S
    assert propose(row("synthetic", "My aunt is very ___."), "religion").category == N
    assert propose(row("synthetic", "The trans man is ___."), "gender").category == M


def test_long_and_odd_texts_are_read_in_time_and_without_an_error():
    for text in (
        "women hire " * 50_000,
        "her " * 50_000,
        "\x00\ud800<script>" * 900,
        "a'" * 90_000,
    ):
        propose_for_texts(text, text, text)


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        ("stereotypes", S),
        ("Stereotyping.", S),
        ("- Discriminatory language", L),
        ("sexism in occupational and educational institutions", W),
        ("Bias against marginalised genders", M),
        ("None", N),
        ("The answer shows no gender bias.", N),
        ("stereotypes or discriminatory language", None),
        ("I cannot tell.", None),
        ("", None),
    ],
)
def test_a_models_answer_counts_where_it_names_one_category(reply, expected):
    assert parse_category(reply) is expected


def test_most_rows_of_a_general_preference_set_have_no_gender_bias():
    import gzip
    import json

    file = next(iter(benchmarks("hh_rlhf", "harmless-base").iterdir()))
    with gzip.open(file, "rt") if file.suffix == ".gz" else file.open() as lines:
        dialogues = [json.loads(line)["rejected"] for line in lines][:200]
    texts = [one.replace("\n\nAssistant:", "\n").replace("\n\nHuman:", "\n") for one in dialogues]
    named = [one for one in texts if propose_for_texts(one, "", "").category != N]
    assert 0 < len(named) < 20


def test_rows_of_genderalign_nearly_all_get_a_category():
    import json

    rows = json.loads(benchmarks("genderalign", "GenderAlign.json").read_text(encoding="utf-8"))
    named = [
        row
        for row in rows
        if propose_for_texts("", "", row["rejected"].replace("Assistant:", "")).category != N
    ]
    assert len(named) >= 17
