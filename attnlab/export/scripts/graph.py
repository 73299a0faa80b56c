"""What a built network consists of, read from the graph that Keras keeps of it."""

from __future__ import annotations

import inspect
import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import keras

from attnlab.compat.keras import call_count, origin, own_arguments
from attnlab.export.files import ExportError
from attnlab.export.scripts.literals import keywords, literal

ALIKE_EACH_WAY = ("kernel_size", "strides", "pool_size", "dilation_rate")
"""Arguments that people write as one number where it is the same along every axis."""

NOT_WRITTEN = ("name", "trainable", "dtype")
"""Parts of every layer's configuration that no constructor is given here, or as the last one."""

TAKEN = frozenset(
    {"np", "tf", "ops", "keras", "layers", "model", "self", "training", *keyword.kwlist}
)
PARTICIPLES = {"reshape": "reshaped", "concatenate": "joined", "flip": "flipped", "add": "summed"}


@dataclass(frozen=True)
class Made:
    """How a layer is made: the class as the script calls it, and its arguments as code.

    `source` is the import path of a class that the script has to bring along, "" for one of Keras.
    """

    callee: str
    arguments: tuple[str, ...]
    source: str = ""


@dataclass(frozen=True)
class NetworkOperation:
    """One operation of a network, as code.

    `outputs` are the names that its results have, "_" for one that nobody uses; `called_with` what
    a layer (`made`) is called with. What is no layer is an `expression`. `takes` are the names of
    the tensors that go in, `plain` says that there is no other argument.
    """

    name: str
    outputs: tuple[str, ...]
    called_with: tuple[str, ...] = ()
    made: Made | None = None
    expression: str = ""
    takes: tuple[str, ...] = ()
    plain: bool = True


@dataclass(frozen=True)
class Graph:
    """A network as code, in the order in which it is read best.

    `inputs` are pairs of a name and how that input is made; `frozen` names the layers that training
    leaves as they are.
    """

    inputs: tuple[tuple[str, Made], ...]
    steps: tuple[NetworkOperation, ...]
    outputs: tuple[str, ...]
    frozen: tuple[str, ...]

    @property
    def sources(self) -> list[str]:
        """The import paths of all classes that Keras does not have."""
        made = [step.made for step in self.steps if step.made and step.made.source]
        return list(dict.fromkeys(each.source for each in made))


def read(model: keras.Model) -> Graph:
    """The graph of a functional model; raises ExportError for what cannot be written as code."""
    return _Reader(model).graph()


@dataclass
class _Reader:
    model: keras.Model
    names: dict[int, str] = field(default_factory=dict)
    taken: set[str] = field(default_factory=lambda: set(TAKEN))

    def graph(self) -> Graph:
        inputs = tuple(
            (self._named(given, given.name), _input(given)) for given in self.model.inputs
        )
        steps = tuple(map(self._step, self._in_order()))
        frozen = tuple(layer.name for layer in self.model.layers if not layer.trainable)
        outputs = tuple(self.names[id(each)] for each in self.model.outputs)
        return Graph(inputs, steps, outputs, frozen)

    def _in_order(self) -> list[Any]:
        """The nodes, each after those that it needs, and those of one branch together."""
        visited = {id(origin(each).operation) for each in self.model.inputs}
        order: list[Any] = []

        def visit(tensor: Any) -> None:
            operation, node = origin(tensor)
            if id(operation) in visited:
                return
            visited.add(id(operation))
            if call_count(operation) > 1 and isinstance(operation, keras.Layer):
                raise ExportError(f"layer {operation.name!r} is called several times")
            for each in node.arguments.keras_tensors:
                visit(each)
            order.append(node)

        for tensor in self.model.outputs:
            visit(tensor)
        self._used = {id(each) for node in order for each in node.arguments.keras_tensors}
        self._used |= {id(each) for each in self.model.outputs}
        return order

    def _step(self, node: Any) -> NetworkOperation:
        operation, takes = node.operation, node.arguments.keras_tensors
        if isinstance(operation, keras.Layer):
            return self._layer_step(operation, node)
        expression = self._expression(operation, node.arguments)
        outputs = self._outputs(node, _op_name(operation, node.outputs[0]))
        names = tuple(self.names[id(each)] for each in takes)
        return NetworkOperation(
            outputs[0], outputs, expression=expression, takes=names, plain=False
        )

    def _layer_step(self, layer: keras.Layer, node: Any) -> NetworkOperation:
        given = {name: each for name, each in node.arguments.kwargs.items() if each is not None}
        given.pop("training", None)  # Keras notes a default here, and hands the true one on itself
        if not any(id(each) in self._used for each in node.outputs[1:]):
            given.pop("return_attention_scores", None)
            shown = node.outputs if _returns_state(layer) else node.outputs[:1]
        else:
            shown = node.outputs
        called = [self._value(each) for each in node.arguments.args]
        called += [f"{name}={self._value(each)}" for name, each in given.items()]
        takes = tuple(self.names[id(each)] for each in node.arguments.keras_tensors)
        outputs = self._outputs(node, layer.name, len(shown))
        plain = len(called) == 1 and called[0] in takes
        return NetworkOperation(
            layer.name, outputs, tuple(called), made(layer), takes=takes, plain=plain
        )

    def _outputs(self, node: Any, name: str, shown: int = 1) -> tuple[str, ...]:
        """What the results are called: by the layer, further ones as its state or scores."""
        further = "state" if _returns_state(node.operation) else "scores"
        return tuple(
            self._named(each, f"{name}_{further}" if place else name)
            if id(each) in self._used
            else "_"
            for place, each in enumerate(node.outputs[:shown])
        )

    def _named(self, tensor: Any, name: str) -> str:
        name = re.sub(r"\W", "_", name)
        free = (f"{name}{number}" for number in range(2, 10_000))
        chosen = name if name not in self.taken else next(n for n in free if n not in self.taken)
        self.taken.add(chosen)
        self.names[id(tensor)] = chosen
        return chosen

    def _expression(self, operation: Any, arguments: Any) -> str:
        """What Keras computes outside of layers: `ops.reshape(words, (-1, 8))`."""
        kind = type(operation).__name__
        if kind == "GetItem":
            return f"{self._value(arguments.args[0])}[{_index(arguments.args[1])}]"
        if kind == "Add":
            return " + ".join(self._value(each) for each in arguments.args)
        function = getattr(keras.ops, _snake(kind), None)
        if function is None:
            raise ExportError(f"there is no keras.ops function for the operation {kind}")
        given = [self._value(each) for each in arguments.args]
        given += [f"{name}={self._value(each)}" for name, each in arguments.kwargs.items()]
        used = own_arguments(operation)
        for name, parameter in inspect.signature(function).parameters.items():
            if name not in used or used[name] == parameter.default:
                continue
            required = parameter.default is inspect.Parameter.empty
            given.append(literal(used[name]) if required else f"{name}={literal(used[name])}")
        return f"ops.{function.__name__}({', '.join(given)})"

    def _value(self, value: Any) -> str:
        if isinstance(value, keras.KerasTensor):
            return self.names[id(value)]
        if isinstance(value, list | tuple) and any(map(_holds_tensor, value)):
            return f"[{', '.join(map(self._value, value))}]"
        return literal(value)


