"""Each format becomes a prompt in turns and two answers, whatever form its file has."""

import json

import pytest

from pipelines.errors import ConfigError, DataError
from tests.preferences.import_files import bring, rows_of, told, write_jsonl

PLAIN = {"prompt": "Who leads?", "chosen": "Whoever is able.", "rejected": "A man."}
PLAIN_TOLD = ([("user", "Who leads?")], "Whoever is able.", "A man.")


def turn(role, content):
    return {"role": role, "content": content}


def one(project, tmp_path, row, name="rows.jsonl", **settings):
    """Import a file of one row; return the result and the row as it was told."""
    result = bring(project, write_jsonl(tmp_path / name, [row]), **settings)
    rows = rows_of(project)
    assert len(rows) == 1, result
    return result, told(rows[0])


def refusal(project, tmp_path, row, **settings):
    """Import a file of one row that is skipped; return the reason."""
    result = bring(project, write_jsonl(tmp_path / "rows.jsonl", [row]), **settings)
    assert result["rows"] == 0
    assert sum(result["skipped"].values()) == 1
    return next(iter(result["skipped"]))


def test_genderaligns_white_space_does_not_tell_chosen_from_rejected(project, tmp_path):
    row = {
        "count": 1,
        "chosen": "Human: Are men braver?\r\nAssistant: No. Courage has no gender.\r\n",
        "rejected": "Human: Are men braver?\r\n\r\nAssistant:Yes!\r\n",
    }
    path = tmp_path / "GenderAlign.json"
    path.write_text(json.dumps([row], indent=1).replace("\n", "\r\n"), encoding="utf-8")
    result = bring(project, path)
    assert result["format"] == "genderalign"
    assert told(rows_of(project)[0]) == (
        [("user", "Are men braver?")],
        "No. Courage has no gender.",
        "Yes!",
    )


def test_hh_rlhfs_prompt_is_the_shared_turns(project, tmp_path):
    shared = "\n\nHuman: Hi\n\nAssistant: Hello.\n\nHuman: Tell me\nmore\n\nAssistant:"
    row = {"chosen": shared + " Gladly.\n\nSo be it.", "rejected": shared + " No."}
    result, (prompt, chosen, rejected) = one(project, tmp_path, row, "test.jsonl.gz")
    assert result["format"] == "hh"
    assert prompt == [("user", "Hi"), ("assistant", "Hello."), ("user", "Tell me\nmore")]
    assert (chosen, rejected) == ("Gladly.\n\nSo be it.", "No.")


def test_hh_rlhfs_shared_turns_may_stand_in_a_column_of_their_own(project, tmp_path):
    row = {
        "prompt": "\n\nHuman: Hi\n\nAssistant: Hello.\n\nHuman: So?\n\nAssistant:",
        "chosen": " Good.",
        "rejected": " Bad.",
    }
    result, (prompt, *answers) = one(project, tmp_path, row)
    assert result["format"] == "hh"
    assert prompt == [("user", "Hi"), ("assistant", "Hello."), ("user", "So?")]
    assert answers == ["Good.", "Bad."]


def test_many_line_breaks_take_no_time(project, tmp_path):
    gap = "\n" * 200_000
    row = {"chosen": f"Human: Hi{gap}Assistant: A", "rejected": f"Human: Hi{gap}Assistant: B"}
    assert one(project, tmp_path, row)[1] == ([("user", "Hi")], "A", "B")


def test_a_marker_inside_a_turn_is_text(project, tmp_path):
    start = "\n\nHuman: What does Human: mean? Or\n\nHuman: at the start?\n\nAssistant:"
    row = {"chosen": start + " Human: marks you.", "rejected": start + " Dunno.\nHuman: is odd."}
    _, (prompt, chosen, rejected) = one(project, tmp_path, row)
    assert prompt == [("user", "What does Human: mean? Or\n\nHuman: at the start?")]
    assert (chosen, rejected) == ("Human: marks you.", "Dunno.\nHuman: is odd.")


