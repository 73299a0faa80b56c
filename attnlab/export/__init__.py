"""What leaves attnlab as files."""

from attnlab.export.figures import figure, figure_data_csv
from attnlab.export.files import ExportError, check_target, write_bytes, write_text
from attnlab.export.scripts import notebook, script, tutorial
from attnlab.export.tidy import (
    ATTENTION,
    CURVES,
    MEASURES,
    activations_csv,
    activations_npz,
    attention,
    attention_csv,
    attention_measures,
    curves,
    curves_csv,
    measures_csv,
)

__all__ = [
    "ATTENTION",
    "CURVES",
    "MEASURES",
    "ExportError",
    "activations_csv",
    "activations_npz",
    "attention",
    "attention_csv",
    "attention_measures",
    "check_target",
    "curves",
    "curves_csv",
    "figure",
    "figure_data_csv",
    "measures_csv",
    "notebook",
    "script",
    "tutorial",
    "write_bytes",
    "write_text",
]
