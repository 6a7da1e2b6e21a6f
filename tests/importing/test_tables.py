"""Tables come in by the columns that a person names, or by names that are known."""

import pyarrow as pa
import pytest
from pyarrow import parquet

from pipelines.errors import ConfigError, DataError
from pipelines.importing.columns import known_columns, parse_columns
from tests.importing.files import bring, families, stories, write_lines

MALE = "Tom found coins. He kept his find."
FEMALE = "Ann found coins. She kept her find."


@pytest.fixture
def table(tmp_path):
    """A function that writes a CSV file."""

    def written(text, name="t.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_named_columns_make_a_family(project, table):
    path = table(f'boy,girl,topic of it,why,not\n"{MALE}","{FEMALE}",Money,thrifty,unfair\n')
    columns = "male_story=boy, female_story=girl,theme=topic of it,moral=why,immoral=not"
    bring(project, path, columns=columns)
    family = families(project)[0]
    assert (family.theme, family.moral_reason, family.immoral_reason) == (
        "money", "thrifty", "unfair",
    )  # fmt: skip
    assert [story.text for story in stories(project)] == [MALE, FEMALE]
    assert family.provenance["row"] == 2


def test_known_columns_need_no_naming(project, table):
    path = table(
        f"Male-Story;Female Story;Title;male_name;female_name\n{MALE};{FEMALE};Coins;Tommy;Annie\n"
    )
    bring(project, path)
    assert families(project)[0].title == "Coins"
    assert families(project)[0].theme == "others"
    assert [story.name for story in stories(project)] == ["Tommy", "Annie"]


def test_parquet_and_jsonl_are_tables_too(project, tmp_path):
    rows = [{"male": MALE, "female": FEMALE}]
    parquet.write_table(pa.Table.from_pylist(rows), tmp_path / "t.parquet")
    assert bring(project, tmp_path / "t.parquet")["families_added"] == 1
    again = bring(project, write_lines(tmp_path / "t.jsonl", rows))
    assert again["skipped"] == {"already in the project": 1}


def test_missing_arms_are_made_by_the_swap(project, table):
    result = bring(project, table(f'story,theme\n"{MALE}",Work\n'), arms="male,female,they")
    assert [story.arm for story in stories(project)] == ["male", "female", "they"]
    male, female, they = (story.text for story in stories(project))
    assert male == MALE
    assert "She kept her find" in female
    assert "They kept their find" in they
    assert "Tom" not in female + they
    assert stories(project, arm="female")[0].name in female
    assert result["notes"] == ["Stories made by the swap, because the rows did not have them: 2."]


def test_a_third_arm_is_made_beside_a_pair(project, table):
    bring(project, table(f"male,female\n{MALE},{FEMALE}\n"), arms="male,female,they")
    assert [story.text for story in stories(project)][:2] == [MALE, FEMALE]
    assert "They kept their find" in stories(project, arm="they")[0].text


def test_what_the_swap_left_open_stands_with_the_story(project, table):
    text = "Ann took Mary to her car. She drove home."
    bring(project, table(f'story\n"{text}"\n'))
    male = stories(project, arm="male")[0]
    assert male.checks["left_open"]
    assert all(note.startswith("“") and note.endswith(".") for note in male.checks["left_open"])


def test_a_story_that_tells_no_gender_is_left_out(project, table):
    result = bring(project, table(f'story\n"{MALE}"\n"The rain fell on the town."\n'))
    assert result["families_added"] == 1
    assert result["skipped"] == {"no word tells the gender of the protagonist": 1}


def test_a_table_without_stories_says_what_it_has(project, table):
    with pytest.raises(DataError) as caught:
        bring(project, table("boy,girl\na,b\n"))
    assert str(caught.value).startswith("t.csv: no column with stories was found. What is needed")
    assert str(caught.value).endswith("The columns it has are boy, girl.")
    with pytest.raises(DataError, match=r"no column 'lad' \(for male_story\). The columns it has"):
        bring(project, table("boy,girl\na,b\n"), columns="male_story=lad,female_story=girl")


def test_columns_are_read_with_quotation_marks():
    assert parse_columns('male_story=a,"theme=work, home"') == {
        "male_story": "a", "theme": "work, home",
    }  # fmt: skip
    assert parse_columns("") == {}
    for wrong in ("boy=male_story", "male_story", "male_story=", "male_story=a,,b"):
        with pytest.raises(ConfigError, match="Write one of male_story"):
            parse_columns(wrong)


def test_a_row_in_a_later_file_may_lack_a_column(project, tmp_path):
    rows = [{"male": MALE, "female": FEMALE}, {"male": "Jim slept. He dreamt."}, {"other": 1}]
    result = bring(project, write_lines(tmp_path / "t.jsonl", rows))
    assert result["families_added"] == 2  # the second one is completed
    assert result["skipped"] == {"a story is missing": 1}


def test_other_columns_of_the_same_file_can_be_brought_too(project, table):
    path = table(f"a,b,c,d\n{MALE},{FEMALE},Jim slept. He dreamt.,Eve slept. She dreamt.\n")
    assert bring(project, path, columns="male_story=a,female_story=b")["families_added"] == 1
    assert bring(project, path, columns="male_story=c,female_story=d")["families_added"] == 1
    assert bring(project, path, columns="male_story=c,female_story=d")["families_added"] == 0


def test_a_name_of_a_column_is_known_whatever_its_case():
    assert known_columns({"Story ": 1, "TOPIC": 2, "x": 3}) == {"story": "Story ", "theme": "TOPIC"}


def test_a_formula_or_markup_is_text(project, table):
    bring(project, table(f"male,female,title\n{MALE},{FEMALE},\"=cmd|' /C calc'!A0<script>\"\n"))
    assert families(project)[0].title == "=cmd|' /C calc'!A0<script>"
