"""How a script's network is compiled and trained: optimiser, loss, measures, when to stop."""

from __future__ import annotations

from dataclasses import dataclass

from attnlab.backbones import Network, is_module
from attnlab.catalog.task_entries.guided import GuidedParameters
from attnlab.data.pairs.vocabulary import UNKNOWN
from attnlab.export.files import ExportError
from attnlab.export.scripts.literals import bracketed, literal
from attnlab.spec import TaskSpec, Training

PARTS = "attnlab.export.scripts.parts"
CLASSIFICATION = "attnlab.training.objective:Classification"
REGRESSION = "attnlab.training.regression:Regression"
WRITING = "attnlab.training.objective:Writing"
TRANSLATION = "attnlab.training.translation:Translation"
GUIDED = "attnlab.training.objective:Guided"


@dataclass(frozen=True)
class Recipe:
    """What `main` does with the network, as code.

    `lines` compile it and train it to `rows`, `look` is what measures it on the test samples.
    `model` is the class of the network, made with `model_arguments`. `sources` and `model_sources`
    are the import paths of what all that uses.
    """

    lines: tuple[str, ...]
    look: str
    sources: tuple[str, ...]
    model: str = "keras.Model"
    model_arguments: tuple[str, ...] = ()
    model_sources: tuple[str, ...] = ()


def check_writable(network: Network) -> None:
    """Raise ExportError for a network that starts with weights which no script has, or is not
    trained as a whole."""
    if network.given:
        raise ExportError(
            "no script can be written for a network that starts with weights it was given: they "
            "are no part of a script"
        )
    own = (layer for layer in network.model.layers if not is_module(layer))
    if network.rates or not all(layer.trainable for layer in own):
        raise ExportError(
            "no script can be written for a network of which a part alone is trained, or more "
            "slowly: take tuned=all"
        )


def check_writes_by_gru(network: Network) -> None:
    """Raise ExportError for a Transformer that writes, which scripts do not know."""
    names = {layer.name for layer in network.model.layers}
    if not {"embedding_read", "encoder", "embedding_written", "decoder", "logits"} <= names:
        raise ExportError("no script can be written for a Transformer that writes: choose a GRU")


def recipe(task: TaskSpec, training: Training, network: Network) -> Recipe:
    """The recipe of a run; raises ExportError for an objective that scripts do not know."""
    match task.entry.objective:
        case objective if objective == CLASSIFICATION:
            return _classification(training, network)
        case objective if objective == REGRESSION:
            return _regression(training)
        case objective if objective == WRITING:
            return _writing(training, network)
        case objective if objective == TRANSLATION:
            return _writing(training, network, never=UNKNOWN)
        case objective if objective == GUIDED:
            return _guided(task, training)
        case objective:
            raise ExportError(f"no script can be written for the objective {objective}")


def _classification(training: Training, network: Network) -> Recipe:
    losses, accuracy = "keras.losses", literal("accuracy")
    loss = f"{losses}.SparseCategoricalCrossentropy(from_logits=True)"
    if network.model.outputs[0].shape[-1] == 1:  # one logit for two classes
        loss = f"{losses}.BinaryCrossentropy(from_logits=True)"
        accuracy = 'keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")'
    lines = _compiled(training, [f"loss={loss}", f"metrics=[{accuracy}]"])
    return Recipe((*lines, _trained(training)), "evaluate(model, data.test)", _sources(training))


def _regression(training: Training) -> Recipe:
    lines = [
        *_compiled(training, ["loss=keras.losses.MeanSquaredError()"]),
        "look = partial(evaluate_numbers, unit=data.unit)",
        _trained(training, ["look=look"]),
    ]
    sources = (*_sources(training), f"{PARTS}.regression:evaluate_numbers")
    return Recipe(tuple(lines), "look(model, data.test)", sources)


