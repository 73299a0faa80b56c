"""What to type to run attnlab, for messages that say how to go on."""

from __future__ import annotations

import shutil
import sys
from functools import cache
from pathlib import Path

SCRIPT, MODULE = "attnlab", "python -m attnlab"


@cache  # Streamlit, which `attnlab app` hands over to, puts its own name into sys.argv
def command() -> str:
    """`attnlab` or `python -m attnlab`: as this process was started.

    In the app and in Python it is `attnlab` if a shell would find that, else the other, which
    works wherever attnlab can be imported.
    """
    started = Path(sys.argv[0]) if sys.argv else Path()
    if started.name == "__main__.py" and started.parent.name == "attnlab":
        return MODULE
    if started.stem == SCRIPT:
        return SCRIPT
    return SCRIPT if shutil.which(SCRIPT) else MODULE
