"""The engine asks each thing once, keeps every answer, and goes on where it was cut off."""

import pytest
import toy_benchmark as toy
from sqlalchemy import select

import pipelines.benchmarks.answering as answering
from pipelines.benchmarks.answering import answer, distinct
from pipelines.benchmarks.declaring import Form
from pipelines.benchmarks.items import Item, Written, content_hash
from pipelines.benchmarks.original_form import in_original_form
from pipelines.benchmarks.places import Place
from pipelines.benchmarks.spoiled import find_spoiled
from pipelines.choosing import choose, share_out
from pipelines.errors import DataError, ModelError
from pipelines.evaluation import read_values
from pipelines.measured import Answer
from pipelines.metrics.breakdown import all_metrics, describe
from pipelines.models.interface import Choices, Prompt

ITEMS = toy.read(Place(), Form())


@pytest.fixture
def model(monkeypatch):
    """The model that the engine is given; commits come after every batch."""
    found = toy.WordModel()
    monkeypatch.setattr(answering, "load_model", lambda project, name: found)
    monkeypatch.setattr(answering, "SAVE_S", 0.0)
    return found


def run(project, items=ITEMS, weights="w1"):
    """Ask to the end and return the answers."""
    steps = answer(project, "toy", weights, items)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value


def kept(project):
    """How many answers the project holds."""
    with project.read() as session:
        return len(session.scalars(select(Answer.asked)).all())


def test_nothing_is_asked_twice(project, model):
    first = run(project)
    assert model.asked == 12
    assert run(project) == first
    assert model.asked == 12
    assert len(model.written) == 1


def test_other_weights_are_another_model(project, model):
    run(project)
    run(project, weights="w2")
    assert model.asked == 24


def test_a_crash_at_item_nine_of_twelve_loses_nothing(project, model):
    model.fail_after = 9
    with pytest.raises(RuntimeError, match="power"):
        run(project)
    assert kept(project) == 9
    model.fail_after = None
    found = run(project)
    assert model.asked == 12
    assert len(found) == 24


def test_what_is_reported_is_saved(project, model):
    steps = answer(project, "toy", "w1", ITEMS)
    next(steps)
    for _ in range(3):
        step = next(steps)
        assert kept(project) == step.done
    steps.close()
    assert kept(project) == 3


def test_a_block_of_replies_that_was_cut_off_is_drawn_again_as_a_whole(project, model, monkeypatch):
    monkeypatch.setattr(answering, "BLOCK", 5)
    run(project)
    unbroken = list(model.written)
    with project.write() as session:
        for name in list(distinct(ask for item in ITEMS[6:7] for ask in item.asks[1:])):
            session.delete(session.get_one(Answer, ("w1", name)))
    model.written.clear()
    run(project)
    assert model.written == [unbroken[1]]


def test_an_ask_that_items_share_is_asked_once(project, model):
    shared = Choices(Prompt([], "Question 99:"), (" yes", " no"))
    items = [Item(f"k{n}", f"f{n}", (ITEMS[n].asks[0],), shared=(shared,)) for n in range(3)]
    assert len(run(project, items)) == 4
    assert model.asked == 4


def test_a_model_without_logps_is_refused_in_a_sentence(project, model):
    model.gives_logps = False
    with pytest.raises(ModelError, match="gives no log-probabilities"):
        run(project)


def test_the_name_of_an_ask_is_its_content():
    one, other = (Choices(Prompt([], "a"), options) for options in (("x", "y"), ("y", "x")))
    assert content_hash(one) != content_hash(other)
    assert content_hash(one) == content_hash(Choices(Prompt([], "a"), ("x", "y")))


def test_values_come_with_what_was_asked_and_answered(project, model):
    values, rows = read_values(toy.TOY, ITEMS, run(project))
    assert [value["right"] for value in values] == [1.0, 0.0] * 6
    assert rows[1]["bad"] is True
    assert rows[1]["asked"][0]["options"] == [" yes", " no"]
    assert rows[1]["asked"][0]["logps"] == [-3.0, -2.0]
    assert rows[1]["reply"] == "reply to Go on 1"


def test_metrics_are_told_apart_by_groups(project, model):
    values, _ = read_values(toy.TOY, ITEMS, run(project))
    found = describe(all_metrics(toy.TOY, values), values, 0)
    assert list(found) == ["accuracy", "accuracy_first", "accuracy_second"]
    assert found["accuracy"]["value"] == 0.5
    assert found["accuracy"]["n"] == 12
    assert found["accuracy_first"]["n"] == 6
    assert found["accuracy_first"]["group"] == "first"


