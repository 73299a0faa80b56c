"""A short script of one arm, put together: data, layer, network, training, figures."""

from __future__ import annotations

import textwrap
from typing import NamedTuple

from attnlab.backbones import build
from attnlab.export.files import ExportError
from attnlab.export.scripts import graph
from attnlab.export.scripts.compiling import (
    CLASSIFICATION,
    GUIDED,
    REGRESSION,
    WRITING,
    check_writable,
    check_writes_by_gru,
    optimizer_of,
)
from attnlab.export.scripts.literals import WIDTH
from attnlab.export.scripts.short import guided
from attnlab.export.scripts.short.data import data_lines
from attnlab.export.scripts.short.drawing import drawing_lines
from attnlab.export.scripts.short.needed import import_lines
from attnlab.export.scripts.short.network import short_network
from attnlab.export.scripts.short.notebook import notebook_of
from attnlab.export.scripts.short.printing import printed, wrapped
from attnlab.export.scripts.styles import STYLES
from attnlab.modules.trace import Trace
from attnlab.spec import Arm, Study, TaskSpec, Training
from attnlab.training import keras_settings

MOST_LINES = 99
RANDOM = "rng = np.random.default_rng(SEED)\n"


class Section(NamedTuple):
    """A part of a script: what it is, in a sentence, and its code."""

    title: str
    code: str


def compose(study: Study, arm: str, seed: int, style: str) -> str:
    """The text of the script; see `attnlab.export.scripts.tutorial`."""
    text = _text(_sections(study, arm, seed, style, is_brief=False))
    if text.count("\n") > MOST_LINES:
        text = _text(_sections(study, arm, seed, style, is_brief=True))
    return text


def _text(sections: list[Section]) -> str:
    about, top, *others = sections
    wrapped_about = textwrap.fill(about.title, WIDTH - 6)
    end = "\n" if "\n" in wrapped_about else ""
    text = f'"""{wrapped_about}{end}"""\n\n{top.code}'
    in_block = False
    for section in others:
        is_block = section.code.startswith(("class ", "def "))
        gap = "\n\n\n" if is_block or in_block else "\n\n"
        text += f"{gap}# {section.title}.\n{section.code}"
        in_block = is_block and not section.code.endswith("Network()")
    return text + "\n"


def notebook(study: Study, arm: str, seed: int, style: str) -> str:
    """The same as a notebook; see `attnlab.export.scripts.notebook`."""
    about, *sections = _sections(study, arm, seed, style, is_brief=False)
    return notebook_of(about.title, [(each.title, each.code) for each in sections])


def _sections(study: Study, label: str, seed: int, style: str, *, is_brief: bool) -> list[Section]:
    if style not in STYLES:
        raise ExportError(f"style must be one of {', '.join(STYLES)}, got {style!r}")
    labels = [each.label for each in study.arms]
    if label not in labels:
        raise ExportError(f"there is no arm {label!r}; the arms are {', '.join(labels)}")
    if seed not in study.seeds:
        raise ExportError(f"seed {seed} is none of this study's")
    if study.awaits_tuning:
        raise ExportError("the learning rate of this arm is not chosen yet: train the study first")
    arm = study.arm(label)
    task, training = study.task_of(arm), study.training_of(arm)
    data = data_lines(task, seed)
    with keras_settings.needed():
        network = build(task, arm.module)
        check_writable(network)
        if task.entry.objective == WRITING:
            check_writes_by_gru(network)
        is_guided = task.entry.objective == GUIDED
        kind = {"model": guided.MODEL, "weights": guided.GATE} if is_guided else {}
        read = graph.read(network.model)
        written = short_network(read, network, style, is_brief=is_brief, **kind)
    metric = "mean_squared_error" if task.entry.objective == REGRESSION else "accuracy"
    texts = task.name in ("keyword-text", "documents", "own-text")
    traces = next((tuple(each.traces) for each in network.modules if each.traces), ())
    if is_guided:
        traces = (Trace("place", "gate"),)
    drawing = drawing_lines(written.weights, traces, metric, texts=texts, is_brief=is_brief)
    layer = "\n\n\n".join(map(printed, written.parts))
    one_logit = network.model.outputs[0].shape[-1] == 1
    sections = [
        Section("The data", f"{RANDOM}{data}" if "rng." in data else data),
        Section("The layer", layer),
        Section("The losses", guided.model_class(task.params) if is_guided else ""),
        Section("The network", written.lines),
        Section("Training", _training(task, training, one_logit)),
        Section("The curves, and what it looks at", "\n".join(map(wrapped, drawing))),
    ]
    sections = [each for each in sections if each.code]
    top = Section("What it needs", _top(sections, seed, training))
    return [Section(_about(task, arm, network.parameters, is_brief=is_brief), ""), top, *sections]


def _about(task: TaskSpec, arm: Arm, parameters: int, *, is_brief: bool) -> str:
    size = "" if is_brief else f", {parameters:,} parameters"
    text = f"{task.entry.title} with {arm.label}{size}; samples and first weights are its own."
    return text.replace("\\", r"\\").replace('"', "'")


def _top(sections: list[Section], seed: int, training: Training) -> str:
    code = "\n".join(each.code for each in sections)
    constants = [
        f"SEED, EPOCHS, BATCH_SIZE = {seed}, {training.epochs}, {training.batch_size}",
        "keras.utils.set_random_seed(SEED)  # other seeds show how far results vary",
    ]
    return import_lines(code) + "\n\n" + "\n".join(constants)


def _training(task: TaskSpec, training: Training, one_logit: bool) -> str:
    kind = "SparseCategoricalCrossentropy(from_logits=True)"
    metrics = '["accuracy"]'
    match task.entry.objective:
        case objective if objective == REGRESSION:
            kind, metrics = "MeanSquaredError()", '["mean_squared_error"]'
        case objective if objective == CLASSIFICATION and one_logit:  # one logit for two classes
            kind = "BinaryCrossentropy(from_logits=True)"
            metrics = '[keras.metrics.BinaryAccuracy(name="accuracy", threshold=0.0)]'
        case objective if objective == GUIDED:
            kind = metrics = ""
        case objective if objective not in (CLASSIFICATION, WRITING):
            raise ExportError(f"no short script can be written for {task.name}")
    optimizer = optimizer_of(training).replace("LEARNING_RATE", repr(training.learning_rate))
    labels = "y_train[0]" if task.entry.objective == GUIDED else "y_train"
    lines = [f"steps = -(-len({labels}) // BATCH_SIZE)"] if "steps" in optimizer else []
    if kind:
        lines += [f"loss = keras.losses.{kind}"]
        lines += [f"model.compile({optimizer}, loss, metrics={metrics})"]
    else:
        lines += [f"model.compile({optimizer})"]
    more = ""
    if training.patience:
        stop = f"patience={training.patience}, restore_best_weights=True"
        lines.append(f"patient = keras.callbacks.EarlyStopping({stop})")
        more = ", callbacks=[patient]"
    fit = "x_train, y_train, BATCH_SIZE, EPOCHS, verbose=2, validation_data=(x_val, y_val)"
    lines += [
        f"history = model.fit({fit}{more})",
        'print("test:", model.evaluate(x_test, y_test, verbose=0, return_dict=True))',
    ]
    return "\n".join(map(wrapped, lines))
