"""Walks through a home by people who look, choose and look again, where nothing differs.

Each is told twice: what they find who ignore the ledger and go by p alone, and what attnlab says to
them. Every walk begins in a home of its own.
"""

from __future__ import annotations

import numpy as np

from attnlab.results.model import StudyResult
from attnlab.results.verdict import Verdict
from attnlab.wording import counted
from benchmarks.promises.home import ARMS, EPOCHS, METRICS, Seen, new_home, seen
from benchmarks.simulated_studies import SEEDS

FIRST, SECOND = ARMS[:2]
SHORTER = (EPOCHS, 6, 4, 2)
"""Lengths of training that are tried in turn."""

FEWEST, STEP, MOST = 6, 5, 20
"""The first look of who stops early, and how many seeds who adds them adds, up to how many."""

FAILS_BELOW = -0.8
"""A run of the arm fails where its score would be so many standard deviations below: one in 5."""


def once(rng: np.random.Generator) -> Seen:
    """One study on fresh seeds, looked at as it was planned."""
    with new_home(rng) as home:
        return home.seen(home.trained(home.plan(FIRST), fresh=True))


def another_name(rng: np.random.Generator) -> Seen:
    """The same plan under another name at the same seeds: does it say the same once more?"""
    with new_home(rng) as home:
        plan = home.plan(FIRST)
        first = home.seen(home.trained(plan, "found"))
        again = home.seen(home.trained(plan, "replicated"))
        return Seen(first.by_p and again.by_p, first.said and again.said)


def best_of_arms(rng: np.random.Generator) -> tuple[bool, bool, bool, bool]:
    """The best of five arms planned anew: at the same seeds by p and by verdict, and the same at
    those that the form offers."""
    with new_home(rng) as home:
        plan = home.plan(home.best(home.trained(home.plan(*ARMS))))
        return *home.seen(home.trained(plan)), *home.seen(home.trained(plan, fresh=True))


def references(rng: np.random.Generator, fresh: bool) -> Seen:
    """An arm against one reference after the other, until it differs."""
    with new_home(rng) as home:
        against = ("none", SECOND, ARMS[2])
        plans = [home.plan(FIRST, reference=reference) for reference in against]
        return _any([home.seen(home.trained(plan, fresh=fresh)) for plan in plans])


def metrics(rng: np.random.Generator) -> Seen:
    """One study, viewed by one metric after the other."""
    with new_home(rng) as home:
        study_id = home.trained(home.plan(FIRST))
        return _any([home.seen(study_id, metric) for metric in METRICS])


def shorter(rng: np.random.Generator, fresh: bool) -> Seen:
    """Shorter and shorter trainings of the same arms, until one shows a difference."""
    with new_home(rng) as home:
        plans = [home.plan(FIRST, epochs=epochs) for epochs in SHORTER]
        return _any([home.seen(home.trained(plan, fresh=fresh)) for plan in plans])


def best_of_three(rng: np.random.Generator) -> tuple[bool, bool, bool]:
    """Three studies of one question on fresh seeds: whether any sees a difference, whether any says
    so, and whether each says how many there were before it."""
    with new_home(rng) as home:
        plan = home.plan(FIRST)
        results = [home.judged(home.trained(plan, fresh=True)) for _ in range(3)]
        told = all(_tells(result, number) for number, result in enumerate(results))
        return *_any([seen(result) for result in results]), told


def _tells(result: StudyResult, before: int) -> bool:
    if not before:
        return not result.conditions
    count = counted(before, "earlier study", "earlier studies")
    return any(each.startswith(f"{count} of the same question") for each in result.conditions)


def ended_when_liked(rng: np.random.Generator, killed: bool) -> tuple[bool, bool, bool]:
    """Looks after every seed from the sixth on, and ends the study as soon as p is below 0.05: by
    the button, or by killing the process that trains it.

    Whether p was below 0.05 at any look, whether the study as it ended has a verdict of a
    difference, and whether any look at it while it trained had one.
    """
    with new_home(rng) as home:
        study_id = home.store.create_study(home.plan(FIRST))
        looks = []
        with home.training(study_id):
            home.finish(study_id, range(FEWEST - 1))
            for seed in range(FEWEST - 1, SEEDS):
                home.finish(study_id, [seed])
                looks.append(home.seen(study_id, interim=True))
                if looks[-1].by_p:
                    if not killed:
                        home.store.request_stop(study_id)
                    break
        before_the_last = looks[: SEEDS - FEWEST]
        told = any(look.said for look in before_the_last)
        return looks[-1].by_p, home.seen(study_id).said, told


def seeds_added(rng: np.random.Generator, planned: bool) -> Seen:
    """Adds five seeds, twice, until a difference is shown; with or without having planned it."""
    with new_home(rng) as home:
        study_id = home.trained(home.plan(FIRST, most_seeds=MOST if planned else 0), fresh=True)
        looks = [home.judged(study_id)]
        for more in range(SEEDS, MOST, STEP):
            study = home.store.extend(study_id, STEP)
            home.train(study_id, study.seeds[more:])
            looks.append(home.judged(study_id))
        return Seen(any(map(_shown_by_all, looks)), any(seen(result).said for result in looks))


def _shown_by_all(result: StudyResult) -> bool:
    """Whether p over all seeds there are is below 0.05."""
    comparison = result.arms[1].comparison
    assert comparison is not None
    return (comparison.with_added or comparison.difference).p < 0.05


def failed_runs(rng: np.random.Generator) -> tuple[bool, bool, bool]:
    """Runs of the arm fail where they would have scored badly, and are left out.

    Whether the rest differ by p, whether that is said, and whether failed runs are named.
    """
    with new_home(rng) as home:
        study_id = home.store.create_study(home.plan(FIRST))
        home.train(
            study_id,
            range(SEEDS),
            fails=lambda arm, _, above: arm == FIRST and above < FAILS_BELOW,
        )
        result = home.judged(study_id)
        by_p, said = seen(result)
        depends = result.arms[1].verdict == Verdict.DEPENDS
        return by_p, said, depends


def _any(each: list[Seen]) -> Seen:
    return Seen(any(one.by_p for one in each), any(one.said for one in each))
