"""The page's questions to a project."""

import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import select

from pipelines.measured import Evaluation, EvaluationItem
from pipelines.records import Event, Family, Inconsistency, Kind, Run, Split
from pipelines.stories.deciding import exclude_family, exclude_story
from pipelines.views.comparisons import list_comparisons, read_comparison
from pipelines.views.curation import find_card, queue_counts
from pipelines.views.items import list_extremes, list_items
from pipelines.views.judgment_summary import histogram, summarize
from pipelines.views.judgments import PairFilter, find_pair, judged_models, list_pairs, read_pair
from pipelines.views.status import read_overview
from pipelines.views.stories import FamilyFilter, list_families, read_family
from pipelines.views.training import list_runs, read_log, read_metrics, read_run

sys.path.insert(0, str(Path(__file__).parent / "studio"))

import study as made_up


@pytest.fixture
def study(project):
    made_up.fill(project)
    return project


def pages(read):
    """All rows of a list, page by page."""
    rows, after, total = [], None, None
    while True:
        page = read(after)
        total = total or page.total
        assert len(page.rows) <= 25
        rows += page.rows
        if page.following is None:
            assert len(rows) == total
            return rows
        after = page.following


def test_pages_hold_every_family_once(study):
    rows = pages(lambda after: list_families(study, FamilyFilter(), after))
    assert len({row.id for row in rows}) == len(rows) > 25


def test_filters_keep_only_what_they_name(study):
    wanted = FamilyFilter(theme="work", split="train", kind="control")
    rows = pages(lambda after: list_families(study, wanted, after))
    assert rows
    assert {(row.theme, row.split, row.kind) for row in rows} == {("work", "train", "control")}


def test_an_unknown_filter_lets_nothing_through(study):
    assert list_families(study, FamilyFilter(theme="' OR 1=1 --")).total == 0


def test_a_family_has_its_arms_in_order(study):
    family = read_family(study, "aaa-hostile")
    assert [story.arm for story in family.wordings[0].stories] == ["male", "female", "they"]
    assert read_family(study, "gone") is None


def test_pairs_come_worst_first_on_every_page(study):
    wanted = PairFilter("bundled", "scored", kind="all")
    rows = pages(lambda after: list_pairs(study, wanted, after))
    assert [row.excess for row in rows] == sorted((row.excess for row in rows), reverse=True)
    assert len({row.id for row in rows}) == len(rows)


def test_a_pair_has_every_judged_arm_with_its_shares(study):
    first = list_pairs(study, PairFilter("bundled", "scored")).rows[0]
    pair = read_pair(study, first.id)
    assert [one.story.arm for one in pair.arms] == ["male", "female", "they"]
    assert pair.arms[0].stance == "Moral"
    assert sum(pair.arms[0].shares) == pytest.approx(1)
    assert pair.arms[0].calibrated == pytest.approx(pair.arms[0].shares)
    assert find_pair(study, pair.family_id, pair.wording, "bundled") == pair
    assert find_pair(study, pair.family_id, pair.wording, "other") is None


def test_only_models_with_pairs_are_offered(study, tmp_path):
    assert judged_models(study) == [("bundled", "scored")]


def test_a_summary_counts_pairs_of_plots_and_is_kept(study):
    found = summarize(study, "bundled", "scored")
    assert found.pairs == sum(found.shifts) == 17
    assert found.stances["male"]["Moral"] == 17
    assert summarize(study, "bundled", "scored") is found
    by_key = {figure.key: figure for figure in found.figures}
    assert by_key["mismatch_rate"].value == 1
    assert by_key["control_accuracy"].value == 0.5


def test_a_summary_of_nothing_is_undefined_with_a_reason(project):
    figures = summarize(project, "bundled", "scored").figures
    assert all(figure.value is None and figure.reason for figure in figures)


def test_the_histogram_has_its_ends():
    counts = histogram([0.0, 0.049, 1.0])
    assert (counts[0], counts[-1], sum(counts)) == (2, 1, 3)


def test_excluding_is_in_the_journal_and_only_once(study):
    story = read_family(study, "aaa-hostile").wordings[0].stories[0]
    assert exclude_story(study, story.id, True, "Ada") == 1
    assert exclude_story(study, story.id, True, "Ada") == 0
    assert exclude_family(study, "aaa-hostile", True, "Ada") == 2
    assert exclude_story(study, 10**9, True, "Ada") == 0
    with study.read() as session:
        events = session.scalars(select(Event).where(Event.action == "exclude")).all()
    assert [event.who for event in events] == ["Ada"] * 3
    assert events[0].before == {"excluded": False}
    assert read_family(study, "aaa-hostile").excluded


