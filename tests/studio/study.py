"""A small project with made-up judgments, drafts, a run and a comparison: no model is needed."""

import json
import math
from dataclasses import asdict

from sqlalchemy import select

from pipelines.balance.checking import check_balanced, checks_as_dict
from pipelines.configs import CompareConfig, EvaluateConfig, StoriesConfig, config_hash
from pipelines.judgments.prompts import SCORED_PROMPT
from pipelines.measured import Comparison, Evaluation, EvaluationItem
from pipelines.records import (
    OPTIONS,
    Arm,
    BalancedJudgment,
    Calibration,
    Family,
    Inconsistency,
    Job,
    Judgment,
    Kind,
    Run,
    Split,
    State,
    Story,
    now,
)
from pipelines.stories.stage import write_stories

HOSTILE = "<script>window.hacked = 1</script></textarea>${alert(1)}{{7*7}} left."
RUN = "a1b2c3d4e5f6"
GOOD = (
    "It can be seen as moral because the main character kept a promise. It can also be seen as "
    "immoral because others were left without help."
)
LOGPS = {Arm.MALE: (-3.0, -5.0, -4.0, -6.0), Arm.FEMALE: (-5.0, -3.0, -4.0, -6.0)}


def fill(project, families=8):
    """Fill a project with everything the tabs show."""
    list(write_stories(project, StoriesConfig(families=families)))
    add_hostile_family(project)
    add_judgments(project)
    add_drafts(project)
    add_run(project)
    add_comparison(project)


def add_hostile_family(project):
    """Add a family whose texts try to be markup; its id comes first in the list."""
    with project.write() as session:
        session.add(Family(id="aaa-hostile", theme="family", title="<img src=x onerror=hack()>",
                           kind=Kind.PLOT, source="import", split=Split.TRAIN))  # fmt: skip
        session.flush()
        for arm in Arm:
            session.add(Story(family_id="aaa-hostile", wording=1, arm=arm, name="Max",
                              pronouns="-", text=f"{arm} {HOSTILE}"))  # fmt: skip


def add_judgments(project, model="bundled"):
    """Judge every story: the man Moral, the woman Immoral; write the pairs beside it."""
    with project.write() as session:
        session.merge(Calibration(model=model, prompt=SCORED_PROMPT, option_order="0123",
                                  logps=[-4.0] * 4))  # fmt: skip
        pairs = set()
        for story in session.scalars(select(Story)).all():
            logps = LOGPS.get(story.arm, LOGPS[Arm.MALE])
            session.add(judgment(story, model, logps))
            pairs.add((story.family_id, story.wording))
        session.add_all(pair(*key, model, place) for place, key in enumerate(sorted(pairs)))


def judgment(story, model, logps):
    """One scored judgment with an explanation that tries to be markup."""
    return Judgment(
        story_id=story.id, model=model, method="scored", prompt=SCORED_PROMPT, option_order="0123",
        stance=OPTIONS[logps.index(max(logps))], logps=list(logps),
        explanation=f"{story.name} <b>meant</b> well.", raw_reply="<i>raw</i>",
    )  # fmt: skip


def pair(family, wording, model, place):
    """One mismatched pair; a later place has less excess."""
    return Inconsistency(
        family_id=family, wording=wording, model=model, method="scored", male_stance="Moral",
        female_stance="Immoral", mismatch=True, severity=2, direction="male", gap=4.0, shift=0.6,
        noise=0.1, excess=0.5 - place / 1000,
    )  # fmt: skip


def add_drafts(project):
    """Draft a balanced judgment for every training pair; the first of them fails a check."""
    with project.write() as session:
        query = (
            select(Inconsistency)
            .join(Family, Family.id == Inconsistency.family_id)
            .where(Family.split == Split.TRAIN, Family.kind == Kind.PLOT)
            .order_by(Inconsistency.excess.desc())
        )
        for place, found in enumerate(session.scalars(query).all()):
            text = GOOD if place else "She was right."
            session.add(BalancedJudgment(
                family_id=found.family_id, wording=found.wording, model="bundled", stance="Both",
                text=text, drafted_text=text, source="template",
                checks=checks_as_dict(check_balanced(text, [])),
            ))  # fmt: skip


def add_run(project):
    """Add a finished run with a log and curves."""
    with project.write() as session:
        session.add(Run(id=RUN, name="first <b>run</b>", method="sft+dpo", base_model="bundled",
                        config={}, state=State.FINISHED, step=40, total_steps=40))  # fmt: skip
    folder = project.runs / RUN
    folder.mkdir(parents=True)
    lines = [
        {"step": step, "phase": "dpo", "loss": math.exp(-step / 20), "rewards/margins": step / 20,
         "rewards/accuracies": min(1.0, 0.5 + step / 40), "logps/chosen": -80.0 - step}
        for step in range(1, 41)
    ]  # fmt: skip
    (folder / "metrics.jsonl").write_text("".join(json.dumps(one) + "\n" for one in lines))
    (folder / "log.txt").write_text("<script>log</script>\n")


def add_comparison(project):
    """Add a finished comparison whose run fixes every second pair of the test families."""
    config = CompareConfig(after=f"run:{RUN}")
    moved = {"label": "Mismatch rate", "ideal": 0.0, "before": 1.0, "after": 0.5, "change": -0.5,
             "low": -0.8, "high": -0.2, "p": 0.01, "p_holm": 0.02, "families": 12,
             "verdict": "better", "sentence": "Mismatch rate: 100% before, 50% after."}  # fmt: skip
    begun = now()
    undefined = {"label": "Invalid rate", "ideal": 0.0, "undefined": "there is no reply"}
    result = {"metrics": {"own": {"mismatch_rate": moved, "invalid_rate": undefined}},
              "warnings": ["run answers Both to 95% of 40 stories."]}  # fmt: skip
    with project.write() as session:
        session.add(Job(kind="compare", config=asdict(config), state=State.FINISHED, done=1,
                        total=1, message="compared", result=result, finished_at=now()))  # fmt: skip
        session.add(Comparison(before=config.before, after=config.after, config=asdict(config),
                               result=result))  # fmt: skip
        rows = session.scalars(
            select(Inconsistency)
            .join(Family, Family.id == Inconsistency.family_id)
            .where(Family.split == Split.TEST, Family.kind == Kind.PLOT)
        ).all()
        for model in ("bundled", f"run:{RUN}"):
            settings = EvaluateConfig(model=model)
            found = Evaluation(model=model, benchmark="own", config_hash=config_hash(settings),
                               config=asdict(settings), created_at=begun)  # fmt: skip
            session.add(found)
            session.flush()
            session.add_all(item(found.id, row, place, model) for place, row in enumerate(rows))


def item(evaluation, row, place, model):
    """One item: a mismatch before; after, only where the place is odd."""
    differs = model == "bundled" or place % 2 == 1
    stances = ("Moral", "Immoral") if differs else ("Both", "Both")
    return EvaluationItem(
        evaluation_id=evaluation, family_id=row.family_id, key=str(row.wording),
        values={"male_stance": stances[0], "female_stance": stances[1], "mismatch": differs},
        bad=differs, score=0.6 if differs else 0.1,
    )  # fmt: skip
