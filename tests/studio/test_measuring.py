"""What the Metrics tab shows, without a browser."""

from datetime import timedelta

import pytest
import study as made_up
from sqlalchemy import select

from pipelines.configs import AuditConfig, CompareConfig
from pipelines.errors import ConfigError
from pipelines.measured import Comparison, Evaluation, EvaluationItem
from pipelines.records import now
from pipelines.views.comparisons import ComparisonView, Guard, MetricChange, read_comparison
from pipelines.views.items import ItemDetail, ItemSide
from studio import compared
from studio.measuring import closer, forms, items, models, outcome, reporting
from studio.tables import Place


def test_a_comparison_shows_warnings_beside_the_sentence_and_why_a_number_is_undefined(study):
    head, drawn, _, _, _, said, tables = outcome.show_comparison(study, None)
    assert "Both to 95% of 40 stories" in head
    assert "100% before, 50% after" in said
    assert "undefined: there is no reply" in tables
    assert drawn["visible"]
    assert drawn["value"].data


def test_a_project_without_a_comparison_shows_no_empty_charts_and_says_what_to_do(project):
    head, first, _, second, *_ = outcome.show_comparison(project, None)
    assert "No comparison yet" in head
    assert [first["visible"], second["visible"]] == [False, False]
    *_, said = closer.show_closer(project, None, "own", None)
    assert "No comparison yet" in said


def test_a_verdict_can_be_red_while_the_headline_is_green():
    found = ComparisonView(
        1, "bundled", "run:1", None, (), ("old",), level="red", verdict="Nearer. But no success.",
        guards=(Guard("amber", "perplexity", "It lost <b>language</b>."),
                Guard("red", "collapse", "It says Both to all.")),
    )  # fmt: skip
    shown = compared.head(found)
    assert "eh-verdict-red" in shown
    assert shown.index("It says Both to all.") < shown.index("It lost &lt;b&gt;language")
    assert "old" not in shown  # the guards say it


def test_items_are_fixed_or_still_bad_and_lead_to_what_was_asked(study):
    _, rows, _ = items.show_list(study, Place(), None, "own", "all")
    assert rows.index("fixed") < rows.index("still bad")
    _, only, _ = items.show_list(study, Place(), None, "own", "broken")
    assert "No items" in only
    key = rows.split('data-key="')[1].split('"')[0]
    assert "Before: bundled" in items.show_item(study, None, "own", key)


def test_an_item_shows_prompt_options_and_reply_as_text():
    asked = [
        {"prompt": "A <i>story</i>", "prefix": " ends", "options": ["x", "y"], "logps": [-2, -1]},
        {"prompt": [{"role": "user", "content": "Say <b>."}], "prefix": "", "reply": "<script>"},
    ]
    side = ItemSide("bundled", {"right": 1.0, "many": [1, 2]}, asked, 0.5, True, "After")
    shown = items.item_card(ItemDetail("b", "f", "k", "Title", (side,)), "P(right)", "Careful.")
    assert "After: bundled" in shown
    for part in ("A &lt;i&gt;story", "log p −1.00", "user: Say &lt;b&gt;.", "&lt;script&gt;",
                 "Score: P(right).", "Careful.", "<dt>right</dt>"):  # fmt: skip
        assert part in shown, part
    assert '<li class="eh-likeliest"><span dir="auto">y' in shown
    assert "many" not in shown


def settings(**changed):
    """The values of the settings below the benchmarks, in the form's order."""
    usual = {"limit": 0, "seed": 0, "method": "scored", "form": "plain", "samples": 1, "shots": 0,
             "orders": 2, "scorer": "vader", "benchmarks_dir": ""}  # fmt: skip
    return list({**usual, **changed}.values())


def test_compare_needs_an_after_and_a_benchmark():
    with pytest.raises(ConfigError, match="Train a run first"):
        forms.config_of(("bundled", None, ["own"], [], [], "", *settings()))
    run = f"run:{made_up.RUN}"
    with pytest.raises(ConfigError, match="benchmarks"):
        forms.config_of(("bundled", [run], [], [], [], "", *settings()))
    found = forms.config_of(("bundled", [run], ["own"], [], ["controls"], "", *settings(limit=5)))
    assert found == CompareConfig(after=run, benchmarks="own,controls", limit=5)


def test_a_seed_below_0_is_refused():
    run = f"run:{made_up.RUN}"
    with pytest.raises(ConfigError, match="`seed` must be 0 or more, got -1"):
        forms.config_of(("bundled", [run], ["own"], [], [], "", *settings(seed=-1)))
    with pytest.raises(ConfigError, match="`seed` must be 0 or more, got -1"):
        AuditConfig(model=run, seed=-1)


def test_several_runs_are_compared_as_seeds_of_one_recipe():
    found = forms.config_of(
        ("bundled", ["run:0123456789ab", "run:0123456789ac"], ["own"], [], [], "", *settings())
    )
    assert found.models_after == ("run:0123456789ab", "run:0123456789ac")


def test_strangers_name_no_folder_of_the_machine(monkeypatch, tmp_path):
    values = ("bundled", ["run:0123456789ab"], ["own"], [], [], "",
              *settings(benchmarks_dir=str(tmp_path)))  # fmt: skip
    assert forms.config_of(values).benchmarks_dir == str(tmp_path)
    monkeypatch.setenv("SPACE_ID", "somebody/space")
    assert forms.config_of(values).benchmarks_dir == ""


