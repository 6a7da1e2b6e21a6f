"""Where pairs come from: our own, WinoQueer, a file, and a model's lineage."""

import json

import pytest

from pipelines.benchmarks.gender_diverse import own_pairs
from pipelines.choosing import choose
from pipelines.configs import AuditConfig
from pipelines.errors import ConfigError, DataError, ModelError
from pipelines.records import Run, State
from pipelines.rewards.lineage import trace
from pipelines.rewards.pair_file import audit_name, read_file
from pipelines.rewards.sources import read_pairs, read_winoqueer
from tests.benchmark_files import benchmarks

RUN = "a1b2c3d4e5f6"


def add_run(project, method, **config):
    with project.write() as session:
        session.add(
            Run(
                id=RUN, name=method, method=method, base_model="bundled", state=State.FINISHED,
                config={"beta": 0.3, "max_length": 512, **config},
            )
        )  # fmt: skip
    return f"run:{RUN}"


def write(path, text):
    path.write_text(text, encoding="utf-8")
    return str(path)


# Lists that have a name


def test_our_own_pairs_are_asked_in_a_chat_and_have_a_plain_opening(project):
    found = read_pairs(project, AuditConfig(model="bundled"), lineage=None)
    assert (found.name, found.ideal, len(found.pairs)) == ("gender_diverse", 0.0, len(own_pairs()))
    first, told = found.pairs[0], own_pairs()[0]
    assert first.texts == (told["affirming"], told["stigmatizing"])
    assert first.opening == told["prompt"]
    assert first.conversation[0]["content"].endswith(told["prompt"])
    assert found.warning
    assert {pair.facts.get("control") for pair in found.pairs} == {None, "cisgender"}


def test_of_winoqueer_the_sentence_about_queer_people_is_the_worse():
    found = read_winoqueer(benchmarks("winoqueer", "winoqueer_final.csv").parent.parent)
    assert (found.name, found.ideal) == ("winoqueer", 0.5)
    assert len(found.pairs) > 50
    assert all(pair.conversation == [] and not pair.opening for pair in found.pairs)
    trans = next(pair for pair in found.pairs if pair.facts["identity"] == "Transgender")
    assert "ransgender" in trans.worse
    assert "ransgender" not in trans.better
    assert list(found.files) == ["winoqueer/winoqueer_final.csv"]


def test_a_limited_choice_takes_whole_families(project):
    pairs = read_pairs(project, AuditConfig(model="bundled"), lineage=None).pairs
    chosen = choose(pairs, 8, 0)
    assert (chosen.families, len(chosen.items)) == (8, 24)


# Files


def test_a_table_of_pairs_is_read_with_its_optional_columns(project, tmp_path):
    file = write(
        tmp_path / "My pairs.csv",
        "prompt,affirming,stigmatizing,identity,note\n"
        "Who is Ash?,A colleague.,A problem.,agender,x\n"
        ",They sing.,They whine.,,\n"
        "Who is Ash?,A friend.,A burden.,agender,\n",
    )
    found = read_file(project, file)
    assert found.name == "my_pairs"
    first, second, third = found.pairs
    assert first.conversation == [{"role": "user", "content": "Who is Ash?"}]
    assert first.facts == {"identity": "agender"}
    assert (second.conversation, second.opening, second.facts) == ([], "", {})
    assert first.family == third.family != second.family
    assert len({pair.key for pair in found.pairs}) == 3


def test_a_pair_keeps_its_key_when_the_file_grows_and_is_taken_once(project, tmp_path):
    rows = [{"affirming": f"good {n}", "stigmatizing": f"bad {n}"} for n in range(3)]
    small = write(tmp_path / "a.jsonl", json.dumps(rows[1]) + "\n")
    large = write(tmp_path / "b.json", json.dumps([*rows, rows[1]]))
    keys = [{pair.key for pair in read_file(project, file).pairs} for file in (small, large)]
    assert len(keys[1]) == 3
    assert keys[0] < keys[1]
    assert read_file(project, large).notes == (
        "1 pairs of b.json are there twice and were taken once.",
    )


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("a.csv", "prompt,good,bad\na,b,c\n", r"a\.csv:2: affirming is missing"),
        ("a.csv", "affirming,stigmatizing\nx,y\nx, \n", r"a\.csv:3: stigmatizing is empty"),
        ("a.csv", "affirming,stigmatizing\nx,x\n", r"a\.csv:2: both texts are the same"),
        ("a.jsonl", '{"affirming": 3, "stigmatizing": "y"}\n', r"a\.jsonl:1: affirming is no text"),
        ("a.jsonl", '{"affirming": "x", "stigmatizing": "y", "prompt": [1]}', "prompt is no text"),
        ("a.jsonl", '{"affirming": "x", \n', r"a\.jsonl:1: not JSON"),
        ("a.csv", "", "the file is empty"),
        ("a.csv", "PK\x03\x04", "a zip archive or a spreadsheet"),
        ("a.json", "[" * 100_000, "a.json"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_list_of_pairs_says_where_and_what_is_needed(
    project, tmp_path, name, text, says
):
    with pytest.raises(DataError, match=says):
        read_file(project, write(tmp_path / name, text))


@pytest.mark.parametrize("named", ["no-such.csv", "winoquer", "a" * 5000, "x\0y", "~nobody-here/a"])
def test_what_names_no_file_says_which_names_there_are(project, named):
    with pytest.raises(ConfigError, match="`pairs`"):
        read_file(project, named)


def test_in_a_space_only_uploaded_files_are_read(project, tmp_path, monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/evenhand")
    text = "affirming,stigmatizing\nx,y\n"
    uploads = project.root / "uploads" / "abc"
    uploads.mkdir(parents=True)
    outside = write(tmp_path / "a.csv", text)
    (uploads / "link.csv").symlink_to(outside)
    for file in (outside, str(uploads / ".." / ".." / ".." / "a.csv"), str(uploads / "link.csv")):
        with pytest.raises(ConfigError, match="reads no files but uploaded ones"):
            read_file(project, file)
    assert len(read_file(project, write(uploads / "a.csv", text)).pairs) == 1


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("../../My File (2).csv", "my_file_2"),
        ("gender_diverse.json", "gender_diverse_file"),
        ("<script>.csv", "script"),
        ("....csv", "_file"),
        ("x" * 300, "x" * 60),
    ],
)
def test_an_audit_has_a_plain_name_that_is_no_known_one(tmp_path, file, name):
    assert audit_name(tmp_path / file) == name


