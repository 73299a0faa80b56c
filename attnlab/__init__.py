"""attnlab: does this attention module earn its parameters?

Importing attnlab imports no TensorFlow (that takes seconds); the first call that trains does.
"""

from typing import TYPE_CHECKING, Any

from attnlab import catalog as _catalog  # noqa: F401  (fills the registry that specs look up)
from attnlab.imports import importing as _importing
from attnlab.spec import Arm, SpecError, Study, TaskSpec, Training
from attnlab.version import __version__

if TYPE_CHECKING:
    from attnlab.api import Result, activations, bring, open, own, replay, run  # noqa: F401

__all__ = [
    "Arm",
    "Result",
    "SpecError",
    "Study",
    "TaskSpec",
    "Training",
    "__version__",
    "activations",
    "bring",
    "own",
    "replay",
    "run",
]

_FROM_API = ("Result", "activations", "bring", "open", "own", "replay", "run")
"""Imported at first use, as they import the database. A star import takes no `open`."""


def __getattr__(name: str) -> Any:
    if name in _FROM_API:
        with _importing("attnlab.api"):
            from attnlab import api

        return getattr(api, name)
    raise AttributeError(f"module 'attnlab' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *_FROM_API})
