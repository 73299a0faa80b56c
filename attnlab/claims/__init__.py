"""Claims that people make about attention, each with a study small enough to test it here.

Importing this imports no TensorFlow and no pandas.
"""

from attnlab.claims.claim import SEEDS, Check, Claim
from attnlab.claims.on_cbam import ON_CBAM
from attnlab.claims.on_images import ON_IMAGES
from attnlab.claims.on_sequences import ON_SEQUENCES
from attnlab.claims.on_text import ON_TEXT
from attnlab.claims.planted import PLANTED

CLAIMS: tuple[Claim, ...] = (
    *PLANTED,
    *ON_IMAGES,
    *ON_CBAM,
    *ON_TEXT,
    *ON_SEQUENCES,
)
"""Every claim, in the order in which they are shown."""

BY_NAME = {claim.name: claim for claim in CLAIMS}

__all__ = ["BY_NAME", "CLAIMS", "SEEDS", "Check", "Claim"]
