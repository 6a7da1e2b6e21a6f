"""The folder for the Hub: it opens as a dataset, and its card says what is in it and no more."""

import getpass
import html
import json
import shutil
from pathlib import Path

import pytest
import yaml
from datasets import load_dataset
from huggingface_hub import DatasetCard

from pipelines.configs import AcceptConfig, BalanceConfig, ExportConfig
from pipelines.errors import NothingToDo, ProjectError
from pipelines.preferences.folder import write_dataset
from pipelines.preferences.rows import build_preferences
from pipelines.records import BalancedJudgment, Family, PreferenceRow
from pipelines.sources import ImportedFile
from tests.preferences_data import judge_by_hand
from tests.stored_rows import add_rows


@pytest.fixture
def curated(small_study, run_stage):
    """Judged by hand, drafted from the template alone, all accepted by one named person."""
    judge_by_hand(small_study)
    run_stage(small_study, "balance", BalanceConfig(attempts=0))
    run_stage(small_study, "accept", AcceptConfig(all_passing=True, as_="Zenobia Quill"))
    return small_study


@pytest.fixture
def export(run_stage, tmp_path):
    """Export the folder; return the result and the card."""

    def run(project, folder=None, **settings):
        folder = folder or tmp_path / "set"
        config = ExportConfig(out=str(folder), format="hub", **settings)
        result = run_stage(project, "preferences export", config)
        return result, (folder / "README.md").read_text("utf-8")

    return run


def front_matter(card):
    return yaml.safe_load(card.split("---\n")[1])


