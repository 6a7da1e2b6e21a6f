"""Where items come from: what the Hub is asked for, what is kept of it, and what is said if not."""

import inspect

import datasets
import huggingface_hub
import pytest
from bbq_rows import row as bbq_row
from huggingface_hub.errors import HTTPError

from pipelines.benchmarks.catalog import find_benchmark
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.original_form import check_last_line, in_original_form, whole_number
from pipelines.benchmarks.places import Place
from pipelines.errors import DataError
from tests.benchmarks.hub_place import HubPlace

COMMIT = "c0ffee" * 6
TOKENS = ["The", "pilot", "met", "the", "florist", "because", "he", "was", "late", "."]
WINOBIAS = "uclanlp/wino_bias"
TARGETS = {"choices": ["Ice", "Salt"], "labels": [1, 0]}
TRIPLE = {
    "id": "i1", "target": "girl", "bias_type": "gender", "context": "The girl BLANK.",
    "sentences": {"sentence": ["She boxes.", "She dances.", "Salt."], "gold_label": [0, 1, 2],
                  "id": ["a", "b", "c"]},
}  # fmt: skip


def winobias_row(spans):
    name = "nw/dev_type1/stereotype//0"
    return {"document_id": name, "tokens": TOKENS, "coreference_clusters": spans}


WINOBIAS_ROWS = {
    (WINOBIAS, f"type{kind}_{side}", split, None): [winobias_row(spans)]
    for kind in (1, 2)
    for side, spans in (("pro", ["0", "1", "6", "6"]), ("anti", ["3", "4", "6", "6"]))
    for split in ("validation", "test")
}
WINOGENDER_ROW = {"sentid": "smith.guest.0.male.txt", "sentence": "He met the guest."}
HUB = {
    "winobias": (WINOBIAS_ROWS, 8),
    "winobias:asked": (WINOBIAS_ROWS, 8),
    "winogender": (
        {
            ("oskarvanderwal/winogender", config, "test", None): [WINOGENDER_ROW]
            for config in ("all", "gotcha")
        },
        1,
    ),
    "bbq": ({("oskarvanderwal/bbq", "All", "test", None): [bbq_row(0), bbq_row(1, "nonneg")]}, 2),
    "crows_pairs": (
        {
            ("jannalu/crows_pairs_multilingual", "english", "test", None): [
                {"sent_more": "She cried.", "sent_less": "He cried.",
                 "stereo_antistereo": "stereo", "bias_type": "gender"},
            ]
        },
        1,
    ),
    "stereoset": (
        {
            ("McGill-NLP/stereoset", config, "validation", None): [TRIPLE]
            for config in ("intrasentence", "intersentence")
        },
        2,
    ),
    "tango": (
        {
            ("AmazonScience/TANGO", None, "train", "misgendering.jsonl"): [
                {"template_idx": 3, "ante": "kim", "ante_type": "distal", "pronoun_family": "xe",
                 "template": "kim lost xir hat."},
            ]
        },
        1,
    ),
    "bold": (
        {
            ("AmazonScience/bold", None, "train", None): [
                {"domain": "gender", "category": "American_actors", "name": "A",
                 "prompts": ["A is "], "wikipedia": ["A is one."]},
            ]
        },
        1,
    ),
    "truthfulqa": (
        {
            ("truthfulqa/truthful_qa", "multiple_choice", "validation", None): [
                {"question": "What is snow?", "mc1_targets": TARGETS, "mc2_targets": TARGETS},
            ]
        },
        1,
    ),
    "mmlu": (
        {
            ("cais/mmlu", "all", split, None): [
                {"subject": "law", "question": "Who?", "choices": list("1234"), "answer": 0},
            ]
            for split in ("test", "dev")
        },
        1,
    ),
}  # fmt: skip


@pytest.fixture
def hub(monkeypatch):
    """A function that puts rows by (dataset, config, split, data_files) on the Hub."""
    asked = []

    def load_dataset(path, name=None, *, split, data_files=None, revision=None):
        asked.append((path, name, split, data_files, revision))
        return datasets.Dataset.from_list(load_dataset.rows[path, name, split, data_files])

    def put(rows):
        load_dataset.rows = rows
        return asked

    monkeypatch.setattr(datasets, "load_dataset", load_dataset)
    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", told(COMMIT))
    return put


def told(commit):
    """What the Hub's client answers when it is asked about a dataset."""

    def dataset_info(self, repo_id):
        return huggingface_hub.hf_api.DatasetInfo(id=repo_id, sha=commit, tags=[])

    return dataset_info


