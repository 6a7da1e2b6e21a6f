"""The command-line contract: exit statuses, one JSON line, sentences instead of tracebacks."""

import json
import os
import subprocess
import sys

import pytest

from pipelines.cli import main
from pipelines.stages import STAGES


def command(root, *words, **settings):
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *map(str, words)],
        cwd=root,
        capture_output=True,
        text=True,
        **settings,
    )


def test_json_is_the_only_line_on_stdout(root, tmp_path):
    done = command(root, "stories", "--project", tmp_path / "study", "--families", 8, "--json")
    assert done.returncode == 0
    counts = {"families": 68, "stories": 8 * 6 + 60 * 3, "flagged": 0}
    assert json.loads(done.stdout) == {**counts, "families_added": 68}
    assert "families written" in done.stderr


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["judge", "--project", "{}/none"], "holds no project"),
        (["stories", "--project", "{}/a", "--theme", "space"], "no theme 'space'"),
        (["stories", "--project", "{}/a", "--families", "-1"], "`families` must be 0"),
        (["stories", "--project", "{}/a", "--arms", "male"], "must hold male and female"),
        (["stories", "--project", "{}/a", "--families", "many"], "invalid int value"),
        (["nonsense"], "invalid choice"),
        (["judge", "--project", "{}/empty"], "no stories to judge"),
        (["judge", "--project", "{}/filled", "--model", "gpt"], "not a model reference"),
        (["judge", "--project", "{}/filled", "--model", "hub:no/such"], "network"),
        (["judge", "--project", "{}/filled", "--orders", "25"], "1 to 24"),
        (["balance", "--project", "{}/filled"], "Run the `judge` stage"),
        (["accept", "--project", "{}/filled"], "--all-passing"),
        (["accept", "--project", "{}/filled", "--all-passing", "--as", "me"], "balance"),
        (["preferences", "export", "--project", "{}/filled", "--out", "{}/x.jsonl"], "accepted"),
        (["train", "--project", "{}/filled"], "accepted"),
        (["train", "--project", "{}/filled", "--beta", "0"], "`beta` must be above 0"),
        (["train", "--project", "{}/filled", "--resume", "0123456789ab"], "names no run"),
        (["evaluate", "--project", "{}/filled", "--benchmarks", "iq"], "own, controls"),
        (["compare", "--project", "{}/filled"], "`--after` must name"),
        (["compare", "--project", "{}/filled", "--after", "bundled"], "must differ"),
        (["evaluate", "--project", "{}/filled", "--model", "run:0123456789ab"], "no such run"),
    ],
    ids=lambda value: " ".join(value[:1] + value[3:]) if isinstance(value, list) else "",
)
def test_an_error_that_can_be_mended_is_one_sentence_and_exit_2(words, part, tmp_path, capsys):
    main(["stories", "--project", str(tmp_path / "filled"), "--families", "2"])
    from pipelines.store import Project

    Project(tmp_path / "empty").close()
    capsys.readouterr()
    try:
        status = main([word.format(tmp_path) for word in words])
    except SystemExit as ended:
        status = ended.code
    shown = capsys.readouterr()
    assert status == 2
    last = shown.err.strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert part in last
    assert "Traceback" not in shown.err


def test_a_corrupt_database_is_told_and_left_alone(root, tmp_path):
    (tmp_path / "project.db").write_bytes(b"not a database at all, but long enough" * 40)
    done = command(root, "judge", "--project", tmp_path)
    assert done.returncode == 2
    assert "is not an Evenhand project" in done.stderr
    assert (tmp_path / "project.db").read_bytes().startswith(b"not a database")


def test_a_damaged_project_is_told(root, tmp_path):
    command(root, "stories", "--project", tmp_path, "--families", 2)
    content = bytearray((tmp_path / "project.db").read_bytes())
    content[4096 : 4096 * 6] = os.urandom(4096 * 5)
    (tmp_path / "project.db").write_bytes(content)
    done = command(root, "stories", "--project", tmp_path)
    assert done.returncode == 2
    assert "damaged" in done.stderr


def test_every_setting_of_every_stage_is_a_flag_with_its_sentence(root):
    for stage in STAGES:
        shown = command(root, *stage.name.split(), "--help").stdout
        for item in stage.config.__dataclass_fields__.values():
            assert "--" + item.name.rstrip("_").replace("_", "-") in shown
            assert item.metadata["help"].split()[0] in shown


def test_a_stage_chosen_loads_nothing_heavy_before_it_runs(root):
    code = (
        "import sys; from pipelines.cli import build_parser; build_parser(); "
        "print(*{m.split('.')[0] for m in sys.modules})"
    )
    found = subprocess.check_output([sys.executable, "-c", code], cwd=root, text=True).split()
    assert not {"torch", "transformers", "trl", "peft", "datasets", "gradio", "pandas"} & set(found)


def test_a_comparison_is_shown_as_a_table_with_its_warnings_and_seconds():
    from pipelines.cli import as_text

    row = {
        "label": "Stance shift",
        "before": 0.2,
        "after": 0.1,
        "change": -0.1,
        "low": -0.2,
        "high": -0.05,
        "p": 0.01,
        "p_holm": 0.02,
        "families": 18,
        "verdict": "better",
    }
    undefined = {"label": "Male bias rate", "undefined": "No pair is mismatched."}
    result = {
        "metrics": {"own": {"stance_shift": row, "male_bias_rate": undefined}},
        "warnings": ["It only hedges."],
        "seconds": {"judge": 61.2, "total": 61.2},
    }
    shown = as_text(result)
    assert "Stance shift" in shown
    assert "-0.200 to -0.050" in shown
    assert "undefined: No pair is mismatched." in shown
    assert "WARNING: It only hedges." in shown
    assert shown.endswith("seconds: judge 61, total 61")
