"""Modules and networks that people bring: a Python file with a Keras layer, or with a function that
builds a network, and one decorator.

    from attnlab.own_modules import backbone, module, number

Importing this imports no TensorFlow; a file with a layer is only ever run in a worker process, but
for `layer`, which is for tests of that file.
"""

from typing import TYPE_CHECKING, Any

from attnlab.imports import importing as _importing
from attnlab.own_modules.backbones import backbone
from attnlab.own_modules.declaring import choice, module, number, step, switch

if TYPE_CHECKING:
    from attnlab.own_modules.testing import check, layer

__all__ = ["backbone", "check", "choice", "layer", "module", "number", "step", "switch"]


def __getattr__(name: str) -> Any:
    if name in ("check", "layer"):  # they need the workers, which a file with modules does not
        with _importing("attnlab.own_modules.testing"):
            from attnlab.own_modules import testing

        return getattr(testing, name)
    raise AttributeError(f"module 'attnlab.own_modules' has no attribute {name!r}")
