"""The network of a finished run with its weights."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.imports import importing
from attnlab.inspection.errors import InspectionError
from attnlab.spec import ModuleSpec, SpecError, TaskSpec, load, unknown
from attnlab.store import Status, Store, StoreError
from attnlab.training import keras_settings
from attnlab.training.keras_settings import BackendError

if TYPE_CHECKING:
    import keras

    from attnlab.backbones import Network

WEIGHTS = "weights.keras"


def check_finished(store: Store, study_id: str, arm: str, seed: int) -> None:
    """Raise SpecError for an arm or seed that the study does not have, which lists those it has,
    and StoreError for an unknown study and for a run without a trained network."""
    study = store.study(study_id).study
    labels = [each.label for each in study.arms]
    if arm not in labels:
        raise SpecError(unknown("arm", arm, labels))
    if seed not in study.seeds:
        seeds = ", ".join(map(str, study.seeds))
        raise SpecError(f"the study has no seed {seed!r}: its seeds are {seeds}")
    runs = store.runs(study_id)
    status = runs.loc[(runs["arm"] == arm) & (runs["seed"] == seed), "status"].item()
    if status != Status.FINISHED:
        raise StoreError(
            f"arm {arm} at seed {seed} is {status}: only a finished run has a trained network"
        )
    if store.artifact(study_id, arm, seed, WEIGHTS) is None:
        raise StoreError(f"the weights of arm {arm} at seed {seed} are not there any more")


def trained(store: Store, study_id: str, arm: str, seed: int) -> keras.Model:
    """The network of a finished run as its file has it. Raises what `check_finished` does, and
    StoreError for a file that cannot be read."""
    check_finished(store, study_id, arm, seed)
    path = store.artifact(study_id, arm, seed, WEIGHTS)
    assert path is not None  # that is checked
    study = store.study(study_id).study
    try:
        return loaded(path, study.task_of(arm), study.arm(arm).module)
    except BackendError:
        raise
    except Exception as error:  # a damaged file can raise anything
        reason = (str(error).strip() or type(error).__name__).splitlines()[0]
        raise StoreError(f"cannot read the weights in {path}: {reason}") from error


def loaded(path: Path, task: TaskSpec, module: ModuleSpec) -> keras.Model:
    """The network of this task and module in a file; raises whatever Keras does."""
    with keras_settings.needed():
        with importing("keras", "attnlab.modules"):
            import keras

            import attnlab.modules  # noqa: F401  (makes its layers known to Keras)

        load(task.entry.backbone)  # and its own layers
        if task.own_backbone is not None:
            load(task.own_backbone.function)
        for own in module.every_own:
            load(own.entry.layer)
        return keras.saving.load_model(path, compile=False)


def network_with(model: keras.Model, task: TaskSpec, module: ModuleSpec) -> Network:
    """A network of this task and module with the model's weights: it gives its scores, too.

    Raises InspectionError where the model is another network than this attnlab makes.
    """
    with importing("attnlab.backbones"):
        from attnlab.backbones import build

    with keras_settings.needed():
        network = build(task, module)
    shapes = [[tuple(each.shape) for each in of.variables] for of in (model, network.model)]
    if shapes[0] != shapes[1]:
        raise InspectionError(
            f"the weights are those of another network than this version of attnlab makes of "
            f"{task.name} with {module.short}"
        )
    for variable, own in zip(network.model.variables, model.variables, strict=True):
        variable.assign(own)
    return network


def trained_network(store: Store, study_id: str, arm: str, seed: int) -> Network:
    """The network of a finished run with its scores. Raises what `trained` and `network_with`
    do."""
    study = store.study(study_id).study
    model = trained(store, study_id, arm, seed)
    return network_with(model, study.task_of(arm), study.arm(arm).module)
