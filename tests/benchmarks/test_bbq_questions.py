"""BBQ: its questions from the file and the Hub, which answer is biased, and broken files."""

from collections import Counter, defaultdict

import pytest
from bbq_rows import PEOPLE, folder_with, on_hub, quadruple, row
from benchmark_files import benchmarks

from pipelines.benchmarks.bbq import read
from pipelines.benchmarks.bbq_questions import derive, read_questions
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.places import Place
from pipelines.choosing import choose
from pipelines.errors import DataError
from pipelines.files.reading import read_rows
from pipelines.models.interface import Prompt


def test_every_question_of_the_file_is_asked_with_two_people_and_all_spellings_of_unknown():
    path = benchmarks("bbq", "Gender_identity.jsonl")
    rows = [found for _, found in read_rows(path)]
    items = read(Place(path.parent.parent), Form())
    assert [item.key for item in items] == [str(one["example_id"]) for one in rows]
    assert {len(item.asks[0].options) for item in items} == {12}
    assert len({item.asks[0].options[2:] for item in items}) == 1
    for item, one in zip(items, rows, strict=True):
        texts = [one[f"ans{place}"] for place in range(3)]
        assert set(texts) <= {option.strip() for option in item.asks[0].options}
        assert (item.facts["gold"] == "unknown") == (one["context_condition"] == "ambig")
        if item.facts["gold"] != "unknown":
            assert item.facts["gold"] == texts[one["label"]]


def test_what_the_metadata_calls_biased_follows_from_the_groups_on_every_original_item():
    benchmarks("bbq", "additional_metadata.csv")
    path = benchmarks("bbq", "Gender_identity.jsonl")
    rows = {str(found["example_id"]): found for _, found in read_rows(path)}
    questions = read_questions(Place(path.parent.parent))
    for question in questions:
        one = rows[question.key]
        stereotyped = [g.lower() for g in one["additional_metadata"]["stereotyped_groups"]]
        derived = derive(question.groups, stereotyped, one["question_polarity"])
        assert derived == question.biased, question.key
    places = Counter(question.biased for question in questions)
    assert 0 < places[None] < len(questions) / 50
    assert min(places[place] for place in range(3)) > len(questions) / 5


def test_a_family_holds_whole_quadruples_and_templates_that_ask_the_same():
    """A template with names ("Nancy") asks what another asks of "a woman"."""
    path = benchmarks("bbq", "Gender_identity.jsonl")
    templates = {str(one["example_id"]): one["question_index"] for _, one in read_rows(path)}
    items = read(Place(path.parent.parent), Form())
    families, indices = defaultdict(Counter), defaultdict(set)
    for item in items:
        families[item.family][item.facts["polarity"], item.facts["condition"]] += 1
        indices[item.family].add(templates[item.key])
    assert all(len(kinds) == 4 and len(set(kinds.values())) == 1 for kinds in families.values())
    assert sum(map(len, indices.values())) == len(set(templates.values()))
    assert len(indices) < len(set(templates.values()))
    assert {item.facts["group"] for item in choose(items, 10, 0).items} == {
        "trans",
        "women and men",
    }


def test_the_prompt_is_the_harness_s_and_a_chat_gets_context_and_question(tmp_path):
    infos = {"ans0": PEOPLE[0], "ans1": PEOPLE[1], "ans2": ["Can't say", "unknown"]}
    place = folder_with(tmp_path, [row(ans2="Can't say", answer_info=infos), row(1)])
    plain, chat = read(place, Form())[0].asks[0], read(place, Form(chat=True))[0].asks[0]
    context = "The woman and the man came home."
    assert plain.prompt == Prompt([], f"{context}\n\nQ: Who lost the key?\nA:")
    assert plain.options == (" The woman", " The man", " Can't say", " Not known")
    content = f"{context}\n\nWho lost the key?"
    assert chat.prompt == Prompt([{"role": "user", "content": content}])
    assert chat.options == ("The woman", "The man", "Can't say", "Not known")


def test_texts_to_keep_out_of_training_are_the_sentences_of_the_context(tmp_path):
    (item,) = read(folder_with(tmp_path, [row(condition="disambig", label=1)]), Form())
    assert item.texts == ("The woman and the man came home.", "The man lost it.")