def test_a_limit_takes_whole_families_from_every_stratum():
    chosen = choose(ITEMS, 2, seed=0)
    assert len(chosen.items) == 6
    assert {item.stratum for item in chosen.items} == {"first", "second"}
    assert chosen.sentence == (
        "2 of 4 families were chosen by seed 0, in proportion from 2 strata (6 of 12 items)."
    )
    assert choose(ITEMS, 2, seed=0) == chosen
    assert choose(ITEMS, 0, seed=0).sentence == ""
    assert choose(ITEMS, 99, seed=0).items == ITEMS


def test_different_seeds_choose_differently():
    families = {tuple(item.family for item in choose(ITEMS, 2, seed).items) for seed in range(9)}
    assert len(families) > 1


def test_shares_are_rounded_to_the_limit():
    """Of 100, 333 of 1,000 are 33.3 and 334 are 33.4: the largest remainder gets the last one."""
    assert share_out({"a": 70, "b": 20, "c": 10}, 10, seed=5) == {"a": 7, "b": 2, "c": 1}
    for seed in range(9):
        shares = share_out({"a": 333, "b": 333, "c": 334}, 100, seed)
        assert shares == {"a": 33, "b": 33, "c": 34}


def test_strata_of_one_size_are_reached_by_seed():
    """Two of three: a seed always gives the same two, and other seeds leave out another one."""
    sizes = {"a": 1, "b": 1, "c": 1}
    shares = [share_out(sizes, 2, seed) for seed in range(20)]
    assert shares == [share_out(dict(reversed(sizes.items())), 2, seed) for seed in range(20)]
    assert all(sorted(one.values()) == [0, 1, 1] for one in shares)
    assert {name for one in shares for name in sizes if not one[name]} == set(sizes)


def test_a_choice_says_how_many_strata_it_reaches():
    items = [Item(f"k{n}", f"f{n}", (), stratum=f"s{n // 2}") for n in range(12)]
    chosen = [choose(items, 2, seed) for seed in range(20)]
    assert chosen[0].sentence == (
        "2 of 12 families were chosen by seed 0, in proportion from 2 of 6 strata (2 of 12 items)."
    )
    assert {item.stratum for one in chosen for item in one.items} == {f"s{n}" for n in range(6)}
    assert "from 6 strata (9 of 12 items)" in choose(items, 9, 0).sentence


def rows_with(text):
    """Training rows whose chosen answer holds a text."""
    return [
        {
            "prompt": [{"role": "user", "content": "Hello there."}],
            "chosen": [{"role": "assistant", "content": text}],
            "rejected": [{"role": "assistant", "content": "No."}],
        }
    ]


def test_items_whose_text_was_trained_on_are_found():
    text = f"Well. {ITEMS[4].texts[0]}, I think."
    found = find_spoiled(rows_with(text), ITEMS)
    assert "f1" in found.families
    assert "left out because the run was trained on their texts" in found.sentence


def test_nothing_is_spoiled_by_other_texts():
    assert find_spoiled([], ITEMS).sentence == ""
    assert find_spoiled(rows_with("The weather was fine all day."), ITEMS).families == frozenset()


def test_a_missing_file_is_named_in_a_sentence(tmp_path):
    with pytest.raises(DataError, match=r"a/b\.csv: there is no such file"):
        Place(tmp_path).file("a", "b.csv")
    with pytest.raises(DataError, match=r"there is no \*\.csv in it"):
        Place(tmp_path).files("a", "*.csv")


def test_what_was_read_is_kept_by_its_hash(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.csv").write_text("x\n")
    place = Place(tmp_path)
    place.file("a", "b.csv")
    assert len(place.opened["a/b.csv"]) == 64


def test_a_file_of_another_form_is_a_sentence():
    with (
        pytest.raises(DataError, match=r"pairs\.csv: not Toy in its original form"),
        in_original_form("Toy", "pairs.csv"),
    ):
        {}["column"]


def test_a_reply_is_kept_as_it_was_given(project, model):
    found = run(project, ITEMS[:1])
    assert Written("reply to Go on 0") in found.values()
    assert Written("reply to Go on 0") in run(project, ITEMS[:1]).values()
