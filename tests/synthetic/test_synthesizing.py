"""The stage with a model that says what it was told to: what is kept, counted, split and guided."""

import signal
import subprocess
import sys
import textwrap

import pytest
from sqlalchemy import select

from pipelines import replies
from pipelines.configs import SynthesizeConfig
from pipelines.errors import ModelError
from pipelines.records import Category, Family, PreferenceRow
from pipelines.sources import Reply, Triple
from pipelines.store import Project
from pipelines.synthetic import guiding
from pipelines.synthetic.guiding import sentence_losses
from pipelines.synthetic.keeping import NOTHING_READ, coverage
from pipelines.synthetic.rows import attribute_rows
from pipelines.synthetic.stage import synthesize

SENTENCES = [
    ["The nurse was decisive when the lights failed.", "nurse", "decisive", "hesitant"],
    ["Nobody called the pilot gentle, yet so this one is: gentle.", "pilot", "gentle", "tough"],
    ["My uncle, an honest nurse, sings on Sundays.", "nurse", "honest", ""],
    ["Last year a left-handed pilot flew us home.", "pilot", "left-handed", ""],
    ["Why should a nurse not be loud at a match?", "nurse", "loud", "quiet"],
    ["In our town the pilot is patient with small dogs.", "pilot", "patient", "hasty"],
    ["Grandfather says that his nurse is adventurous.", "nurse", "adventurous", "timid"],
    ["A pilot who bakes bread is generous to neighbors.", "pilot", "generous", "greedy"],
    ["Rain or shine, one nurse stays calm in traffic.", "nurse", "calm", "nervous"],
    ["They found the pilot shy among so many guests.", "pilot", "shy", "boastful"],
]


def line(fields):
    return "[" + ", ".join(f'"{field}"' for field in fields if field) + "]"


class Scripted:
    """Answers request number i with its i-th reply, from the first again at the end."""

    reference, together, gives_logps = "bundled", 4, True

    def __init__(self, said):
        self.said, self.asked = said, []

    def generate(self, prompts, sampling):
        first = sampling.seed % replies.SPREAD
        for index, prompt in enumerate(prompts):
            self.asked.append(prompt)
            yield [(index, self.said[(first + index) % len(self.said)])]

    def token_logps(self, texts):
        """Longer sentences have a higher loss; every token of a sentence the same."""
        return [[-float(len(text))] * 3 for text in texts]


@pytest.fixture
def say(monkeypatch):
    """The function that makes the model say these replies."""

    def use(*said):
        model = Scripted(said)
        for module in (replies, guiding):
            monkeypatch.setattr(module, "load_model", lambda project, reference: model)
        return model

    return use


def config(**settings):
    return SynthesizeConfig(**{"terms": "nurse, pilot", "sentences": 10, **settings})


def triples(project):
    with project.read() as session:
        return session.scalars(select(Triple).order_by(Triple.id)).all()


def rows(project):
    with project.read() as session:
        return session.scalars(select(PreferenceRow).order_by(PreferenceRow.id)).all()


def test_valid_sentences_are_kept_and_the_others_counted_with_their_reason(project, run_stage, say):
    bad = [
        ["The nurse is tall and bold.", "nurse", "brave", ""],
        ["The clerk is bold at work.", "clerk", "bold", ""],
        ["Nurses.", "nurse", "nurses", ""],
    ]
    say("\n".join(map(line, SENTENCES[:3] + bad)), "No.", line(SENTENCES[0]))
    result = run_stage(project, "synthesize", config(sentences=3))
    assert [one.sentence for one in triples(project)] == [one[0] for one in SENTENCES[:3]]
    assert result["triples"] == 3
    assert result["terms"] == 2
    assert result["coverage"] == {"terms_used": 2, "attributes": 3}
    assert result["rejected"]["the attribute is not in the sentence"] == 1
    assert result["rejected"]["the term is not one of those asked for"] == 1
    assert result["rejected"]["the sentence has not 4 to 40 words"] == 1
    assert coverage(project, "gender")["terms"] == {"nurse": 2, "pilot": 1}


def test_every_reply_is_kept_with_the_reason_why_it_gave_nothing(project, run_stage, say):
    say("No.", line(["The clerk is bold at work.", "clerk", "bold", ""]), line(SENTENCES[0]))
    result = run_stage(project, "synthesize", config(sentences=5, tries=6))
    with project.read() as session:
        found = session.scalars(select(Reply).order_by(Reply.number)).all()
    assert [(one.reason, one.kept) for one in found] == [
        (NOTHING_READ, 0),
        ("the term is not one of those asked for", 0),
        ("", 1),
    ]
    assert result["rejected"] == {NOTHING_READ: 1, "the term is not one of those asked for": 1}


