"""Where attnlab reaches beyond the public names of its frameworks: one module for each framework.

Each function says why there is no public way, and has a test in `tests/compat` that fails when the
framework changes. `tensors` names types that the frameworks leave open. Nothing here imports from
the rest of attnlab. This file imports no framework: code that needs one imports its module.
"""
