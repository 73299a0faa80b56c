"""The two stages of a study that asks for a precision: how many seeds that takes.

See `attnlab.analysis.precision`. The first stage is no look: it gives a number of seeds, and no
verdict. All comparisons of a study have the same seeds, so that the one that varies most decides.
"""

from __future__ import annotations

import numpy as np

from attnlab.analysis.precision import half_width_allowed, seeds_for_exact
from attnlab.analysis.statistics import LEVEL, paired_differences
from attnlab.results.arm_facts import AskedPrecision
from attnlab.results.rows import read_rows
from attnlab.results.scores import by_arm, score_of_each_run
from attnlab.spec import Study
from attnlab.store import Store

_UNCAPPED = 1_000_000_000


def seeds_needed(store: Store, study_id: str) -> int:
    """Return how many seeds in all a study takes whose first stage has ended.

    These are the most that any of its comparisons takes, of the arms and of the planned contrasts,
    but not more than the plan allows for. Runs that failed are left out; a comparison with fewer
    than two pairs asks for nothing. Raises StoreError for an unknown study.
    """
    study = store.study(study_id).study
    rule, first = study.judging, study.first_stage
    takes = [first]
    for part in study.parts:
        rows = read_rows(store, study_id, part.metric, part.judging).of(part)
        scores = score_of_each_run(rows, part.metric, part.judging)
        values = by_arm(scores, [arm.label for arm in part.arms], study.seeds[:first])
        for pairs in _families(part):
            for arm, other in pairs:
                found = asked(values[arm], values[other], rule.precision, len(pairs), first)
                takes += [found.takes] if found else []
    return max(first, min(max(takes), rule.cap))


def asked(
    arm: np.ndarray, reference: np.ndarray, half: float, comparisons: int, seeds: int
) -> AskedPrecision | None:
    """Return what a precision comes to in a study of `seeds` seeds, by the scores (first stage,) of
    one of so many comparisons; None of fewer than two pairs."""
    differences = paired_differences(arm, reference)
    if len(differences) < 2:
        return None
    level = LEVEL / max(comparisons, 1)
    takes = max(seeds_for_exact(differences, half, _UNCAPPED, level), len(arm))
    reaches = half_width_allowed(differences, seeds, level)
    return AskedPrecision(half, len(arm), takes, seeds, reaches)


def _families(study: Study) -> list[list[tuple[str, str]]]:
    """What is compared with what: the arms with their references, and the planned contrasts."""
    return [list(study.references.items()), study.contrast_pairs]
