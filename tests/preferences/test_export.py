"""How the preference set leaves the project: as files, whole, with nothing of this machine."""

import json
import math

import pytest
from datasets import load_dataset
from sqlalchemy import select

from pipelines.configs import AcceptConfig, BalanceConfig, ExportConfig
from pipelines.errors import ConfigError, DataError, NothingToDo, ProjectError
from pipelines.preferences.deciding import exclude_row
from pipelines.preferences.published import public_reference, without_private
from pipelines.preferences.rows import build_preferences
from pipelines.preferences.writing import write_lines
from pipelines.records import BalancedJudgment, Family, PreferenceRow, Story
from pipelines.sources import Triple
from tests.preferences_data import judge_by_hand
from tests.stored_rows import add_rows

ROLES = {"prompt": "user", "chosen": "assistant", "rejected": "assistant"}


@pytest.fixture
def curated(small_study, run_stage):
    """Judged by hand, drafted from the template alone, all accepted."""
    judge_by_hand(small_study)
    run_stage(small_study, "balance", BalanceConfig(attempts=0))
    run_stage(small_study, "accept", AcceptConfig(all_passing=True, as_="test"))
    return small_study


@pytest.fixture
def export(run_stage):
    """Export in one call."""

    def run(project, out, **settings):
        return run_stage(project, "preferences export", ExportConfig(out=str(out), **settings))

    return run


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_trls_form_opens_with_lists_of_messages(curated, export, tmp_path, ending):
    """What DPOTrainer wants: prompt, chosen and rejected, a list of messages each."""
    add_rows(curated, "imported", ["train", "test"], category="stereotypes", category_source="file")
    out = tmp_path / f"rows.{ending}"
    result = export(curated, out)
    kind = "json" if ending == "jsonl" else ending
    found = load_dataset(kind, data_files=str(out), cache_dir=str(tmp_path / "cache"))["train"]
    assert len(found) == result["rows"] == len(build_preferences(curated, "bundled")) + 2
    assert result["path"] == str(out)
    for row in found:
        for column, role in ROLES.items():
            assert [sorted(message) for message in row[column]] == [["content", "role"]]
            assert row[column][0]["role"] == role
    assert set(found["split"]) == {"train", "validation", "test"}
    imported = [row for row in found if row["source"] == "imported"]
    assert {(row["category"], row["category_source"]) for row in imported} == {
        ("stereotypes", "file")
    }


def test_trl_sees_conversations_with_an_explicit_prompt(project, export, tmp_path):
    """TRL's own check of the form; DPOTrainer then applies the chat template to it."""
    from trl.data_utils import is_conversational  # loads torch

    add_rows(project, "imported", ["train"])
    export(project, tmp_path / "rows.jsonl")
    options = {"data_files": str(tmp_path / "rows.jsonl"), "cache_dir": str(tmp_path / "cache")}
    (row,) = load_dataset("json", **options)["train"]
    assert is_conversational(row)
    assert {"prompt", "chosen", "rejected"} <= set(row)


def test_jsonl_and_parquet_hold_the_same(curated, export, tmp_path):
    export(curated, tmp_path / "a.jsonl")
    export(curated, tmp_path / "b.parquet")
    first = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    options = {"data_files": str(tmp_path / "b.parquet"), "cache_dir": str(tmp_path / "cache")}
    assert load_dataset("parquet", **options)["train"].to_list() == first


def test_the_result_counts_what_is_written(curated, export, tmp_path):
    add_rows(curated, "imported", ["train", "train", "test"])
    result = export(curated, tmp_path / "rows.jsonl")
    lines = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text().splitlines()]
    for column in ("split", "source"):
        assert sum(result[column].values()) == len(lines)
        for value, count in result[column].items():
            assert sum(line[column] == value for line in lines) == count
    assert result["category"].pop("not set") == 3
    for value, count in result["category"].items():
        assert sum(line["category"] == value for line in lines) == count
    assert json.dumps(result, allow_nan=False)


