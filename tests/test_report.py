"""The report: one file, nothing from a network, and every text stays text."""

import copy
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from pipelines.configs import ReportConfig
from pipelines.errors import ConfigError, NothingToDo
from pipelines.measured import Comparison, Evaluation, EvaluationItem
from pipelines.records import Run, State, now
from pipelines.report.words import number

HOSTILE = "</script><script>window.hacked = 1</script><img src=x onerror=hack()>"
RUN = "a1b2c3d4e5f6"


def metric(before, after, **more):
    """One metric as `compare` stores it."""
    return {
        "label": "Share", "ideal": 0.5, "meaning": "What it means.", "percent": True,
        "before": before, "after": after, "change": after - before, "low": -0.3, "high": -0.1,
        "p": 0.001, "p_holm": 0.002, "families": 20, "changed_families": 15, "n": 40,
        "verdict": "better", "sentence": "It moved.", **more,
    }  # fmt: skip


@pytest.fixture
def compared(project):
    """A project with a run and a comparison whose texts try to be markup."""
    config = {"before": "bundled", "after": f"run:{RUN}", "benchmarks": "crows_pairs",
              "benchmarks_dir": "/home/somebody/files"}  # fmt: skip
    with project.write() as session:
        session.add(Run(id=RUN, name=HOSTILE, method="dpo", base_model="bundled",
                        config={"method": "dpo", "seed": 7}, data_hash="d4c3",
                        state=State.FINISHED))  # fmt: skip
        ids = {}
        for model in ("bundled", f"run:{RUN}"):
            found = Evaluation(model=model, benchmark="crows_pairs", config_hash="h", config={})
            session.add(found)
            session.flush()
            ids[model] = found.id
            for number in range(30):
                bad = (number < 12) == (model == "bundled")
                session.add(EvaluationItem(
                    evaluation_id=found.id, family_id=f"f{number}", key=f"k{number} {HOSTILE}",
                    bad=bad, score=number / 10 if bad else -number / 10, values={"gap": number},
                    asked=[{"prompt": "", "prefix": "", "options": [f"He {HOSTILE}", "She"],
                            "logps": [-1.5, -2.5], "tokens": [3, 3]}],
                ))  # fmt: skip
        about = {
            "label": "CrowS-Pairs", "aim": "bias", "meaning": "Pairs.", "source": "nyu-mll",
            "license": "CC BY-SA 4.0", "headline": "pct_stereotype", "score": "difference",
            "warning": "Stereotypes.", "evaluations": ids,
            "facts": {"items": 30, "all_items": 262, "families": 30, "files": {"a.csv": "ab" * 32}},
        }  # fmt: skip
        result = {
            "metrics": {"crows_pairs": {
                "pct_stereotype": metric(0.6, 0.4),
                "pct_stereotype_age": metric(
                    0.7, 0.5, group=f"age {HOSTILE}", of="pct_stereotype"),
                "undefined": {"label": "Other", "undefined": "no items"},
            }},
            "warnings": ["Careful."], "notes": [f"Note {HOSTILE}"],
            "guards": [{"level": "red", "name": "ability", "sentence": "Ability fell."}],
            "verdict": {"level": "red", "sentence": f"Nearer. But not a success. {HOSTILE}"},
            "benchmarks": {"crows_pairs": about}, "provenance": {"python": "3.11"},
        }  # fmt: skip
        session.add(Comparison(before="bundled", after=f"run:{RUN}", config=config, result=result))
    return project


def written(compared, run_stage, tmp_path, **settings):
    """Write the report and return its text without plotly's own script."""
    path = tmp_path / "report.html"
    result = run_stage(compared, "report", ReportConfig(out=str(path), **settings))
    assert result["path"] == str(path)
    html = path.read_text("utf-8")
    start = html.index("<script>")
    return html[:start] + html[html.index("</script>", start) :]


