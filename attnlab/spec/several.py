"""Studies of several tasks: the same arms on each of them.

Each task has a *part* of its own: the study of the arms on it alone, with their own reference, and
with the task's own parameters and training. Its verdicts are a family by themselves: that an arm
helps on one task is another question than that it helps on another one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from attnlab.spec.arms import LONGEST_LABEL, TASK, Arm
from attnlab.spec.components import CONTROL, TaskSpec
from attnlab.spec.judging import usual_score
from attnlab.spec.metrics import has_metric, metric_of, metrics_of
from attnlab.spec.parameters import SpecError, brief, shown, unknown
from attnlab.spec.slots import SLOTS
from attnlab.spec.tuning import tuning_in

if TYPE_CHECKING:
    from attnlab.spec.study import Study

ALSO_ON = "also_on"
"""What a plan calls the tasks that its arms are trained on besides its own."""

MOST_TASKS = 64
"""As many as a study has arms at most."""


def other_tasks(given: Any, task: TaskSpec) -> list[TaskSpec]:
    """The tasks under `also_on`; raises SpecError for one that is there twice."""
    if given is None:
        return []
    if isinstance(given, (str, bytes, Mapping)) or not isinstance(given, Iterable):
        raise SpecError(f"{ALSO_ON} must be a list of tasks such as ['digits'], got {shown(given)}")
    given = [*given]
    if len(given) >= MOST_TASKS:
        raise SpecError(f"a study has at most {MOST_TASKS} tasks, got {1 + len(given)}")
    others = [TaskSpec.model_validate(each) for each in given]
    for each in others:
        check_ours(each)
    seen = {task.stream}
    for each in others:
        if each.stream in seen:
            raise SpecError(
                f"{ALSO_ON}: the study has the task {shown(each.stream)} already; arms on one task "
                "with other parameters are written dense@classes=50, or built as a dose"
            )
        seen.add(each.stream)
    return others


def check_ours(task: TaskSpec) -> None:
    """Raise SpecError for a task that somebody brought: its source stands in the plan of a study
    whose own task it is, and in no arm."""
    if task.own is not None:
        raise SpecError(
            f"{task.name} is a task of somebody's own, which can be the task of a study, and not "
            "one that its arms are trained on besides"
        )


def on_task(arm: Arm, task: TaskSpec) -> Arm:
    """The same arm on another task, whose parameters keep what the arm changes.

    Its label says all of that, unless it gets too long, as by a path: then what the arm changes.
    """
    defaults = type(task.params)()
    params = {name: value for name, value in task.params if value != getattr(defaults, name)}
    own = {**dict(arm.changes), TASK: task.name}
    changes = {**params, **own}
    label = _moved_label(arm, changes)
    if len(label) > LONGEST_LABEL:
        label = _moved_label(arm, own)
    return Arm.model_validate({"label": label, "module": arm.module, "set": changes})


def _moved_label(arm: Arm, changes: Mapping[str, Any]) -> str:
    """The label of an arm, and behind an at sign these changes."""
    moved = Arm.model_validate({"label": arm.label, "module": arm.module, "set": changes}).short
    return moved if arm.label == arm.short else f"{arm.label}@{moved.partition('@')[2]}"


def named_task(arm: Arm) -> TaskSpec:
    """The task that an arm on another task is trained on, with the parameters that it gives."""
    task = TaskSpec.model_validate(arm.task)
    check_ours(task)
    known = type(task.params).model_fields
    given = {name: value for name, value in arm.changes if name in known}
    return TaskSpec.model_validate({"name": arm.task, **given}) if given else task


@lru_cache(maxsize=256)
def parts_of(study: Study) -> tuple[Study, ...]:
    """The study of each task, in the order in which arms name them; the study itself where it has
    one task."""
    groups: dict[str, list[Arm]] = {study.task.stream: []}
    for arm in study.arms:
        stream = study.task_of(arm).stream if arm.task else study.task.stream
        groups.setdefault(stream, []).append(arm)
    if len(groups) == 1:
        return (study,)
    return tuple(_part(study, arms) for arms in groups.values())


def _part(study: Study, arms: Sequence[Arm]) -> Study:
    reference = _reference(study, arms)
    task, training = study.task_of(reference), study.planned_training_of(reference)
    labels = {arm.label for arm in arms}
    score = study.judging.score
    if score == "test" and not task.fresh_samples and _draws_samples(study):
        score = "final"
    is_first = study.reference in labels
    return type(study)(
        task=task,
        arms=[_as_in(study, arm, task) for arm in arms],
        reference=reference.label,
        seeds=study.seeds,
        training=training,
        judging=study.judging.model_copy(update={"score": score}),
        contrasts=[each for each in study.contrasts if each.arm in labels],
        looks=study.looks,
        settled=study.settled,
        tuning=tuning_in(study, training, labels),
        prediction=study.prediction if is_first else None,
    )


def _as_in(study: Study, arm: Arm, task: TaskSpec) -> Arm:
    """The arm as one of a study of its task alone, which has the rates that were chosen."""
    changes = {**dict(study.task_of(arm).params), **dict(study.planned_training_of(arm))}
    changes.pop("epochs")
    return Arm.model_construct(
        label=arm.label, module=arm.module, changes=tuple(sorted(changes.items()))
    )


def _reference(study: Study, arms: Sequence[Arm]) -> Arm:
    """The arm of a task that the others on it are compared with: that with the module of the
    study's reference, which changes the least besides."""
    reference = study.arm(study.reference)
    if reference in arms:
        return reference
    fitting = [arm for arm in arms if arm.module == reference.module]
    if not fitting:
        task = arms[0].task
        raise SpecError(
            f"nothing on {task} can be what the arms there are compared with: add the arm "
            f"{reference.module.short}@{TASK}={task}"
        )
    same = [arm for arm in fitting if arm.stem == reference.stem]
    return min(same or fitting, key=lambda arm: len(arm.changes))


