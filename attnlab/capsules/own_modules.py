"""What somebody brought to a study, in a capsule: the sources, which are run only on request."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attnlab.capsules.errors import CapsuleError
from attnlab.data.planned_file import PlannedFile
from attnlab.spec import REGISTRY, OwnTask, Study, brought_in, tasks_brought_in
from attnlab.spec.own import Own
from attnlab.spec.own_modules import own_from_json
from attnlab.wording import listed

MODULES = "modules.json"
"""The member with the sources and declarations of modules and networks; only in the capsule of a
study that has some."""

TASKS = "own_tasks.json"
"""The same of its task."""

MEMBERS: Mapping[str, tuple[Callable[[Any], Own], str]] = {
    MODULES: (own_from_json, "modules"),
    TASKS: (OwnTask.from_json, "own_tasks"),
}
"""What reads each of these, and the folder with the sources for people."""

LARGEST = 16 * 2**20


class UntrustedError(CapsuleError):
    """Raised for a capsule with code that somebody else wrote, until a person says to run it, and
    to load the `files` that networks are made from, which it names too.

    `sources` are the texts by the name of their file, as `texts_of` gives them.
    """

    def __init__(self, brought: Sequence[Own], files: Sequence[PlannedFile] = ()) -> None:
        self.sources = texts_of(brought)
        names = ", ".join(each.name for each in brought)
        code, trusted, more = "it", "it", ""
        if files:
            told = listed(each.told for each in files)
            code, trusted, more = "the code", "both", f", and {told}, to make a network from"
        super().__init__(
            f"it brings Python code of its own for {names}, which a replay would run with your "
            f"rights{more}. Read {code} with --show-source; if you trust {trusted}, add --trust"
        )


def members(study: Study) -> dict[str, str]:
    """The members for what somebody brought to a plan: for attnlab, and the sources to be read."""
    found: dict[str, str] = {}
    for member, brought in _brought(study).items():
        if not brought:
            continue
        folder = MEMBERS[member][1]
        content = json.dumps([each.to_json() for each in brought], indent=1, sort_keys=True)
        found[member] = content + "\n"
        for each in brought:
            found[f"{folder}/{each.source.digest}-{each.name}.py"] = each.source.text
    return found


def places(study: Study) -> dict[str, str]:
    """What kinds of things somebody brought to a plan, and the folder with their sources: "module
    tanh-gate" in "modules"."""
    found: dict[str, str] = {}
    for member, brought in _brought(study).items():
        found |= {f"{each.what} {each.name}": MEMBERS[member][1] for each in brought}
    return found


def _brought(study: Study) -> dict[str, Sequence[Own]]:
    """What somebody brought to a plan, by the member that it is in."""
    return {MODULES: brought_in(study), TASKS: tasks_brought_in(study)}


def texts_of(brought: Iterable[Own]) -> dict[str, str]:
    """Every text of these by the name of its file, each once; of several texts in files of one
    name, the later ones with their digest behind it.

    A capsule chooses these names, so none of them may hide a text.
    """
    found: dict[str, str] = {}
    for each in brought:
        name = each.source.file
        while found.get(name, each.source.text) != each.source.text:
            name = f"{name} {each.source.digest}"
        found[name] = each.source.text
    return found


def known(member: str, text: str) -> list[Own]:
    """What is in a member. Raises CapsuleError where it holds something else."""
    read = MEMBERS[member][0]
    try:
        found = json.loads(text)
        if not isinstance(found, list):
            raise ValueError("it is no list")
        brought = [read(each) for each in found]
        for each in brought:
            each.check()
    except (ValueError, RecursionError, TypeError, AttributeError, KeyError) as error:
        raise CapsuleError(f"its {member} is damaged ({error})") from error
    return brought


def take(brought: Sequence[Own], files: Sequence[PlannedFile], trust: bool) -> None:
    """Let plans find these. Raises UntrustedError where there are some that are not known here, and
    nobody said to trust them and the strange `files` that came with them."""
    strange = [each for each in brought if not REGISTRY.is_known(each)]
    if strange and not trust:
        raise UntrustedError(strange, files)
    for each in brought:
        REGISTRY.keep(each)
