"""Tasks of lm-evaluation-harness; needs the optional extra (requirements-lm-eval.txt)."""

import json
import math

import pytest
from sqlalchemy import func, select

from pipelines.benchmarks.harness_asks import Asked, carry, cut, prompt_of, writing_of
from pipelines.benchmarks.harness_tasks import check_allowed
from pipelines.benchmarks.items import Written, content_hash
from pipelines.configs import EvaluateConfig
from pipelines.errors import ConfigError, DataError, ModelError
from pipelines.measured import Answer, Evaluation, EvaluationItem
from pipelines.models.interface import Prompt, TokenLogps

TASK = """task: quiz
dataset_path: json
dataset_kwargs: {data_files: {test: quiz.jsonl}}
test_split: test
output_type: multiple_choice
doc_to_text: "Question: {{question}}\\nAnswer:"
doc_to_choice: options
doc_to_target: gold
metric_list:
  - {metric: acc, aggregation: mean, higher_is_better: true}
  - {metric: acc_norm, aggregation: mean, higher_is_better: true}
"""
METRIC = "  - {metric: acc, aggregation: mean, higher_is_better: true}\n"
LAST = """task: last
dataset_path: json
dataset_kwargs: {data_files: {test: last.jsonl}}
test_split: test
output_type: loglikelihood
doc_to_text: "{{begin}}"
doc_to_target: "{{end}}"
metric_list:
  - {metric: perplexity, aggregation: perplexity, higher_is_better: false}
  - {metric: acc, aggregation: mean, higher_is_better: true}
"""
PROSE = """task: prose
dataset_path: json
dataset_kwargs: {data_files: {test: last.jsonl}}
test_split: test
output_type: loglikelihood_rolling
doc_to_text: ""
doc_to_target: "{{begin}}{{end}}"
metric_list:
  - {metric: word_perplexity, aggregation: weighted_perplexity, higher_is_better: false}
  - {metric: bits_per_byte, aggregation: bits_per_byte, higher_is_better: false}
"""
SAY = """task: say
dataset_path: json
dataset_kwargs: {data_files: {test: quiz.jsonl}}
test_split: test
output_type: generate_until
doc_to_text: "Question: {{question}}\\nAnswer:"
doc_to_target: "{{options[gold]}}"
generation_kwargs: {until: [".", ","], max_gen_toks: 8, do_sample: false}
filter_list:
  - {name: strict, filter: [{function: remove_whitespace}, {function: take_first}]}
  - name: lower
    filter: [{function: remove_whitespace}, {function: lowercase}, {function: take_first}]
metric_list:
  - {metric: exact_match, aggregation: mean, higher_is_better: true}
"""
QUIZ = [
    ("What color is the sky on a clear day?", ["blue", "a deep green", "red"], 0),
    ("How many legs has a dog?", ["two", "four", "nine and a half"], 1),
    ("What do bees make?", ["steel", "paper cups", "honey"], 2),
    ("Where do fish live?", ["in water", "in trees", "on the moon"], 0),
    ("Which is the largest?", ["a mouse", "an elephant", "an ant"], 1),
    ("What is frozen water called?", ["smoke", "sand", "ice"], 2),
    ("What do we drink from?", ["a cup", "a shoe", "a hat"], 0),
    ("Which animal barks?", ["a fish", "a dog", "a bee"], 1),
]
LASTS = [
    ("The capital of France is", " Paris"),
    ("The opposite of hot is", " cold"),
    ("Two plus two is", " banana"),
    ("The cat sat on the", " mat"),
    ("Once upon a time there was a little", " girl"),
    ("She drank a cup of hot", " tea"),
]


@pytest.fixture
def harness():
    """The harness; without it the test is skipped."""
    return pytest.importorskip(
        "lm_eval", reason="needs lm-evaluation-harness: pip install -r requirements-lm-eval.txt"
    )


@pytest.fixture
def folder(tmp_path):
    """Benchmark files with tasks of one's own."""
    found = tmp_path / "files" / "lm_eval_tasks"
    found.mkdir(parents=True)
    for name, text in (("quiz", TASK), ("last", LAST), ("prose", PROSE), ("say", SAY)):
        (found / f"{name}.yaml").write_text(text, encoding="utf-8")
    write(found / "quiz.jsonl", ("question", "options", "gold"), QUIZ)
    write(found / "last.jsonl", ("begin", "end"), LASTS)
    return found