def test_excluded_rows_stay_inside_and_are_counted_by_who_excluded_them(curated, export, tmp_path):
    """One imported row excluded at import, one row of the study by a person."""
    add_rows(curated, "imported", ["train"], excluded=True)
    row = build_preferences(curated, "bundled")[0]
    exclude_row(curated, row.id, True, "ann")
    before = len(build_preferences(curated, "bundled"))
    result = export(curated, tmp_path / "rows.jsonl")
    assert result["left_out"] == {"by a person": 1, "contaminated": 1}
    assert result["rows"] == before - 1
    assert "imported" not in result["source"]


def test_only_the_rows_asked_for_are_written(curated, export, tmp_path):
    add_rows(curated, "imported", ["train"])
    add_rows(curated, "synthetic", ["train"])
    result = export(curated, tmp_path / "rows.jsonl", rows="imported,synthetic")
    assert result["source"] == {"imported": 1, "synthetic": 1}


def test_texts_leave_as_they_are(project, export, tmp_path):
    """Formulas, markup and paths in a text are data; a half character has no place in a file."""
    nasty = "=HYPERLINK(1) <script> ../../etc \u2028 ‮ \ud800"
    add_rows(project, "imported", ["train"], chosen=[{"role": "assistant", "content": nasty}])
    export(project, tmp_path / "rows.jsonl")
    export(project, tmp_path / "rows.parquet")
    (line,) = (tmp_path / "rows.jsonl").read_text("utf-8").split("\n")[:-1]
    assert json.loads(line)["chosen"][0]["content"] == nasty.replace("\ud800", "?")


QUESTION = "Explain whether this action is moral or immoral, and why."


def loaded_as_the_paper_does(path):
    """Two rows a pair, one a gender, as the loader of Wei et al. 2025 makes them."""
    rows = []
    with path.open(encoding="utf-8") as file:
        for pair in map(json.loads, file):
            sides = [pair[gender] for gender in ("male", "female")]
            if all(side["neutral_explanation"] for side in sides):
                rows += [
                    (
                        f"{side['story']}\n\n{QUESTION}",
                        side["neutral_explanation"],
                        side["explanation"],
                    )
                    for side in sides
                ]
    return rows


def test_the_papers_loader_makes_two_rows_a_pair_that_are_those_of_the_project(
    curated, export, tmp_path
):
    out = tmp_path / "pairs.jsonl"
    result = export(curated, out, format="paper")
    rows = loaded_as_the_paper_does(out)
    own = {
        (row.family_id, row.wording)
        for row in build_preferences(curated, "bundled")
        if row.source == "balanced"
    }
    assert result["rows"] == len(own) > 0
    assert len(rows) == 2 * len(own)
    expected = set()
    with curated.read() as session:
        for family, wording in own:
            judgment = session.scalars(
                select(BalancedJudgment).filter_by(family_id=family, wording=wording)
            ).one()
            for story in session.scalars(
                select(Story).filter_by(family_id=family, wording=wording)
            ):
                if story.arm in ("male", "female"):
                    explanation = f"{story.name} did what {story.name} had to do."
                    expected.add((f"{story.text}\n\n{QUESTION}", judgment.text, explanation))
    assert set(rows) == expected


def test_a_pair_with_an_excluded_row_leaves_the_papers_form_whole(curated, export, tmp_path):
    first = export(curated, tmp_path / "a.jsonl", format="paper")["rows"]
    rows = build_preferences(curated, "bundled")
    row = next(r for r in rows if (r.source, r.arm) == ("balanced", "female"))
    exclude_row(curated, row.id, True, "ann")
    result = export(curated, tmp_path / "b.jsonl", format="paper")
    assert (result["rows"], result["left_out"]) == (first - 1, {"excluded": 1, "incomplete": 0})