def made(layer: keras.Layer) -> Made:
    """How a layer is made; arguments that are what they are by default are left out."""
    kind = type(layer)
    known = getattr(keras.layers, kind.__name__, None) is kind
    source = "" if known else f"{kind.__module__}:{kind.__name__}"
    if not known and not kind.__module__.startswith("attnlab."):
        raise ExportError(f"{kind.__module__}.{kind.__name__} is no layer of Keras or attnlab")
    callee = f"layers.{kind.__name__}" if known else kind.__name__
    return Made(callee, (*_arguments(layer), *keywords({"name": layer.name})), source)


def _arguments(layer: Any) -> list[str]:
    """The arguments of a layer or an initialiser, by its configuration."""
    config = {
        name: value
        for name, value in layer.get_config().items()
        if name not in NOT_WRITTEN or (name == "dtype" and not isinstance(layer, keras.Layer))
    }
    required = [
        parameter
        for parameter in inspect.signature(type(layer).__init__).parameters.values()
        if parameter.default is inspect.Parameter.empty and parameter.name in config
    ]
    plain = type(layer)(**{each.name: config[each.name] for each in required}).get_config()
    positional = [each.name for each in required if each.kind != inspect.Parameter.KEYWORD_ONLY]
    named = [each.name for each in required if each.name not in positional]
    named += [name for name, value in config.items() if _differs(value, plain.get(name))]
    named = [name for name in dict.fromkeys(named) if name not in positional]
    return [
        *(_shown(name, config[name]) for name in positional),
        *(f"{name}={_shown(name, config[name])}" for name in named),
    ]


def _differs(value: Any, default: Any) -> bool:
    return repr(value) != repr(default)


def _shown(name: str, value: Any) -> str:
    if isinstance(value, dict) and "class_name" in value:
        return _object(value)
    if name in ALIKE_EACH_WAY and isinstance(value, list | tuple) and len(set(value)) == 1:
        return literal(value[0])
    return literal(value)


def _object(config: Mapping[str, Any]) -> str:
    """An initialiser, from what Keras writes of it."""
    if config["module"] != "keras.initializers":
        raise ExportError(f"cannot write {config['module']}.{config['class_name']} as code")
    initializer = keras.saving.deserialize_keras_object(config)
    return f"keras.initializers.{config['class_name']}({', '.join(_arguments(initializer))})"


def _input(given: keras.KerasTensor) -> Made:
    typed = {} if given.dtype == keras.config.floatx() else {"dtype": given.dtype}
    more = keywords({**typed, "name": given.name})
    return Made("keras.Input", (literal(tuple(given.shape[1:])), *more))


def _op_name(operation: Any, output: keras.KerasTensor) -> str:
    """What the result of something that is no layer is called."""
    kind = _snake(type(operation).__name__)
    if output.dtype == "bool":
        return "mask"
    if kind == "get_item":
        return "last"
    return PARTICIPLES.get(kind, f"{kind}_result")


def _index(key: Any) -> str:
    parts = key if isinstance(key, tuple) else (key,)
    return ", ".join(map(_slice, parts))


def _slice(part: Any) -> str:
    if not isinstance(part, slice):
        return "..." if part is Ellipsis else literal(part)
    ends = (part.start, part.stop) if part.step is None else (part.start, part.stop, part.step)
    return ":".join("" if end is None else literal(end) for end in ends)


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()


def _returns_state(operation: Any) -> bool:
    return bool(getattr(operation, "return_state", False))


def _holds_tensor(value: Any) -> bool:
    return isinstance(value, keras.KerasTensor)