def test_the_folder_opens_as_a_dataset_with_splits_by_family(curated, export, tmp_path):
    add_rows(curated, "imported", ["train", "test", "test"])
    result, _ = export(curated)
    found = load_dataset(str(tmp_path / "set"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in found.items()} == result["split"]
    families = {split: set(rows["family"]) for split, rows in found.items()}
    assert set(families) == {"train", "validation", "test"}
    assert sum(len(one) for one in families.values()) == len(set.union(*families.values()))
    assert found["train"][0]["prompt"][0]["role"] == "user"
    assert all(split == row for split, rows in found.items() for row in rows["split"])


def test_a_split_without_rows_has_no_file(project, export, tmp_path):
    add_rows(project, "imported", ["train"])
    export(project)
    files = sorted(path.name for path in (tmp_path / "set" / "data").iterdir())
    assert files == ["train-00000-of-00001.parquet"]


def test_the_cards_front_matter_is_what_the_hub_reads(curated, export):
    result, card = export(curated, title='A "set": of rows', license="CC-BY-4.0")
    data = front_matter(card)
    assert data["pretty_name"] == 'A "set": of rows'
    assert data["license"] == "cc-by-4.0"
    assert data["language"] == ["en"]
    assert data["size_categories"] == ["n<1K"]
    assert data["configs"][0]["data_files"][0] == {"split": "train", "path": "data/train-*"}
    splits = {one["name"]: one["num_examples"] for one in data["dataset_info"]["splits"]}
    assert splits == result["split"]
    assert DatasetCard(card).data.pretty_name == data["pretty_name"]


def test_a_licence_that_the_hub_does_not_know_is_other_with_its_name(curated, export):
    data = front_matter(export(curated, license="My House Rules 1.0")[1])
    assert (data["license"], data["license_name"]) == ("other", "my-house-rules-1.0")


def test_a_missing_licence_is_said_where_it_is_seen(curated, export):
    _, card = export(curated)
    assert "license" not in front_matter(card)
    assert "**No licence was chosen for this set.**" in card
    assert "No licence was chosen" not in export(curated, license="mit")[1]


def test_the_card_counts_what_is_in_the_set(curated, export):
    result, card = export(curated)
    for split, rows in result["split"].items():
        assert f"| {split} | {rows} |" in card
    for source, rows in result["source"].items():
        assert f"| {source} | {rows} |" in card
    assert "act-1" in card
    for section in ("Intended use", "Not intended", "Limits", "Citation", "Licence"):
        assert f"\n## {section}\n" in card
    assert "Content warning" in card


def test_the_card_names_no_person_no_path_and_no_key(curated, export, tmp_path):
    model = f"path:{tmp_path}/{getpass.getuser()}-models/tiny"
    with curated.write() as session:
        for judgment in session.query(BalancedJudgment):
            judgment.edit_distance = 3
        row = session.query(PreferenceRow).first()
        assert row is None
    add_rows(curated, "imported", ["train"], flags=[f"Seen in {tmp_path}/x.jsonl too."])
    imported_file(curated, notes=[f"Read from {tmp_path}/x.jsonl with hf_abcdefghijklm."])
    with curated.write() as session:
        family = session.query(Family).filter_by(source="library", split="train").first()
        family.source, family.provenance = "model", {"model": model, "prompt": "pair-1"}
    _, card = export(curated, tmp_path / "other")
    for private in ("Zenobia", "Quill", str(tmp_path), str(Path.home()) + "/", "hf_abc"):
        assert private not in card
    assert "| people who accepted | 1 |" in card
    for name in ("train", "validation"):
        file = tmp_path / "other" / "data" / f"{name}-00000-of-00001.parquet"
        assert str(tmp_path).encode() not in file.read_bytes()


def imported_file(project, **fields):
    """Say that the imported family came from a file."""
    values = {
        "name": "pairs.jsonl", "sha256": "ab" * 32, "kind": "preferences", "format": "genderalign",
        "read": 5, "taken": 1, "skipped": {"an exact duplicate of a row of the file": 4},
    }  # fmt: skip
    with project.write() as session:
        session.add(ImportedFile(**(values | fields)))
        for family in session.query(Family).filter_by(source="import"):
            family.provenance = {"sha256": "ab" * 32, "licence": "stated as MIT on its page"}


def test_imported_files_stand_on_the_card_with_digest_terms_and_what_was_left_out(project, export):
    add_rows(project, "imported", ["train", "train"], flags=["Nearly the same as row 3."])
    imported_file(project)
    _, card = export(project)
    assert f"| pairs.jsonl | {'ab' * 32} | genderalign | 5 | 1 |" in card
    assert "- pairs.jsonl: stated as MIT on its page." in card
    assert "| an exact duplicate of a row of the file | 4 |" in card
    assert "2 of 2 rows carry a remark" in card
    assert "GenderAlign. arXiv 2406.13925" in card
    assert "Balanced rows" not in card


def test_a_file_whose_rows_are_not_in_the_set_is_not_on_the_card(curated, export):
    add_rows(curated, "imported", ["train"])
    imported_file(curated)
    assert "pairs.jsonl" not in export(curated, rows="own")[1]


def test_text_from_outside_is_text_on_the_card(project, export):
    add_rows(project, "imported", ["train"])
    imported_file(project, name="a|b<script>`x`\n# Big.jsonl")
    with project.write() as session:
        for family in session.query(Family):
            family.theme = "![x](javascript:alert)\u202e | 9 |"
    title = "# Title <b>\n---\n\n## Second"
    _, card = export(project, title=title)
    assert DatasetCard(card).data.pretty_name == " ".join(title.split())
    assert "<script>" not in card
    assert "<b>" not in card.split("---\n", 2)[2]
    assert "\n## Second" not in card
    assert "\n# Big" not in card
    assert "\u202e" not in card
    assert r"\!\[x\](javascript:alert) \| 9 \|" in card


def test_addresses_from_outside_are_no_links_on_the_card(project, export):
    """GitHub's Markdown makes links of bare addresses; as entities they read the same."""
    add_rows(project, "imported", ["train"])
    imported_file(project, name="https://evil.example www.evil.example to @ann.jsonl")
    _, card = export(project)
    for live in ("https://evil", "www.evil", "@ann"):
        assert live not in card
    assert "https://evil.example www.evil.example to @ann.jsonl" in html.unescape(card)


def test_the_card_shows_what_else_tells_the_sides_apart(curated, export):
    """Chosen answers of judged pairs are all Both, so the share of Both stands there."""
    _, card = export(curated)
    assert "The chosen stance is Both in" in card
    assert "Words of the chosen less words of the rejected answer" in card


def test_a_second_export_replaces_the_first_and_only_that(curated, export, tmp_path):
    add_rows(curated, "imported", ["test"])
    export(curated)
    result, _ = export(curated, rows="own")
    found = load_dataset(str(tmp_path / "set"), cache_dir=str(tmp_path / "cache"))
    assert set(found) == {"train", "validation"} == set(result["split"])
    assert [path.name for path in tmp_path.iterdir() if "unfinished" in path.name] == []


@pytest.mark.parametrize("name", ["notes.txt", "README.md", "data/x.txt", "data"])
def test_a_folder_with_something_else_in_it_is_left_alone(curated, export, tmp_path, name):
    """Beside an earlier export, in the place of a part of it, or in its data."""
    export(curated)
    place = tmp_path / "set" / name
    if place.is_dir():
        shutil.rmtree(place)
    place.write_text("mine")
    with pytest.raises(ProjectError, match="no earlier export"):
        export(curated)
    assert place.read_text() == "mine"


def test_a_file_put_there_during_the_export_stays(project, export, tmp_path, monkeypatch):
    """The set is read after the folder was looked at; somebody saves a note meanwhile."""
    add_rows(project, "imported", ["train"])
    note = tmp_path / "set" / "note.txt"
    note.parent.mkdir()

    def write_slowly(*args):
        note.write_text("mine")
        return write_dataset(*args)

    monkeypatch.setattr("pipelines.preferences.folder.write_dataset", write_slowly)
    with pytest.raises(ProjectError, match="no earlier export"):
        export(project)
    assert note.read_text() == "mine"


def test_an_empty_folder_is_filled(project, export, tmp_path):
    add_rows(project, "imported", ["train"])
    (tmp_path / "set").mkdir()
    assert export(project)[0]["rows"] == 1


def test_a_folder_that_cannot_be_made_is_told(curated, export, tmp_path):
    (tmp_path / "file").write_text("x")
    for place in (tmp_path / "no" / "set", tmp_path / "file" / "set", tmp_path / "file"):
        with pytest.raises(ProjectError, match=r"cannot be written|no earlier export"):
            export(curated, place)
    assert (tmp_path / "file").read_text() == "x"


def test_nothing_to_publish_leaves_no_folder(small_study, export, tmp_path):
    with pytest.raises(NothingToDo, match="Curate"):
        export(small_study, rows="own")
    assert [path.name for path in tmp_path.iterdir()] == ["study"]


def test_rows_that_are_all_excluded_leave_nothing_to_publish(project, export):
    add_rows(project, "imported", ["train"], excluded=True)
    with pytest.raises(NothingToDo, match="excluded"):
        export(project)


def test_the_result_is_json(curated, export):
    result, _ = export(curated)
    assert result["rows"] == len(build_preferences(curated, "bundled"))
    assert json.dumps(result, allow_nan=False)