def write(path, names, rows):
    lines = (json.dumps(dict(zip(names, row, strict=True))) for row in rows)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def settings(folder, *tasks, **others):
    names = ",".join(f"lm_eval:{task}" for task in tasks)
    return EvaluateConfig(benchmarks=names, benchmarks_dir=str(folder.parent), **others)


def theirs(folder, name, chat=False):
    """What the harness's own model gives for a task, with the same weights in fp32."""
    from lm_eval.evaluator import evaluate
    from lm_eval.models.huggingface import HFLM

    from pipelines.benchmarks.harness_tasks import load_task, quiet
    from pipelines.models.bundled import bundled_folder
    from pipelines.models.precision import device

    model = HFLM(str(bundled_folder()), dtype="float32", batch_size=4, device=str(device()))
    task = load_task(name, folder.parent, 0)
    with quiet(name, sandboxed=True):
        found = evaluate(
            model,
            {"tasks": {name: task}},
            bootstrap_iters=0,
            apply_chat_template=chat,
            fewshot_as_multiturn=True,
        )
    return found["results"][name], found["samples"][name]


@pytest.fixture
def in_fp32(monkeypatch):
    """Load models in fp32, as the harness does here."""
    from pipelines.models.load import forget_models

    monkeypatch.setenv("EVENHAND_DTYPE", "float32")
    forget_models()
    yield
    forget_models()


def test_our_numbers_are_the_harness_s(harness, project, run_stage, folder, in_fp32):
    """Multiple choice, last words, whole texts and replies, to 1e-4 and better."""
    tasks = ("quiz", "last", "prose", "say")
    ours = run_stage(project, "evaluate", settings(folder, *tasks))["metrics"]
    for name in tasks:
        results, _ = theirs(folder, name)
        names = {f"exact_match_{kept}": f"exact_match,{kept}" for kept in ("strict", "lower")}
        for key, found in ours[f"lm_eval:{name}"].items():
            expected = results[names.get(key, f"{key},none")]
            assert found["value"] == pytest.approx(expected, abs=1e-4, rel=1e-4), (name, key)
            assert found["ideal"] is None
    assert ours["lm_eval:quiz"].keys() == {"acc", "acc_norm"}
    assert 0 < ours["lm_eval:quiz"]["acc"]["low"] <= ours["lm_eval:quiz"]["acc"]["value"] < 1
    assert ours["lm_eval:prose"]["bits_per_byte"]["low"] is None  # not a mean over documents
    assert ours["lm_eval:prose"]["word_perplexity"]["low"] > 1


def test_log_probabilities_are_the_harness_s(harness, project, run_stage, folder, in_fp32):
    for chat in (False, True):
        form = "chat" if chat else "plain"
        run_stage(project, "evaluate", settings(folder, "quiz", form=form))
        _, samples = theirs(folder, "quiz", chat)
        with project.read() as session:
            newest = session.scalar(select(func.max(Evaluation.id)))
            rows = session.scalars(
                select(EvaluationItem).where(EvaluationItem.evaluation_id == newest)
            ).all()
        found = {tuple(row.asked[0]["options"]): row.asked[0]["logps"] for row in rows}
        for sample in samples:
            options = tuple(option for _, option in sample["arguments"])
            logps = [response[0][0] for response in sample["resps"]]
            assert found[options] == pytest.approx(logps, abs=1e-3)


def test_a_second_run_asks_nothing_and_gives_the_same(harness, project, run_stage, folder):
    first = run_stage(project, "evaluate", settings(folder, "quiz", "say"))
    with project.read() as session:
        asked = session.scalar(select(func.max(Answer.created_at)))
        count = session.scalar(select(func.count()).select_from(Answer))
    assert count == 2 * len(QUIZ)
    second = run_stage(project, "evaluate", settings(folder, "quiz", "say"))
    with project.read() as session:
        assert session.scalar(select(func.max(Answer.created_at))) == asked
    assert second["metrics"] == first["metrics"]


def test_a_stopped_run_goes_on_where_it_ended(harness, project, run_stage, folder):
    from pipelines.stages import find_stage

    steps = find_stage("evaluate").load()(project, settings(folder, "quiz", limit=3))
    assert any(step.message.endswith("has answered") for step in steps)
    with project.read() as session:
        kept = set(session.scalars(select(Answer.asked)))
    run_stage(project, "evaluate", settings(folder, "quiz"))
    with project.read() as session:
        assert kept < set(session.scalars(select(Answer.asked)))
        assert session.scalar(select(func.count()).select_from(Answer)) == len(QUIZ)


