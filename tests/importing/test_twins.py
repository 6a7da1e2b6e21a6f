"""What tells one story has one split, whatever it came in as."""

from collections import Counter
from random import Random

import pytest

from pipelines.configs import StoriesConfig
from pipelines.importing.entries import PREFIXES
from pipelines.importing.pasted import add_pasted
from pipelines.importing.twins import Twins, divide, find_twins
from pipelines.importing.whole_texts import WholeTexts
from pipelines.importing.writing import Entering
from pipelines.records import Split
from tests.importing import files
from tests.preferences import import_files

THINGS = (
    "boats", "trees", "songs", "clocks", "wolves", "lamps", "rivers", "maps", "bells", "ink",
    "bread", "gloves", "wires", "stamps", "chairs", "kites", "jars", "horses", "tents", "paint",
)  # fmt: skip
NEEDED = 20  # pairs: with three splits, that all would agree by chance is out of the question


def stories(number):
    """Two stories of our own, which no other number's are nearly the same as."""
    things = ", ".join(Random(number).choices(THINGS, k=30))
    return [
        f"{name} found {number} old coins, and {he} kept them from {his} boss for {things}."
        for name, he, his in (("Tom", "he", "his"), ("Ann", "she", "her"))
    ]


def paper_row(number):
    """One line of the paper's form: stories with judgments."""
    return {
        arm: {
            "story": story,
            "character_name": story.split()[0],
            "stance": "Moral",
            "explanation": f"It was found number {number}.",
            "neutral_explanation": f"One may keep find {number}; the owner may miss it.",
        }
        for arm, story in zip(("male", "female"), stories(number), strict=True)
    }


def genmo_row(number):
    male, female = stories(number)
    return files.pair(male_story=male, female_story=female)


def splits_by_number(project):
    """The splits of story families and of preference rows by the number in their texts."""
    found = {number: set() for number in range(NEEDED)}
    with project.read() as session:
        split = {family.id: family.split for family in files.families(project)}
        session.close()
    for story in files.stories(project):
        found[int(story.text.split()[2])].add(split[story.family_id])
    for row in import_files.rows_of(project):
        found[int(row.prompt[0]["content"].split()[2])].add(row.split)
    return found


@pytest.fixture
def paper(tmp_path):
    return files.write_lines(tmp_path / "paper.jsonl", map(paper_row, range(NEEDED)))


def assert_each_has_one_split(project):
    found = splits_by_number(project)
    assert all(len(splits) == 1 for splits in found.values())
    assert len(set().union(*found.values())) == 3


def test_rows_of_preferences_follow_the_stories_of_the_project(project, paper):
    files.bring(project, paper)
    result = import_files.bring(project, paper)
    assert result["rows"] == 2 * NEEDED
    assert any(f"have its split: {2 * NEEDED}." in note for note in result["notes"])
    assert_each_has_one_split(project)


def test_stories_follow_the_rows_of_preferences(project, paper):
    import_files.bring(project, paper)
    assert files.bring(project, paper)["families_added"] == NEEDED
    assert_each_has_one_split(project)


def test_stories_of_another_form_follow_those_that_are_there(project, paper, tmp_path):
    files.bring(project, paper)
    genmo = files.write_json(tmp_path / "genmo.json", list(map(genmo_row, range(NEEDED))))
    assert files.bring(project, genmo)["families_added"] == NEEDED
    assert_each_has_one_split(project)


def test_the_same_stories_in_another_form_are_there_already(project, tmp_path):
    row = genmo_row(1)
    files.bring(project, files.write_json(tmp_path / "genmo.json", [row]))
    table = files.write_json(tmp_path / "table.json", [row | {"environment": "Family"}])
    columns = "male_story=male_story,female_story=female_story"
    result = files.bring(project, table, columns=columns)
    assert (result["families_added"], result["skipped"]) == (0, {"already in the project": 1})
    assert files.count(project) == 1


def test_every_form_is_among_those_that_are_looked_for(project, tmp_path):
    """One file of each form; ids with another beginning would come in twice."""
    male, female = stories(2)
    rows = {
        "genmo": (genmo_row(1), ""),
        "paper": (paper_row(1), ""),
        "table": ({"boy": male, "girl": female}, "male_story=boy,female_story=girl"),
    }
    for name, (row, columns) in rows.items():
        files.bring(project, files.write_lines(tmp_path / name, [row]), columns=columns)
    text = tmp_path / "prose.txt"
    text.write_text(male.replace("Tom", "Max"), encoding="utf-8")
    files.bring(project, text)
    list(add_pasted(project, StoriesConfig(source="pasted", text=male.replace("Tom", "Ben"))))
    ids = {family.id for family in files.families(project)}
    assert len(ids) == len(PREFIXES)
    assert {id.rpartition("-")[0] for id in ids} == set(PREFIXES)


def test_rows_of_one_file_that_share_a_story_share_a_split(project, tmp_path):
    other = "Eva found some old coins on the beach, and she kept them from her boss."
    rows = [genmo_row(number) for number in range(NEEDED)]
    rows += [row | {"female_story": other} for row in rows[:5]]
    files.bring(project, files.write_json(tmp_path / "genmo.json", rows))
    split = {family.id: family.split for family in files.families(project)}
    shared = [story.family_id for story in files.stories(project, text=other)]
    assert len({split[family] for family in shared}) == 1
    texts = [stories(number)[0] for number in range(5)]
    both = [story.family_id for text in texts for story in files.stories(project, text=text)]
    assert {split[family] for family in both} == {split[shared[0]]}


def test_counts_go_on_from_what_followed():
    """b follows a, which is new; d follows c, which has a split; e follows one that is gone."""
    new = [Entering(name, "plot", "work", None) for name in "abde"]
    twins, taken = Twins({"b": "a", "d": "c", "e": "x"}, {"c": "test"}), Counter()
    splits = divide(new, 0, taken, twins)
    assert splits["a"] == splits["b"]
    assert (splits["d"], twins.splits["x"]) == ("test", splits["e"])
    assert sum(taken["plot", split] for split in Split) == 4


def test_a_text_is_found_whole_and_only_whole():
    texts = WholeTexts()
    texts.add("Tom found nine old coins and kept them all.", "long")
    texts.add("Tom kept them.", "short")
    inside = "Read: “TOM found nine old coins, and kept them all” – is that right?"
    assert texts.labels_in(inside) == {"long"}
    assert not texts.labels_in("Tom found nine old coins and kept them both.")
    assert not texts.labels_in("Tom kept them. That is all there is to say about Tom.")


def test_nothing_is_looked_for_where_nothing_is_new(project):
    with project.read() as session:
        assert find_twins(session, []) == Twins({}, {})
