"""A stand-alone script, put together from a network's graph and the sources of what it needs."""

from __future__ import annotations

import ast
import importlib.metadata
import textwrap
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attnlab.backbones import Network, build
from attnlab.catalog.task_entries.folder import image_path
from attnlab.catalog.task_entries.own_arrays import arrays_path
from attnlab.catalog.task_entries.own_pairs import pairs_path
from attnlab.catalog.task_entries.own_series import series_path
from attnlab.catalog.task_entries.own_text import text_path
from attnlab.catalog.task_entries.tables import table_path
from attnlab.data.tables import is_named_like_a_table
from attnlab.export.files import ExportError
from attnlab.export.scripts import graph
from attnlab.export.scripts.bundle import NAMESPACE, Bundle
from attnlab.export.scripts.compiling import Recipe, check_writable, recipe
from attnlab.export.scripts.graph import Graph, Made
from attnlab.export.scripts.imports import import_lines
from attnlab.export.scripts.literals import WIDTH, bracketed, indented, keywords, literal
from attnlab.export.scripts.sources import Definition, Import
from attnlab.export.scripts.styles import FUNCTION, STYLES
from attnlab.results.tuning import is_tuned, tuning_sentence
from attnlab.spec import Arm, Study, TaskSpec, Training
from attnlab.training import keras_settings
from attnlab.version import __version__


def _of_texts(params: Any) -> str:
    in_table = is_named_like_a_table(text_path(params))
    return f"attnlab.tasks.own_text:{'texts_in_table' if in_table else 'texts_in_files'}"


DATA: Mapping[str, Callable[[Any], str]] = {
    "attnlab.tasks.own_task:own_task_data": lambda params: "attnlab.tasks.own_task:own_data",
    "attnlab.tasks.folder:image_folder": lambda params: "attnlab.tasks.folder:images_in",
    "attnlab.tasks.own_arrays:own_arrays": lambda params: "attnlab.tasks.own_arrays:arrays_at",
    "attnlab.tasks.own_number:own_number": lambda params: "attnlab.tasks.own_number:numbers_at",
    "attnlab.tasks.own_pairs:own_pairs": lambda params: "attnlab.tasks.own_pairs:pairs_at",
    "attnlab.tasks.own_series:own_series": lambda params: "attnlab.tasks.own_series:series_at",
    "attnlab.tasks.own_table:own_table": lambda params: "attnlab.tasks.own_table:table_at",
    "attnlab.tasks.own_text:own_text": _of_texts,
}
"""What makes a task's data from a path, or from the function of somebody's file, where its own
function would find these, or fetch data from the network."""

PATHS: Mapping[str, tuple[str, Callable[[Any], Path]]] = {
    "attnlab.tasks.folder:images_in": ("IMAGE_FOLDER", image_path),
    "attnlab.tasks.own_arrays:arrays_at": ("ARRAYS", arrays_path),
    "attnlab.tasks.own_pairs:pairs_at": ("PAIRS", pairs_path),
    "attnlab.tasks.own_number:numbers_at": ("TABLE", table_path),
    "attnlab.tasks.own_series:series_at": ("SERIES", series_path),
    "attnlab.tasks.own_table:table_at": ("TABLE", table_path),
    "attnlab.tasks.own_text:texts_in_table": ("TABLE", text_path),
    "attnlab.tasks.own_text:texts_in_files": ("TEXTS", text_path),
}
"""What a script calls that path, and what it is, by the function that takes it."""

TAKEN = (
    *("SEED", "EPOCHS", "BATCH_SIZE", "LEARNING_RATE", "IMAGE_FOLDER", "TABLE"),
    *("ARRAYS", "TEXTS", "PAIRS", "SERIES", "PARAMS"),
    *("keras", "layers", "ops", "os", "tf", "math", "partial", "Path", "SimpleNamespace"),
    *("Network", FUNCTION, "main"),
)
"""What a script calls its own things by."""

