import itertools
import json

import pytest

from pipelines.cli import main
from pipelines.configs import SwapConfig
from pipelines.errors import ConfigError, DataError
from pipelines.swap.bulk import swap_many
from pipelines.swap.engine import swap
from pipelines.swap.stage import LONGEST_LINE, swap_texts


def result(**settings):
    return list(swap_texts(None, SwapConfig(**settings)))[-1].result


def test_one_text_is_rewritten_and_its_open_words_are_told():
    found = result(text="I gave her food.", to="male")
    assert found["texts"] == ["I gave him food."]
    (one,) = found["ambiguous"]
    assert (one["text"], one["start"], one["end"], one["word"]) == (0, 7, 10, "him")
    assert set(one["choices"]) == {"him", "his"}
    json.dumps(found)


def test_a_file_gives_one_text_a_line_and_keeps_their_numbers(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_bytes("\ufeffShe left.\r\n\r\nI saw her duck.\n".encode())
    found = result(file=str(path), to="male")
    assert found["texts"] == ["He left.", "", "I saw him duck."]
    assert [one["text"] for one in found["ambiguous"]] == [2]


def test_a_long_file_says_how_far_it_is(tmp_path):
    path = tmp_path / "texts.txt"
    path.write_text("She left.\n" * 2500)
    steps = list(swap_texts(None, SwapConfig(file=str(path), to="they")))
    assert [(step.done, step.total) for step in steps] == [(1000, 2500), (2000, 2500), (2500, 2500)]
    assert steps[-1].result["texts"] == ["They left."] * 2500


def test_a_missing_file_is_refused_with_its_name(tmp_path):
    with pytest.raises(ConfigError, match=r"nowhere\.txt"):
        result(file=str(tmp_path / "nowhere.txt"))


def test_a_file_whose_name_is_too_long_is_refused():
    with pytest.raises(ConfigError, match="cannot be read"):
        result(file="x" * 300)


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"She left.\n\xff\xfe\x00", "not UTF-8"), (b"x" * (LONGEST_LINE + 1), "1: longer than")],
)
def test_a_file_that_holds_no_texts_is_refused_with_its_place(tmp_path, content, words):
    path = tmp_path / "texts.bin"
    path.write_bytes(content)
    with pytest.raises(DataError, match=words):
        result(file=str(path))


def test_the_command_line_prints_the_result_as_json(capsys):
    assert main(["swap", "--text", "She walks in and sits down.", "--to", "they", "--json"]) == 0
    assert "They walk in and sit down." in capsys.readouterr().out


def test_several_processes_give_what_one_gives_in_order():
    texts = [f"Sarah lost her {number} keys." for number in range(1200)]
    assert list(swap_many(texts, "male", processes=2)) == list(swap_many(texts, "male"))


def test_many_texts_are_read_only_as_they_are_wanted():
    endless = ("She left." for _ in itertools.count())
    assert next(swap_many(endless, "male")) == swap("She left.", "male")


def test_no_process_at_all_is_refused():
    with pytest.raises(ValueError, match="1 or more"):
        next(swap_many(["She left."], "male", processes=0))