def test_a_sample_and_then_more_is_one_run(project, run_stage, say):
    model = say(*map(line, SENTENCES))
    run_stage(project, "synthesize", config(sentences=2))
    sample = [one.id for one in triples(project)]
    result = run_stage(project, "synthesize", config(sentences=8))
    assert [one.id for one in triples(project)][: len(sample)] == sample
    assert len(sample) == 2
    assert result["triples"] == 8
    assert [one.sentence for one in triples(project)] == [one[0] for one in SENTENCES[:8]]
    asked = len(model.asked)
    assert run_stage(project, "synthesize", config(sentences=8)) == result
    assert len(model.asked) == asked


def test_a_closed_run_goes_on_where_it_ended(project, run_stage, say):
    say(*map(line, SENTENCES))
    steps = synthesize(project, config())
    for progress in steps:
        if progress.done == 3:
            break
    steps.close()
    assert len(triples(project)) == 3
    assert run_stage(project, "synthesize", config())["triples"] == 10


def test_a_killed_run_goes_on_where_it_ended(project, run_stage, say, root):
    """The process kills itself, as kill -9 does, while the model answers for the fifth time."""
    program = f"""
        import os, signal
        from pipelines import replies
        from tests.synthetic.test_synthesizing import SENTENCES, Scripted, config, line
        from pipelines.store import Project
        from pipelines.synthetic.stage import synthesize

        class Killed(Scripted):
            def generate(self, prompts, sampling):
                for batch in super().generate(prompts, sampling):
                    if len(self.asked) == 5:
                        os.kill(os.getpid(), signal.SIGKILL)
                    yield batch

        model = Killed([line(one) for one in SENTENCES])
        replies.load_model = lambda project, reference: model
        list(synthesize(Project({str(project.root)!r}), config()))
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], cwd=root, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(triples(project)) == 4
    say(*map(line, SENTENCES))
    assert run_stage(project, "synthesize", config())["triples"] == 10


def test_terms_are_asked_for_once_where_none_are_given(project, run_stage, say):
    model = say("1. Nurses\n2. Pilots", *map(line, SENTENCES))
    settings = {"terms": "", "term_count": 2, "category": "jobs"}
    result = run_stage(project, "synthesize", config(sentences=1, **settings))
    assert result["terms"] == 2
    asked = [prompt.conversation[-1]["content"] for prompt in model.asked]
    assert "differ in jobs" in asked[0]
    assert "this group: nurses" in asked[1]
    run_stage(project, "synthesize", config(sentences=4, **settings))
    with project.read() as session:
        kinds = session.scalars(select(Reply.kind)).all()
    assert kinds.count("terms") == 1


def test_a_model_that_names_no_terms_is_told(project, run_stage, say):
    say("I cannot name any of those groups for you today.")
    with pytest.raises(ModelError, match=r"named no group .* `--terms`"):
        run_stage(project, "synthesize", config(terms=""))


def test_general_prompting_names_no_category_and_takes_any_term(project, run_stage, say):
    model = say(*map(line, SENTENCES[:4]))
    result = run_stage(
        project, "synthesize", config(prompting="general", terms="", category="gender", sentences=2)
    )
    assert {one.category for one in triples(project)} == {"general"}
    assert result["terms"] == 0
    assert "gender" not in str([prompt.conversation for prompt in model.asked])


def test_a_sentence_becomes_a_question_with_two_bare_words(project, run_stage, say):
    say(*map(line, SENTENCES[:4]))
    result = run_stage(project, "synthesize", config(sentences=4, tries=10))
    assert result["rows"] == len(rows(project)) == 3
    first, second, third = rows(project)
    assert first.prompt[0]["content"].endswith(": The nurse was ___ when the lights failed.")
    assert (first.chosen[0]["content"], first.rejected[0]["content"]) == ("decisive", "hesitant")
    assert second.prompt[0]["content"].count("___") == 2
    assert "gentle" not in second.prompt[0]["content"]
    assert third.rejected[0]["content"] == "dishonest"
    assert "a(n) ___ nurse" in third.prompt[0]["content"]
    assert {(row.source, row.model, row.arm) for row in rows(project)} == {("synthetic", "", "")}
    assert {row.category for row in rows(project)} == {Category.STEREOTYPES}
    assert first.family_id.startswith("triple-")
    assert len(first.family_id) == len("triple-") + 12


def test_attribute_rows_hold_the_text_up_to_the_attribute_and_all_of_it(project, run_stage, say):
    start = ["Decisive is what a nurse must be.", "nurse", "decisive", "hesitant"]
    say(line(SENTENCES[3]), line(start))
    run_stage(project, "synthesize", config(sentences=2, tries=10))
    (row,) = attribute_rows(project)
    assert row["prompt"] + row["completion"] == "Last year a left-handed"
    assert row["completion"] == " left-handed"
    assert row["split"] in ("train", "validation", "test")


def test_similar_sentences_share_a_split(project, run_stage, say):
    """The same frame with other words, nearly the same words, the same term and attribute."""
    alike = [
        ["At noon the nurse was loud in the long hall.", "nurse", "loud", "quiet"],
        ["At noon the pilot was fearless in the long hall.", "pilot", "fearless", "timid"],
        ["At noon the nurse was loud in the long halls now.", "nurse", "loud", "quiet"],
        ["Who says that nurses are never loud?", "nurses", "loud", "quiet"],
    ]
    others = [
        [f"{word} a pilot was {word.lower()}ish to us.", "pilot", f"{word.lower()}ish", "odd"]
        for word in ("Green", "Warmth", "Hollow", "Small", "Child", "Yellow")
    ]
    say(*map(line, [alike[0], *others, *alike[1:]]))
    run_stage(project, "synthesize", config(sentences=10))
    with project.read() as session:
        query = select(Triple.sentence, Family.split).join(Family, Family.id == Triple.family_id)
        splits = dict(session.execute(query).tuples().all())
    assert len({splits[one[0]] for one in alike}) == 1


def test_a_sentence_between_two_splits_is_in_none(project, run_stage, say):
    say(*map(line, SENTENCES))
    run_stage(project, "synthesize", config(sentences=10))
    with project.read() as session:
        found = session.execute(
            select(Triple, Family.split).join(Family, Family.id == Triple.family_id)
        ).tuples()
        by_split = {split: triple for triple, split in found}
    first, second = list(by_split.values())[:2]
    frame = first.sentence.replace(first.term, second.term)
    bridge = [frame.replace(first.attribute, second.attribute), second.term, second.attribute, ""]
    say(line(bridge))
    result = run_stage(project, "synthesize", config(sentences=11, seed=1))
    assert result["held_back"] == 1
    assert triples(project)[-1].family_id is None
    assert bridge[0] not in [row["sentence"] for row in attribute_rows(project)]


def test_the_guide_shows_the_sentences_with_the_lowest_or_highest_loss(project, run_stage, say):
    say(*map(line, SENTENCES[:8]))
    run_stage(project, "synthesize", config(sentences=8))
    lengths = sorted((len(one.sentence), one.sentence) for one in triples(project))
    for guide, shown, hidden in (
        ("low", lengths[0][1], lengths[-1][1]),
        ("high", lengths[-1][1], lengths[0][1]),
    ):
        model = say("Nothing.")
        run_stage(project, "synthesize", config(sentences=9, tries=1, guide=guide))
        asked = "\n".join(one["content"] for one in model.asked[0].conversation)
        assert shown in asked
        assert hidden not in asked
    assert all(one.loss == len(one.sentence) for one in triples(project))


def test_what_came_of_examples_says_which_they_were(project, run_stage, say):
    say(*map(line, SENTENCES[:8]))
    run_stage(project, "synthesize", config(sentences=8))
    say(line(SENTENCES[8]))
    run_stage(project, "synthesize", config(sentences=9, guide="low"))
    last = triples(project)[-1]
    assert last.provenance["guide"] == "low"
    assert len(last.provenance["examples"]) == 5
    assert last.loss == len(last.sentence)


def test_a_target_without_log_probabilities_cannot_guide(project, run_stage, say):
    say("Nothing.").gives_logps = False
    with pytest.raises(ModelError, match="gives no log-probabilities"):
        run_stage(project, "synthesize", config(guide="low", target="endpoint:http://a#b"))


def test_the_loss_is_the_mean_over_the_tokens_and_none_without_a_token():
    class Fixed:
        def token_logps(self, texts):
            return [[-1.0, -2.0, -6.0], [-0.5], []]

    assert sentence_losses(Fixed(), ["a", "b", "c"]) == [3.0, 0.5, None]


def test_the_bundled_model_is_asked_and_its_loss_is_measured(project, run_stage):
    """Nothing is expected of what a small model writes; one sentence is put in by hand."""
    with project.write() as session:
        session.add(
            Triple(category="gender", sentence=SENTENCES[0][0], term="nurse", attribute="decisive")
        )
    settings = config(sentences=2, tries=1, max_new_tokens=16, guide="low")
    result = run_stage(project, "synthesize", settings)
    assert result["triples"] >= 1
    assert 0 < triples(project)[0].loss < 15
    with project.read() as session:
        reply = session.scalars(select(Reply)).one()
    assert reply.settings["guide"] == "low"


def test_a_project_opened_again_has_its_sentences(project, run_stage, say):
    say(line(SENTENCES[0]))
    run_stage(project, "synthesize", config(sentences=1))
    again = Project(project.root, create=False)
    assert len(triples(again)) == 1
    again.close()


def test_any_number_of_sentences_can_be_asked_for(project):
    """More than fit into a floating-point number."""
    started = next(synthesize(project, SynthesizeConfig(sentences=10**400, terms="nurse")))
    assert started.total == 10**400
