"""The verdict of each arm and its grounds, for people."""

from __future__ import annotations

import math
import textwrap

from attnlab.analysis.rounding import figures_text
from attnlab.cli.text import WIDTH, columns
from attnlab.export.paper_caption import score_rule_text
from attnlab.results.about import about_sentence, about_text
from attnlab.results.collapsing import collapses
from attnlab.results.given import GivenScores
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.predictions import prediction_outcome
from attnlab.results.questions import asked
from attnlab.results.task_sentences import MIDDLE, holds_sentences, middle_words
from attnlab.results.wording import winning
from attnlab.spec import Metric
from attnlab.wording import in_sentence

_INDENT = "    "


def verdict_lines(result: StudyResult) -> list[str]:
    """The verdict of each arm that is compared with another one, with its grounds below it; those
    of planned contrasts, with what each asks; and the outcome of a prediction."""
    compared, contrasts = _compared_lines(result), _contrast_lines(result)
    lines = [*compared, *([""] if compared and contrasts else []), *contrasts]
    return [*lines, *textwrap.wrap(_predicted(result), WIDTH)] if lines else []


def over_tasks_lines(result: StudyResult) -> list[str]:
    """What several tasks show together: in how many a module holds, its mean over them, and its
    interquartile mean."""
    if not result.over_tasks:
        return []
    title = f"These {len(result.parts)} tasks together"
    lines = [title, "-" * len(title)]
    for sentence in holds_sentences(result):
        lines += textwrap.wrap(sentence.replace("**", ""), WIDTH)
    middles = [(each.title, middle_words(each, result.metric)) for each in result.over_tasks]
    return [
        *lines,
        "",
        *columns([("interquartile mean", "95 % interval in brackets"), *middles]),
        *textwrap.wrap(MIDDLE, WIDTH),
    ]


def _compared_lines(result: StudyResult) -> list[str]:
    compared = result.compared
    if not compared:
        return []
    several = len({arm.against for arm in compared}) > 1
    head = f"Verdicts by {in_sentence(result.metric.title)}"
    head += "" if several else f" against {compared[0].against}"
    is_study = not isinstance(result.plan, GivenScores)
    if is_study and result.metric.kind not in ("size", "time"):
        head += f"; a run's score is that {score_rule_text(result.rule, result.study)}"
    if about_sentence(result):
        head += f"; {about_text(result.study)}"
    lines = textwrap.wrap(f"{head}.", WIDTH)
    for arm in compared:
        against = f" against {arm.against}" if several else ""
        lines.append(f"{arm.label}{against}: {arm.verdict_text}")
        lines += _grounds(arm)
    return [*lines, *textwrap.wrap(collapses(result.references), WIDTH)]


def _contrast_lines(result: StudyResult) -> list[str]:
    """The planned contrasts below the questions that they ask."""
    if not result.contrasts:
        return []
    by_pair = {(arm.label, arm.against): arm for arm in result.contrasts}
    lines = [f"Planned contrasts by {in_sentence(result.metric.title)}, a family of their own."]
    for question, contrasts in asked(result.study).items():
        lines.append(question)
        for contrast in contrasts:
            arm = by_pair[contrast.arm, contrast.against]
            lines.append(f"  {contrast.text}: {arm.verdict_text}")
            lines += _grounds(arm)
    return lines


def _grounds(arm: ArmResult) -> list[str]:
    return textwrap.wrap(arm.basis, WIDTH, initial_indent=_INDENT, subsequent_indent=_INDENT)


def _predicted(result: StudyResult) -> str:
    if isinstance(result.plan, GivenScores) or result.plan.prediction is None:
        return ""
    outcome = prediction_outcome(result)
    prediction = f"Predicted: {outcome.predicted}{_by(outcome.margin, result.metric)}"
    if outcome.right is None:
        return f"{prediction}. There is no verdict on that yet."
    words = winning(result.metric)
    ending = f"{outcome.winner} {words.won}{_by(outcome.difference, result.metric)}"
    if not outcome.difference:
        ending = f"no arm was shown to be {words.better} than its reference"
    return f"{prediction}. {'As' if outcome.right else 'Not as'} predicted: {ending}."


def _by(margin: float, metric: Metric) -> str:
    if not margin or not math.isfinite(margin):
        return ""
    if metric.share:
        return f" by {figures_text(100 * margin)} points"
    return f" by {figures_text(margin)} {metric.unit}".rstrip()