@pytest.mark.parametrize(
    ("chosen", "rejected", "reason"),
    [
        (
            "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d",
            "\n\nHuman: a\n\nAssistant: x\n\nHuman: c\n\nAssistant: e",
            "the two dialogues part before the last answer",
        ),
        (
            "\n\nHuman: a\n\nAssistant: b",
            "\n\nHuman: a\n\nAssistant: b\n\nHuman: c\n\nAssistant: d",
            "the two dialogues part before the last answer",
        ),
        (
            "\n\nHuman: a\n\nAssistant: b\n\nHuman: c",
            "\n\nHuman: a\n\nAssistant: b\n\nHuman: d",
            "a dialogue does not end with an answer of the assistant",
        ),
        (
            "\n\nHuman: a\n\nAssistant:",
            "\n\nHuman: a\n\nAssistant: b",
            "the chosen answer is empty",
        ),
    ],
)
def test_dialogues_without_two_answers_to_one_prompt_are_skipped(
    project, tmp_path, chosen, rejected, reason
):
    assert refusal(project, tmp_path, {"chosen": chosen, "rejected": rejected}) == reason


def test_plain_columns_are_biasdpo(project, tmp_path):
    result, found = one(project, tmp_path, PLAIN)
    assert (result["format"], found) == ("biasdpo", PLAIN_TOLD)


def test_plain_columns_beside_others_are_trl(project, tmp_path):
    result, found = one(project, tmp_path, {**PLAIN, "score": 3})
    assert (result["format"], found) == ("trl", PLAIN_TOLD)


@pytest.mark.parametrize("prompt", [{}, {"prompt": None}])
def test_trl_without_a_prompt_shares_whole_words(project, tmp_path, prompt):
    row = {**prompt, "chosen": "The sky is blue.", "rejected": "The sky is black."}
    result, found = one(project, tmp_path, row)
    assert result["format"] == "trl"
    assert found == ([("user", "The sky is")], "blue.", "black.")


def test_trl_without_a_prompt_and_without_shared_words_is_skipped(project, tmp_path):
    reason = refusal(project, tmp_path, {"chosen": "blue", "rejected": "black"})
    assert reason == "there is no prompt, and chosen and rejected begin with no shared words"


def test_trl_conversations_keep_their_system_turn(project, tmp_path):
    row = {
        "prompt": [turn("system", "Be kind."), turn("user", "Who leads?")],
        "chosen": [turn("assistant", "Whoever is able.")],
        "rejected": [turn("assistant", "A man.")],
    }
    result, found = one(project, tmp_path, row)
    assert result["format"] == "trl"
    assert found[0] == [("system", "Be kind."), ("user", "Who leads?")]


@pytest.mark.parametrize("prompt", [{}, {"prompt": "Who leads?"}])
def test_trl_conversations_may_hold_their_prompt(project, tmp_path, prompt):
    row = {
        **prompt,
        "chosen": [turn("user", "Who leads?"), turn("assistant", "Whoever is able.")],
        "rejected": [turn("user", "Who leads?"), turn("assistant", "A man.")],
    }
    assert one(project, tmp_path, row)[1] == PLAIN_TOLD


@pytest.mark.parametrize(
    ("prompt", "chosen", "reason"),
    [
        (
            [turn("tool", "x")],
            [turn("assistant", "y")],
            "a role is none of system, user, assistant",
        ),
        (
            [turn("user", "x"), turn("user", "x")],
            [turn("assistant", "y")],
            "the turns of the prompt do not alternate from user to user",
        ),
        (
            [turn("user", "x")],
            [turn("assistant", "y"), turn("user", "z"), turn("assistant", "w")],
            "an answer is not one turn of the assistant",
        ),
        ([turn("user", "x")], [], "an answer has no turns"),
        (
            [turn("user", [{"type": "image"}])],
            [turn("assistant", "y")],
            "the role or the content of a turn is missing or not text",
        ),
        (
            [turn("user", "x")],
            [{**turn("assistant", "y"), "tool_calls": [{"name": "f"}]}],
            "a turn calls tools",
        ),
        ([7], [turn("assistant", "y")], "a turn is not an object with role and content"),
        (
            [turn("user", "x")],
            [turn("user", "other"), turn("assistant", "y")],
            "the two dialogues part before the last answer",
        ),
    ],
)
def test_conversations_that_are_not_a_prompt_and_an_answer_are_skipped(
    project, tmp_path, prompt, chosen, reason
):
    row = {"prompt": prompt, "chosen": chosen, "rejected": [turn("assistant", "n")]}
    assert refusal(project, tmp_path, row) == reason