def test_a_report_holds_everything_a_reviewer_asks_for(compared, run_stage, tmp_path):
    html = written(compared, run_stage, tmp_path, question="Is it fairer?")
    for part in (
        "Is it fairer?", "Nearer. But not a success.", "Ability fell.", "60.0 %",
        "−20.0 points (−30.0 to −10.0)", "0.002", "40 items, 20 families", "undefined: no items",
        "By group (1 rows)", "CC BY-SA 4.0", "30 of 262", "SHA-256 abababab", "seed 7", "d4c3",
        "python -m pipelines train", "python -m pipelines compare", "Limits",
    ):  # fmt: skip
        assert part in html, part
    assert html.count("Fixed</h4>") == 1
    assert html.count('<summary dir="auto">k') == 20  # ten best and ten worst


def test_a_benchmark_of_the_project_is_told_by_its_families(compared, run_stage, tmp_path):
    change_result(compared, lambda result: result["benchmarks"]["crows_pairs"].update(
        facts={"method": "scored", "notes": [], "families": 12}))  # fmt: skip
    html = written(compared, run_stage, tmp_path)
    assert "<td>12 families</td>" in html
    assert "the project's own" in html


def test_a_policy_forbids_what_the_report_does_not_need(compared, run_stage, tmp_path):
    with compared.write() as session:
        ids = list(session.scalars(select(Evaluation.id)))
        session.add_all(
            EvaluationItem(evaluation_id=number, family_id=f"g{place}", key="k", bad=False,
                           score=place / 7000, values={}, asked=[])
            for number in ids for place in range(3100)
        )  # fmt: skip
    html = written(compared, run_stage, tmp_path)
    assert "base-uri 'none'; form-action 'none'" in html
    assert "unsafe-eval" not in html
    assert "scattergl" not in html  # it makes functions of text, which the policy forbids
    assert "3,000 of 3,130 items are drawn" in html


def add_audit(project, pairs, values):
    """Store an audit of the run as it may be read: one stage, one number, one pair a value."""
    rate = {"value": 0.6, "low": 0.5, "high": 0.7, "n": 40, "ideal": 0.0}
    amplified = {**rate, "label": "Amplification", "meaning": "More.", "percent": True,
                 "p": 0.0004, "families": 12, "changed_families": 7}  # fmt: skip
    facts = {"reference": "bundled", "label": "Pairs", "beta": 0.1, "items": len(values),
             "stages": [{"stage": "base", "model": "bundled", "pct_stigma": rate,
                         "by_identity": {}}],
             "notes": [], "warning": "", "preference_audit": None}  # fmt: skip
    with project.write() as session:
        found = Evaluation(
            model=f"run:{RUN}", benchmark=f"audit:{pairs}", config_hash=pairs, config={},
            metrics={"amplification": amplified}, facts=facts,
        )  # fmt: skip
        session.add(found)
        session.flush()
        session.add_all(
            EvaluationItem(evaluation_id=found.id, family_id=f"f{place}", key=f"k{place}",
                           values=one, score=0.1, bad=True)
            for place, one in enumerate(values)
        )  # fmt: skip


def test_an_audit_is_told_with_p_and_its_families(compared, run_stage, tmp_path):
    add_audit(compared, "gender_diverse", [{"identity": f"agender {HOSTILE}"}])
    html = written(compared, run_stage, tmp_path)
    for part in ("40 pairs, 12 families, 7 changed", "&lt; 0.001", "in the base model in 60 % of",
                 "The fair point is 0 %", "in 1 of 1 pairs", "pays for stigma"):  # fmt: skip
        assert part in html, part
    assert "<script>window.hacked" not in html


def test_an_audit_of_preference_rows_is_told_by_chosen_and_rejected(compared, run_stage, tmp_path):
    rows = [{"split": "train", "preference_margin": 0.2}, {"split": "test",
                                                           "preference_margin": -0.2}]  # fmt: skip
    add_audit(compared, "preferences", rows)
    html = written(compared, run_stage, tmp_path)
    assert "The training raised the chosen answer more in 1 of 2 rows" in html
    assert "pays for stigma" not in html


def change_result(compared, change):
    """Change what is stored of the comparison."""
    with compared.write() as session:
        found = session.scalars(select(Comparison)).one()
        result = copy.deepcopy(found.result)
        change(result)
        found.result = result


