"""What a table for a paper rests on, in words: seeds, score, test, correction, reference, marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from attnlab.analysis.deciding import HELPS, HIGHER, HURTS, LOWER, NOT_ENOUGH, NOT_SHOWN
from attnlab.analysis.statistics import LEVEL
from attnlab.judged import Judged
from attnlab.spec import Judging, Study

MARKS = {HELPS: "†", HURTS: "‡", HIGHER: "↑", LOWER: "↓", NOT_ENOUGH: "°"}
"""What stands behind a score for its verdict; where no difference was shown, nothing."""

_FIRM = (HELPS, HURTS, HIGHER, LOWER)
_EPOCHS = {
    "final": "of its last epoch",
    "kept": "of the epoch with its lowest validation loss, whose weights it kept",
    "best": "on the test samples, with the weights of its epoch with the lowest validation loss",
}

_INTERVALS = {"BCa": "BCa bootstrap", "t": "t"}


def caption(found: Sequence[Judged]) -> str:
    """All that a reader has to know of a table of these metrics, as sentences."""
    study = found[0].study
    sentences = [
        _about(study),
        f"Scores: mean over n seeds ± half the width of the 95 % t-interval; {_rules(found)}.",
        *_compared(study, found),
        *_corrected(found),
        *_decided(found),
        *_not_final(found),
        *_legend(found),
    ]
    return " ".join(sentences)


def rule_words(rule: Judging, study: Study) -> str:
    """Which epoch's value the score of a run is: "of its last epoch"."""
    if rule.score == "mean":
        return f"averaged over its last {rule.last} epochs"
    if rule.score == "best":
        return _EPOCHS["best"]
    return _EPOCHS["kept" if study.stops_early else "final"]


def _about(study: Study) -> str:
    settings = ", ".join(
        f"{name.replace('_', ' ')} {_plain(value)}"
        for name, value in study.task.params.in_use().items()
    )
    seeds, epochs = len(study.seeds), study.training.epochs
    return (
        f"{study.task.entry.title} ({settings}); {_count(seeds, 'seed')} an arm, "
        f"{_count(epochs, 'epoch')}."
    )


def _rules(found: Sequence[Judged]) -> str:
    """How the score of a run was read, once where it is the same for all metrics."""
    by_rule: dict[str, list[str]] = {}
    for each in found:
        if each.metric.kind not in ("size", "time"):
            words = rule_words(each.rule, each.study)
            by_rule.setdefault(words, []).append(each.metric.title.lower())
    if not by_rule:
        return "a run has one value"
    if len(by_rule) == 1:
        return f"a run's score is that {next(iter(by_rule))}"
    parts = [f"{' and '.join(titles)} {words}" for words, titles in by_rule.items()]
    return f"a run's score is that of {'; '.join(parts)}"


def _compared(study: Study, found: Sequence[Judged]) -> list[str]:
    references = study.references
    if not references:
        return []
    titles = {arm.label: arm.title for arm in study.arms}
    different = set(references.values())
    whom = titles[next(iter(different))]
    if len(different) > 1:
        whom = f"{titles[study.reference]}, or where an arm changes more than the module, with it "
        whom += "under the same change"
    kinds = {kind for each in found for kind in each.verdicts["interval"] if kind}
    interval = " or ".join(words for kind, words in _INTERVALS.items() if kind in kinds)
    means = f", with the 95 % {interval} interval of their mean" if kinds else ""
    return [f"Differences: to {whom}, paired by seed{means}."]


def _corrected(found: Sequence[Judged]) -> list[str]:
    tested = [row for each in found for row in each.verdicts.itertuples() if row.pairs]
    if not tested:
        return []
    exact = "exact " if all(row.exact for row in tested) else ""
    study, words = found[0].study, []
    if len(study.references) > 1:
        words.append(f"Holm's correction over {len(study.references)} arms")
    if study.looks:
        words.append(f"looks at {', '.join(map(str, study.looks))} seeds (spent alpha)")
    after = f", after {' and '.join(words)}" if words else ""
    return [f"p: {exact}two-sided sign-flip permutation test{after}."]


def _decided(found: Sequence[Judged]) -> list[str]:
    """Which of the metrics was chosen beforehand, where another one is there."""
    study = found[0].study
    if [each.metric.name for each in found] == [study.metric.name]:
        return []
    return [
        f"What the study was planned to be judged by: {study.metric.title.lower()}; p of other "
        "measures are not corrected for looking at several measures."
    ]


def _not_final(found: Sequence[Judged]) -> list[str]:
    rows = [row for each in found for row in each.verdicts.itertuples() if row.pairs]
    words = []
    if any(not row.final for row in rows):
        words.append("Provisional: not all planned seeds have finished.")
    if any(row.exploratory for row in rows):
        words.append(
            "Seeds were added beyond those that the verdicts rest on: p and marks are those of the "
            "planned seeds, scores and differences those of all."
        )
    return words


def _legend(found: Sequence[Judged]) -> list[str]:
    verdicts = {row.verdict for each in found for row in each.verdicts.itertuples()}
    firm = [f"{MARKS[verdict]} {verdict}" for verdict in _FIRM if verdict in verdicts]
    parts = []
    if firm:
        parts.append(f"{', '.join(firm)} (p < {LEVEL:g} and the interval excludes 0)")
    if NOT_ENOUGH in verdicts:
        parts.append(f"{MARKS[NOT_ENOUGH]} too few seeds for a verdict")
    if NOT_SHOWN in verdicts:
        parts.append("no mark: no difference shown")
    if any(each.metric.better for each in found):
        parts.append("bold: best mean" + (" beside the same reference" if _several(found) else ""))
    legend = "; ".join(parts)
    return [f"{legend[0].upper()}{legend[1:]}."] if legend else []


def _several(found: Sequence[Judged]) -> bool:
    return len(set(found[0].study.references.values())) > 1


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)