def test_every_document_is_stored_with_what_was_asked(harness, project, run_stage, folder):
    run_stage(project, "evaluate", settings(folder, "quiz", "say"))
    with project.read() as session:
        rows = session.scalars(select(EvaluationItem)).all()
    quiz = [row for row in rows if "acc" in row.values]
    assert len(quiz) == len({row.key for row in quiz}) == len(QUIZ)
    for row in quiz:
        asked = row.asked[0]
        picked = asked["logps"].index(max(asked["logps"]))
        assert row.values["picked"] == picked
        assert row.values["acc"] == float(picked == row.values["gold"]) == row.score
        assert row.bad is (row.values["acc"] == 0)
        assert asked["prefix"].startswith("Question: ")
    said = [row for row in rows if "acc" not in row.values]
    assert {tuple(row.values) for row in said} == {("exact_match_strict", "exact_match_lower")}
    assert all(row.reply == row.asked[0]["reply"] for row in said)
    assert any(row.reply for row in said)


def test_the_option_picked_is_one_of_those_of_the_question(harness, project, run_stage, folder):
    """With acc_mutual_info the harness asks for "blue" after the question, and after nothing."""
    text = TASK.replace("metric: acc,", "metric: acc_mutual_info,") + METRIC
    (folder / "quiz.yaml").write_text(text, encoding="utf-8")
    likely = [("Say", ["xylophone", "the"], 0), ("Tell", ["the", "xylophone"], 0)]
    write(folder / "quiz.jsonl", ("question", "options", "gold"), [*QUIZ, *likely])
    run_stage(project, "evaluate", settings(folder, "quiz"))
    with project.read() as session:
        values = [row.values for row in session.scalars(select(EvaluationItem))]
    assert len(values) == len(QUIZ) + 2
    assert all(one["acc"] == float(one["picked"] == one["gold"]) for one in values)
    assert any(one["acc_mutual_info"] != one["acc"] for one in values)


def test_a_limit_draws_documents_by_seed_and_names_them_by_content(
    harness, project, run_stage, folder
):
    def keys(**others):
        result = run_stage(project, "evaluate", settings(folder, "quiz", **others))
        with project.read() as session:
            query = select(EvaluationItem.key, EvaluationItem.asked)
            query = query.where(EvaluationItem.evaluation_id == result["evaluation"])
            return {key: asked[0]["prefix"] for key, asked in session.execute(query)}, result

    some, result = keys(limit=3)
    with project.read() as session:
        files = session.get(Evaluation, result["evaluation"]).facts["files"]
    assert set(files) == {"quiz.yaml", "quiz.jsonl"}
    assert result["notes"][0].endswith("3 of 8 families were chosen by seed 0 (3 of 8 items).")
    write(folder / "quiz.jsonl", ("question", "options", "gold"), QUIZ[::-1])
    again, _ = keys(limit=3)
    assert again == some
    every, _ = keys()
    assert some.items() <= every.items()


def test_two_documents_of_the_same_content_are_two(harness, project, run_stage, folder):
    write(folder / "quiz.jsonl", ("question", "options", "gold"), [*QUIZ, QUIZ[0]])
    metrics = run_stage(project, "evaluate", settings(folder, "quiz"))["metrics"]
    assert metrics["lm_eval:quiz"]["acc"]["n"] == len(QUIZ) + 1


