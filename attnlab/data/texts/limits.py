"""How much text is read."""

from __future__ import annotations

MOST_CHARACTERS = 20_000
"""Of a text; what stands behind is not read."""

MOST_TOKENS = 1000
"""Of a text, the longest that a network may read."""

MOST_IN_A_TOKEN = 64
"""Characters of a token that count; a longer one is no word of any language."""

MOST_IN_ALL = 128_000_000
"""Characters of all texts together."""
