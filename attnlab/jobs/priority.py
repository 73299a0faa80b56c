"""Training comes after whoever looks at a page."""

from __future__ import annotations

import os
import sys
import threading

TRAINING_NICENESS = 10


def yield_to_pages() -> None:
    """Let this thread, and threads it starts from now on, wait for others when cores are short.

    Only Linux has a priority for each thread; elsewhere this does nothing.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), TRAINING_NICENESS)
