"""Runs: every study that was ever started here, to compare, resume, export or delete."""

from attnlab.imports import importing

with importing("attnlab.ui.runs"):
    from attnlab.ui import runs, server

with server.connected() as manager:
    runs.training_now(manager)
    selected = runs.table(manager)
    runs.actions(manager, selected)
    runs.overlay(manager, selected)
