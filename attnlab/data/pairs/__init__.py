"""Pairs of texts, one to be read and one to be written: from two columns of a table, or from
gettext's `.po` files.

Knows files and texts, no tasks. `reading.read_pairs` gives the pairs of a path,
`prepared.prepared` cuts them into tokens and leaves out what cannot be used,
`vocabulary.numbered` numbers the tokens by the training split alone, and `inspecting` says all
that before anything trains. Every fault is a PairsError or a TableError. Importing this package
imports none of the libraries that read files.
"""

from attnlab.data.pairs.errors import PairsError
from attnlab.data.pairs.options import PairOptions

__all__ = ["PairOptions", "PairsError"]
