"""The caption of a table for a paper: seeds, score, test, correction, reference, marks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from attnlab.analysis.rounding import difference_text, figures_text, points_text
from attnlab.analysis.statistics import LEVEL
from attnlab.export.paper_contrasts import contrasts_sentence
from attnlab.export.paper_tasks import tasks_sentences
from attnlab.results.about import about_sentence
from attnlab.results.collapsing import collapses
from attnlab.results.grounds import correction_text
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.tuning import edge_sentence, tuning_sentence
from attnlab.results.verdict import DIFFERENCES, WITHHELD, Verdict
from attnlab.spec import Judging, Study, TaskSpec, titles_of
from attnlab.wording import as_sentence, counted, in_sentence, listed, seeds_text, spaced

_EPOCHS = {
    "final": "of its last epoch",
    "kept": "of the epoch with its lowest validation loss, whose weights it kept",
    "best": "on the test samples, with the weights of its epoch with the lowest validation loss",
}


def caption(results: Sequence[StudyResult], *, has_contrasts: bool = True) -> str:
    """What a reader must know about a table of these metrics, in sentences; `has_contrasts` says
    whether it has rows for planned contrasts, if there are any."""
    study = results[0].study
    sentences = [
        _about(study),
        f"Scores: mean over n seeds ± half the width of the 95 % t-interval; {_rules(results)}.",
        *_tuned(study),
        *_compared(study, results),
        *_corrected(results),
        *margin_sentences(results),
        *(contrasts_sentence(results) if has_contrasts else []),
        *tasks_sentences(results),
        *_decided(results),
        *_not_final(results),
        *_new_data(results),
        *_asked(results),
        *dict.fromkeys(filter(None, (collapses(each.arms) for each in results))),
        *dict.fromkeys(condition for each in results for condition in each.conditions),
        *legend_sentences(results),
    ]
    return " ".join(sentences)


def score_rule_text(rule: Judging, study: Study) -> str:
    """Which epoch's value the score of a run is: "of its last epoch"."""
    if rule.score == "mean":
        return f"averaged over its last {rule.last} epochs"
    if rule.score == "best":
        return _EPOCHS["best"]
    epoch = _EPOCHS["kept" if study.stops_early else "final"]
    return f"{epoch}, read on {test_samples_text(study)}" if rule.score == "test" else epoch


def test_samples_text(study: Study) -> str:
    """What runs are tested on: "5,000 fresh samples"."""
    counts = {study.task_of(arm).fresh_samples for arm in study.arms}
    if counts == {0}:
        return "the test samples"
    number = f"{counts.pop():,} " if len(counts) == 1 else ""
    return f"{number}fresh samples"


def _about(study: Study) -> str:
    tasks = "; ".join(map(_task, study.tasks))
    seeds = f"{counted(len(study.seeds), 'seed')} an arm ({seeds_text(study.seeds)})"
    epochs = counted(study.training.epochs, "epoch")
    return f"{tasks}; {seeds}, {epochs}."


def _task(task: TaskSpec) -> str:
    settings = ", ".join(
        f"{spaced(name)} {_plain(value)}" for name, value in task.params.told().items()
    )
    return f"{task.entry.title} ({settings})"


def _tuned(study: Study) -> list[str]:
    """How learning rates were chosen, where they were."""
    return [*filter(None, (tuning_sentence(study), edge_sentence(study)))]


def _rules(results: Sequence[StudyResult]) -> str:
    """How the score of a run was read, once where it is the same for all metrics."""
    by_rule: dict[str, list[str]] = {}
    for each in results:
        for part in each.parts or (each,):
            if each.metric.kind not in ("size", "time"):
                rule = score_rule_text(part.rule, part.study)
                titles = by_rule.setdefault(rule, [])
                of_task = f"{part.study.task.title.lower()}, " if each.parts else ""
                titles.append(f"{of_task}{part.metric.title.lower()}")
    if not by_rule:
        return "a run has one value"
    if len(by_rule) == 1:
        return f"a run's score is that {next(iter(by_rule))}"
    parts = [f"{listed(titles)} {rule}" for rule, titles in by_rule.items()]
    return f"a run's score is that of {'; '.join(parts)}"


def _compared_arms(results: Sequence[StudyResult]) -> list[ArmResult]:
    """The arms that share a seed with what they are compared with, by any of the metrics."""
    return [arm for each in results for arm in (*each.arms, *each.contrasts) if arm.pairs]


def _compared(study: Study, results: Sequence[StudyResult]) -> list[str]:
    references = study.references
    if not references:
        return []
    titles = titles_of(study)
    different = set(references.values())
    reference = titles[next(iter(different))]
    if study.has_several_tasks:
        reference = f"{titles[study.reference]} on the same task"
    elif len(different) > 1:
        reference = f"{titles[study.reference]}, or where an arm changes more than the module, "
        reference += "with it under the same change"
    bounded = [arm for arm in _compared_arms(results) if arm.difference.is_bounded]
    means = ", with the 95 % interval of the same test" if bounded else ""
    several = ", corrected for all arms, so that it leaves out 0 exactly where p is below 0.05"
    wide = several if bounded and _most_compared(study) > 1 else ""
    return [f"Differences: to {reference}, paired by seed{means}{wide}."]


