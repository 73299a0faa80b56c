"""What somebody brought, modules and networks, in a capsule: their sources, which are run only on
request."""

from __future__ import annotations

import json
from collections.abc import Sequence

from attnlab.capsules.errors import CapsuleError
from attnlab.spec import REGISTRY, Study, brought_in
from attnlab.spec.own_modules import Own, own_from_json

MODULES = "modules.json"
"""The member with the sources and declarations; only in the capsule of a study that has some."""

LARGEST = 16 * 2**20


class UntrustedError(CapsuleError):
    """Raised for a capsule with code that somebody else wrote, until a person says to run it.

    `sources` are the texts by the name of their file.
    """

    def __init__(self, modules: Sequence[Own]) -> None:
        self.sources = {each.source.file: each.source.text for each in modules}
        names = ", ".join(each.name for each in modules)
        super().__init__(
            f"it brings Python code of its own for {names}, which a replay would run with your "
            "rights. Read it with --show-source; if you trust it, add --trust"
        )


def members(study: Study) -> dict[str, str]:
    """The members for the modules in a plan that somebody brought: for attnlab, and the sources to
    be read."""
    brought = brought_in(study)
    if not brought:
        return {}
    content = json.dumps([each.to_json() for each in brought], indent=1, sort_keys=True)
    sources = {f"modules/{each.source.digest}-{each.name}.py": each.source.text for each in brought}
    return {MODULES: content + "\n", **sources}


def known(text: str) -> list[Own]:
    """The modules in a member. Raises CapsuleError where it holds something else."""
    try:
        found = json.loads(text)
        if not isinstance(found, list):
            raise ValueError("it is no list")
        modules = [own_from_json(each) for each in found]
        for each in modules:
            each.check()
    except (ValueError, RecursionError, TypeError, AttributeError, KeyError) as error:
        raise CapsuleError(f"its {MODULES} is damaged ({error})") from error
    return modules


def take(modules: Sequence[Own], trust: bool) -> None:
    """Let plans find these modules. Raises UntrustedError where there are some that are not known
    here, and nobody said to trust them."""
    strange = [each for each in modules if _is_strange(each)]
    if strange and not trust:
        raise UntrustedError(strange)
    for each in modules:
        REGISTRY.keep(each)


def _is_strange(own: Own) -> bool:
    """Whether no module of this text has been used here."""
    here = REGISTRY.version(*own.key)
    return here is None or here.source.digest != own.source.digest
