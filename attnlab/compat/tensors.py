"""Names for types that the frameworks leave open; it imports no framework."""

from __future__ import annotations

from typing import Any

Tensor = Any
"""A tensor of the backend, or a `KerasTensor` while a network is put together.

Keras has no public type for both, and its functions have no annotations to check against.
"""

BatchShape = tuple[int | None, ...]
"""The sizes of a tensor, the batch first; None for a size that is not fixed."""
