"""GenMO's pairs come in with one spelling of each theme, whole words, and ids that stay."""

import os

import pytest
from sqlalchemy import select

from pipelines.errors import DataError
from pipelines.importing.cleaning import clean_theme
from pipelines.importing.found import Repaired
from pipelines.sources import ImportedFile
from tests.benchmark_files import benchmarks
from tests.importing.files import (
    bring,
    count,
    families,
    pair,
    stories,
    texts,
    write_json,
    write_lines,
)


@pytest.mark.parametrize(
    ("raw", "theme", "cleaned"),
    [
        ("Work", "work", 0),
        ("Others", "others", 0),
        ("Other", "others", 1),
        (" Others ", "others", 1),
        ("", "others", 1),
        ("Family ", "family", 1),
        (None, "others", 1),
    ],
)
def test_every_spelling_of_a_theme_becomes_one(raw, theme, cleaned):
    repaired = Repaired()
    assert clean_theme(raw, repaired) == theme
    assert sum(repaired.values()) == cleaned


def test_pairs_come_in_with_names_provenance_and_a_split(project, tmp_path):
    result = bring(project, write_json(tmp_path / "mo.json", [pair(1), pair(2)]))
    assert result["families_added"] == 2
    family = families(project)[0]
    assert family.id in result["ids"]
    assert family.id.startswith("genmo-")
    assert (family.theme, family.source, family.kind) == ("work", "import", "plot")
    assert family.title in ("Tom found 1 coins. He kept his…", "Tom found 2 coins. He kept his…")
    assert family.provenance["file"] == "mo.json"
    assert family.provenance["row"] in (1, 2)
    assert family.provenance["format"] == "genmo"
    assert family.provenance["parent"] == "written"
    assert len(family.provenance["sha256"]) == 12
    assert {story.name for story in stories(project, arm="male")} == {"Tom"}
    assert {story.name for story in stories(project, arm="female")} == {"Ann"}
    assert "GenMO states no licence" in result["notes"][0]


def test_repairs_are_counted_by_row(project, tmp_path):
    rows = [
        pair(
            1,
            male_story="Tomâ€™s boss left.\nHe went home.",
            female_story="Ann’s boss left.\nShe slept.",
        ),
        pair(2, environment=" Others"),
        pair(3, female_story=""),
    ]
    result = bring(project, write_json(tmp_path / "mo.json", rows))
    assert texts(project, "male")[0] == "Tom’s boss left. He went home."
    assert texts(project, "female")[0] == "Ann’s boss left. She slept."
    assert result["repaired"] == {
        "text read in a wrong encoding, repaired": 1,
        "line breaks inside a text made spaces": 1,
        "theme cleaned": 1,
    }
    assert result["skipped"] == {"a story is missing": 1}


def test_a_pair_of_one_text_is_taken_and_named(project, tmp_path):
    same = pair(2, female_story=pair(2)["male_story"])
    result = bring(project, write_json(tmp_path / "mo.json", [pair(1), same]))
    assert result["families_added"] == 2
    assert (
        "Two stories of one pair are the same text in row 2: taken, and the quality check "
        "marks them red." in result["notes"]
    )


def test_what_cannot_be_stored_or_is_no_story_is_left_out_with_a_reason(project, tmp_path):
    rows = [
        pair(1),
        pair(1),
        pair(2, male_story="Tom\0 left his boss."),
        pair(3, male_story="Tom \ud800 left his boss."),
        pair(4, male_story=["Tom"]),
        pair(5, female_story="She left. " * 3000),
    ]
    result = bring(project, write_lines(tmp_path / "mo.jsonl", rows))
    assert result["families_added"] == 1
    assert result["skipped"] == {
        "the same stories as in an earlier row": 1,
        "a story holds characters that cannot be stored": 2,
        "a story is no text": 1,
        "a story has more than 20,000 characters": 1,
    }


def test_ids_are_the_same_in_a_cut_file(project, tmp_path):
    rows = [pair(number) for number in range(6)]
    first = bring(project, write_json(tmp_path / "cut.json", rows[3:]))
    whole = bring(project, write_json(tmp_path / "whole.json", rows))
    assert whole["families_added"] == 3
    assert whole["skipped"] == {"already in the project": 3}
    assert not set(first["ids"]) & set(whole["ids"])


def test_the_same_file_again_adds_nothing_and_says_so(project, tmp_path):
    path = write_json(tmp_path / "mo.json", [pair(1)])
    bring(project, path)
    again = bring(project, path)
    assert again["families_added"] == 0
    assert "so nothing was added" in again["notes"][0]
    with project.read() as session:
        record = session.scalars(select(ImportedFile)).one()
    assert (record.name, record.kind, record.format) == ("mo.json", "stories", "genmo")
    assert (record.read, record.taken) == (1, 1)


def test_what_a_limit_or_a_theme_left_can_be_brought_later(project, tmp_path):
    rows = [pair(number, environment="Family" if number == 4 else "Work") for number in range(5)]
    path = write_json(tmp_path / "mo.json", rows)
    first = bring(project, path, families=2)
    assert first["skipped"] == {"beyond the number of families asked for": 3}
    theme = bring(project, path, theme="family")
    assert theme["families_added"] == 1
    assert theme["skipped"] == {"of another theme": 4}
    rest = bring(project, path)
    assert rest["families_added"] == 2
    assert rest["skipped"] == {"already in the project": 3}
    assert count(project) == 5
    with project.read() as session:
        assert session.scalars(select(ImportedFile)).one().taken == 5
    assert bring(project, path)["notes"][0].startswith("mo.json was imported on ")


def test_a_file_of_another_form_is_refused_with_its_columns(project, tmp_path):
    path = write_json(tmp_path / "mo.json", [{"boy": "Tom left.", "girl": "Ann left."}])
    with pytest.raises(DataError) as caught:
        bring(project, path, format="genmo")
    assert str(caught.value) == (
        "mo.json: what is needed is male_story, female_story and environment. "
        "The columns it has are boy, girl. Choose another format, or auto."
    )


def test_a_file_without_one_usable_row_is_refused(project, tmp_path):
    path = write_json(tmp_path / "mo.json", [pair(1, male_story=""), pair(2, female_story=None)])
    with pytest.raises(DataError, match=r"no row of it could be used \(a story is missing: 2\)"):
        bring(project, path)
    assert count(project) == count(project, ImportedFile) == 0


def test_the_public_file_comes_in_whole(project):
    path = benchmarks("genmo", "GenMO_dataset.json")
    result = bring(project, path)
    assert result["families_added"] == result["read"]
    assert {family.theme for family in families(project)} == {
        "work", "family", "relationship", "others",
    }  # fmt: skip
    written = texts(project, "male") + texts(project, "female")
    assert not [text for text in written if "â€" in text or "\n" in text]
    assert bring(project, path)["families_added"] == 0


def test_a_file_may_have_bytes_in_its_name_that_are_no_text(project, tmp_path):
    path = write_json(tmp_path / os.fsdecode(b"caf\xe9.json"), [pair()])
    assert bring(project, path)["families_added"] == 1
    assert families(project)[0].provenance["file"] == "caf?.json"
