"""How large a table may be."""

from __future__ import annotations

MOST_ROWS = 200_000
MOST_COLUMNS = 500

MOST_BYTES = 256 * 2**20
"""Of a file, and of what is packed in it."""

MOST_CLASSES = 1000
"""Classes that a column of labels may have."""

LARGEST_NUMBER = 1e100
"""Beyond it a number counts as missing: its square has no place in a float64."""

FEWEST_OF_A_CLASS = 3
"""Rows that a class needs for training, validation and test."""