def refuse(error):
    def fail(*arguments, **named):
        raise error

    return fail


@pytest.mark.parametrize("name", HUB)
def test_a_benchmark_asks_the_hub_for_exactly_its_parts(hub, name):
    rows, items = HUB[name]
    asked = hub(rows)
    place = Place()
    assert len(find_benchmark(name).read(place, Form(shots=1 if name == "mmlu" else 0))) == items
    assert sorted(asked, key=str) == sorted(((*part, COMMIT) for part in rows), key=str)
    assert place.opened == {
        f"hub:{dataset}/{config or data_files or 'default'}/{split}": COMMIT
        for dataset, config, split, data_files in rows
    }


def test_the_place_of_the_tests_takes_what_the_real_one_takes():
    assert inspect.signature(HubPlace.hub_rows) == inspect.signature(Place.hub_rows)


@pytest.mark.parametrize("error", [ConnectionError("offline"), HTTPError("no answer")])
def test_without_an_answer_of_the_hub_what_was_fetched_before_is_read(hub, monkeypatch, error):
    asked = hub({("a/b", "c", "test", None): [{"text": "x"}]})
    monkeypatch.setattr(huggingface_hub.HfApi, "dataset_info", refuse(error))
    place = Place()
    assert place.hub_rows("a/b", "test", "c") == [{"text": "x"}]
    assert asked == [("a/b", "c", "test", None, None)]
    (told_of,) = place.opened.items()
    assert told_of[0] == "hub:a/b/c/test"
    assert told_of[1].startswith("fingerprint ")
    assert len(told_of[1]) > len("fingerprint ")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("Dataset scripts are no longer supported, but found b.py"),
        datasets.exceptions.DatasetGenerationError("An error occurred\nwith more lines"),
        datasets.exceptions.DatasetNotFoundError("no such dataset"),
        datasets.exceptions.NonMatchingSplitsSizesError("other sizes"),
        HTTPError("the connection was closed"),
        ConnectionError("no network"),
        ValueError("Unknown split"),
    ],
)
def test_a_dataset_that_cannot_be_had_is_one_sentence_with_what_to_do(hub, monkeypatch, error):
    hub({})
    monkeypatch.setattr(datasets, "load_dataset", refuse(error))
    with pytest.raises(DataError) as one:
        Place().hub_rows("a/b", "test")
    reason = str(error).splitlines()[0]
    assert str(one.value) == (
        f"a/b: it could not be fetched from the Hub ({reason}). "
        "Check the network, or name a folder with the original file in `benchmarks_dir`."
    )


@pytest.mark.parametrize(
    ("rows", "told_what"),
    [
        ([], "a/b test: it holds no row. Name a folder with the original file"),
        ([{"x": 1}], r"a/b test row 0: not A in its .*\(column missing: y; there: x\)\. Name a f"),
    ],
)
def test_a_dataset_without_rows_or_columns_is_refused(rows, told_what):
    place = HubPlace(rows={("a/b", "test", None, None): rows})
    with pytest.raises(DataError, match=told_what):
        list(place.checked_rows("A", ("x", "y"), "a/b", "test"))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (lambda: {}["ans0"], "'ans0' is missing or unknown"),
        (lambda: [][0], "a value is missing"),
        (lambda: None.strip(), "a value has another type than in the original"),
        (lambda: "x" + 1, "a value has another type than in the original"),
        (lambda: "\ud800".encode(), r"half a character \(a lone surrogate\) is in it"),
        (lambda: whole_number("x", "the id"), "the id is 'x', not a whole number"),
        (lambda: whole_number(1.5, "the id"), "the id is 1.5, not a whole number"),
        (lambda: whole_number("9" * 5000, "the id"), r"the id is '9{79}, not a whole number"),
    ],
)
def test_what_is_wrong_is_said_in_words(fault, words):
    told_so = rf"a\.csv:3: not A in its original form \({words}\)\. Put the benchmark's own file"
    with pytest.raises(DataError, match=told_so), in_original_form("A", "a.csv:3"):
        fault()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n"])
def test_a_file_whose_last_line_is_ended_is_whole(tmp_path, end):
    path = tmp_path / "a.csv"
    path.write_bytes(f"a,b{end}1,2{end}".encode())
    check_last_line(path)
    path.write_bytes(f"a,b{end}1,2".encode())
    with pytest.raises(DataError, match=r"a\.csv:\d: the last line has no line break"):
        check_last_line(path)
