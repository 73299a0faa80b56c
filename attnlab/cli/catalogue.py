"""The catalogue as the commands print it: plain values for JSON, and text for people."""

from __future__ import annotations

import textwrap
from typing import Any

from pydantic import BaseModel

from attnlab.cli.text import WIDTH, columns, plain
from attnlab.spec import ModuleEntry, TaskEntry, Training
from attnlab.wording import spaced


def parameters(model: type[BaseModel]) -> list[dict[str, Any]]:
    """A model's parameters as JSON values, read from its fields.

    Each has name, title, type (integer, number, string, boolean or module), default and help, and
    what bounds it: minimum and maximum, or choices. `only_if` holds the value of another parameter
    without which it has no effect. A module has no default: it must be named. What is advanced
    comes last, as in the forms.
    """
    declared = []
    fields = model.model_json_schema()["properties"].items()
    for name, schema in sorted(fields, key=lambda field: field[1]["advanced"]):
        choices = schema.get("enum", [schema["const"]] if "const" in schema else None)
        described = {
            "name": name,
            "title": schema["title"],
            "type": schema["type"],
            "default": schema.get("default"),
            "minimum": schema.get("minimum"),
            "maximum": schema.get("maximum"),
            "choices": choices,
            "only_if": dict([condition]) if (condition := schema.get("only_if")) else None,
            "help": schema["description"],
        }
        declared.append({key: value for key, value in described.items() if value is not None})
    return declared


def explained(declared: dict[str, Any]) -> str:
    """A parameter's help with the values it takes: "How often … training set: 1 to 1000"."""
    text = f"{declared['help'].rstrip('.')}: {_bounds(declared)}"
    for name, value in declared.get("only_if", {}).items():
        text += f"; only with {name}={plain(value)}"
    return text


def _bounds(declared: dict[str, Any]) -> str:
    if declared["type"] == "module":
        return "a module such as dense, or cbam:ratio=8;order=parallel"
    if declared["type"] == "boolean":
        return "true | false"
    if declared["type"] == "string" and "choices" not in declared:
        return "a text"
    if "choices" in declared:
        return " | ".join(map(str, declared["choices"]))
    return f"{plain(declared['minimum'])} to {plain(declared['maximum'])}"


def module_json(entry: ModuleEntry) -> dict[str, Any]:
    """A module of the catalogue as JSON values."""
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.family,
        "fits": sorted(entry.fits),
        "summary": entry.summary,
        "source": entry.source,
        "parameters": parameters(entry.params),
    }


def task_json(entry: TaskEntry) -> dict[str, Any]:
    """A task of the catalogue as JSON values."""
    return {
        "name": entry.name,
        "title": entry.title,
        "family": entry.slot,
        "summary": entry.summary,
        "truth_axis": entry.truth_axis or None,
        "training": dict(entry.training),
        "training_parameters": [
            declared | {"default": entry.training.get(declared["name"], declared["default"])}
            for declared in parameters(Training)
        ],
        "parameters": parameters(entry.params),
    }


def entry_text(entry: dict[str, Any]) -> str:
    """A module or task, from its JSON values, for people."""
    lines = [f"{entry['name']}  ({entry['title']}; {entry['family']})"]
    lines += textwrap.wrap(entry["summary"], WIDTH, initial_indent="  ", subsequent_indent="  ")
    if "training" in entry:
        settings = ", ".join(
            f"{spaced(name)} {plain(value)}" for name, value in entry["training"].items()
        )
        lines.append(f"  Trained with {settings}, unless told otherwise.")
    return "\n".join([*lines, *_listed(entry["parameters"])])


def training_text() -> str:
    """The settings of the training for people: they are the same for every task."""
    head = "Training, of every task  (for --set too; all but the epochs also after an arm's @)"
    return "\n".join([head, *_listed(parameters(Training))])


def _listed(declared: list[dict[str, Any]]) -> list[str]:
    rows = [
        (f"    {each['name']}={plain(each.get('default', 'MODULE'))}", explained(each))
        for each in declared
    ]
    return columns(rows, wrap_last=True)
