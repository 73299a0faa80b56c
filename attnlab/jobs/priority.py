"""Gives training a lower priority than the pages."""

from __future__ import annotations

import os
import sys
import threading

TRAINING_NICENESS = 10


def yield_to_pages() -> None:
    """Lower the priority of this thread and of the threads that it starts from now on.

    Only Linux has a priority for each thread; elsewhere this does nothing.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), TRAINING_NICENESS)
