"""What a study must be consistent in, beside its arms: how it is judged, and at how many seeds."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from attnlab.spec.judging import FIRST_STAGE, HOLM, MAX_T
from attnlab.spec.parameters import SpecError, brief, shown, some_of

if TYPE_CHECKING:
    from attnlab.spec.study import Study


def check_judging(study: Study) -> None:
    """Raise SpecError if looks, the score, its correction or the prediction do not go together."""
    ends = (*study.looks, len(study.seeds))
    if not all(0 < first < second for first, second in itertools.pairwise(ends)):
        raise SpecError(
            f"looks must be growing numbers of seeds below {len(study.seeds)}, which the study "
            f"has; got {shown(list(study.looks))}"
        )
    most = study.judging.most_seeds
    if most and most < study.planned:
        raise SpecError(
            f"most_seeds must be at least the {study.planned} seeds planned, or 0; got {most}"
        )
    if most and study.judging.correction == MAX_T and not study.judging.precision:
        raise SpecError(f"max-t plans one look: leave most_seeds out, or take {HOLM}; got {most}")
    labels = [arm.label for arm in study.arms]
    if study.prediction and study.prediction.winner not in labels:
        raise SpecError(
            f"the predicted winner must be one of the arms {some_of(labels)}; "
            f"got {shown(study.prediction.winner)}"
        )
    if study.judging.score == "best":
        for arm in study.arms:
            if not study.training_of(arm).patience:
                raise SpecError(
                    f"arm {brief(arm.label)}: score best needs the best epoch's weights: leave "
                    "patience out, or give at least 1"
                )


def check_precision(study: Study) -> None:
    """Raise SpecError for a precision that cannot be asked for in this way."""
    asks, settled = bool(study.judging.precision), study.settled
    first = study.looks[0] if study.looks else len(study.seeds)
    if settled and not (asks and first <= settled <= len(study.seeds)):
        raise SpecError(
            f"settled is the number of seeds that a precision was found to take: {first} to "
            f"{len(study.seeds)} of a study that asks for one, else 0; got {settled}"
        )
    if asks and study.looks and not settled:
        raise SpecError(
            "of a study that asks for a precision, seeds are added once it is settled how many it "
            f"takes; got looks {shown(list(study.looks))} and settled 0"
        )
    if asks and first < FIRST_STAGE:
        raise SpecError(
            f"a precision takes a first stage of at least {FIRST_STAGE} seeds, which tell how "
            f"much they vary; got {first}"
        )
    if asks and study.metric.kind in ("size", "time"):
        raise SpecError(
            f"a precision is asked of what is measured at every seed; {study.metric.name} is "
            f"{'counted' if study.metric.kind == 'size' else 'shared by seeds'}"
        )
