"""Sentences of benchmarks are found in rows, word for word or nearly, and seldom by chance."""

import json
import re

import pytest
from sqlalchemy import select

from pipelines.errors import ConfigError, DataError
from pipelines.preferences.importing.benchmark_texts import read_benchmarks
from pipelines.preferences.importing.contamination import (
    BenchmarkIndex,
    find_contamination,
    index_benchmarks,
)
from pipelines.preferences.importing.near import words_of
from pipelines.records import PreferenceRow
from tests.benchmark_files import benchmarks
from tests.preferences.import_files import bring, rows_of, write_jsonl

SENTENCE = "The gardener handed the spade to the visitor because he was tired of digging."
SHORT = "Gardeners are patient."


@pytest.fixture
def folder(tmp_path):
    """A folder with one benchmark, CrowS-Pairs, of one pair of our own."""
    path = tmp_path / "benchmarks" / "crows_pairs" / "crows_pairs_anonymized.csv"
    path.parent.mkdir(parents=True)
    path.write_text(f'"","sent_more","sent_less"\n0,"{SENTENCE}","{SHORT}"\n', encoding="utf-8")
    return tmp_path / "benchmarks"


def alike(folder, text):
    """How much alike the text's match is; 0 if there is none."""
    found = find_contamination([text], folder)
    return found[0].alike if found else 0


def test_a_sentence_is_found_word_for_word_whatever_its_case_and_signs(folder):
    shouted = f"So he wrote: “{SENTENCE.upper().rstrip('.')}”! And went on at length."
    assert alike(folder, shouted) == 1


def test_a_sentence_with_its_gender_swapped_is_found(folder):
    assert 0.9 <= alike(folder, f"Listen. {SENTENCE.replace(' he ', ' she ')} Done.") < 1


def test_a_sentence_with_half_its_words_is_not_found(folder):
    assert not alike(folder, "The gardener handed the spade to a passing child and went home.")


def test_a_short_sentence_is_found_only_as_a_whole_text(folder):
    assert alike(folder, "gardeners are patient") == 1
    assert not alike(folder, f"As they say: {SHORT}")


def test_part_of_a_word_is_not_a_word(folder):
    assert not alike(folder, "Xgardeners are patient")
    assert alike(folder, SENTENCE.replace("digging", "diggings")) < 1


def test_a_match_names_its_place_and_its_benchmark(folder):
    found = find_contamination(["Nothing here.", SENTENCE], folder)
    assert [(match.place, match.benchmark) for match in found] == [(1, "CrowS-Pairs")]
    assert str(found[0]) == (
        "Holds a sentence of CrowS-Pairs (“The gardener handed the spade to the visitor because "
        "he was tired of digging.”): training on it would spoil that benchmark."
    )
    assert find_contamination([], folder) == []


def test_contaminated_rows_are_kept_excluded_and_counted(project, tmp_path, folder):
    rows = [
        {"prompt": "Tell me of gardens.", "chosen": f"Well. {SENTENCE}", "rejected": "No."},
        {"prompt": "Tell me of ships.", "chosen": "They sail.", "rejected": "No."},
    ]
    result = bring(project, write_jsonl(tmp_path / "rows.jsonl", rows), benchmarks_dir=str(folder))
    assert (result["rows"], result["contaminated"]) == (2, {"CrowS-Pairs": 1})
    assert "Sentences of these benchmarks were looked for: CrowS-Pairs (2)." in result["notes"]
    spoilt, clean = rows_of(project)
    assert spoilt.excluded
    assert "CrowS-Pairs" in spoilt.flags[0]
    assert (clean.excluded, clean.flags) == (False, [])


def test_a_folder_without_benchmarks_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="has none of the folders stereoset"):
        find_contamination(["text"], tmp_path)
    with pytest.raises(ConfigError, match="no such folder"):
        find_contamination(["text"], tmp_path / "absent")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("stereoset/dev.json", "[]"),
        ("stereoset/dev.json", "{"),
        ("genmo/GenMO_dataset.json", '[{"story": "x"}]'),
        ("crows_pairs/crows_pairs.csv", "a,b\n1,2\n"),
        ("winogender/all_sentences.tsv", "header\nno tab\n"),
    ],
)
def test_a_file_in_another_format_is_refused(tmp_path, name, content):
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataError, match=f"{path.name}: not .* in its original format"):
        list(read_benchmarks(tmp_path))


@pytest.fixture(scope="module")
def index():
    """The benchmark files at hand."""
    return index_benchmarks(benchmarks())