def test_a_pair_without_one_story_is_incomplete_in_the_papers_form(curated, export, tmp_path):
    first = export(curated, tmp_path / "a.jsonl", format="paper")["rows"]
    with curated.write() as session:
        row = session.scalars(
            select(PreferenceRow).join(Family).where(PreferenceRow.source == "balanced")
        ).first()
        story = session.scalars(
            select(Story).filter_by(family_id=row.family_id, wording=row.wording, arm="male")
        ).one()
        story.excluded = True
    result = export(curated, tmp_path / "b.jsonl", format="paper")
    assert (result["rows"], result["left_out"]) == (first - 1, {"excluded": 0, "incomplete": 1})


def test_the_papers_form_has_no_place_for_imported_rows(curated, export, tmp_path):
    with pytest.raises(ConfigError, match="pairs of the study"):
        export(curated, tmp_path / "a.jsonl", format="paper", rows="imported")


def test_excluded_pairs_alone_leave_an_earlier_file_of_the_papers_form(curated, export, tmp_path):
    export(curated, tmp_path / "a.jsonl", format="paper")
    before = (tmp_path / "a.jsonl").read_text()
    for row in build_preferences(curated, "bundled"):
        if (row.source, row.arm) == ("balanced", "female"):
            exclude_row(curated, row.id, True, "ann")
    with pytest.raises(NothingToDo, match="excluded"):
        export(curated, tmp_path / "a.jsonl", format="paper")
    assert (tmp_path / "a.jsonl").read_text() == before


def add_triples(project):
    """Two sentences with their families, one of them with a row that is excluded."""
    add_rows(project, "synthetic", ["train", "test"])
    with project.write() as session:
        for number, word in enumerate(["strong", "gentle"]):
            session.add(
                Triple(
                    category="gender", sentence=f"Person {number} was {word} all day.", term="x",
                    attribute=word, model="path:/home/ann/tiny", family_id=f"synthetic-{number}",
                )
            )  # fmt: skip


def test_the_attribute_form_ends_each_prompt_before_the_attribute(project, export, tmp_path):
    add_triples(project)
    result = export(project, tmp_path / "a.jsonl", format="attribute")
    lines = [json.loads(line) for line in (tmp_path / "a.jsonl").read_text().splitlines()]
    assert [(line["prompt"], line["completion"]) for line in lines] == [
        ("Person 0 was", " strong"),
        ("Person 1 was", " gentle"),
    ]
    assert [line["split"] for line in lines] == ["train", "test"]
    assert {line["model"] for line in lines} == {"path:tiny"}
    assert result["rows"] == 2


def test_an_excluded_sentence_leaves_the_attribute_form(project, export, tmp_path):
    add_triples(project)
    with project.write() as session:
        session.scalars(select(PreferenceRow)).first().excluded = True
    result = export(project, tmp_path / "a.jsonl", format="attribute")
    assert (result["rows"], result["left_out"]) == (1, {"excluded": 1})


def test_without_sentences_the_attribute_form_names_what_comes_first(project, export, tmp_path):
    with pytest.raises(NothingToDo, match="synthesize"):
        export(project, tmp_path / "a.jsonl", format="attribute")


def test_the_attribute_form_has_no_place_for_other_rows(project, export, tmp_path):
    add_triples(project)
    with pytest.raises(ConfigError, match="synthetic sentences"):
        export(project, tmp_path / "a.jsonl", format="attribute", rows="own,imported")


@pytest.mark.parametrize("name", ["rows.csv", "rows.xlsx", "rows"])
def test_an_ending_that_does_not_say_what_is_inside_is_refused(curated, export, tmp_path, name):
    with pytest.raises(ConfigError, match=r"\.jsonl"):
        export(curated, tmp_path / name)
    assert not (tmp_path / name).exists()


def test_nothing_to_export_names_what_comes_first(small_study, export, tmp_path):
    with pytest.raises(NothingToDo, match="preferences import"):
        export(small_study, tmp_path / "rows.jsonl", rows="imported")


