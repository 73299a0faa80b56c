"""The modules and the task that somebody brought, in a capsule: their sources, which are run only
on request."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from attnlab.capsules.errors import CapsuleError
from attnlab.spec import REGISTRY, OwnModule, OwnTask, Study, brought_in, tasks_brought_in

MODULES = "modules.json"
"""The member with the sources and declarations; only in the capsule of a study that has some."""

TASKS = "own_tasks.json"
"""The same of its task."""

MEMBERS: Mapping[str, tuple[type[OwnModule | OwnTask], str]] = {
    MODULES: (OwnModule, "modules"),
    TASKS: (OwnTask, "own_tasks"),
}
"""What is in each of these, and the folder with the sources, to be read."""

LARGEST = 16 * 2**20


class UntrustedError(CapsuleError):
    """Raised for a capsule with code that somebody else wrote, until a person says to run it.

    `sources` are the texts by the name of their file.
    """

    def __init__(self, brought: Sequence[OwnModule | OwnTask]) -> None:
        self.sources = {each.source.file: each.source.text for each in brought}
        names = ", ".join(each.name for each in brought)
        super().__init__(
            f"it brings Python code of its own for {names}, which a replay would run with your "
            "rights. Read it with --show-source; if you trust it, add --trust"
        )


def members(study: Study) -> dict[str, str]:
    """The members for what somebody brought to a plan: for attnlab, and the sources to be read."""
    found: dict[str, str] = {}
    for member, brought in ((MODULES, brought_in(study)), (TASKS, tasks_brought_in(study))):
        if not brought:
            continue
        folder = MEMBERS[member][1]
        content = json.dumps([each.to_json() for each in brought], indent=1, sort_keys=True)
        found[member] = content + "\n"
        for each in brought:
            found[f"{folder}/{each.source.digest}-{each.name}.py"] = each.source.text
    return found


def known(member: str, text: str) -> list[OwnModule | OwnTask]:
    """What is in a member. Raises CapsuleError where it holds something else."""
    kind: Any = MEMBERS[member][0]
    try:
        found = json.loads(text)
        if not isinstance(found, list):
            raise ValueError("it is no list")
        brought = [kind.from_json(each) for each in found]
        for each in brought:
            _ = each.entry
    except (ValueError, RecursionError, TypeError, AttributeError, KeyError) as error:
        raise CapsuleError(f"its {member} is damaged ({error})") from error
    return brought


def take(brought: Sequence[OwnModule | OwnTask], trust: bool) -> None:
    """Let plans find these. Raises UntrustedError where there are some that are not known here, and
    nobody said to trust them."""
    strange = [each for each in brought if not REGISTRY.is_known(each)]
    if strange and not trust:
        raise UntrustedError(strange)
    for each in brought:
        REGISTRY.keep(each)
