"""A file comes in whole, once, with its duplicates told and its splits without leaks."""

import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import func, select

from pipelines.configs import ImportConfig
from pipelines.errors import DataError, ProjectError
from pipelines.preferences.importing.collection import Collection
from pipelines.preferences.importing.splits import split_families
from pipelines.preferences.imports import import_preferences
from pipelines.records import Family, PreferenceRow
from pipelines.sources import ImportedFile
from tests.benchmark_files import benchmarks
from tests.preferences.import_files import bring, families_of, rows_of, told, write_jsonl

TOPICS = ("boats", "trees", "songs", "clocks", "wolves", "lamps", "rivers", "maps", "bells", "ink")


def plain(prompt, chosen="Yes, in most cases.", rejected="Never at all."):
    return {"prompt": prompt, "chosen": chosen, "rejected": rejected}


def many(count):
    """Rows whose prompts have nothing in common."""
    return [
        plain(f"{one} {number} {number * 7 + 1} {other}?", f"Good {number}", f"Bad {number}")
        for number, (one, other) in enumerate((a, b) for a in TOPICS for b in TOPICS)
    ][:count]


def test_the_result_and_the_files_record_tell_what_was_taken(project, tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", [*many(3), plain("Why?", "same", "same")])
    result = bring(project, path)
    assert (result["rows"], result["read"], result["format"]) == (3, 4, "biasdpo")
    assert result["skipped"] == {"chosen and rejected are the same": 1}
    with project.read() as session:
        file = session.scalars(select(ImportedFile)).one()
    assert (file.name, file.kind, file.read, file.taken) == ("rows.jsonl", "preferences", 4, 3)
    assert file.skipped == result["skipped"]
    assert any("not looked for" in note for note in file.notes)


def test_the_same_file_again_adds_nothing_whatever_its_name(project, tmp_path):
    bring(project, write_jsonl(tmp_path / "rows.jsonl", many(3)))
    result = bring(project, write_jsonl(tmp_path / "other.jsonl", many(3)))
    assert (result["rows"], result["already"]) == (0, True)
    assert "nothing was added" in result["notes"][0]
    assert len(rows_of(project)) == 3


def test_a_family_is_a_prompt_and_its_rows_are_numbered(project, tmp_path):
    bring(
        project, write_jsonl(tmp_path / "a.jsonl", [plain("Who  LEADS?"), plain("who leads?", "A")])
    )
    bring(project, write_jsonl(tmp_path / "b.jsonl", [plain("Who leads?\n", "B")]))
    rows = rows_of(project)
    assert [row.wording for row in rows] == [1, 2, 3]
    family = families_of(project)[rows[0].family_id]
    assert {row.family_id for row in rows} == {family.id}
    assert {row.split for row in rows} == {family.split}
    assert (family.kind, family.source, family.title) == ("preference", "import", "Who LEADS?")
    assert family.id.startswith("pref-")
    assert len(family.id) == 17
    assert (family.provenance["file"], family.provenance["row"]) == ("a.jsonl", 1)


def test_rows_have_no_model_and_no_arm(project, tmp_path):
    bring(project, write_jsonl(tmp_path / "a.jsonl", many(1)))
    row = rows_of(project)[0]
    assert (row.source, row.model, row.arm, row.excluded) == ("imported", "", "", False)
    assert row.chosen == [{"role": "assistant", "content": "Good 0"}]


def test_exact_duplicates_are_skipped_within_a_file_and_between_files(project, tmp_path):
    first = [plain("Who leads?"), plain("Who  leads?", "yes, IN most cases.")]
    result = bring(project, write_jsonl(tmp_path / "a.jsonl", first))
    assert result["skipped"] == {"an exact duplicate of a row of the file": 1}
    result = bring(project, write_jsonl(tmp_path / "b.jsonl", [first[1], *many(1)]))
    assert result["skipped"] == {"an exact duplicate of a row imported before": 1}
    assert result["rows"] == 1


LONG = "it depends on the person and on the work that has to be done that day"


def test_near_duplicates_are_kept_and_told(project, tmp_path):
    rows = [plain("Who leads?", LONG), plain("Who leads?", LONG + "s"), plain("Who cooks?", LONG)]
    result = bring(project, write_jsonl(tmp_path / "a.jsonl", rows))
    assert (result["rows"], result["near_duplicates"]) == (3, 1)
    assert [row.flags for row in rows_of(project)] == [
        [],
        ["Nearly the same as row 1 of the same file (similarity 0.99)."],
        [],
    ]
    other = [plain("Who leads??", LONG + " long")]
    result = bring(project, write_jsonl(tmp_path / "b.jsonl", other))
    assert result["near_duplicates"] == 1
    row = rows_of(project)[-1]
    first = rows_of(project)[0].family_id
    assert row.flags[0].startswith(f"Nearly the same as a row of {first}, imported before")


def test_the_similarity_asked_for_is_kept(project, tmp_path):
    rows = [plain("Who leads?", LONG), plain("Who leads?", LONG + "s")]
    result = bring(project, write_jsonl(tmp_path / "a.jsonl", rows), near_duplicate=1.0)
    assert result["near_duplicates"] == 0


def test_rows_that_contradict_each_other_say_so(project, tmp_path):
    rows = [plain("Who leads?", "A", "B"), plain("Who leads?", "B", "A")]
    result = bring(project, write_jsonl(tmp_path / "a.jsonl", rows))
    assert result["contradictions"] == 1
    assert rows_of(project)[1].flags == [
        "Contradicts row 1 of the same file, which prefers the other answer."
    ]


def test_splits_meet_their_shares(project, tmp_path):
    """100 prompts without links: 50, 12 or 13, and 37 or 38, as the library's plots have."""
    bring(project, write_jsonl(tmp_path / "a.jsonl", many(100)))
    counts = Counter(row.split for row in rows_of(project))
    assert counts["train"] == 50
    assert counts["validation"] in (12, 13)


def test_leaks_are_told_before_and_after_cleaning(project, tmp_path):
    """Leading white space goes; chosen is longer in 20 rows of 20 before, in 19 after."""
    rows = [plain(f"{a} {b}?", f" {a} {b} {a}", "Bad.") for a in TOPICS for b in TOPICS[:2]]
    rows[0] = plain("Who leads?", "    A", "BC.")
    notes = bring(project, write_jsonl(tmp_path / "a.jsonl", rows))["notes"]
    assert [note[:70] for note in notes if "answer" in note and " rows only" in note] == [
        "Mended: In 20 of 20 rows only the chosen answer begins with white spac",
        "In 20 of 20 rows only the rejected answer ends with a full stop, quest",
        "In 19 of 20 rows only the chosen answer is the longer one, so that alo",
    ]


QUESTION = "Should the older child of the two always be the one who looks after the house, number"


def test_near_prompts_share_a_split_within_and_between_files(project, tmp_path):
    near = [plain(f"{QUESTION} {number}?", f"a{number}", "b") for number in range(10)]
    bring(project, write_jsonl(tmp_path / "a.jsonl", many(40) + near[:5]))
    bring(
        project,
        write_jsonl(
            tmp_path / "b.jsonl",
            near[5:],
        ),
    )
    splits = {row.split for row in rows_of(project) if told(row)[0][0][1].startswith(QUESTION)}
    assert len(splits) == 1


def test_prompts_that_are_linked_already_are_not_compared_again(project, tmp_path, monkeypatch):
    compared = []
    monkeypatch.setattr(
        Collection,
        "prompt_similarity",
        lambda self, one, other, threshold: compared.append((one, other)) or 1.0,
    )
    text = "Write a poem about boats and trees on a quiet river with bells, number"
    bring(project, write_jsonl(tmp_path / "rows.jsonl", [plain(f"{text} {n}") for n in range(30)]))
    assert len({row.split for row in rows_of(project)}) == 1
    assert len(compared) == 29


def test_the_steps_of_one_dialogue_share_a_split(project, tmp_path):
    """Ten dialogues; the second step's prompt holds the first step's chosen answer."""
    first, second = [], []
    for number, topic in enumerate(TOPICS):
        start = f"\n\nHuman: {topic} {number}\n\nAssistant:"
        first.append({"chosen": f"{start} Yes {topic}.", "rejected": f"{start} No."})
        more = f"{start} Yes {topic}.\n\nHuman: {topic[::-1]} and {number * 31}\n\nAssistant:"
        second.append({"chosen": f"{more} Fine.", "rejected": f"{more} Bad."})
    bring(project, write_jsonl(tmp_path / "a.jsonl", first))
    bring(project, write_jsonl(tmp_path / "b.jsonl", second))
    rows = rows_of(project)
    assert len({row.family_id for row in rows}) == 20
    assert [row.split for row in rows[:10]] == [row.split for row in rows[10:]]
    assert len({row.split for row in rows}) > 1


def test_linked_families_follow_the_one_that_has_a_split():
    """a-b-c are linked over b; c has a split. d and e are free: train is furthest behind."""
    taken = Counter()
    splits = split_families(list("abcde"), [(0, 1), (1, 2)], {"c": "test"}, 0, taken)
    assert splits.of[:3] == ["test"] * 3
    assert (splits.groups, splits.largest, splits.torn) == (1, 3, 0)
    assert taken["preference", "test"] == 2 + splits.of[3:].count("test")
    assert sum(taken["preference", split] for split in ("train", "validation", "test")) == 4


def test_a_link_between_two_splits_is_told():
    splits = split_families(
        list("abc"), [(0, 2), (1, 2)], {"a": "train", "b": "test"}, 0, Counter()
    )
    assert splits.of == ["train", "test", "test"]  # what holds out more
    assert splits.torn == 1


def test_families_get_the_same_splits_from_the_same_seed():
    ids, links = [f"pref-{number}" for number in range(50)], [(0, 7), (7, 30)]
    first, again, other = (split_families(ids, links, {}, seed, Counter()).of for seed in (0, 0, 1))
    assert first == again != other


def test_a_fault_in_the_file_leaves_nothing(project, tmp_path):
    path = tmp_path / "rows.jsonl"
    write_jsonl(path, many(60))
    path.write_text(path.read_text() + '{"prompt": ', encoding="utf-8")
    with pytest.raises(DataError, match=r"rows\.jsonl:61: not JSON"):
        bring(project, path)
    assert not families_of(project)


def test_a_file_that_changes_while_it_is_read_is_refused(project, tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", [plain(f"Is {n} odd?") for n in range(1_500)])
    running = import_preferences(project, ImportConfig(file=path, benchmarks_dir=""))
    next(running)
    with open(path, "a", encoding="utf-8") as file:
        file.write("\n")
    with pytest.raises(DataError, match="the file changed while it was read"):
        list(running)
    assert not families_of(project)


def test_closing_the_stage_early_leaves_nothing(project, tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", many(3))
    stage = import_preferences(project, ImportConfig(file=path, benchmarks_dir=""))
    assert next(stage).done == 0
    stage.close()
    assert not families_of(project)
    assert bring(project, path)["rows"] == 3


def test_an_import_beside_another_writes_nothing_and_says_so(project, tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", many(3))
    stage = import_preferences(project, ImportConfig(file=path, benchmarks_dir=""))
    next(stage)
    bring(project, write_jsonl(tmp_path / "other.jsonl", many(2)))
    with pytest.raises(ProjectError, match="nothing of it was written"):
        list(stage)
    assert len(rows_of(project)) == 2


KILLED = """
import sys, time
from sqlalchemy import event
from sqlalchemy.engine import Engine
from pipelines.configs import ImportConfig
from pipelines.preferences.imports import import_preferences
from pipelines.store import Project

@event.listens_for(Engine, "before_cursor_execute")
def wait(connection, cursor, statement, *rest):
    if statement.startswith("INSERT INTO imported_file"):
        print("all but the last is written", flush=True)
        time.sleep(60)

list(import_preferences(Project(sys.argv[1]), ImportConfig(file=sys.argv[2], benchmarks_dir="")))
"""


def test_a_kill_in_the_middle_of_writing_leaves_nothing(project, tmp_path, root):
    path = write_jsonl(tmp_path / "rows.jsonl", many(50))
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(project.root), path],
        cwd=root,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().startswith("all but the last")
    process.kill()
    process.wait()
    with project.read() as session:
        assert [
            session.scalar(select(func.count()).select_from(table))
            for table in (Family, PreferenceRow, ImportedFile)
        ] == [0, 0, 0]
    assert not [path for path in project.root.iterdir() if path.name.startswith("tmp")]
    assert bring(project, path)["rows"] == 50


def test_hostile_text_is_data(project, tmp_path):
    prompt = "=cmd|' /C calc'!A0 <script>alert(1)</script> ../../x'; DROP TABLE family;--"
    bring(project, write_jsonl(tmp_path / "rows.jsonl", [plain(prompt)]))
    assert told(rows_of(project)[0])[0] == [("user", prompt)]


def test_genderalign_comes_in_whole(project):
    """19 rows; the space after "Assistant:" told the sides apart in all of them, and no more."""
    result = bring(project, benchmarks("genderalign", "GenderAlign.json"))
    assert (result["rows"], result["skipped"], result["format"]) == (19, {}, "genderalign")
    assert ["begins with white space" in leak for leak in result["leaks"]["before"]] == [True]
    assert result["leaks"]["after"] == []
    for row in rows_of(project):
        for text in told(row)[1:]:
            assert text == text.strip()
            assert "Assistant:" not in text


def test_hh_rlhf_comes_in_but_for_an_empty_answer(project):
    result = bring(project, benchmarks("hh_rlhf", "harmless-base", "test.jsonl.gz"))
    assert (result["read"], result["rows"], result["format"]) == (200, 199, "hh")
    assert result["skipped"] == {"the chosen answer is empty": 1}
    for row in rows_of(project):
        assert row.prompt[-1]["role"] == "user"
        assert not any("\n\nAssistant:" in text for text in told(row)[1:])


def test_biasdpos_form_comes_in_whole(project):
    result = bring(project, benchmarks("biasdpo_format", "dataset.jsonl"))
    assert (result["rows"], result["skipped"], result["format"]) == (200, {}, "biasdpo")


FULL = """
import resource, sys
from pipelines.errors import ProjectError
from pipelines.files.spool import Spool

resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))  # as if the disk had no more
try:
    with Spool(sys.argv[1]) as spool:
        for number in range(100):
            spool.append({"text": "x" * 1000})
            assert spool[number // 2] == {"text": "x" * 1000}
except ProjectError as error:
    print(error)
"""


def test_a_full_disk_is_told_and_leaves_nothing(tmp_path, root):
    told = subprocess.check_output(
        [sys.executable, "-c", FULL, str(tmp_path)], cwd=root, text=True, timeout=60
    )
    assert told.startswith(f"{tmp_path} cannot hold the rows that were read (")
    assert not list(tmp_path.iterdir())


def test_a_file_of_which_nothing_is_taken_is_not_remembered(project, tmp_path):
    path = write_jsonl(tmp_path / "rows.jsonl", [{"prompt": "a b", "chosen": "x", "rejected": "x"}])
    for _ in range(2):
        result = bring(project, path)
        assert (result["rows"], sum(result["skipped"].values())) == (0, 1)
    with project.read() as session:
        assert session.scalar(select(func.count(ImportedFile.id))) == 0