@pytest.mark.parametrize("name", ["no/rows.jsonl", "no/rows.parquet"])
def test_an_export_that_cannot_be_written_leaves_no_half_file(curated, export, tmp_path, name):
    with pytest.raises(ProjectError, match="cannot be written"):
        export(curated, tmp_path / name)
    (tmp_path / "taken.jsonl").mkdir()
    with pytest.raises(ProjectError, match="cannot be written"):
        export(curated, tmp_path / "taken.jsonl")
    assert not list(tmp_path.rglob("*unfinished*"))


def test_a_path_that_there_cannot_be_is_told(project, export, tmp_path):
    add_rows(project, "imported", ["train"])
    with pytest.raises(ProjectError, match="cannot be written"):
        export(project, tmp_path / f"{'x' * 300}.jsonl")
    with pytest.raises(ConfigError, match="home of nobody"):
        export(project, "~no-such-person/rows.jsonl")
    with pytest.raises(ConfigError, match="zero character"):
        export(project, tmp_path / "a\0.jsonl")


def test_of_two_exports_to_one_file_at_once_each_is_whole(tmp_path):
    """The second begins while the first is half written, and ends before it."""
    out = tmp_path / "rows.jsonl"
    first = [{"first": number} for number in range(20_000)]

    def lines():
        for number, line in enumerate(first):
            if number == 10_000:
                write_lines(out, [{"second": 0}])
                assert out.read_text() == '{"second": 0}\n'
            yield line

    write_lines(out, lines())
    assert [json.loads(line) for line in out.read_text().splitlines()] == first
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


def test_a_number_that_json_does_not_know_is_refused_and_leaves_the_old_file(tmp_path):
    out = tmp_path / "rows.jsonl"
    write_lines(out, [{"loss": 1.5}])
    with pytest.raises(DataError, match=r"rows\.jsonl:2"):
        write_lines(out, [{"loss": 2.5}, {"loss": math.nan}])
    assert out.read_text() == '{"loss": 1.5}\n'
    assert [path.name for path in tmp_path.iterdir()] == ["rows.jsonl"]


@pytest.mark.parametrize(
    ("reference", "public"),
    [
        ("bundled", "bundled"),
        ("hub:org/name@main", "hub:org/name@main"),
        ("run:0123456789ab", "run:0123456789ab"),
        ("path:/home/ann/models/tiny", "path:tiny"),
        ("path:C:\\Users\\ann\\tiny\\", "path:tiny"),
        ("endpoint:http://key@10.0.0.1:8000/v1#org/name", "endpoint:org/name"),
        ("endpoint:http://10.0.0.1/v1#/home/ann/models/tiny", "endpoint:tiny"),
        ("endpoint:http://10.0.0.1/v1#/tiny", "endpoint:tiny"),
    ],
)
def test_a_published_reference_tells_nothing_of_this_machine(reference, public):
    assert public_reference(reference) == public


@pytest.mark.parametrize(
    ("sentence", "public"),
    [
        ("Read from /home/ann/set.jsonl today.", "Read from (local path) today."),
        ("Read from ~/sets/one.csv.", "Read from (local path)"),
        ("In C:\\Users\\ann\\x.json it stands.", "In (local path) it stands."),
        ("In C:/Users/ann/x.json it stands.", "In (local path) it stands."),
        ("From file:///home/ann/x.csv today.", "From (local path) today."),
        ("By path:/home/ann/tiny today.", "By path:(local path) today."),
        ("From ~ann/sets/one.csv today.", "From (local path) today."),
        ("Use hf_abcdefghijkl now", "Use (key) now"),
        ("he/him and/or they, see https://a.org/b/c", "he/him and/or they, see https://a.org/b/c"),
    ],
)
def test_sentences_lose_paths_and_keys_and_nothing_else(sentence, public):
    assert without_private(sentence) == public