def _writing(training: Training, network: Network, never: int | None = None) -> Recipe:
    """`never` is a token that is not right even if it is written."""
    check_writes_by_gru(network)
    names = {layer.name for layer in network.model.layers}
    encode = "encode_both_ways" if "encoder_back" in names else "encode"
    seen = "attending" if "attention" in names else "unaided"
    steps = network.model.inputs[1].shape[1]
    given = "" if never is None else f", never={never}"
    accuracy = f'keras.metrics.MeanMetricWrapper(token_accuracy, name="accuracy"{given})'
    lines = [
        *_compiled(training, ["loss=token_loss", f"metrics=[{accuracy}]"]),
        f"write = writer(model, {steps}, {encode}, {seen})",
        f"look = partial(evaluate_writing, write=write{given})",
        _trained(training, ["look=look"]),
    ]
    needed = ("token_loss", "token_accuracy", "evaluate_writing", "writer", encode, seen)
    sources = (f"{PARTS}.writing:{name}" for name in needed)
    return Recipe(tuple(lines), "look(model, data.test)", (*_sources(training), *sources))


def _guided(task: TaskSpec, training: Training) -> Recipe:
    if not isinstance(task.params, GuidedParameters):
        raise ExportError(f"no script can be written for {task.name}, which has no guidance")
    return Recipe(
        (*_compiled(training, []), _trained(training)),
        "evaluate(model, data.test)",
        _sources(training),
        "GuidedModel",
        (f"guidance={literal(task.params.guidance)}",),
        (f"{PARTS}.guided:GuidedModel",),
    )


def _sources(training: Training) -> tuple[str, ...]:
    train = "train_patiently" if training.patience else "train"
    needed = ("begin", "evaluate", train, "row_text", "Row")
    return tuple(f"{PARTS}.training:{name}" for name in needed)


def _trained(training: Training, more: list[str] | None = None) -> str:
    given = ["model", "data", "SEED", "epochs=EPOCHS", "batch_size=BATCH_SIZE"]
    if training.patience:
        given.append(f"patience={training.patience}")
    function = "train_patiently" if training.patience else "train"
    return f"rows = {function}({', '.join([*given, *(more or [])])})"


def _compiled(training: Training, arguments: list[str]) -> list[str]:
    steps = []
    if training.schedule != "constant":
        steps = ["steps = math.ceil(len(data.train) / BATCH_SIZE)"]
    optimizer = f"optimizer={optimizer_of(training)}"
    given = [optimizer, *arguments, "jit_compile=False"]
    call = bracketed("model.compile(", given, ")", 1).removeprefix("    ")
    return [*steps, *(line.removeprefix("    ") for line in call.split("\n"))]


def optimizer_of(training: Training) -> str:
    """The code that makes the optimiser; it may use LEARNING_RATE, EPOCHS and steps."""
    rate = _rate(training)
    match training.optimizer:
        case "adam":
            return f"keras.optimizers.Adam({rate})"
        case "adamw":
            return f"keras.optimizers.AdamW({rate}, weight_decay={literal(training.weight_decay)})"
        case "sgd":
            return f"keras.optimizers.SGD({rate}, momentum={literal(training.momentum)})"
        case "rmsprop":
            return f"keras.optimizers.RMSprop({rate})"
    raise ExportError(f"no script can be written for the optimiser {training.optimizer!r}")


def _rate(training: Training) -> str:
    schedules = "keras.optimizers.schedules"
    match training.schedule:
        case "constant":
            return "LEARNING_RATE"
        case "cosine":
            return f"{schedules}.CosineDecay(LEARNING_RATE, EPOCHS * steps)"
        case "step":
            every, factor = training.step_epochs, literal(training.step_factor)
            return (
                f"{schedules}.ExponentialDecay"
                f"(LEARNING_RATE, {every} * steps, {factor}, staircase=True)"
            )
    raise ExportError(f"no script can be written for the schedule {training.schedule!r}")
