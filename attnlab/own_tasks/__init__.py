"""Tasks that people bring: a Python file with a function from a seed to arrays, and one decorator.

    from attnlab.own_tasks import number, task

Importing this imports no TensorFlow; a file with a task is only ever run in a worker process, but
for `arrays`, which is for tests of that file.
"""

from typing import TYPE_CHECKING, Any

from attnlab.imports import importing as _importing
from attnlab.own_modules.declaring import choice, number, switch
from attnlab.own_tasks.declaring import task

if TYPE_CHECKING:
    from attnlab.own_tasks.testing import arrays, check

__all__ = ["arrays", "check", "choice", "number", "switch", "task"]


def __getattr__(name: str) -> Any:
    if name in ("arrays", "check"):  # they need the workers, which a file with tasks does not
        with _importing("attnlab.own_tasks.testing"):
            from attnlab.own_tasks import testing

        return getattr(testing, name)
    raise AttributeError(f"module 'attnlab.own_tasks' has no attribute {name!r}")
