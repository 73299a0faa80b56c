"""Charts are made without checks of their parts, and Altair does check them otherwise."""

import subprocess
import sys

MAKE_A_WRONG_PART = """
import altair as alt
from attnlab.compat.altair import skip_schema_checks

try:
    alt.Axis(grid="no such thing")
    print("made", end=" ")
except Exception as error:
    print(type(error).__name__, end=" ")
skip_schema_checks()
alt.Axis(grid="no such thing")
print("made")
"""


def test_parts_of_charts_are_made_unchecked():
    # In a process of its own: it holds for all of one, and other tests import what asks for it.
    done = subprocess.run(
        [sys.executable, "-c", MAKE_A_WRONG_PART], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "SchemaValidationError made\n", done.stderr