def test_llamafactorys_alpaca_form_keeps_system_history_and_input(project, tmp_path):
    row = {
        "system": "Be kind.",
        "history": [["Hi", "Hello."]],
        "instruction": "Answer:",
        "input": "who leads?",
        "chosen": "Whoever is able.",
        "rejected": "A man.",
    }
    result, (prompt, chosen, _) = one(project, tmp_path, row)
    assert result["format"] == "llamafactory"
    assert prompt == [
        ("system", "Be kind."),
        ("user", "Hi"),
        ("assistant", "Hello."),
        ("user", "Answer:\nwho leads?"),
    ]
    assert chosen == "Whoever is able."


def test_llamafactorys_sharegpt_form(project, tmp_path):
    row = {
        "conversations": [{"from": "human", "value": "Who leads?"}],
        "chosen": {"from": "gpt", "value": "Whoever is able."},
        "rejected": {"from": "gpt", "value": "A man."},
    }
    result, found = one(project, tmp_path, row)
    assert result["format"] == "llamafactory"
    assert found == PLAIN_TOLD


def paper_row(neutral="It can be seen both ways."):
    sides = {}
    for side, name in (("male", "Tom"), ("female", "Ann")):
        sides[side] = {
            "story": f"{name} kept the coin that lay on the road.",
            "character_name": name,
            "stance": "Moral",
            "explanation": f"{name} did no harm.",
            "neutral_explanation": neutral,
        }
    return {"id": 0, "example_source": 0, **sides}


def test_a_pair_of_the_paper_makes_two_rows_with_one_split(project, tmp_path):
    result = bring(project, write_jsonl(tmp_path / "paper.jsonl", [paper_row()]))
    rows = rows_of(project)
    assert result["format"] == "paper"
    assert told(rows[1]) == (
        [
            (
                "user",
                "Ann kept the coin that lay on the road.\n\n"
                "Explain whether this action is moral or immoral, and why.",
            )
        ],
        "It can be seen both ways.",
        "Ann did no harm.",
    )
    assert len({row.family_id for row in rows}) == 2
    assert len({row.split for row in rows}) == 1
    assert result["near_duplicates"] == 0


def test_a_pair_without_a_neutral_explanation_is_skipped_whole(project, tmp_path):
    assert (
        refusal(project, tmp_path, paper_row(neutral=""))
        == "a neutral explanation of the pair is empty"
    )


def test_a_tables_columns_can_be_named(project, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text(
        'question,good,bad,kind\n"Who, then,\nleads?",Whoever is able.,A man.,Stereotypes\n',
        encoding="utf-8",
    )
    result = bring(project, path, columns="prompt=question, chosen=good,rejected=bad,category=kind")
    row = rows_of(project)[0]
    assert result["format"] == "csv"
    assert told(row) == ([("user", "Who, then,\nleads?")], "Whoever is able.", "A man.")
    assert (row.category, row.category_source) == ("stereotypes", "file")


def test_a_category_that_is_none_of_ours_is_left_to_the_rule(project, tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("prompt,chosen,rejected,bias_type\na b,c,d,race\n", encoding="utf-8")
    assert bring(project, path)["format"] == "csv"
    row = rows_of(project)[0]
    assert (row.category, row.category_source) == ("none", "rule")


def test_a_wrong_format_is_refused_with_the_columns_there_are(project, tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", [PLAIN])
    with pytest.raises(DataError, match="here are prompt, chosen, rejected; use --format biasdpo"):
        bring(project, path, format="hh")


def test_an_unknown_format_is_refused_with_the_columns_there_are(project, tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", [{"question": "a", "answer": "b"}])
    with pytest.raises(DataError, match=r"no format that is known.*are question, answer"):
        bring(project, path)


@pytest.mark.parametrize(
    ("columns", "settings", "message"),
    [
        ("prompt", {}, "got 'prompt'"),
        ("prompt=a,prompt=b", {}, "got 'prompt=b'"),
        ("title=prompt", {}, "got 'title=prompt'"),
        ("prompt=prompt", {"format": "hh"}, "is for tables"),
        ("", {"format": "xml"}, "`format` must be auto or one of paper, hh"),
    ],
)
def test_settings_that_cannot_be_used_are_refused(project, tmp_path, columns, settings, message):
    path = write_jsonl(tmp_path / "rows.jsonl", [PLAIN])
    with pytest.raises(ConfigError, match=message):
        bring(project, path, columns=columns, **settings)


def test_a_column_that_is_not_there_is_refused(project, tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", [PLAIN])
    with pytest.raises(DataError, match="no column 'question'"):
        bring(project, path, columns="prompt=question")
