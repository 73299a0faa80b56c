"""A result in one or two sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from attnlab.analysis.attention import TruthFound, is_truth_per_sample
from attnlab.analysis.rounding import level_text, samples_text, share_text
from attnlab.results.about import about_sentence
from attnlab.results.collapsing import collapses
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.questions import contrast_names
from attnlab.results.task_sentences import holds_sentences
from attnlab.results.verdict import SHOWN, WITHHELD, Verdict
from attnlab.results.wording import MOST_NAMED, direction_text, named
from attnlab.spec import Study

CONTROL = "control"
"""The family of modules of which nobody expects that they find anything."""

NEARLY_ALL = 0.9
"""An arm that finds the truth in this share of samples counts as one that finds it."""

_IN_MANY = {
    Verdict.HELPS: "better",
    Verdict.HURTS: "worse",
    Verdict.HIGHER: "higher",
    Verdict.LOWER: "lower",
    Verdict.SAME: "practically the same",
}
"""How a sentence says of many contrasts what was shown: "better in 7 of 9"."""

Says = Literal["verdicts", "directions"]
"""What a headline says of arms: what they do ("**SE** helps"), or which way their score went
("higher for SE")."""


def headline(result: StudyResult, says: Says = "verdicts") -> str:
    """Say in which arms attention found the truth, how the arms compare, which runs collapsed, and
    what verdicts are about.

    The first only if the result includes attention. With "directions" the second part is empty
    until an arm other than the reference has finished a run. Verdicts end with those of planned
    contrasts.
    """
    if result.parts:
        return _of_tasks(result, says)
    about = about_sentence(result) if says == "verdicts" else ""
    contrasts = _contrasts(result) if says == "verdicts" else ""
    parts = [
        findings(result),
        _comparison(result, says),
        contrasts,
        collapses(result.arms),
        about,
    ]
    return " ".join(filter(None, parts))


def _of_tasks(result: StudyResult, says: Says) -> str:
    """What all tasks show together, then a paragraph for each of them."""
    together = holds_sentences(result) if says == "verdicts" else []
    each = [
        f"- {part.task_title}: {words}" for part in result.parts if (words := headline(part, says))
    ]
    return "\n".join([" ".join(together), "", *each]).strip()


def findings(result: StudyResult) -> str:
    """Say in which arms attention found the truth; empty without planted truth or attention."""
    if not any(arm.attention for arm in result.compared):
        return ""
    study = result.study
    able = [
        arm
        for arm in result.compared
        if arm.score.n and study.arm(arm.label).module.entry.family != CONTROL
    ]
    with_attention = [(arm, arm.attention) for arm in able if arm.attention is not None]
    if len(able) > MOST_NAMED:
        return _count_findings(study, [truth for _, truth in with_attention])
    sought = study.task.entry.sought
    return " ".join(
        f"{arm.title} found {sought} in {_how_often(study, truth)} "
        f"(chance {level_text([truth.chance])})."
        for arm, truth in with_attention
    )


def _how_often(study: Study, truth: TruthFound) -> str:
    if is_truth_per_sample(study):
        return f"{samples_text(truth.hit, float('nan'))} of the samples"
    return f"{share_text(truth.hit, truth.n)} seeds"


def _count_findings(study: Study, truths: Sequence[TruthFound]) -> str:
    if not truths:
        return ""
    enough, where = 1.0, "every seed"
    if is_truth_per_sample(study):
        enough, where = NEARLY_ALL, f"at least {100 * NEARLY_ALL:.0f} % of the samples"
    count, sought = sum(truth.hit >= enough for truth in truths), study.task.entry.sought
    return f"{count} of {len(truths)} arms with attention found {sought} in {where}."


def _comparison(result: StudyResult, says: Says) -> str:
    parts = _verdicts(result.compared) if says == "verdicts" else _directions(result.compared)
    if not parts:
        return ""
    return f"{result.metric.title} against {_reference(result)}: {'; '.join(parts)}."


def _reference(result: StudyResult) -> str:
    """The name of the reference, or of several together."""
    if len(result.references) == 1:
        return result.references[0].title
    reference = result.study.arm(result.study.reference)
    return f"{reference.module.entry.title} under the same conditions"


def _contrasts(result: StudyResult) -> str:
    """ "Planned contrasts: **SE** does better than uniform weights; for 1 of 2 …"."""
    parts = []
    for verdict in SHOWN:
        found = [arm for arm in result.contrasts if arm.verdict == verdict]
        if len(found) > MOST_NAMED:
            parts.append(f"{_IN_MANY[verdict]} in {len(found)} of {len(result.contrasts)}")
        else:
            parts += [_contrast(result, arm) for arm in found]
    parts += _not_shown(result.contrasts, "contrast")
    return f"Planned contrasts: {'; '.join(parts)}." if parts else ""


def _contrast(result: StudyResult, arm: ArmResult) -> str:
    own, other = contrast_names(result.study, arm.label, arm.against)
    return f"**{own}** {arm.verdict.beside} {other}"


def _verdicts(compared: Sequence[ArmResult]) -> list[str]:
    """ "**SE** helps", "for 1 of 2 arms no difference was shown"."""
    parts = []
    for verdict in SHOWN:
        titles = [arm.title for arm in compared if arm.verdict == verdict]
        if titles:
            verb = verdict.verb.several if len(titles) > 1 else verdict.verb.one
            parts.append(f"**{named(titles)}** {verb}")
    return parts + _not_shown(compared, "arm")


def _not_shown(compared: Sequence[ArmResult], noun: str) -> list[str]:
    """ "for 1 of 2 arms no difference was shown"."""
    parts = []
    for verdict in (Verdict.NOT_SHOWN, Verdict.NOT_ENOUGH, Verdict.NO_PAIRS, *WITHHELD):
        count = sum(arm.verdict == verdict for arm in compared)
        if count:
            of = "" if count == len(compared) else f" of {len(compared)}"
            nouns = noun if count == 1 and not of else f"{noun}s"
            parts.append(f"for {count}{of} {nouns} {verdict.clause}")
    return parts


def _directions(compared: Sequence[ArmResult]) -> list[str]:
    """ "higher for SE and ECA", of the arms that have a score."""
    by_direction: dict[str, list[str]] = {}
    for arm in compared:
        if arm.score.n:
            by_direction.setdefault(direction_text(arm), []).append(arm.title)
    return [f"{direction} for {named(titles)}" for direction, titles in by_direction.items()]
