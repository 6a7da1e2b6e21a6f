"""Nobody gets in by accident: an open address needs a login."""

import pytest

from pipelines.errors import ConfigError
from studio.layout import read_login


@pytest.fixture(autouse=True)
def plain(monkeypatch):
    for name in ("EVENHAND_LOGIN", "SPACE_ID"):
        monkeypatch.delenv(name, raising=False)


def test_this_machine_alone_needs_no_login():
    assert read_login("127.0.0.1") is None


@pytest.mark.parametrize("login", ["", "name", "name:", ":password"])
def test_an_open_address_without_a_whole_login_is_refused(monkeypatch, login):
    monkeypatch.setenv("EVENHAND_LOGIN", login)
    with pytest.raises(ConfigError, match="EVENHAND_LOGIN"):
        read_login("0.0.0.0")


def test_a_login_is_read_with_colons_in_its_password(monkeypatch):
    monkeypatch.setenv("EVENHAND_LOGIN", "ada:a:b")
    assert read_login("0.0.0.0") == ("ada", "a:b")


def test_a_space_is_opened_by_its_owner(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/evenhand")
    assert read_login("0.0.0.0") is None
