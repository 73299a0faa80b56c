"""Fills in what a plan leaves out, before the complete plan is checked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal, TypeVar

from attnlab.spec import building
from attnlab.spec.arms import Arm
from attnlab.spec.components import TaskSpec, checked
from attnlab.spec.contrasts import contrasts_of, resolved
from attnlab.spec.judging import ON_TEST, Judging, Prediction, is_possible
from attnlab.spec.metrics import Metric, metric_of, metrics_of
from attnlab.spec.parameters import Parameters, SpecError, shown, unknown
from attnlab.spec.registry import REGISTRY
from attnlab.spec.seeds import read_seeds
from attnlab.spec.training import Training
from attnlab.spec.tuning import tuning_of

MAX_ARMS = 64
SAME_FOR_ALL = "epochs"
"""The one setting of the training that no arm may change."""


def complete(data: dict[str, Any], fields: Iterable[str]) -> dict[str, Any]:
    """Fill what may be left out: training by the task, the reference, seeds as a count.

    `fields` are those of a study.
    """
    known = (*fields, *Training.model_fields, *Judging.model_fields, "build", "controls")
    for name in data:
        if name not in known:
            raise SpecError(unknown("parameter", name, known))
    if data.get("task") is None:
        raise SpecError(f"task is missing: give one of {', '.join(REGISTRY.tasks)}")
    task = TaskSpec.model_validate(data["task"])
    judging = _judging(data, task)
    training = _training(data, task)
    if judging.score == "best" and not training.patience:
        # The best epoch's weights are kept, and no seed ends before the last.
        training = training.model_copy(update={"patience": training.epochs})
    arms = _arms(data, task, training)
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
        "contrasts": _contrasts(data, arms),
        "looks": data.get("looks") or (),
        "settled": data.get("settled") or 0,
        "tuning": tuning_of(data.get("tuning"), seeds, training),
        "prediction": _prediction(data.get("prediction")),
    }


def _arms(data: dict[str, Any], task: TaskSpec, training: Training) -> tuple[Arm, ...]:
    """The arms that `build` makes, those given, and their controls."""
    given, build = data.get("arms"), data.get("build")
    if given is None and build is None:
        raise SpecError("arms is missing: give a list such as ['none', 'dense']")
    if given is not None and not isinstance(given, (list, tuple)):
        raise SpecError(f"arms must be a list such as ['none', 'dense'], got {shown(given)}")
    named = [Arm.model_validate(arm) for arm in given or ()]
    if build is not None:
        built = building.built(task, build)
        labels = {arm.label for arm in built}
        named = [*built, *(arm for arm in named if arm.label not in labels)]
    arms = [_typed(arm, task, training) for arm in named]
    arms += _controls(data.get("controls"), task, arms)
    if not 1 <= len(arms) <= MAX_ARMS:
        raise SpecError(f"a study has at least 1 and at most {MAX_ARMS} arms, got {len(arms)}")
    return tuple(arms)


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


def _typed(arm: Arm, task: TaskSpec, training: Training) -> Arm:
    """The arm with its changes checked and typed, without those equal to the study's settings."""
    if not arm.changes:
        return arm
    known = [*type(task.params).model_fields, *Training.model_fields]
    known.remove(SAME_FOR_ALL)
    for name, _ in arm.changes:
        if name == SAME_FOR_ALL:
            raise SpecError(
                f"arm {arm.label}: {name} cannot be changed for one arm: arms are compared epoch "
                "by epoch"
            )
        if name not in known:
            raise SpecError(f"arm {arm.label}: {unknown('parameter', name, known)}")
    changes = {
        name: value
        for params in (task.params, training)
        for name, value in changed(params, arm)
        if value != getattr(params, name)
    }
    content = {"module": arm.module, "set": changes}
    has_own_label = arm.label != arm.short
    return Arm.model_validate({"label": arm.label, **content} if has_own_label else content)


Model = TypeVar("Model", bound=Parameters)


def changed(params: Model, arm: Arm) -> Model:
    """The parameters with those of them that the arm changes; raises SpecError naming the arm."""
    changes = {name: value for name, value in arm.changes if name in type(params).model_fields}
    return checked(type(params), {**dict(params), **changes}, f"arm {arm.label}")


def _training(data: dict[str, Any], task: TaskSpec) -> Training:
    given = _group(data, "training", Training, "epochs: 20")
    return checked(Training, {**task.entry.training, **given}, "training")


def _judging(data: dict[str, Any], task: TaskSpec) -> Judging:
    given = _group(data, "judging", Judging, "metric: val_loss")
    judging = checked(Judging, given, "judging")
    metric = metric_of(task.entry, judging.metric)
    if "score" not in given:
        return judging.model_copy(update={"score": usual_score(task, metric)})
    if is_possible(judging.score, metric):
        return judging
    if judging.score in ON_TEST:
        tested = [name for name, each in metrics_of(task.entry).items() if each.is_tested]
        raise SpecError(
            f"score {judging.score} is read on the test samples, which have {', '.join(tested)}; "
            f"got metric {metric.name}"
        )
    raise SpecError(f"score mean needs a value for every epoch; {metric.name} has one a run")


def usual_score(task: TaskSpec, metric: Metric) -> Literal["test", "final"]:
    """How the score of a run is read unless a plan says so: on the samples that a task draws for
    it, if it draws any and this metric is measured there."""
    return "test" if task.fresh_samples and metric.is_tested else "final"


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
        raise SpecError(f"{key} is given twice: as {at_top[key]!r}, and in {name}")
    return {**given, **at_top}
