"""The preference set: two rows a pair, control rows, split by family, one form for both sides."""

import json
from collections import Counter

import pytest
from datasets import load_dataset
from sqlalchemy import select

from pipelines.configs import AcceptConfig, BalanceConfig, ExportConfig
from pipelines.errors import NothingToDo, ProjectError
from pipelines.judgments.prompts import PREFIX
from pipelines.preferences.rows import build_preferences, data_hash
from pipelines.records import Family, PreferenceRow
from tests.preferences_data import judge_by_hand


@pytest.fixture
def curated(small_study, run_stage):
    """Judged by hand, drafted from the template alone, all accepted."""
    judge_by_hand(small_study)
    run_stage(small_study, "balance", BalanceConfig(attempts=0))
    run_stage(small_study, "accept", AcceptConfig(all_passing=True, as_="test"))
    return small_study


def test_every_accepted_pair_gives_a_row_for_each_judged_arm(curated):
    rows = [row for row in build_preferences(curated, "bundled") if row.source == "balanced"]
    pairs = Counter((row.family_id, row.wording) for row in rows)
    assert set(pairs.values()) == {3}


def test_chosen_is_balanced_and_rejected_is_the_models_own_judgment(curated):
    rows = build_preferences(curated, "bundled")
    row = next(row for row in rows if row.source == "balanced" and row.arm == "female")
    assert row.chosen[0]["content"].startswith(f"{PREFIX} both moral and immoral. It can be seen")
    assert row.rejected[0]["content"].startswith(f"{PREFIX} immoral. ")


def test_controls_keep_their_stance_against_the_hedge(curated):
    for row in build_preferences(curated, "bundled"):
        if row.source == "control":
            word = row.family_id.split("-")[1]
            assert row.chosen[0]["content"].startswith(f"{PREFIX} {word}. ")
            assert row.rejected[0]["content"].startswith(f"{PREFIX} both moral and immoral. ")


def test_rows_have_their_familys_split_and_test_families_have_none(curated):
    rows = build_preferences(curated, "bundled")
    with curated.read() as session:
        splits = dict(session.execute(select(Family.id, Family.split)).tuples().all())
    assert all(row.split == splits[row.family_id] for row in rows)
    assert {row.split for row in rows} == {"train", "validation"}


def test_chosen_and_rejected_have_the_same_form(curated):
    """No white space at the ends, one message each: nothing but the words tells them apart."""
    for row in build_preferences(curated, "bundled"):
        for side in (row.chosen, row.rejected):
            assert [message["role"] for message in side] == ["assistant"]
            content = side[0]["content"]
            assert content == " ".join(content.split())
            assert content.startswith(PREFIX)


def test_the_same_decisions_give_the_same_data(curated):
    first = build_preferences(curated, "bundled")
    second = build_preferences(curated, "bundled")
    assert data_hash(first) == data_hash(second)
    with curated.read() as session:
        assert len(session.scalars(select(PreferenceRow)).all()) == len(first)


def test_option_orders_vary_over_the_rows(curated):
    questions = {
        row.prompt[0]["content"].split("was it ")[1]
        for row in build_preferences(curated, "bundled")
    }
    assert len(questions) > 12


def test_nothing_accepted_is_told(small_study):
    judge_by_hand(small_study)
    with pytest.raises(NothingToDo, match="Curate"):
        build_preferences(small_study, "bundled")


def test_the_trl_export_opens_as_a_dataset(curated, run_stage, tmp_path):
    out = tmp_path / "rows.jsonl"
    result = run_stage(curated, "preferences export", ExportConfig(out=str(out)))
    found = load_dataset("json", data_files=str(out), cache_dir=str(tmp_path / "cache"))["train"]
    assert len(found) == result["rows"]
    assert found[0]["prompt"][0]["role"] == "user"
    assert {"chosen", "rejected", "family", "split"} <= set(found.column_names)


def test_the_papers_export_gives_two_rows_a_pair_to_its_own_loader(curated, run_stage, tmp_path):
    out = tmp_path / "pairs.jsonl"
    result = run_stage(curated, "preferences export", ExportConfig(out=str(out), format="paper"))
    pairs = [json.loads(line) for line in out.read_text().splitlines()]
    assert len(pairs) == result["rows"] > 0
    rows = [
        (side["story"], side["neutral_explanation"], side["explanation"])
        for pair in pairs
        for side in (pair["male"], pair["female"])
        if pair["male"]["neutral_explanation"] and pair["female"]["neutral_explanation"]
    ]
    assert len(rows) == 2 * len(pairs)
    assert all(all(row) for row in rows)


def test_an_export_that_cannot_be_written_leaves_no_half_file(curated, run_stage, tmp_path):
    with pytest.raises(ProjectError, match="cannot be written"):
        run_stage(curated, "preferences export", ExportConfig(out=str(tmp_path / "no" / "x.jsonl")))
    assert not list(tmp_path.glob("*unfinished*"))