def test_a_text_is_never_markup(compared, run_stage, tmp_path):
    html = written(compared, run_stage, tmp_path, question=HOSTILE)
    assert "<script>window.hacked" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;window.hacked" in html
    for text in ("k3", "age", "But not a success."):  # item, group, verdict
        assert f"{text} &lt;/script&gt;&lt;script&gt;" in html, text
    assert "\\u003cimg" not in html  # plotly would read a few tags in the text of a chart


def test_a_small_negative_number_is_no_minus_zero():
    assert (number(-0.0001), number(-0.0001, percent=True)) == ("0.000", "0.0 %")
    assert (number(-0.2), number(-0.2, percent=True)) == ("−0.20", "−20.0 %")


def test_items_of_several_runs_are_said_to_be_of_the_first(compared, run_stage, tmp_path):
    with compared.write() as session:
        session.scalars(select(Comparison)).one().after = f"run:{RUN},run:0123456789ab"
    seeds = {"runs": 2, "min": 0.35, "max": 0.45, "words": "raw", "sentence": "Runs differ."}
    resolved = {"label": "Resolved", "after": 0.4, "low": 0.3, "high": 0.5}

    def change(result):
        result["metrics"]["crows_pairs"]["pct_stereotype"]["seeds"] = seeds
        result["metrics"]["crows_pairs"]["resolution_rate"] = resolved

    change_result(compared, change)
    html = written(compared, run_stage, tmp_path)
    for part in (
        "Run 1: CrowS-Pairs, item by item", "Run 1: Of 30 items", "After, run 1: run:",
        "mean of 2 runs, 35.0 % to 45.0 %", "Runs differ.", "Resolved, run 1",
    ):  # fmt: skip
        assert part in html, part


def test_items_that_were_measured_again_say_so(compared, run_stage, tmp_path):
    again = "Measured again since; the items are of the later measuring."
    assert again not in written(compared, run_stage, tmp_path)
    with compared.write() as session:
        session.scalars(select(Evaluation)).first().created_at = now() + timedelta(seconds=9)
    html = written(compared, run_stage, tmp_path)
    assert html.count(again) == 2  # beside the chart, and above the items


def test_a_report_on_a_benchmark_of_a_folder_that_is_gone(compared, run_stage, tmp_path):
    with compared.write() as session:
        found = session.scalars(select(Comparison)).one()
        found.config = {**found.config, "benchmarks": "somebodys_own", "seed": -1}
    change_result(compared, lambda result: result["benchmarks"]["crows_pairs"].pop("evaluations"))
    html = written(compared, run_stage, tmp_path)
    assert "--benchmarks somebodys_own --seed -1" in html
    assert "Run 1" not in html
    assert "Of 30 items" in html  # found by model and benchmark


def test_a_report_asks_no_network_and_names_no_folder(compared, run_stage, tmp_path):
    html = written(compared, run_stage, tmp_path)
    assert not re.search(r"""(?:src|href)=["']""", html)
    assert "default-src 'none'" in html
    assert "/home/somebody" not in html
    assert str(compared.root) not in html
    assert "$EVENHAND_BENCHMARKS" in html


def test_without_a_comparison_there_is_nothing_to_report(project, compared, run_stage, tmp_path):
    with pytest.raises(NothingToDo, match="no comparison 99 to report"):
        run_stage(compared, "report", ReportConfig(comparison=99))


def test_an_empty_project_has_nothing_to_report(project, run_stage):
    with pytest.raises(NothingToDo, match="Compare two models first"):
        run_stage(project, "report", ReportConfig())


def test_a_place_that_cannot_be_is_a_sentence(compared, run_stage, tmp_path):
    with pytest.raises(ConfigError, match=r"must end in \.html"):
        run_stage(compared, "report", ReportConfig(out=str(tmp_path / "report.exe")))
    with pytest.raises(ConfigError, match="no such folder"):
        run_stage(compared, "report", ReportConfig(out=str(tmp_path / "a" / "report.html")))


def test_a_report_goes_into_the_project_by_itself(compared, run_stage):
    result = run_stage(compared, "report", ReportConfig())
    assert result["path"].endswith("exports/report-1.html")
