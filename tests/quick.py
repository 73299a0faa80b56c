"""The tests that are run between two edits: those that load no TensorFlow and start no program.

With `--quick`, a test is skipped at the moment it imports TensorFlow or Keras, or starts another
Python. So nobody has to mark a test, and a new one is on the right side by what it does. Tests that
draw whole pages take more than all others together: each file's first few are run.
"""

import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager

import pytest

HEAVY = ("keras", "tensorflow")
PAGES_A_FILE = 3


class Quick:
    """A plugin that skips, in this process, whatever is not quick."""

    def __init__(self):
        self.in_a_test = False
        self.wanted = ""  # what a thread of the test wanted

    def enforce(self):
        sys.meta_path.insert(0, self)
        signal.signal(signal.SIGUSR1, self.end_the_test)
        start = subprocess.Popen.__init__

        def guarded(process, args, *others, **options):
            command = args if isinstance(args, str) else str(args[0])
            if command == sys.executable:
                self.skip("starts another Python")
            start(process, args, *others, **options)

        subprocess.Popen.__init__ = guarded

    def pytest_collection_modifyitems(self, items):
        drawn = Counter()
        for item in items:
            if "open_app" in item.fixturenames:
                drawn[item.path] += 1
                if drawn[item.path] > PAGES_A_FILE:
                    item.add_marker(pytest.mark.skip(reason="not quick: it draws whole pages"))

    def find_spec(self, name, path=None, target=None):
        """As a finder of modules that is asked first: finds nothing, but ends who asks."""
        if name.partition(".")[0] in HEAVY:
            self.skip(f"imports {name}")

    def skip(self, reason):
        if threading.current_thread() is threading.main_thread():
            pytest.skip(f"not quick: it {reason}", allow_module_level=True)
        # The test waits for what this thread will never do: a signal ends its waiting.
        self.wanted = reason
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
        raise ImportError(f"not quick: it {reason}")

    def end_the_test(self, *_):
        if self.in_a_test:
            pytest.skip(f"not quick: a thread of it {self.wanted}")

    @contextmanager
    def within_a_test(self):
        self.in_a_test, self.wanted = True, ""
        try:
            yield
        except Exception:
            if self.wanted:
                pytest.skip(f"not quick: a thread of it {self.wanted}")
            raise
        finally:
            self.in_a_test = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item):
        with self.within_a_test():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        with self.within_a_test():
            return (yield)