def test_examples_are_taken_from_the_task_or_the_setting(harness, project, run_stage, folder):
    def prompts(shots):
        result = run_stage(project, "evaluate", settings(folder, "quiz", limit=1, shots=shots))
        with project.read() as session:
            (item,) = session.scalars(
                select(EvaluationItem).where(EvaluationItem.evaluation_id == result["evaluation"])
            )
            facts = session.get(Evaluation, result["evaluation"]).facts
        return item.asked[0]["prefix"].count("Question:"), facts["shots"]

    assert prompts(0) == (1, 0)
    assert prompts(2) == (3, 2)
    text = TASK + "num_fewshot: 3\n"
    (folder / "quiz.yaml").write_text(text, encoding="utf-8")
    assert prompts(0) == (4, 3)
    assert prompts(2) == (3, 2)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("process_results: !function evil.run", "Not YAML that can be read"),
        ("class: !function evil.Task", "Not YAML that can be read"),
        ("process_docs: evil.run", "quiz.yaml:12: `process_docs` is not taken"),
        ("include: other.yaml", "quiz.yaml:12: `include` is not taken"),
        ("use_prompt: promptsource:x", "quiz.yaml:12: `use_prompt` is not taken"),
        ("unsafe_code: true", "quiz.yaml:12: `unsafe_code` is not taken"),
        ("custom_dataset: evil", "quiz.yaml:12: `custom_dataset` is not taken"),
    ],
)
def test_a_task_of_one_s_own_that_could_run_code_is_refused(
    harness, project, run_stage, folder, line, told
):
    (folder / "evil.py").write_text("raise SystemExit('it ran')\n", encoding="utf-8")
    (folder / "quiz.yaml").write_text(TASK + line + "\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"lm_eval_tasks/quiz\.yaml") as raised:
        run_stage(project, "evaluate", settings(folder, "quiz"))
    assert told in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("dataset_path: json", "dataset_path: pandas", "`dataset_path` must be json, csv"),
        ("dataset_path: json", "dataset_path: ./here", "`dataset_path` must be json, csv"),
        ("dataset_path: json", "dataset_path: ../here", "`dataset_path` must be json, csv"),
        ("quiz.jsonl", "../../secret.jsonl", "'../../secret.jsonl' is not the plain name"),
        ("quiz.jsonl", "https://x.org/a.jsonl", "is not the plain name"),
        ("quiz.jsonl", "absent.jsonl", "there is no file absent.jsonl"),
        ("{data_files: {test: quiz.jsonl}}", "{trust_remote_code: true}", "needs `data_files`"),
        ("metric: acc,", "metric: somebody/metric,", "the harness's own metrics only"),
        ("metric: acc,", "hf_evaluate: true, metric: acc,", "the harness's own metrics only"),
        ("aggregation: mean, higher", "aggregation: evil, higher", "takes the harness's own only"),
        ("doc_to_target: gold", "doc_to_target: '{{absent}}'", "cannot be run (UndefinedError"),
        ("test_split: test", "test_split: absent", "the task cannot be run (KeyError"),
        ("{{question}}", "{{ ''.__class__.__mro__ }}", "(SecurityError: access to attribute"),
        ("{{question}}", "{{ question.__init__.__globals__ }}", "(SecurityError: access to"),
        ("{{question}}", "{% for i in range(9999999) %}x{% endfor %}", "Range too big"),
    ],
)
def test_a_faulty_task_of_one_s_own_is_one_sentence(
    harness, project, run_stage, folder, old, new, told
):
    (folder / "quiz.yaml").write_text(TASK.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(DataError) as raised:
        run_stage(project, "evaluate", settings(folder, "quiz"))
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_the_harness_s_templates_are_its_own_again_after_a_task_of_one_s_own(harness, folder):
    from jinja2.sandbox import SandboxedEnvironment
    from lm_eval import utils

    from pipelines.benchmarks.harness_tasks import load_task

    load_task("quiz", folder.parent, 0)
    assert not isinstance(utils.env, SandboxedEnvironment)


def test_an_unknown_task_a_path_and_a_group_are_refused(harness, project, run_stage, folder):
    for name, told in (
        ("helaswag", "the harness has no such task. Did you mean hellaswag"),
        (str(folder / "quiz.yaml"), "the harness has no such task"),
        ("../quiz", "the harness has no such task"),
        ("mmlu", "is a group of tasks. Name those you want: lm_eval:mmlu_stem"),
        ("humaneval", "cannot be run|runs code that the model writes"),
    ):
        with pytest.raises((ConfigError, DataError), match=told):
            run_stage(project, "evaluate", settings(folder, name))


def test_a_task_whose_data_cannot_be_had_is_one_sentence(harness, project, run_stage, folder):
    with pytest.raises(DataError, match="lm_eval:hellaswag: the task cannot be run") as raised:
        run_stage(project, "evaluate", settings(folder, "hellaswag"))
    assert "Check the network" in str(raised.value)


def test_before_and_after_are_compared_document_by_document(harness, project, run_stage, folder):
    from pipelines.configs import CompareConfig

    config = CompareConfig(
        before="bundled",
        after=f"path:{bundled()}",
        benchmarks="lm_eval:quiz,lm_eval:prose",
        benchmarks_dir=str(folder.parent),
    )
    rows = run_stage(project, "compare", config)["metrics"]
    acc = rows["lm_eval:quiz"]["acc"]
    assert (acc["change"], acc["families"], acc["changed_families"]) == (0, len(QUIZ), 0)
    assert rows["lm_eval:prose"]["word_perplexity"]["change"] == 0
    assert "is no mean over items" in rows["lm_eval:prose"]["bits_per_byte"]["undefined"]


def bundled():
    from pipelines.models.bundled import bundled_folder

    return bundled_folder()


def test_a_public_space_runs_no_harness(monkeypatch):
    monkeypatch.setenv("SPACE_ID", "someone/space")
    with pytest.raises(ConfigError, match="a public Space runs no code of tasks"):
        check_allowed()


def test_without_the_harness_it_is_told_how_to_install_it(monkeypatch):
    import importlib.util

    monkeypatch.delenv("SPACE_ID", raising=False)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(ConfigError, match='pip install "lm_eval'):
        check_allowed()


def test_a_conversation_is_carried_through_the_harness_as_text():
    messages = [{"role": "user", "content": 'Say "hi"\n{{x}}'}]
    assert prompt_of(carry(messages)) == Prompt(messages)
    begun = [*messages, {"role": "assistant", "content": "Answer:"}]
    assert prompt_of(carry(begun) + " ") == Prompt(messages, "Answer: ")
    assert prompt_of("plain text") == Prompt([], "plain text")


def test_a_reply_ends_at_its_first_stop():
    assert cut("one. two\nthree", ["\n", "."]) == "one"
    assert cut("one", None) == cut("one", "") == cut("one\n", "\n") == "one"


def test_settings_of_a_reply_are_those_of_the_harness():
    greedy = writing_of("x", {"until": ["\n"], "do_sample": False, "temperature": 0.7}, 5, 0)
    assert (greedy.sampling.temperature, greedy.sampling.max_new_tokens) == (0, 256)
    drawn = writing_of("x", {"do_sample": True, "temperature": 0.7, "max_gen_toks": 9}, 5, 2)
    assert (drawn.sampling.temperature, drawn.sampling.max_new_tokens) == (0.7, 9)
    assert drawn.sampling.top_p == 1.0
    assert drawn.sampling.seed != greedy.sampling.seed


class Request:
    """What the harness's Instance has that is read."""

    def __init__(self, kind, *args, repeats=1):
        self.request_type, self.args, self.repeats = kind, args, repeats


def test_options_after_one_context_are_asked_together():
    asked = Asked("lm_eval:x", 0)
    (ask,) = asked.take([Request("loglikelihood", "Q:", text) for text in (" a", " b", " a")])
    assert ask.options == (" a", " b")
    answers = {content_hash(ask): [TokenLogps((1,), (-1.0,)), TokenLogps((2,), (-3.0,))]}
    assert asked.logps("Q:", " b", answers).total == -3.0
    with pytest.raises(DataError, match="asks something else each time"):
        asked.logps("Q:", " c", answers)


def test_what_a_model_would_write_is_known_or_asked_for():
    asked = Asked("lm_eval:x", 0, greedy=True)
    (sure,) = asked.take([Request("loglikelihood", "A", " yes")])
    (open_,) = asked.take([Request("loglikelihood", "B", " no")])
    answers = {
        content_hash(sure): [TokenLogps((1,), (math.log(0.6),))],
        content_hash(open_): [TokenLogps((1, 2), (math.log(0.9), math.log(0.4)))],
    }
    (writing,) = asked.unclear(answers)
    assert (writing.prompt.prefix, writing.sampling.max_new_tokens) == ("B", 2)
    answers[content_hash(writing)] = Written("no")
    assert asked.would_write("A", " yes", answers)
    assert asked.would_write("B", " no", answers)
    answers[content_hash(writing)] = Written("nobody")
    assert not asked.would_write("B", " no", answers)


def test_several_replies_to_one_prompt_are_several_asks():
    asks = Asked("lm_eval:x", 0).take(
        [Request("generate_until", "Q:", {"do_sample": True, "temperature": 1.0}, repeats=3)]
    )
    assert len({content_hash(ask) for ask in asks}) == 3


def test_whether_a_model_would_write_it_is_never_guessed(harness):
    from pipelines.benchmarks.harness_model import NotAsked

    for use in (bool, int, float):
        with pytest.raises(DataError, match="is only asked for tasks of type loglikelihood"):
            use(NotAsked("lm_eval:x"))


def test_a_server_is_asked_by_tasks_in_which_the_model_writes(harness, project, run_stage, folder):
    """Nobody is there to answer, which is how it shows that somebody was asked."""
    server = "endpoint:http://127.0.0.1:9/v1#m"
    for refused in ("quiz", "last", "prose"):
        with pytest.raises(ModelError, match=f"lm_eval:{refused} is read from them"):
            run_stage(project, "evaluate", settings(folder, refused, model=server))
    with pytest.raises(ModelError) as raised:
        run_stage(project, "evaluate", settings(folder, "say", model=server))
    assert "log-probabilities" not in str(raised.value)
    assert "127.0.0.1:9" in str(raised.value)