def test_texts_that_look_like_formulas_or_markup_stay_what_they_are(project, tmp_path):
    file = write(tmp_path / "a.csv", "affirming,stigmatizing\n=1+1,<script>alert(1)</script>\n")
    assert read_file(project, file).pairs[0].texts == ("=1+1", "<script>alert(1)</script>")


# Where a model comes from


@pytest.mark.parametrize(
    ("method", "reference", "stages"),
    [
        ("dpo", "bundled", [("base", "bundled"), ("DPO", f"run:{RUN}")]),
        (
            "sft+dpo",
            f"run:{RUN}@sft",
            [("base", "bundled"), ("SFT", f"run:{RUN}@sft"), ("SFT+DPO", f"run:{RUN}")],
        ),
        ("sft", "bundled", [("base", "bundled"), ("SFT", f"run:{RUN}")]),
    ],
)
def test_the_reference_of_dpo_is_the_policy_before_it(project, method, reference, stages):
    found = trace(project, AuditConfig(model=add_run(project, method)))
    assert (found.reference, found.beta, list(found.stages)) == (reference, 0.3, stages)
    assert (found.base, found.tokenizer) == ("bundled", "bundled")
    assert bool(found.notes) == (method == "sft")


def test_the_stage_after_sft_has_the_base_model_as_reference(project):
    run = add_run(project, "sft+dpo")
    found = trace(project, AuditConfig(model=f"{run}@sft"))
    assert (found.reference, found.stages[-1]) == ("bundled", ("SFT", f"{run}@sft"))


def test_a_checkpoint_belongs_to_the_phase_that_saved_it(project):
    run = add_run(project, "sft+dpo")
    (project.runs / RUN / "dpo" / "checkpoint-7").mkdir(parents=True)
    dpo, sft = (trace(project, AuditConfig(model=f"{run}@{step}")) for step in (7, 3))
    assert (dpo.reference, dpo.stages[-1][0]) == (f"{run}@sft", "SFT+DPO, step 7")
    assert (sft.reference, sft.stages[-1][0]) == ("bundled", "SFT, step 3")


def test_beta_and_reference_can_be_named(project):
    run = add_run(project, "sft+dpo")
    found = trace(project, AuditConfig(model=run, reference="bundled", beta=0.5))
    assert (found.reference, found.beta) == ("bundled", 0.5)


def test_a_model_from_elsewhere_needs_a_reference_and_says_that_beta_is_a_guess(project):
    with pytest.raises(ConfigError, match="Name the model that it was trained from"):
        trace(project, AuditConfig(model="hub:some/model"))
    found = trace(project, AuditConfig(model="hub:some/model", reference="hub:some/base"))
    assert (found.beta, found.reference) == (0.1, "hub:some/base")
    assert "beta is not known" in found.notes[0]


def test_what_has_no_reward_is_refused_with_a_sentence(project):
    server = "endpoint:http://127.0.0.1:8000/v1#m"
    for config in (
        AuditConfig(model=server, reference="bundled"),
        AuditConfig(model="hub:some/model", reference=server),
    ):
        with pytest.raises(ModelError, match="gives no log-probabilities of given words"):
            trace(project, config)
    with pytest.raises(ModelError, match="no such run"):
        trace(project, AuditConfig(model="run:000000000000"))
    with pytest.raises(ModelError, match="no SFT before its DPO"):
        trace(project, AuditConfig(model=add_run(project, "dpo") + "@sft"))
    with pytest.raises(ConfigError, match="the audited model itself"):
        trace(project, AuditConfig(model=f"run:{RUN}", reference=f" run:{RUN}"))
