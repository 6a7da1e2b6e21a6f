"""Pushing with the Hub's real client, in a process of its own, to a server on this machine."""

import json
import os
import socket
import subprocess
import sys

import pytest
from datasets import load_dataset

from pipelines.configs import PushConfig
from pipelines.errors import ConfigError
from pipelines.preferences.push import push_preferences
from tests.hub_server import Hub
from tests.stored_rows import add_rows


@pytest.fixture
def hub():
    """A Hub on this machine."""
    server = Hub()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def push(project, root, tmp_path):
    """Push the project from a fresh process; return its exit status, result and stderr."""
    add_rows(project, "imported", ["train", "train", "validation", "test"])

    def run(endpoint, *flags, token="hf_right", offline="0"):
        command = [sys.executable, "-m", "pipelines", "preferences", "push", "--json",
                   "--project", str(project.root), "--repo", "ann/set", *flags]  # fmt: skip
        settings = {"HF_ENDPOINT": endpoint, "HF_TOKEN": token, "HF_HUB_OFFLINE": offline,
                    "HF_HOME": str(tmp_path / "home")}  # fmt: skip
        done = subprocess.run(
            command, cwd=root, env={**os.environ, **settings}, capture_output=True, text=True
        )
        assert "Traceback" not in done.stderr
        assert token not in done.stdout + done.stderr or not token
        return done.returncode, done.stdout, done.stderr

    return run


def test_a_space_does_not_send_with_its_owner_s_token(project, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "ann/space")
    monkeypatch.setenv("HF_TOKEN", "hf_right")
    add_rows(project, "imported", ["train"])
    with pytest.raises(ConfigError, match="owner's token"):
        list(push_preferences(project, PushConfig(repo="ann/set")))


def test_a_pushed_set_is_private_and_opens_as_a_dataset(hub, push, tmp_path):
    status, out, _ = push(hub.url, "--license", "mit")
    result = json.loads(out)
    assert (status, result["repo"], result["rows"]) == (0, "ann/set", 4)
    assert result["url"] == f"{hub.url}/datasets/ann/set"
    sent = hub.datasets["ann/set"]
    assert sent["private"] is True
    for path, data in sent["files"].items():
        place = tmp_path / "got" / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    found = load_dataset(str(tmp_path / "got"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in found.items()} == result["split"]
    assert b"license: mit" in sent["files"]["README.md"]


def test_a_second_push_takes_away_the_data_that_is_gone(hub, push):
    hub.datasets["ann/set"] = {
        "private": True,
        "files": {"data/old-00000-of-00001.parquet": b"old", "notes.txt": b"mine"},
    }
    assert push(hub.url)[0] == 0
    files = set(hub.datasets["ann/set"]["files"])
    assert "data/old-00000-of-00001.parquet" not in files
    assert {"notes.txt", "README.md", "data/train-00000-of-00001.parquet"} <= files


def test_a_public_set_is_only_pushed_to_when_that_is_said(hub, push):
    hub.datasets["ann/set"] = {"private": False, "files": {}}
    status, _, error = push(hub.url)
    assert status == 2
    assert "exists and is public" in error
    assert hub.datasets["ann/set"]["files"] == {}
    assert push(hub.url, "--no-private")[0] == 0
    assert "README.md" in hub.datasets["ann/set"]["files"]


def test_a_token_that_the_hub_does_not_know_is_told(hub, push):
    status, _, error = push(hub.url, token="hf_wrong")
    assert status == 2
    assert "does not know this token" in error
    assert hub.datasets == {}


@pytest.mark.parametrize(
    ("refuses", "part"),
    [
        (403, "does not let this token write to ann/set"),
        (404, "knows no ann/set"),
        (418, "answered with 418 (Not today)"),
    ],
)
def test_what_the_hub_refuses_is_told(hub, push, refuses, part):
    hub.refuses = refuses
    status, _, error = push(hub.url)
    assert status == 2
    assert part in error


def test_a_hub_that_cannot_be_reached_is_told(push):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        endpoint = f"http://127.0.0.1:{free.getsockname()[1]}"
    status, _, error = push(endpoint)
    assert status == 2
    assert f"{endpoint} cannot be reached" in error


def test_the_password_of_an_address_is_not_shown(push):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        place = f"127.0.0.1:{free.getsockname()[1]}"
    status, _, error = push(f"http://ann:hunter2@{place}")
    assert status == 2
    assert f"http://{place} cannot be reached" in error
    assert "hunter2" not in error


def test_a_client_that_is_offline_is_told(hub, push):
    status, _, error = push(hub.url, offline="1")
    assert status == 2
    assert "HF_HUB_OFFLINE is set" in error


def test_a_name_that_the_hub_does_not_take_is_told(hub, push):
    status, _, error = push(hub.url, "--repo", "ann/se t..")
    assert status == 2
    assert "got 'ann/se t..'" in error


@pytest.mark.parametrize("token", ["", "  "])
def test_no_token_is_told_before_anything_is_sent(project, monkeypatch, token):
    """A token that was left on the disk by a login is not used."""
    monkeypatch.setenv("HF_TOKEN", token)
    with pytest.raises(ConfigError, match="HF_TOKEN is not set"):
        next(push_preferences(project, PushConfig(repo="ann/set")))


def test_a_token_with_signs_that_none_has_is_not_shown(project, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_se cret")
    with pytest.raises(ConfigError, match="no token has") as told:
        next(push_preferences(project, PushConfig(repo="ann/set")))
    assert "cret" not in str(told.value)