def _draws_samples(study: Study) -> bool:
    return any(study.task_of(arm).fresh_samples for arm in study.arms)


def alike_in(study: Study) -> list[tuple[str, ...]]:
    """The labels of the arms that are one module under the same changes, each on another task, in
    the order of the plan."""
    groups: dict[Any, list[str]] = {}
    for part in study.parts:
        times: Counter[Any] = Counter()
        for arm in part.arms:
            key = (arm.module, arm.changes)
            groups.setdefault((key, times[key]), []).append(arm.label)
            times[key] += 1
    return [tuple(labels) for labels in groups.values()]


def check_tasks(study: Study) -> None:
    """Raise SpecError unless each of several tasks has a reference, and contrasts and the
    prediction stay within one task."""
    if not any(arm.task for arm in study.arms):
        return
    reference = study.arm(study.reference)
    if reference.task:
        raise SpecError(
            f"the reference must be an arm on the study's own task, {study.task.name}; on other "
            f"tasks its module is the reference too; got {shown(study.reference)}"
        )
    of_label = {arm.label: study.task_of(arm).stream for arm in study.arms}
    for contrast in study.contrasts:
        if of_label[contrast.arm] != of_label[contrast.against]:
            raise SpecError(f"contrast {brief(contrast.text)}: both arms must be on the same task")
    if study.prediction and study.arm(study.prediction.winner).task:
        raise SpecError(
            f"the prediction is about the study's own task, {study.task.name}; got "
            f"{shown(study.prediction.winner)}"
        )
    parts_of(study)


def check_metric(tasks: Sequence[TaskSpec], name: str) -> None:
    """Raise SpecError for a metric that one of several tasks does not have."""
    for task in tasks[1:]:
        if not has_metric(task, name):
            shared = [
                each
                for each in metrics_of(tasks[0])
                if all(each in metrics_of(other) for other in tasks)
            ]
            raise SpecError(
                f"{task.name} has no {name}: what decides must be measured on every task: "
                f"{', '.join(shared)}"
            )


def score_on(tasks: Iterable[TaskSpec], metric: str) -> str:
    """How the score of a run is read unless a plan says so, in a study of these tasks: on test
    samples if any task draws them for that."""
    usual = {usual_score(each, metric_of(each, metric)) for each in tasks}
    return "test" if "test" in usual else "final"


def unknown_change(arm: Arm, name: str, known: Sequence[str]) -> SpecError:
    """What is wrong with an arm that changes what its task does not have."""
    on = f" on {arm.task}" if arm.task else ""
    return SpecError(f"arm {brief(arm.label)}: {unknown(f'parameter{on}', name, known)}")


def references_in(study: Study) -> dict[str, str]:
    """What each arm of a study is compared with, by its label; see `Study.references`."""
    if study.has_several_tasks:
        return {arm: other for part in study.parts for arm, other in part.references.items()}
    reference = study.arm(study.reference)
    by_changes = {reference.changes: reference.label}
    for arm in study.arms:
        if arm.module == reference.module:
            by_changes.setdefault(arm.changes, arm.label)
    same_changes = {}
    for arm in study.arms:
        like = arm.changes if arm.changes in by_changes else _besides_slots(arm.changes)
        if like in by_changes and by_changes[like] != arm.label:
            same_changes[arm.label] = by_changes[like]
    compared_with = {study.reference, *same_changes.values()}
    return {
        arm.label: same_changes.get(arm.label, study.reference)
        for arm in study.arms
        if arm.label not in compared_with | study.asked_controls
    }


def _besides_slots(changes: Sequence[tuple[str, Any]]) -> tuple[tuple[str, Any], ...]:
    """These changes without where the module stands, which is nothing to an arm without one."""
    return tuple(each for each in changes if each[0] != SLOTS)


def asked_controls_in(study: Study) -> set[str]:
    """The labels of the controls that a contrast holds a module against; see
    `Study.asked_controls`."""
    if study.has_several_tasks:
        return {label for part in study.parts for label in part.asked_controls}
    asked = {each.against for each in study.contrasts}
    module = study.arm(study.reference).module
    return {
        arm.label
        for arm in study.arms
        if arm.label in asked and arm.module.entry.family == CONTROL and arm.module != module
    }