def _most_compared(study: Study) -> int:
    """How many arms are compared, of several tasks on the one with the most."""
    return max(len(part.references) for part in study.parts)


def _corrected(results: Sequence[StudyResult]) -> list[str]:
    tested = _compared_arms(results)
    if not tested:
        return []
    exact = "exact " if all(arm.difference.exact for arm in tested) else ""
    study = results[0].study
    corrections: list[str] = []
    if (count := _most_compared(study)) > 1:
        corrections.append(correction_text(study.judging.correction, count))
    if study.looks and not study.settled:
        corrections.append(f"looks at {', '.join(map(str, study.looks))} seeds (spent alpha)")
    after = f", after {listed(corrections)}" if corrections else ""
    return [f"p: {exact}two-sided sign-flip permutation test{after}."]


def margin_sentences(results: Sequence[StudyResult]) -> list[str]:
    """What the mark of *practically the same* rests on."""
    planned = next((each for each in results if each.margin), None)
    if planned is None:
        return []
    metric, margin = planned.metric, planned.margin
    size = (
        f"{figures_text(100 * margin)} percentage points"
        if metric.share
        else f"{figures_text(margin)} {metric.unit}".rstrip()
    )
    one = (planned.parts or (planned,))[0]
    several = max(len(one.compared), len(one.contrasts)) > 1
    share = f" at {LEVEL:g} over the number of comparisons" if several else ""
    return [
        f"Margin: ±{size} of {metric.title.lower()}; {Verdict.SAME} by two one-sided tests{share}."
    ]


def _decided(results: Sequence[StudyResult]) -> list[str]:
    """Which metric the plan names, if the table has any other."""
    study = results[0].study
    if [each.metric.name for each in results] == [study.metric.name]:
        return []
    return [
        f"What the study was planned to be judged by: {study.metric.title.lower()}; p of other "
        "measures are not corrected for looking at several measures."
    ]


def _not_final(results: Sequence[StudyResult]) -> list[str]:
    compared, sentences = _compared_arms(results), []
    if any(not arm.is_final for arm in compared):
        sentences.append("Provisional: not all planned seeds have finished.")
    if any(arm.comparison and arm.comparison.is_exploratory for arm in compared):
        sentences.append(
            "Seeds were added beyond those that the verdicts rest on: scores are those of all "
            "seeds, differences, p and marks those of the planned ones."
        )
    return sentences


def _new_data(results: Sequence[StudyResult]) -> list[str]:
    """What verdicts are about, and how sure the differences are for new data."""
    about = dict.fromkeys(filter(None, map(_about_each, results)))
    intervals = []
    for each in results:
        text = points_text if each.metric.share else difference_text
        for arm in each.compared:
            new = arm.comparison.for_new_data if arm.comparison else None
            if new is not None and math.isfinite(new.half):
                of = f" ({in_sentence(each.metric.title)})" if len(results) > 1 else ""
                intervals.append(f"{arm.title}{of} {text(new.mean, new.low, new.high)}")
    if not intervals:
        return [*about]
    return [
        *about,
        "For new data like these (corrected resampled interval, approximate): "
        f"{'; '.join(intervals)}.",
    ]


def _about_each(result: StudyResult) -> str:
    """What verdicts are about, task by task."""
    if not result.parts:
        return about_sentence(result)
    each = [
        f"{part.study.task.title}: {in_sentence(text)}"
        for part in result.parts
        if (text := about_sentence(part))
    ]
    return " ".join(each)


def _asked(results: Sequence[StudyResult]) -> list[str]:
    """How many seeds a precision was found to take."""
    study = results[0].study
    if not study.settled:
        return []
    return [
        f"The number of seeds, {study.settled}, was chosen from the first {study.first_stage} for "
        "the precision that the plan asks for."
    ]


def legend_sentences(results: Sequence[StudyResult]) -> list[str]:
    """What the marks in a table mean."""
    verdicts = {arm.verdict for each in results for arm in (*each.arms, *each.contrasts)}
    firm = [f"{verdict.mark} {verdict}" for verdict in DIFFERENCES if verdict in verdicts]
    parts = []
    if firm:
        parts.append(f"{', '.join(firm)} (p < {LEVEL:g})")
    if Verdict.SAME in verdicts:
        parts.append(f"{Verdict.SAME.mark} {Verdict.SAME}")
    if Verdict.NOT_ENOUGH in verdicts:
        parts.append(f"{Verdict.NOT_ENOUGH.mark} too few seeds for a verdict")
    if Verdict.NOT_SHOWN in verdicts:
        parts.append("no mark: no difference shown")
    if set(WITHHELD) & verdicts:
        without = listed(verdict.value for verdict in WITHHELD if verdict in verdicts)
        parts.append(f"{Verdict.EXPLORATORY.mark} no verdict: {without}")
    if any(not arm.comparison.can_decide for arm in _compared_arms(results) if arm.comparison):
        parts.append("p –: too few pairs that differ for any p to decide")
    if any(each.metric.helping for each in results):
        parts.append(
            "bold: best mean"
            + (" beside the same reference" if _has_several_references(results) else "")
        )
    legend = "; ".join(parts)
    return [as_sentence(legend)] if legend else []


def _has_several_references(results: Sequence[StudyResult]) -> bool:
    return len({arm.against for arm in results[0].compared}) > 1


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
