"""A file comes in whole or not at all, whatever ends its import."""

import os
import resource
import signal
import subprocess
import sys

import pytest

from pipelines.configs import StoriesConfig
from pipelines.errors import DataError, ProjectError
from pipelines.files.spool import Spool
from pipelines.importing.stage import import_stories
from pipelines.records import Story
from pipelines.sources import ImportedFile
from pipelines.store import Project
from pipelines.stories.split import count_splits
from tests.importing.files import bring, count, pair, write_lines

NUMBER = 2_500

CHILD = """
import sys, time
from pipelines.configs import StoriesConfig
from pipelines.importing import stage, writing
from pipelines.store import Project

def say(word):
    print(word, flush=True)

keep_record, moment = writing.keep_record, sys.argv[3]

def keep_and_wait(*arguments):
    keep_record(*arguments)
    if moment == "written, not committed":
        say(moment)
        time.sleep(60)

writing.keep_record = keep_and_wait
project = Project(sys.argv[1])
config = StoriesConfig(source=sys.argv[2], arms="male,female")
for progress in stage.import_stories(project, config):
    if moment == "reading" and "rows read" in progress.message:
        say(moment)
        time.sleep(60)
if moment == "finished":
    say(moment)
    time.sleep(60)
"""


@pytest.fixture
def path(tmp_path):
    """A file with many pairs."""
    return write_lines(tmp_path / "many.jsonl", (pair(number) for number in range(NUMBER)))


def kill_at(moment, project, path, root):
    """Import in a process of its own, and kill it when it says that it has come to a moment."""
    command = [sys.executable, "-c", CHILD, str(project.root), str(path), moment]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as child:
        try:
            assert child.stdout.readline().strip() == moment
        finally:
            os.kill(child.pid, signal.SIGKILL)
            child.wait()


@pytest.mark.parametrize("moment", ["reading", "written, not committed"])
def test_a_killed_import_leaves_nothing_and_can_be_done_again(project, path, root, moment):
    before = {entry.name for entry in project.root.iterdir()}
    kill_at(moment, project, path, root)
    with_again = Project(project.root)
    assert count(with_again) == count(with_again, Story) == count(with_again, ImportedFile) == 0
    left = {entry.name for entry in project.root.iterdir()} - before
    assert left <= {"project.db-wal", "project.db-shm"}
    assert bring(with_again, path)["families_added"] == NUMBER
    with_again.close()


def test_an_import_killed_after_its_end_is_whole(project, path, root):
    kill_at("finished", project, path, root)
    assert count(project) == NUMBER
    assert count(project, Story) == 2 * NUMBER
    assert bring(project, path)["families_added"] == 0


def test_an_import_that_is_closed_leaves_nothing(project, path):
    before = {entry.name for entry in project.root.iterdir()}
    running = import_stories(project, StoriesConfig(source=str(path), arms="male,female"))
    while "rows read" not in next(running).message:
        pass
    running.close()
    assert count(project) == 0
    assert {entry.name for entry in project.root.iterdir()} == before


def test_a_fault_in_the_last_row_leaves_nothing(project, path):
    with path.open("a") as file:
        file.write("{broken\n")
    with pytest.raises(DataError, match=rf"many.jsonl:{NUMBER + 1}: not JSON"):
        bring(project, path)
    assert count(project) == count(project, ImportedFile) == 0


def test_a_file_that_changes_while_it_is_read_is_refused(project, path):
    running = import_stories(project, StoriesConfig(source=str(path), arms="male,female"))
    while "rows read" not in next(running).message:
        pass
    with path.open("a") as file:
        file.write("\n")
    with pytest.raises(DataError, match="the file changed while it was read"):
        list(running)
    assert count(project) == 0


def test_nothing_is_said_to_be_done_before_it_is_written(project, path):
    config = StoriesConfig(source=str(path), arms="male,female")
    *before, last = import_stories(project, config)
    assert {progress.done for progress in before} == {0}
    assert (last.done, last.total) == (NUMBER, NUMBER)
    assert last.result["lock_seconds"] >= 0
    assert len(last.result["ids"]) == 100


def test_splits_of_the_file_follow_the_shares(project, path):
    bring(project, path)
    with project.read() as session:
        counts = count_splits(session)
    assert counts["plot", "train"] == NUMBER // 2
    assert abs(counts["plot", "validation"] - NUMBER / 8) <= 1


def test_a_disk_without_room_is_said_in_a_sentence(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(ProjectError, match="cannot hold the rows that were read"):
            fill(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def fill(folder):
    with Spool(folder) as spool:
        for _ in range(100):
            spool.append({"text": "x" * 1_000})
        list(spool.batches(10))


def test_a_spool_gives_back_what_was_added_and_leaves_no_file(tmp_path):
    with Spool(tmp_path) as spool:
        for number in range(5):
            spool.append({"n": number, "text": "é\n“”"})
        assert [len(batch) for batch in spool.batches(2)] == [2, 2, 1]
        assert list(spool.batches(5)) == [[{"n": n, "text": "é\n“”"} for n in range(5)]]
        assert spool[3]["n"] == 3
        assert spool.append({"n": 5}) == 5
        assert (spool[5], len(spool)) == ({"n": 5}, 6)
        with pytest.raises(IndexError):
            spool[6]
    assert not list(tmp_path.iterdir())