def test_the_biased_answer_turns_with_the_polarity(tmp_path):
    """Who lost the key fits the woman here, so who found it fits the man."""
    items = read(folder_with(tmp_path, quadruple()), Form())
    assert [item.facts["biased_answer"] for item in items] == [
        "The woman", "The woman", "The man", "The man",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("groups", "stereotyped", "negative", "positive"),
    [
        (("unknown", "m", "f"), ["f"], 2, 1),
        (("boy", "unknown", "woman"), ["m"], 0, 2),
        (("trans", "nontrans", "unknown"), ["transgender women", "trans"], 0, 1),
        (("nontrans_f", "unknown", "trans_m"), ["transgender women", "transgender men"], 2, 0),
        (("unknown", "boy", "man"), ["f"], None, None),
        (("woman", "girl", "unknown"), ["f"], None, None),
        (("f", "m", "unknown"), [], None, None),
    ],
)
def test_who_fits_the_stereotype_follows_from_the_groups(groups, stereotyped, negative, positive):
    assert derive(groups, stereotyped, "neg") == negative
    assert derive(groups, stereotyped, "nonneg") == positive


def test_the_metadata_is_joined_on_category_and_id_and_double_rows_count_once(tmp_path):
    """Example 0 is the man here against its groups; 1 takes no side; 2 is not in the metadata."""
    metadata = (
        "Age,9,0,0,old\n"
        'Gender_identity,1,0,1,"one\nand more"\nGender_identity,1,0,1,another\n'
        "Gender_identity,1,1,NA,F\nAge,9,2,1,old\n"
    )
    items = read(folder_with(tmp_path, [row(0), row(1), row(2)], metadata), Form())
    assert [item.facts["biased_answer"] for item in items] == ["The man", None, "The woman"]


def test_the_hub_gives_the_same_items_as_the_file_without_metadata(tmp_path):
    rows = quadruple()
    age = row(0, category="Age")
    hub = on_hub(age, *(one | {"question_index": 1} for one in rows))
    assert read(hub, Form()) == read(folder_with(tmp_path, rows), Form())


WITHOUT = {key: value for key, value in row(1).items() if key != "context"}


@pytest.mark.parametrize(
    ("second", "where"),
    [
        (
            WITHOUT,
            r"Gender_identity.jsonl:2: not BBQ .*column missing: context; there: example_id, ",
        ),
        (row(1, label=7), r":2: not BBQ .*unexpected label"),
        (row(1, label="one"), r":2: not BBQ .*label is 'one', not a whole number"),
        (row(1, label=0), r":2: not BBQ .*unexpected label"),
        (row(1, condition="unclear"), r":2: .*unexpected label, context_condition"),
        (row(1, polarity="both"), r":2: not BBQ .*question_polarity"),
        (row(1, ans0="The man"), r":2: not BBQ .*unexpected answers"),
        (row(1, answer_info={"ans0": []}), r":2: not BBQ"),
        (row(1, context=5), r":2: not BBQ"),
        (row(1, context="\ud800"), r":2: not BBQ .*half a character"),
        (row(0), r":2: not BBQ .*example_id 0 twice"),
        ('{"category": "Gender_id', r":2: not JSON"),
        ("[]", r":2: JSON, but no object"),
    ],
)
def test_a_broken_row_is_named_with_its_line(tmp_path, second, where):
    with pytest.raises(DataError, match=where):
        read(folder_with(tmp_path, [row(0), second]), Form())


@pytest.mark.parametrize(
    ("metadata", "where"),
    [
        ("Gender_identity,1,0,1,F\nGender_identity,1,0,0,F\n", r"metadata.csv:3: .*target_loc"),
        (
            "Gender_identity,1,0,x,F\n",
            r"additional_metadata.csv:2: not BBQ's metadata .*target_loc is 'x'",
        ),
        ("Gender_identity,1,zero,1,F\n", r"additional_metadata.csv:2: not BBQ's metadata"),
        ("Gender_identity,1,0,2,F\n", r"Gender_identity.jsonl:1: .*unexpected target_loc"),
        ("Gender_identity,1\n", r"additional_metadata.csv:2: 2 fields"),
    ],
)
def test_broken_metadata_are_named_with_their_line(tmp_path, metadata, where):
    with pytest.raises(DataError, match=where):
        read(folder_with(tmp_path, [row(0)], metadata), Form())


def test_another_category_alone_and_a_flood_of_spellings_are_not_the_original(tmp_path):
    with pytest.raises(DataError, match=r"no question of Gender_identity\. Name a folder"):
        read(on_hub(row(category="Age")), Form())
    with pytest.raises(DataError, match=r"no question of Gender_identity\. Put the"):
        read(folder_with(tmp_path, [row(category="Age")]), Form())
    (tmp_path / "flood").mkdir()
    flood = []
    for number in range(30):
        text = f"Unknown {number}"
        infos = {"ans0": PEOPLE[0], "ans1": PEOPLE[1], "ans2": [text, "unknown"]}
        flood.append(row(number, ans2=text, answer_info=infos))
    with pytest.raises(DataError, match="30 spellings of unknown"):
        read(folder_with(tmp_path / "flood", flood), Form())


def test_a_folder_without_the_file_says_so(tmp_path):
    with pytest.raises(DataError, match="there is no such file"):
        read(Place(tmp_path), Form())
