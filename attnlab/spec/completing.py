"""Fills in what a plan leaves out, before the complete plan is checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from attnlab.spec import building, several
from attnlab.spec.arms import MAX_ARMS, TASK, Arm, too_many_arms
from attnlab.spec.components import TaskSpec
from attnlab.spec.contrasts import Contrast, contrasts_of, resolved
from attnlab.spec.judging import ON_TEST, Judging, Prediction, is_possible
from attnlab.spec.metrics import metric_of, metrics_of
from attnlab.spec.names import check_labels, with_labels
from attnlab.spec.parameters import Parameters, SpecError, brief, checked, shown, unknown
from attnlab.spec.registry import REGISTRY
from attnlab.spec.seeds import read_seeds
from attnlab.spec.several import ALSO_ON
from attnlab.spec.training import Training
from attnlab.spec.tuning import tuning_of

SAME_FOR_ALL = "epochs"
"""The one setting of the training that no arm may change."""


def complete(data: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Fill what may be left out: training by the task, the reference, seeds as a count.

    `fields` are those of a study.
    """
    data = with_labels(data)
    known = (*fields, *Training.model_fields, *Judging.model_fields, "build", "controls", ALSO_ON)
    for name in data:
        if name not in known:
            raise SpecError(unknown("parameter", name, known))
    if data.get("task") is None:
        raise SpecError(f"task is missing: give one of {', '.join(REGISTRY.tasks)}")
    task = TaskSpec.model_validate(data["task"])
    others = several.other_tasks(data.get(ALSO_ON), task)
    named = _named(data, task)
    tasks = [task, *others, *(several.named_task(arm) for arm in named if arm.task)]
    judging = _judging(data, tasks)
    given = _group(data, "training", Training, "epochs: 20")
    if len(tasks) > 1:  # all are compared epoch by epoch: as many as the slowest to learn takes
        given.setdefault("epochs", max(_own_training(each, {}).epochs for each in tasks))
    training = _own_training(task, given)
    if judging.score == "best" and not training.patience:
        # The best epoch's weights are kept, and no seed ends before the last.
        given["patience"] = training.epochs
        training = training.model_copy(update={"patience": training.epochs})
    arms = _arms(data, task, named, given)
    contrasts = _contrasts(data, arms)
    if others:
        arms, contrasts = _on_each(arms, contrasts, others, task, given)
    if not 1 <= len(arms) <= MAX_ARMS:
        raise too_many_arms(len(arms))
    check_labels(data, arms)
    labels = [arm.label for arm in arms]
    reference = data.get("reference")
    if reference is None:
        reference = labels[0] if data.get("build") else "none" if "none" in labels else labels[0]
    return {
        "task": task,
        "arms": arms,
        "reference": reference,
        "seeds": (seeds := read_seeds(data.get("seeds", 10))),
        "training": training,
        "judging": judging,
        "contrasts": contrasts,
        "looks": data.get("looks") or (),
        "settled": data.get("settled") or 0,
        "tuning": tuning_of(data.get("tuning"), seeds, training),
        "prediction": _prediction(data.get("prediction")),
    }


def _named(data: dict[str, Any], task: TaskSpec) -> list[Arm]:
    """The arms that `build` makes, and those given."""
    given, build = data.get("arms"), data.get("build")
    if given is None and build is None:
        raise SpecError("arms is missing: give a list such as ['none', 'dense']")
    if given is not None and not isinstance(given, (list, tuple)):
        raise SpecError(f"arms must be a list such as ['none', 'dense'], got {shown(given)}")
    if given is not None and len(given) > MAX_ARMS:
        raise too_many_arms(len(given))
    named = [Arm.model_validate(arm) for arm in given or ()]
    if build is not None:
        built = building.built(task, build)
        labels = {arm.label for arm in built}
        named = [*built, *(arm for arm in named if arm.label not in labels)]
    return named


def _arms(
    data: dict[str, Any], task: TaskSpec, named: Sequence[Arm], given: dict[str, Any]
) -> tuple[Arm, ...]:
    """These arms and their controls; `given` is what the plan says of the training."""
    arms = [_typed(arm, task, given) for arm in named]
    arms += _controls(data.get("controls"), task, arms)
    return tuple(arms)


def _on_each(
    arms: Sequence[Arm],
    contrasts: Any,
    others: Sequence[TaskSpec],
    task: TaskSpec,
    given: dict[str, Any],
) -> tuple[tuple[Arm, ...], Any]:
    """The arms and contrasts on the study's own task, and the same on each of the others."""
    own = [arm for arm in arms if not arm.task]
    every = {arm.label: arm for arm in arms}
    asked = [Contrast.model_validate(each) for each in contrasts]
    on_others = []
    for other in others:
        moved = {arm.label: _typed(several.on_task(arm, other), task, given) for arm in own}
        for arm in moved.values():
            every.setdefault(arm.label, arm)
        on_others += [
            Contrast(arm=moved[each.arm].label, against=moved[each.against].label)
            for each in asked
            if each.arm in moved and each.against in moved
        ]
    return tuple(every.values()), tuple(dict.fromkeys([*asked, *on_others]))


