"""Only of a performance an arm *helps* or *hurts*: all other measures are higher or lower."""

import json
import re

import pandas as pd
import pytest

from attnlab import Study, catalog, charts
from attnlab.charts.scale import scale_of
from attnlab.charts.verdicts import verdict_rows, verdict_tooltip
from attnlab.cli.verdicts import verdict_lines
from attnlab.export.paper_caption import caption
from attnlab.results import columns, paper_columns
from attnlab.results.arm_facts import ArmParameters
from attnlab.results.frames import verdicts_frame
from attnlab.results.headline import headline
from attnlab.results.judge import result_of
from attnlab.results.predictions import prediction_outcome
from attnlab.results.rows import StudyRows
from attnlab.results.table import tabulate
from attnlab.results.verdict import Verdict
from attnlab.spec import CONTROL, TaskSpec, metric_of, metrics_of
from attnlab.spec.metrics import METRICS
from attnlab.ui import prediction
from attnlab.ui.result_tables import verdicts_table

WITHOUT_CLASSES = {"val_accuracy", "val_loss", "accuracy", "loss"}
PERFORMANCES = {
    *WITHOUT_CLASSES,
    *("val_balanced_accuracy", "val_macro_f1", "val_roc_auc", "val_log_loss"),
}
JUDGING = re.compile(
    r"\b(helps?|hurts?|help|hurt|better|worse|wins?|won|best|ahead)\b", re.IGNORECASE
)
SEEDS = 8

EVERY = {
    name: task.name for task in catalog.tasks() for name in metrics_of(TaskSpec(name=task.name))
}
"""Every metric that there is, with a task that has it."""


def result_by(task, name, difference):
    """A study of two arms, of which the second has so much more at every seed."""
    entry = next(each for each in catalog.tasks() if each.name == task)
    metric = metric_of(TaskSpec(name=task), name)
    module = next(
        each for each in catalog.modules() if entry.slot in each.fits and each.family != CONTROL
    )
    study = Study(
        task=task,
        arms=["none", module.name],
        seeds=SEEDS,
        metric=name,
        score="final",
        prediction={"winner": module.name, "margin": 0.1},
    )
    values = [
        (arm.label, seed, 0.5 + 0.001 * seed + (difference + 0.01 * seed) * place)
        for place, arm in enumerate(study.arms)
        for seed in range(SEEDS)
    ]
    scores = pd.DataFrame(values, columns=["arm", "seed", "value"])
    runs = scores.assign(
        status="finished", epoch=1, seconds=scores["value"], kept_epoch=1, error=""
    ).assign(**({name: scores["value"]} if metric.kind in ("curve", "end") else {}))
    at = scores.assign(epoch=1, axis="x", kind="gate", name=name, seconds=scores["value"])
    counts = {
        arm.label: ArmParameters(0, int(100 * difference * place) + 200)
        for place, arm in enumerate(study.arms)
    }
    rows = StudyRows(runs, counts, curves=at, measured=at)
    return result_of(study, metric, study.judging, rows)


def words_of(result):
    """All that people read of a result, surface by surface."""
    outcome = prediction_outcome(result)
    paper = tabulate((each, result) for each in paper_columns.metric_columns({}))
    specs = [
        charts.forest_spec(result),
        charts.per_seed_spec(result),
        charts.pareto_spec(result),
    ]
    return {
        "headline": headline(result),
        "terminal": "\n".join(verdict_lines(result)),
        "page": verdicts_table(result),
        "caption": caption([result]),
        "paper": str(paper),
        "frame": verdicts_frame(result).drop(columns="title").to_csv(index=False).split("\n", 1)[1],
        "tooltip": str(tooltip_titles(result)),
        "prediction": prediction._outcome_sentence(outcome, result.metric),
        **{f"chart {place}": drawn(spec) for place, spec in enumerate(specs)},
    }


def tooltip_titles(result):
    return [each.to_dict()["title"] for each in verdict_tooltip(scale_of(result))]


def drawn(spec):
    """The words of a chart: its texts and its data, without the domain of the shapes."""
    text = json.dumps(spec, default=lambda frame: frame.to_dict("records"))
    return re.sub(r'"domain": \[[^\]]*\]', "", text).replace("improvement", "")


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("difference", [0.2, -0.4])
def test_every_metric_has_its_words_on_every_surface(name, difference):
    result = result_by(EVERY[name], name, difference)
    (arm,) = result.compared
    metric = result.metric
    if metric.name == "seconds":
        assert not arm.verdict.is_difference or arm.verdict in (Verdict.HIGHER, Verdict.LOWER)
    elif metric.is_performance:
        helps = (difference > 0) == (metric.better > 0)
        assert arm.verdict == (Verdict.HELPS if helps else Verdict.HURTS)
        return
    else:
        assert arm.verdict == (Verdict.HIGHER if difference > 0 else Verdict.LOWER)
    for surface, text in words_of(result).items():
        found = JUDGING.search(text)
        assert not found, f"{surface}: {text[max(found.start() - 80, 0) : found.end() + 40]}"


def test_performances_are_what_is_measured_of_answers_and_what_tasks_measure_themselves():
    assert {name for name, metric in METRICS.items() if metric.is_performance} == PERFORMANCES
    for entry in catalog.tasks():
        task = TaskSpec(name=entry.name)
        own = {f"val_{measure.name}" for measure in (*entry.extra_metrics, *entry.end_metrics)}
        found = {name for name, metric in metrics_of(task).items() if metric.is_performance}
        usual = PERFORMANCES if task.has_classes else WITHOUT_CLASSES
        assert found == (usual if task.has_accuracy else {"val_loss", "loss"}) | own


@pytest.mark.parametrize(("name", "ahead"), [("val_accuracy", "100 %"), ("val_loss", "0 %")])
def test_pairs_won_are_those_in_which_the_arm_is_better(name, ahead):
    result = result_by(EVERY[name], name, 0.2)
    (arm,) = result.compared
    assert columns.PAIRS_WON.cell(result, arm).text == ahead
    row = verdict_rows(result, scale_of(result)).set_index("label").loc[arm.label]
    assert row["improvement_words"] == f"{int(ahead.split()[0]) / 100:.2f}"
    assert "Share of pairs won" in tooltip_titles(result)
