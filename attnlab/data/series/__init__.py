"""Series: samples of several steps with numbers at each, from a table with a row for every step or
from a `.npz` file.

Knows files and steps, no tasks. `reading.read_series` gives the series of a path,
`prepared.prepared` cuts them to their longest and divides them, `fitting.inputs_of` makes padded
arrays with statistics of the training split alone, and `inspecting.inspect_series` says all that
before anything trains. Every fault is a SeriesError or a TableError. Importing this package imports
none of the libraries that read files.
"""

from attnlab.data.series.errors import SeriesError
from attnlab.data.series.options import SeriesOptions

__all__ = ["SeriesError", "SeriesOptions"]