def _controls(given: Any, task: TaskSpec, arms: list[Arm]) -> list[Arm]:
    if given is None or given is False:
        return []
    kinds = building.CONTROLS if given is True else given
    if not isinstance(kinds, (list, tuple)):
        known = ", ".join(building.CONTROLS)
        raise SpecError(f"controls must be true, or a list of {known}; got {shown(given)}")
    labels = {arm.label for arm in arms}
    return [arm for arm in building.controls(task, arms, kinds) if arm.label not in labels]


def _contrasts(data: dict[str, Any], arms: Sequence[Arm]) -> Any:
    """Those given; else, of a plan that asks for controls, each module against its controls."""
    given = data.get("contrasts")
    if given is None:
        return contrasts_of(arms) if data.get("controls") else ()
    if not isinstance(given, (list, tuple)):
        raise SpecError(
            f"contrasts must be a list such as ['dense against uniform'], got {shown(given)}"
        )
    return [resolved(each, arms) for each in given]


def _typed(arm: Arm, task: TaskSpec, given: dict[str, Any]) -> Arm:
    """The arm with its changes checked and typed, without those equal to the study's settings.

    `given` is what the plan says of the training. An arm on another task has the settings of that
    one that the plan does not give, and those that differ from the study's written out.
    """
    if not arm.changes:
        return arm
    params = REGISTRY.task(arm.task).params() if arm.task else task.params
    known = [*type(params).model_fields, *Training.model_fields]
    known.remove(SAME_FOR_ALL)
    named = {name: value for name, value in arm.changes if name != TASK}
    for name in named:
        if name == SAME_FOR_ALL:
            raise SpecError(
                f"arm {brief(arm.label)}: {name} cannot be changed for one arm: arms are compared "
                "epoch by epoch"
            )
        if name not in known:
            raise several.unknown_change(arm, name, known)
    has_own_label = arm.label != arm.short
    training = usual = _own_training(task, given)
    if arm.task:
        on = TaskSpec(name=arm.task, params=changed(params, arm))
        if on.stream == task.stream:  # the study's own task after all
            plain = {"module": arm.module, "set": named}
            named_so = {"label": arm.label} if has_own_label else {}
            return _typed(Arm.model_validate(plain | named_so), task, given)
        usual = _own_training(on, {**given, SAME_FOR_ALL: training.epochs})
    of_task = _differing(changed(params, arm), params)
    trained = changed(usual, arm)
    on_task = {TASK: arm.task} if arm.task else {}
    content = {
        "module": arm.module,
        "set": {**on_task, **of_task, **_differing(trained, training)},
    }
    if has_own_label:
        return Arm.model_validate({"label": arm.label, **content})
    if not arm.task:
        return Arm.model_validate(content)
    short = {**on_task, **of_task, **_differing(trained, usual)}
    label = Arm.model_validate({"module": arm.module, "set": short}).label
    return Arm.model_validate({"label": label, **content})


def _differing(params: Parameters, base: Parameters) -> dict[str, Any]:
    return {name: value for name, value in params if value != getattr(base, name)}


Model = TypeVar("Model", bound=Parameters)


def changed(params: Model, arm: Arm) -> Model:
    """The parameters with those of them that the arm changes; raises SpecError naming the arm."""
    changes = {name: value for name, value in arm.changes if name in type(params).model_fields}
    return checked(type(params), {**dict(params), **changes}, f"arm {brief(arm.label)}")


def _own_training(task: TaskSpec, given: dict[str, Any]) -> Training:
    """How a task is trained: as the plan says, and else with its own good values."""
    return checked(Training, {**task.entry.training, **given}, "training")


def _judging(data: dict[str, Any], tasks: Sequence[TaskSpec]) -> Judging:
    task = tasks[0]
    given = _group(data, "judging", Judging, "metric: val_loss")
    judging = checked(Judging, {"metric": task.main_metric, **given}, "judging")
    metric = metric_of(task, judging.metric)
    several.check_metric(tasks, metric.name)
    if "score" not in given:
        return judging.model_copy(update={"score": several.score_on(tasks, metric.name)})
    if is_possible(judging.score, metric):
        return judging
    if judging.score in ON_TEST:
        tested = [name for name, each in metrics_of(task).items() if each.is_tested]
        raise SpecError(
            f"score {judging.score} is read on the test samples, which have {', '.join(tested)}; "
            f"got metric {metric.name}"
        )
    raise SpecError(
        f"score mean needs a value for every epoch; {metric.name} has one a run: take final"
        + (" or test" if metric.is_tested else "")
    )


def _prediction(given: Any) -> Any:
    if given is None or isinstance(given, (dict, Prediction)):
        return given
    raise SpecError(
        f"prediction must be a mapping such as winner: dense, margin: 0.05; got {shown(given)}"
    )


def _group(
    data: dict[str, Any], name: str, model: type[Parameters], example: str
) -> dict[str, Any]:
    """The settings that `data` has under `name`, or at its top by their own names."""
    given = data.get(name)
    if isinstance(given, model):
        given = given.model_dump(exclude_unset=model is Judging)
    if given is None:
        given = {}
    if not isinstance(given, dict):
        raise SpecError(f"{name} must be a mapping such as {example}, got {shown(given)}")
    given = {str(key): value for key, value in given.items()}
    at_top = {key: data[key] for key in model.model_fields if key in data}
    for key in given.keys() & at_top.keys():
        raise SpecError(f"{key} is given twice: as {shown(at_top[key])}, and in {name}")
    return {**given, **at_top}
