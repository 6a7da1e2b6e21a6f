"""Model references: what they name and what is refused."""

import pytest

from pipelines.errors import ModelError
from pipelines.models.load import adapter_folder, load_base, load_model
from pipelines.models.references import Reference, parse_reference


@pytest.mark.parametrize(
    ("text", "reference"),
    [
        ("bundled", Reference("bundled")),
        (" bundled ", Reference("bundled")),
        ("hub:org/name", Reference("hub", "org/name")),
        ("hub:org/name@main", Reference("hub", "org/name", "main")),
        ("path:/models/a", Reference("path", "/models/a")),
        ("run:0123456789ab", Reference("run", "0123456789ab")),
        ("run:0123456789ab@40", Reference("run", "0123456789ab", "40")),
        (
            "endpoint:http://127.0.0.1:8000/v1#org/name",
            Reference("endpoint", "http://127.0.0.1:8000/v1", served="org/name"),
        ),
        (
            "endpoint:HTTPS://[::1]/v1/#/models/a b:free",
            Reference("endpoint", "HTTPS://[::1]/v1/", served="/models/a b:free"),
        ),
    ],
)
def test_known_forms(text, reference):
    assert parse_reference(text) == reference
    assert str(reference) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gpt2",
        "hub:gpt2",
        "hub:../x/y",
        "hub:a/b/c",
        "run:../../etc",
        "run:xyz",
        "path:",
        "ftp:a",
        "endpoint:",
        "endpoint:127.0.0.1:8000/v1#m",
        "endpoint:file:///etc/passwd#m",
        "endpoint:http://#m",
        "endpoint:http:///v1#m",
        "endpoint:http://host:99999/v1#m",
        "endpoint:http://host:0/v1#m",
        "endpoint:http://[::1/v1#m",
        "endpoint:http://host\\other/v1#m",
        "endpoint:http://host/a b#m",
        "endpoint:http://höst/v1#m",
        "endpoint:http://host/v1",
        "endpoint:http://host/v1#",
        "endpoint:http://host/v1#a#b",
        "endpoint:http://host/v1# a",
        "endpoint:http://host/v1#a\nb",
        "endpoint:http://host/v1#" + "a" * 500,
    ],
)
def test_anything_else_is_refused_with_the_forms_there_are(text):
    with pytest.raises(ModelError, match="bundled, hub:org/name"):
        parse_reference(text)


@pytest.mark.parametrize(
    "url",
    ["http://me:hunter2@host/v1", "http://hunter2@host/v1", "http://host/v1?api-key=hunter2"],
)
def test_a_url_that_holds_a_secret_is_refused_without_repeating_it(url):
    with pytest.raises(ModelError, match="EVENHAND_ENDPOINT_KEY") as error:
        parse_reference(f"endpoint:{url}#m")
    assert "hunter2" not in str(error.value)


def test_a_server_has_no_weights_that_could_be_located():
    with pytest.raises(ModelError, match="its weights are not here"):
        load_base(parse_reference("endpoint:http://127.0.0.1:8000/v1#m"))


def test_a_folder_with_pickle_weights_only_is_refused(tmp_path):
    (tmp_path / "config.json").write_text("{}")
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04.")
    with pytest.raises(ModelError, match="does not open pickle files"):
        load_base(parse_reference(f"path:{tmp_path}"))


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"no config\.json"):
        load_base(parse_reference(f"path:{tmp_path / 'nothing'}"))


@pytest.mark.parametrize("place", ["~no-such-person/model", "x" * 300, "a\0b"])
def test_a_folder_that_there_cannot_be_is_refused(place):
    with pytest.raises(ModelError, match="cannot be opened"):
        load_base(parse_reference(f"path:{place}"))


def test_a_folder_with_a_broken_model_is_refused(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "no such type"}')
    (tmp_path / "model.safetensors").write_bytes(b"junk")
    with pytest.raises(ModelError):
        load_base(parse_reference(f"path:{tmp_path}"))


def test_a_hub_model_without_network_says_what_to_do(project):
    with pytest.raises(ModelError, match="Check its name and the network"):
        load_model(project, "hub:nobody-at-all/no-such-model")


def test_a_run_that_does_not_exist_is_refused(project):
    with pytest.raises(ModelError, match="no such run"):
        load_model(project, "run:0123456789ab")


def test_a_checkpoint_is_that_of_the_last_phase_which_has_it(project):
    run = project.runs / "0123456789ab"
    for place in ("adapter", "sft/checkpoint-5", "sft/checkpoint-9", "dpo/checkpoint-5"):
        (run / place).mkdir(parents=True)
        (run / place / "adapter_model.safetensors").touch()
    found = {
        step: adapter_folder(project, parse_reference(f"run:0123456789ab{step}"))
        for step in ("", "@5", "@9")
    }
    assert found == {
        "": run / "adapter",
        "@5": run / "dpo/checkpoint-5",
        "@9": run / "sft/checkpoint-9",
    }
    with pytest.raises(ModelError, match="no saved adapter"):
        adapter_folder(project, parse_reference("run:0123456789ab@7"))
