import pytest

from pipelines.errors import ConfigError, ProjectError
from pipelines.store import Project
from studio.header import go_to
from studio.session import workshop_of


@pytest.fixture
def workshop(tmp_path):
    Project(tmp_path / "home" / "study").close()
    return workshop_of(tmp_path / "home" / "study")


@pytest.mark.parametrize(
    "name",
    ["../study", "..", ".", "", "/etc", "a/b", "a\\b", "\\\\?\\C:", "C:", "Study", "a b", "-a",
     "a-", "con", "lpt1", "a" * 49, "study\n", "é", None, 7],
)  # fmt: skip
def test_only_plain_names_open_a_project(workshop, name):
    with pytest.raises(ConfigError):
        workshop.folder(name)


def test_a_link_is_refused_and_not_listed(workshop, tmp_path):
    Project(tmp_path / "elsewhere").close()
    (workshop.home / "linked").symlink_to(tmp_path / "elsewhere")
    assert workshop.names() == ["study"]
    with pytest.raises(ConfigError, match="link"):
        workshop.open("linked")


def test_a_project_that_is_not_there_is_only_made_when_asked(workshop):
    with pytest.raises(ProjectError):
        workshop.open("class-2")
    assert go_to(workshop, "class-2", create=True)[0] == "class-2"
    assert workshop.names() == ["class-2", "study"]


def test_a_name_that_is_taken_cannot_be_created_again(workshop):
    with pytest.raises(ConfigError, match="already"):
        go_to(workshop, "study", create=True)


@pytest.mark.parametrize("kept", ["gone", "../x", None, 3, ["study"]])
def test_a_browser_that_remembers_nonsense_opens_the_first_project(workshop, kept):
    assert workshop.remembered(kept) == "study"
