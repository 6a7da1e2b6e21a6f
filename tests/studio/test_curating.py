import pytest
import study as made_up

from pipelines import curation
from pipelines.errors import ConfigError
from studio.curating import Spot, accept_all, decide, save, show, take_back
from studio.exporting import download_of


def spot(**changes):
    return Spot("study", **changes)


def test_the_first_card_is_shown_with_both_judgments_and_its_checks(study):
    shown = show(study, spot())
    assert shown.pair.count("<article") == 2
    assert shown.text == "She was right."
    assert 'class="eh-bad"' in shown.checks
    assert "1 of" in shown.head


def test_text_that_was_typed_is_back_with_its_own_checks(study):
    first = show(study, spot())
    kept = Spot.read(
        {"project": "study", "queue": "to do", "card": first.spot.card, "text": made_up.GOOD},
        "study",
    )
    back = show(study, kept)
    assert back.text == made_up.GOOD
    assert 'class="eh-bad"' not in back.checks
    assert back.spot == kept


def test_typed_text_does_not_follow_to_another_card(study):
    first = show(study, spot()).spot
    moved = show(study, spot(card=first.card, text="typed"), step=1)
    assert moved.spot.card != first.card
    assert moved.text != "typed"
    assert moved.spot.text is None


@pytest.mark.parametrize(
    "kept", [None, 3, {}, {"project": "other", "card": 5}, {"project": "study", "card": "x"}]
)
def test_a_browser_that_kept_nonsense_starts_afresh(kept):
    assert Spot.read(kept, "study") == spot()


def test_accepting_saves_the_text_moves_on_and_can_be_taken_back(study):
    first = show(study, spot()).spot
    after = decide(study, first, made_up.GOOD, "Ada", curation.accept)
    assert after.spot.card != first.card
    assert curation.counts(study)["accepted"] == 1
    back = take_back(study, after.spot, "Ada", curation.undo)
    assert back.spot.card == first.card
    assert back.text == made_up.GOOD
    assert curation.counts(study)["accepted"] == 0
    again = take_back(study, back.spot, "Ada", curation.redo)
    assert again.spot.queue == "accepted"


def test_nobody_cannot_decide(study):
    with pytest.raises(ConfigError, match="name"):
        decide(study, show(study, spot()).spot, "text", "", curation.discard)


def test_saving_stays_on_the_card(study):
    first = show(study, spot()).spot
    after = save(study, first, made_up.GOOD, "Ada")
    assert after.spot.card == first.card
    assert "written by a person" in after.head


def test_the_ends_of_a_queue_hold(study):
    first = show(study, spot()).spot
    assert show(study, first, step=-1).spot == first
    last = first
    for _ in range(50):
        last = show(study, last, step=1).spot
    assert show(study, last, step=1).spot == last


def test_all_that_pass_are_accepted_and_the_rest_stays_flagged(study):
    message, shown = accept_all(study, spot(), "Ada")
    assert "1 left" in message
    assert {queue: label for label, queue in shown.queues}["flagged"] == "flagged (1)"


def test_an_empty_project_says_which_step_comes_first(project):
    shown = show(project, spot())
    assert "Judge stories in the Judgments tab" in shown.head
    assert download_of(project) is None


def test_an_export_is_handed_out_as_a_copy(study):
    (study.exports / "preferences-trl.jsonl").write_text("{}\n")
    path = download_of(study)
    assert path is not None
    assert not path.startswith(str(study.root))
