"""What attnlab reaches of its frameworks beyond their public names: one module a framework.

Each function says why there is no public way, and has a test in `tests/compat` that fails when the
framework moves. Nothing here imports from the rest of attnlab, and this file imports no framework:
whoever needs one asks for its module.
"""