def test_every_model_that_was_measured_stands_in_one_table(study):
    with study.write() as session:
        for found in session.scalars(select(Evaluation)):
            found.metrics = {"stance_shift": {"value": 0.3, "low": 0.2, "high": 0.4, "n": 12,
                                              "ideal": 0.0}}  # fmt: skip
    figure, rows = models.show_models(study, "own", "stance_shift")
    assert list(figure.data[0].x) == [0.3, 0.3]
    assert figure.data[0].text[0].endswith("(n = 12)")
    assert "Stance shift of 2 models is nearest to its fair or best point, 0, for" in rows
    assert f"run:{made_up.RUN}" in rows
    assert models.benchmark_choices(study, None)["value"] == "own"
    choice = models.metric_choices(study, "own", None)
    assert choice["choices"] == [("Stance shift", "stance_shift")]


def store_metrics(study, benchmark, metrics):
    """Let every evaluation be one of this benchmark with these metrics."""
    with study.write() as session:
        for found in session.scalars(select(Evaluation)):
            found.benchmark, found.metrics = benchmark, metrics


def test_all_models_read_shares_as_percent_by_what_is_stored_or_the_catalog(study):
    rate = {"value": 0.3, "low": 0.2, "high": 0.4, "n": 1200, "ideal": 1.0}
    store_metrics(study, "truthfulqa", {"mc1": rate})  # stored before units were
    assert "30.0 % (20.0 % to 40.0 %)" in models.show_models(study, "truthfulqa", "mc1")[1]
    known = {**rate, "percent": False, "label": "Mine", "group": "age"}
    store_metrics(study, "somebody", {"pct_own": known})
    assert "0.30 (0.20 to 0.40)" in models.show_models(study, "somebody", "pct_own")[1]
    assert models.metric_choices(study, "somebody", None)["choices"] == [("Mine", "pct_own")]
    of_group = {**rate, "group": "Health"}
    store_metrics(study, "truthfulqa", {"mc1_health": of_group, "unknown": rate})
    choices = models.metric_choices(study, "truthfulqa", None)["choices"]
    assert choices[0][0].endswith(", Health")
    assert choices[1] == ("unknown", "unknown")


def moved(**more):
    """One change as a row of the table."""
    given = {"benchmark": "b", "key": "gap", "label": "Gap", "before": 0.3, "after": 0.25,
             "change": -0.05, "low": -0.1, "high": 0.0, "ideal": 0.0}  # fmt: skip
    return MetricChange(**{**given, **more})


def test_a_share_is_in_percent_as_stored_and_its_change_in_points():
    shown = compared.cells(moved(percent=True))
    assert "30.0 %" in shown[1]
    assert shown[3:5] == ["−5.0 points (−10.0 to 0.0)", "0 %"]
    assert compared.cells(moved())[3:5] == ["−0.050 (−0.10 to 0.000)", "0"]


def test_several_runs_show_their_spread_in_the_unit_of_the_metric():
    seeds = {"runs": 3, "min": 0.2, "max": 0.3, "words": "0.2 to 0.3", "sentence": "They differ."}
    change = moved(percent=True, seeds=seeds, sentence="It moved.")
    assert "mean of 3 runs, 20.0 % to 30.0 %" in compared.cells(change)[2]
    found = ComparisonView(1, "bundled", "run:1,run:2", None, (change,), ())
    assert "It moved. They differ." in compared.sentences(found)


def test_items_of_several_runs_are_said_to_be_of_the_first(study):
    with study.write() as session:
        row = session.scalars(select(Comparison)).one()
        row.after = f"{row.after},run:0123456789ab"
    _, _, words = items.show_list(study, Place(), None, "own", "all")
    assert words.startswith("Run 1: 1 to")
    assert closer.show_closer(study, None, "own", None)[5].count("Run 1: Of ") == 1
    found = read_comparison(study, None)
    assert [found.when(model) for model in ("bundled", *found.models_after)] == [
        "Before", "After, run 1", "After, run 2",
    ]  # fmt: skip


def test_items_that_were_measured_again_say_so(study):
    again = "Measured again since; the items are of the later measuring."
    assert again not in items.show_list(study, Place(), None, "own", "all")[1]
    with study.write() as session:
        session.scalars(select(Evaluation)).first().created_at = now() + timedelta(seconds=9)
    assert again in items.show_list(study, Place(), None, "own", "all")[1]
    assert again in closer.show_closer(study, None, "own", None)[5]


def test_an_item_that_is_missing_before_is_not_called_before(study):
    found = read_comparison(study, None)
    with study.write() as session:
        first = session.scalars(select(Evaluation).order_by(Evaluation.id)).first()
        item = session.scalars(
            select(EvaluationItem).where(EvaluationItem.evaluation_id == first.id)
        ).first()
        key = f"{item.family_id}\n{item.key}"
        session.delete(item)
    shown = items.show_item(study, found.id, "own", key)
    assert f"After: run:{made_up.RUN}" in shown
    assert "Before" not in shown


def test_a_closer_look_hides_charts_that_have_nothing_to_show(study):
    shown = closer.show_closer(study, None, "own", None)
    assert shown[0] == {"visible": False, "__type__": "update"}  # no groups were compared
    assert shown[4]["visible"] is False  # two scores make no picture
    assert "were fixed" in shown[5]
    assert "did not measure" in closer.show_closer(study, None, "bbq", None)[-1]


def test_a_report_is_handed_out_from_the_page(study):
    path = reporting.report_of(study, None, "Why?")
    assert path.endswith("-report.html")
