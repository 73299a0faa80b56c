"""First imports, one thread at a time.

Python locks each module by itself. Where two threads import modules of the same package for the
first time, each can wait for what the other has begun; Python sees the deadlock and hands one of
them half a module. So whatever a function imports, if a thread can reach that function, is imported
inside `importing`.
"""

from __future__ import annotations

import importlib
import importlib.util
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import ModuleType

PANDAS_LATER = (
    "pandas.core.arrays.arrow._arrow_utils",
    "pandas.core.arrays.arrow.extension_types",
    "pandas.core.methods.select",
    "pandas.core.methods.to_dict",
    "pandas.core.reshape.reshape",
    "pandas.io.formats.csvs",
    "pandas.io.formats.string",
)
"""What pandas imports when a frame is first turned into rows, text or another shape."""

_lock = threading.RLock()
_owners: list[int] = []
_complete: set[str] = set()


@contextmanager
def importing(*names: str) -> Iterator[None]:
    """Within the block only this thread imports these modules, unless they are complete already.

    A thread that needs only complete modules does not wait for the imports of others.

    Example:
        with importing("scipy.special"):
            from scipy.special import ndtr
    """
    if _complete.issuperset(names):
        yield
        return
    with _lock:
        _owners.append(threading.get_ident())
        try:
            yield
            _complete.update(names)
        finally:
            _owners.pop()


def bring(*names: str) -> None:
    """Import these modules, one thread at a time. Raises ImportError."""
    for name in names:
        module(name)


def bring_those_there(names: Iterable[str]) -> None:
    """Import those of these modules that this version of their package has."""
    bring(*(name for name in names if importlib.util.find_spec(name) is not None))


def module(name: str) -> ModuleType:
    """The module of this name, completely imported. Raises ImportError."""
    with importing(name):
        return importlib.import_module(name)


def is_mine() -> bool:
    """Whether this thread is inside `importing` and imports something for the first time."""
    return threading.get_ident() in _owners


def is_import_fault(error: BaseException) -> bool:
    """Whether a failed import, or a module that was only half there, is behind this error."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        if isinstance(each, ImportError):
            return True
        if isinstance(each, AttributeError) and "partially initialized module" in str(each):
            return True
        if _is_from_the_import_system(each):
            return True
        each = each.__cause__ or each.__context__
    return False


def _is_from_the_import_system(error: BaseException) -> bool:
    """Whether Python's own import raised it, such as a KeyError for a package that just went."""
    innermost = error.__traceback__
    while innermost is not None and innermost.tb_next is not None:
        innermost = innermost.tb_next
    return innermost is not None and "<frozen importlib" in innermost.tb_frame.f_code.co_filename