GENERATED = {
    "keras": Import("keras"),
    "layers": Import("keras", "layers"),
    "ops": Import("keras", "ops"),
    "tf": Import("tensorflow", "", "tf"),
    "math": Import("math"),
    "partial": Import("functools", "partial"),
    "Path": Import("pathlib", "Path"),
    NAMESPACE.name: NAMESPACE,
}
"""What the generated parts may use, by the name they have for it."""

FUTURE = "from __future__ import annotations\n\n"
"""What has to stand first."""

ON_TENSORFLOW = """import os

os.environ["KERAS_BACKEND"] = "tensorflow"  # before Keras is imported

"""

SETTINGS = (
    'keras.config.set_floatx("float32")',
    'keras.config.set_image_data_format("channels_last")',
    "keras.config.set_epsilon(1e-7)",
)

GENERATED_SECTIONS = ("The network", "This run")
"""The sections that are generated; the others are copied sources."""


@dataclass
class Script:
    """One arm at one seed, on its way to becoming a script."""

    study: Study
    arm: Arm
    seed: int
    style: str
    expected: Mapping[str, float]
    bundle: Bundle = field(default_factory=lambda: Bundle(taken=set(TAKEN)))

    @property
    def task(self) -> TaskSpec:
        """What the arm is trained on."""
        return self.study.task_of(self.arm)

    @property
    def training(self) -> Training:
        """How the arm is trained."""
        return self.study.training_of(self.arm)

    def text(self) -> str:
        """The whole script."""
        network = build(self.task, self.arm.module)
        check_writable(network)
        read = graph.read(network.model)
        recipe = self._recipe(network)
        data = self.bundle.add([*self._drawing, self._data_path])
        layers = self.bundle.add([*read.sources, *recipe.model_sources])
        training = self.bundle.add(recipe.sources)
        sections = [
            ("The data", self.bundle.text(data)),
            ("The layers", self.bundle.text(layers)),
            ("The network", self._network(read, network, recipe)),
            ("The start and the training", self.bundle.text(training)),
            ("This run", self._main(recipe)),
        ]
        code = "\n\n\n".join(f"# --- {title} ---\n\n\n{text}" for title, text in sections if text)
        ending = 'if __name__ == "__main__":\n    main()\n'
        constants = self._constants()
        generated = "\n".join(
            [constants, *(text for title, text in sections if title in GENERATED_SECTIONS)]
        )
        top = [self._header(), self._imports(generated), constants]
        return "\n\n".join(top) + f"\n\n{code}\n\n\n{ending}"

    @property
    def _data_path(self) -> str:
        path = self.task.entry.data
        return DATA[path](self.task.params) if path in DATA else path

    @property
    def _drawing(self) -> list[str]:
        """The path of the function of a task that somebody brought, which the data are made with;
        nothing for others."""
        own = self.task.own
        return [f"{own.source.module}:{own.declared['function']}"] if own else []

    def _recipe(self, network: Network) -> Recipe:
        return recipe(self.task, self.training, network)

    # --- the pieces ---

    def _header(self) -> str:
        versions = [
            f"{title} {importlib.metadata.version(name)}"
            for title, name in (
                ("Keras", "keras"),
                ("TensorFlow", "tensorflow"),
                ("NumPy", "numpy"),
            )
        ]
        lines = [
            f"One run of an ablation study: {self.task.name} with {self.arm.label}, "
            f"seed {self.seed}.",
            "",
            f"From study {self.study.hash} (arms {', '.join(a.label for a in self.study.arms)}), "
            f"written by attnlab {__version__} for {', '.join(versions)}. It needs no "
            "attnlab: data, starting weights and the order of the batches are those of the run, "
            "and so are its results, as far as the machine rounds alike.",
        ]
        if is_tuned(self.study):
            rate = f"{self.training.learning_rate:g}"
            lines += ["", f"{tuning_sentence(self.study, names_rates=False)} Here: {rate}."]
        if self.expected:
            numbers = ", ".join(f"{name} {value:.6g}" for name, value in self.expected.items())
            lines += ["", f"The run ended with {numbers}."]
        wrapped = [part for line in lines for part in textwrap.wrap(line, WIDTH - 4) or [""]]
        body = "\n".join(wrapped).replace("\\", "\\\\").replace('"""', r"\"\"\"")
        return f'"""{body}\n"""'

    def _imports(self, generated: str) -> str:
        used = {node.id for node in ast.walk(ast.parse(generated)) if isinstance(node, ast.Name)}
        generated_need = {wanted for name, wanted in GENERATED.items() if name in used}
        lines = import_lines(self.bundle.imports | generated_need)
        first = FUTURE if lines.startswith(FUTURE) else ""
        return first + ON_TENSORFLOW + lines.removeprefix(first)

    def _constants(self) -> str:
        settings = {
            "SEED": self.seed,
            "EPOCHS": self.training.epochs,
            "BATCH_SIZE": self.training.batch_size,
            "LEARNING_RATE": self.training.learning_rate,
        }
        lines = [f"{name} = {literal(value)}" for name, value in settings.items()]
        params = self.task.params
        if self._data_path in PATHS:
            name, path_of = PATHS[self._data_path]
            path = literal(str(path_of(params).expanduser().absolute()))
            lines.append(f"{name} = Path({path})")
        known = {name: getattr(params, name) for name in self._parameters()}
        lines.append(bracketed("PARAMS = SimpleNamespace(", keywords(known), ")"))
        return "\n".join(lines)

    def _parameters(self) -> list[str]:
        """The task's parameters that the script uses: its fields in their order, then others."""
        fields = list(type(self.task.params).model_fields)
        used = self.bundle.parameters
        return [name for name in fields if name in used] + sorted(used - set(fields))

    def _network(self, read: Graph, network: Network, recipe: Recipe) -> str:
        several = "s" if len(self.task.slot_sizes) > 1 else ""
        within = self.arm.module.short if network.modules else "nothing"
        title = f"{network.parameters:,} parameters; in its slot{several}: {within}."
        model = Made(recipe.model, recipe.model_arguments)
        return STYLES[self.style](read, title, model)

    def _main(self, recipe: Recipe) -> str:
        module, _, name = self._data_path.partition(":")
        make = self.bundle.name(Definition(module, name))
        number = self.training.module_stream
        stream = f", module_stream={number}" if number else ""
        where = f"{PATHS[self._data_path][0]}, " if self._data_path in PATHS else ""
        for path in self._drawing:
            drawn = Definition(*path.split(":"))
            where = f"{self.bundle.name(drawn)}, "
        lines = [
            "# Whatever keras.json says.",
            *SETTINGS,
            "# As attnlab does: small networks lose by handing sums from thread to thread.",
            "tf.config.threading.set_intra_op_parallelism_threads(1)",
            f"data = {make}({where}PARAMS, SEED)",
            f"model = {FUNCTION}()",
            f"begin(model, SEED{stream})",
            *recipe.lines,
            f'print("test:", row_text(tested := {recipe.look}))',
            "return rows, tested",
        ]
        returns = "tuple[list[Row], Row]"
        opening = [
            f"def main() -> {returns}:",
            indented(
                ['"""Train the network; print and return what each epoch and the test gave."""']
            ),
        ]
        return "\n".join([*opening, indented(lines)])


def compose(
    study: Study, arm: str, seed: int, style: str, expected: Mapping[str, float] | None
) -> str:
    """The text of the script; see `attnlab.export.scripts.script`."""
    if style not in STYLES:
        raise ExportError(f"style must be one of {', '.join(STYLES)}, got {style!r}")
    labels = [each.label for each in study.arms]
    if arm not in labels:
        raise ExportError(f"there is no arm {arm!r}; the arms are {', '.join(labels)}")
    if seed not in study.seeds:
        raise ExportError(f"seed {seed} is none of this study's")
    if study.awaits_tuning:
        raise ExportError("the learning rate of this arm is not chosen yet: train the study first")
    with keras_settings.needed():
        return Script(study, study.arm(arm), seed, style, expected or {}).text()