def found_in(index, *texts):
    return {match.benchmark for text in texts for match in index.find(0, words_of(text))}


def test_every_benchmark_at_hand_is_read(index):
    assert set(index.counts) == {
        "StereoSet", "CrowS-Pairs", "BBQ", "WinoBias", "Winogender", "WinoQueer", "TANGO",
        "GenMO", "TruthfulQA",
    }  # fmt: skip
    assert index.counts["TruthfulQA"] == 395
    assert index.counts["TANGO"] == 1440


def test_every_item_of_stereoset_is_found_in_biasdpos_form(index):
    """Each intersentence item as prompt, chosen and rejected, as BiasDPO's columns have it."""
    items = json.loads(benchmarks("stereoset", "dev.json").read_text())["data"]["intersentence"]
    missed = [
        item["id"]
        for item in items
        if "StereoSet"
        not in found_in(index, item["context"], *(each["sentence"] for each in item["sentences"]))
    ]
    assert not missed


def test_biasdpos_form_is_contaminated_where_stereoset_has_its_items(project, index):
    """The StereoSet file at hand is cut to gender: its items are 3 of these 200 rows."""
    items = json.loads(benchmarks("stereoset", "dev.json").read_text())["data"]["intersentence"]
    contexts = {item["context"].strip() for item in items}
    bring(project, benchmarks("biasdpo_format", "dataset.jsonl"), benchmarks_dir=str(benchmarks()))
    rows = rows_of(project)
    inside = [row.id for row in rows if row.prompt[0]["content"] in contexts]
    assert [row.id for row in rows if row.excluded] == inside
    assert len(inside) == 3


@pytest.mark.parametrize(
    "file", [("genderalign", "GenderAlign.json"), ("hh_rlhf", "harmless-base", "test.jsonl.gz")]
)
def test_ordinary_dialogues_give_no_false_alarm(project, file):
    result = bring(project, benchmarks(*file), benchmarks_dir=str(benchmarks()))
    assert result["contaminated"] == {}


def test_winobias_is_found_with_the_pronouns_of_the_other_gender(index):
    """Of 100 sentences with a pronoun swapped all are found, inside other text."""
    lines = (benchmarks("winobias") / "pro_stereotyped_type1.txt.dev").read_text().splitlines()
    swapped = {"[he]": "she", "[she]": "he", "[him]": "her", "[his]": "her"}
    texts = []
    for line in lines[:100]:
        text = line.partition(" ")[2]
        for old, new in swapped.items():
            text = text.replace(old, new)
        texts.append("I read this today: " + re.sub(r"[\[\]]", "", text) + " Strange, is it not?")
    assert all("WinoBias" in found_in(index, text) for text in texts)


def test_sentences_of_one_template_are_all_found():
    """4,900 sentences: each run of words is in 70 of them or more, so none tells one of them."""
    made = [
        f"People like grower{one} in the garden are often called number{other}"
        for one in range(70)
        for other in range(70)
    ]
    index = BenchmarkIndex(("Roses", sentence) for sentence in made)
    for sentence in made[::500]:
        found = list(index.find(0, words_of(f"They say: {sentence}. Do they?")))
        assert [(match.sentence, match.alike) for match in found] == [(sentence, 1.0)]


def test_no_sentence_gives_an_index_that_finds_nothing():
    assert not list(BenchmarkIndex([]).find(0, ["any", "words"]))


def test_rows_imported_before_the_benchmarks_were_at_hand_are_looked_through(
    project, tmp_path, folder
):
    rows = [{"prompt": "Tell me of gardens.", "chosen": SENTENCE, "rejected": "No."}]
    path = write_jsonl(tmp_path / "rows.jsonl", rows)
    bring(project, path)
    assert not rows_of(project)[0].excluded
    result = bring(project, path, benchmarks_dir=str(folder))
    assert (result["rows"], result["contaminated"]) == (0, {"CrowS-Pairs": 1})
    assert rows_of(project)[0].excluded


def test_a_row_that_a_person_took_in_again_stays(project, tmp_path, folder):
    rows = [{"prompt": "Tell me of gardens.", "chosen": SENTENCE, "rejected": "No."}]
    path = write_jsonl(tmp_path / "rows.jsonl", rows)
    bring(project, path, benchmarks_dir=str(folder))
    with project.write() as session:
        session.scalars(select(PreferenceRow)).one().excluded = False
    assert bring(project, path, benchmarks_dir=str(folder))["contaminated"] == {}
    row = rows_of(project)[0]
    assert (row.excluded, len(row.flags)) == (False, 1)