def test_cards_go_through_their_queue(study):
    counts = queue_counts(study)
    assert counts["flagged"] == 1
    card = find_card(study, "flagged", 0)
    assert card.place == card.total == 1
    assert find_card(study, "accepted", 0) is None
    assert find_card(study, "to do", 10**9).place == counts["to do"]


def test_the_overview_counts_by_split(study):
    overview = read_overview(study)
    assert sum(overview.families.values()) > 25
    assert overview.runs == 1
    assert overview.latest.kind == "compare"
    assert not overview.worker


def test_runs_are_newest_first_and_read_by_id(study):
    with study.write() as session:
        session.add(Run(id="b" * 12, name="n", method="dpo", base_model="bundled", config={}))
    assert [run.id for run in pages(lambda after: list_runs(study, after))] == [
        "b" * 12,
        made_up.RUN,
    ]
    assert read_run(study, "../../etc") is None


@pytest.mark.parametrize("run", ["../x", "/etc/passwd", "..", "a/b", ""])
def test_files_of_a_run_are_found_by_id_only(study, run):
    assert read_metrics(study, run).points == ()
    assert read_log(study, run) == ""


def test_an_unfinished_last_line_is_left_for_the_next_read(study):
    path = study.runs / made_up.RUN / "metrics.jsonl"
    path.write_text('{"step": 1}\nnot json\n[1]\n{"step": 2, "x": NaN}\n{"st')
    tail = read_metrics(study, made_up.RUN)
    assert tail.points == ({"step": 1}, {"step": 2})
    path.write_text(path.read_text() + 'ep": 3}\n')
    assert read_metrics(study, made_up.RUN, tail.offset).points == ({"step": 3},)


def test_items_of_a_comparison_say_what_happened(study):
    found = read_comparison(study, None)
    assert list_comparisons(study) == [found]
    rows = pages(lambda after: list_items(study, found, "own", "all", after))
    fates = [row.fate for row in rows]
    assert set(fates) == {"fixed", "still bad"}
    assert fates == sorted(fates)  # "fixed" comes first
    assert list_items(study, found, "controls").rows == ()


def test_an_item_without_a_side_is_neither_fixed_nor_broken(study):
    found = read_comparison(study, None)
    with study.write() as session:
        before, after = (
            {item.family_id + item.key: item for item in session.scalars(
                select(EvaluationItem).where(EvaluationItem.evaluation_id == one.id))}
            for one in session.scalars(select(Evaluation).order_by(Evaluation.id))
        )  # fmt: skip
        names = list(before)[:4]
        wanted = ((True, None), (None, True), (False, None), (False, True))
        for name, (old, new) in zip(names, wanted, strict=True):
            before[name].bad, after[name].bad = old, new
    for fate, some in (("takes no side", names[:3]), ("broken", names[3:])):
        rows = list_items(study, found, "own", fate).rows
        assert [row.family_id + row.key for row in rows] == some
    better, worse = list_extremes(study, found, "own")
    assert [row.family_id + row.key for row in worse] == names[3:]
    assert not {row.family_id + row.key for row in better} & set(names)


def test_a_hundred_thousand_pairs_are_paged_in_a_moment(project):
    """Worst first with filters, far into the list: the index and the key do the work."""
    with project.write() as session:
        session.execute(Family.__table__.insert(), [
            {"id": f"f{n}", "theme": "work", "title": "t", "kind": Kind.PLOT, "source": "import",
             "split": Split.TRAIN, "moral_reason": "", "immoral_reason": "",
             "created_at": made_up.now()} for n in range(50_000)
        ])  # fmt: skip
        session.execute(Inconsistency.__table__.insert(), [
            {"family_id": f"f{n // 2}", "wording": n % 2 + 1, "model": "m", "method": "scored",
             "male_stance": "Moral", "female_stance": "Both", "mismatch": n % 3 == 0,
             "severity": n % 3, "direction": "male", "gap": 0.1, "shift": 0.2, "noise": 0.1,
             "excess": n / 1e6} for n in range(100_000)
        ])  # fmt: skip
    wanted = PairFilter("m", "scored", theme="work")
    page = list_pairs(project, wanted)
    after = (False, 1, 0.05, 50_000)
    start = time.perf_counter()
    for _ in range(5):
        assert len(list_pairs(project, wanted, after).rows) == 25
    assert page.total == 100_000
    assert (time.perf_counter() - start) / 5 < 1.0
