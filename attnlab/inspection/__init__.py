"""What a trained run's attention is worth: measured in a worker, and kept beside the run.

`inspect_run` is what surfaces call. Importing this imports no TensorFlow.
"""

from attnlab.inspection.errors import InspectionError
from attnlab.inspection.found import CURVES, ROWS, Inspection, Settings, Share
from attnlab.inspection.running import inspect_run, inspectable, inspecting, kept_inspection

__all__ = [
    "CURVES",
    "ROWS",
    "Inspection",
    "InspectionError",
    "Settings",
    "Share",
    "inspect_run",
    "inspectable",
    "inspecting",
    "kept_inspection",
]
