"""The caption of a table of scores that were trained elsewhere."""

from __future__ import annotations

from attnlab.export.paper_caption import legend_sentences, margin_sentences
from attnlab.export.paper_tasks import tasks_sentences
from attnlab.results.given import GivenScores
from attnlab.results.grounds import correction_text
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.unpaired import PAIRS_TELL_MORE
from attnlab.wording import listed, seeds_text


def given_caption(result: StudyResult) -> str:
    """What a reader must know of it, in sentences. Raises TypeError for the result of a study."""
    plan = result.plan
    if not isinstance(plan, GivenScores):
        raise TypeError("the caption of a study's result is made by paper_caption.caption")
    compared = [arm for arm in result.compared if arm.pairs]
    sentences = [
        *_about(result, plan),
        "Scores: mean over n runs ± half the width of the 95 % t-interval.",
        *_compared(result, compared),
        *_tested(result, plan, compared),
        *margin_sentences([result]),
        *tasks_sentences([result]),
        *(each for each in result.conditions if PAIRS_TELL_MORE not in each),
        *legend_sentences([result]),
    ]
    return " ".join(sentences)


def _about(result: StudyResult, plan: GivenScores) -> list[str]:
    if not plan.task:
        return []
    tasks = [part.task_title for part in result.parts] or [plan.task]
    return [f"{listed(tasks)}."]


def _compared(result: StudyResult, compared: list[ArmResult]) -> list[str]:
    parts = result.parts or (result,)
    if not compared:
        return []
    names = {arm.title for part in parts for arm in part.references}
    reference = listed(names) + (" on the same task" if result.parts else "")
    paired = [arm for arm in compared if arm.difference.sizes is None]
    seeds = sorted({seed for arm in paired for seed in arm.scores})
    how = [
        *([f"paired by seed ({seeds_text(seeds)})"] if paired else []),
        *(["unpaired, of means"] if len(paired) < len(compared) else []),
    ]
    bounded = [arm for arm in compared if arm.difference.is_bounded]
    means = ", with the 95 % interval of the same test" if bounded else ""
    several = ", corrected for all arms, so that it leaves out 0 exactly where p is below 0.05"
    wide = several if bounded and _most_compared(result) > 1 else ""
    return [f"Differences: to {reference}, {', or '.join(how)}{means}{wide}."]


def _tested(result: StudyResult, plan: GivenScores, compared: list[ArmResult]) -> list[str]:
    tests = []
    for kind, name in ((True, "sign-flip"), (False, "permutation")):
        own = [arm for arm in compared if (arm.difference.sizes is None) == kind]
        if own:
            exact = "exact " if all(arm.difference.exact for arm in own) else ""
            drawn = "" if exact or kind else " (Monte Carlo, 9,999 draws)"
            tests.append(f"{exact}two-sided {name} test{drawn}")
    if not tests:
        return []
    count = _most_compared(result)
    after = f", after {correction_text(plan.judging.correction, count)}" if count > 1 else ""
    return [f"p: {' or '.join(tests)}{after}."]


def _most_compared(result: StudyResult) -> int:
    """How many arms are compared, of several tasks on the one with the most."""
    return max(len(part.compared) for part in result.parts or (result,))
