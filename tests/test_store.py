"""The project on disk: transactions, two processes, a full disk, other versions."""

import subprocess
import sys

import pytest
from sqlalchemy import func, select

from pipelines.errors import ProjectError
from pipelines.records import Event, Family, Record, Story
from pipelines.store import HEAD, Project, connect, schema_version


def family(name):
    return Family(id=name, theme="work", title="t", kind="plot", source="import", split="train")


def test_an_opened_project_has_the_schema_of_the_records(project):
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with project.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), Record.metadata) == []


def test_head_is_the_newest_migration(root, project):
    newest = max((root / "pipelines/migrations/versions").glob("[0-9]*.py")).name
    assert newest.startswith(HEAD)
    assert schema_version(project.engine) == HEAD


def test_an_older_project_is_brought_up_to_date_with_everything_in_it(tmp_path):
    """The first schema's families and stories are there after the newest one is applied."""
    from alembic import command
    from alembic.config import Config

    import pipelines.migrations

    engine = connect(tmp_path / "project.db")
    config = Config()
    config.set_main_option("script_location", str(next(iter(pipelines.migrations.__path__))))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.exec_driver_sql(
            "INSERT INTO family (id, theme, title, kind, source, split, moral_reason, "
            "immoral_reason, created_at) VALUES ('a', 't', 't', 'plot', 'library', 'train', '', "
            "'', '2026-01-01 00:00:00')"
        )
        connection.exec_driver_sql(
            "INSERT INTO story (family_id, wording, arm, name, pronouns, text, excluded, checks) "
            "VALUES ('a', 1, 'male', 'Adam', '-', 'Adam left.', 0, '{}')"
        )
    engine.dispose()
    project = Project(tmp_path)
    with project.read() as session:
        story = session.scalar(select(Story))
        assert (story.text, story.light, story.allowed) == ("Adam left.", "", False)
        assert session.get_one(Family, "a").provenance == {}
    assert schema_version(project.engine) == HEAD


def test_an_error_inside_a_transaction_leaves_nothing(project):
    with pytest.raises(ZeroDivisionError), project.write() as session:
        session.add(family("a"))
        session.flush()
        raise ZeroDivisionError
    with project.read() as session:
        assert session.get(Family, "a") is None


WRITER = """
import sys
from pipelines.records import Event
from pipelines.store import Project
project = Project(sys.argv[1])
for number in range(150):
    with project.write() as session:
        session.add(Event(who=sys.argv[2], action="test", subject="none", subject_id=str(number)))
"""


def test_processes_that_create_and_write_at_once_lose_nothing(root, tmp_path):
    """Four processes open the same new project and write 150 rows each, row by row."""
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path / "study"), name],
            cwd=root,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name in "abcd"
    ]
    assert [(process.wait(), process.stderr.read()) for process in writers] == [(0, "")] * 4
    with Project(tmp_path / "study").read() as session:
        counts = session.execute(select(Event.who, func.count()).group_by(Event.who)).tuples()
        assert dict(counts.all()) == dict.fromkeys("abcd", 150)


def test_a_killed_writer_leaves_whole_rows_and_no_lock(root, tmp_path):
    endless = WRITER.replace("range(150)", "range(10**9)").replace(
        "for number", "print('ready', flush=True)\nfor number"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", endless, str(tmp_path / "study"), "a"],
        cwd=root,
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    project = Project(tmp_path / "study")
    while count(project) < 20:
        pass
    process.kill()
    process.wait()
    before = count(project)
    with project.write() as session:
        session.add(Event(who="b", action="test", subject="none", subject_id="0"))
        numbers = session.scalars(select(Event.subject_id).where(Event.who == "a")).all()
    assert count(project) == before + 1
    assert sorted(map(int, numbers)) == list(range(before))


def count(project):
    with project.read() as session:
        return session.scalar(select(func.count(Event.id)))


def test_a_full_disk_is_one_sentence_and_keeps_what_was_saved(project):
    """SQLite's own page limit gives the very error of a full disk."""
    with project.write() as session:
        session.add(family("kept"))
    with project.engine.connect() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    from sqlalchemy import event

    @event.listens_for(project.engine, "begin")
    def no_more_pages(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with (
        pytest.raises(ProjectError, match=r"is full\. Free some space"),
        project.write() as session,
    ):
        session.add_all(family(f"{number}" * 200) for number in range(500))
    with project.read() as session:
        assert session.scalars(select(Family.id)).all() == ["kept"]


def test_a_database_of_a_newer_version_is_refused(project):
    with project.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(ProjectError, match="newer Evenhand"):
        Project(project.root)


def test_a_database_of_another_program_is_refused(tmp_path):
    import sqlite3

    with sqlite3.connect(tmp_path / "project.db") as connection:
        connection.execute("CREATE TABLE recipe (id INTEGER)")
    with pytest.raises(ProjectError, match="another program"):
        Project(tmp_path)


def test_a_missing_project_is_not_made_by_accident(tmp_path):
    with pytest.raises(ProjectError, match="holds no project"):
        Project(tmp_path / "none", create=False)
    assert not (tmp_path / "none").exists()


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path):
    (tmp_path / "study").write_text("a file")
    with pytest.raises(ProjectError, match="Choose another"):
        Project(tmp_path / "study")
