"""What a training may take of the machine; importing this imports no TensorFlow."""

MOST_AT_ONCE = 16
"""Seats in one program; beyond it a step's time grows as fast as the number of seats."""

MOST_BYTES = 512 * 2**20
"""What the arrays of seeds that train together may take; a seed that takes more trains alone."""

KEPT_GROUPS = 2
"""Groups of arrays kept though no arm uses them: an arm may begin what another has just ended."""

EVALUATION_BATCH = 512
"""As large as the probe, so that the first batch of a validation split is the probe."""

MOST_OUTPUT_BYTES = 128 * 2**20
"""What a layer's outputs may take in evaluation: images of 64 × 64 with 16 filters are evaluated as
many at once as all others; of larger ones a whole batch would take gigabytes."""

KEPT_ANSWERS = 512
"""Of how many test samples a run keeps its answers; it is measured on all of them."""

ALL_ANSWERS = 2**31
"""More than any split has samples: of classes, all answers are measured, once, and not kept."""
