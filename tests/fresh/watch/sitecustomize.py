"""Runs at the start of a fresh Python whose path this folder is on, before anything else.

Threads change places fifty times as often as by default, so that races between them show; more
often, they do little else and a page takes minutes. And every first
import of the packages in TRACKED is watched: ATTNLAB_IMPORT_LOG gets a line for each that could
meet another one, whether or not it does this time.
"""

import importlib.machinery
import os
import sys
import threading
import traceback

TRACKED = {"attnlab", "keras", "tensorflow", "scipy", "sklearn", "statsmodels", "pandas", "babel"}
OURS = ("attnlab-", "ScriptRunner")
"""How the threads of attnlab and those of Streamlit's pages are called."""

WHOLE = {"attnlab", "attnlab.ui"}
"""What every page imports first: whoever comes second has begun nothing else, and waits."""

log = os.environ.get("ATTNLAB_IMPORT_LOG", "")
busy: dict[int, list[str]] = {}
"""What each thread is in the middle of importing, the outermost first."""


class Watch:
    """A finder that finds nothing itself: it looks who asks, and when what was found has run."""

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] not in TRACKED:
            return None
        spec = next(
            (
                found
                for finder in sys.meta_path
                if finder is not self
                and hasattr(finder, "find_spec")
                and (found := finder.find_spec(name, path, target)) is not None
            ),
            None,
        )
        loader = getattr(spec, "loader", None)
        if isinstance(
            loader,
            (importlib.machinery.SourceFileLoader, importlib.machinery.ExtensionFileLoader),
        ):
            loader.exec_module = self.watched(name, loader.exec_module)
        return spec

    def watched(self, name, execute):
        def exec_module(module):
            me = threading.get_ident()
            mine = busy.setdefault(me, [])
            if not mine:  # what an import imports in turn is part of it
                judge(name, me)
            mine.append(name)
            try:
                execute(module)
            finally:
                mine.pop()

        return exec_module


def judge(name, me):
    others = {thread: stack for thread, stack in list(busy.items()) if thread != me and stack}
    if others:
        report(
            name, f"while another thread imports {sorted(stack[0] for stack in others.values())}"
        )
        return
    if name in WHOLE:
        return
    thread = threading.current_thread()
    alone = not any(
        each is not thread and each.name.startswith(OURS) for each in threading.enumerate()
    )
    imports = sys.modules.get("attnlab.imports")
    guarded = imports is not None and getattr(imports, "is_mine", bool)()
    if not (alone or guarded):
        report(name, "outside of the lock, with other threads about")


def report(name, why):
    thread = threading.current_thread().name
    frames = [
        f"{frame.filename}:{frame.lineno}"
        for frame in traceback.extract_stack()
        if "importlib" not in frame.filename and "sitecustomize" not in frame.filename
    ]
    with open(log, "a", encoding="utf-8") as lines:
        lines.write(f"{thread} imports {name} {why}: {' < '.join(frames[:-5:-1])}\n")


if log:
    sys.setswitchinterval(1e-4)
    sys.meta_path.insert(0, Watch())
