"""Runs: every study that was ever started here, to compare, resume, export or delete."""

from attnlab import imports  # which waits for all of attnlab, if another visitor began with it

with imports.importing("attnlab.ui.runs"):
    from attnlab.ui import runs, server

with server.connected() as manager:
    runs.training_now(manager)
    selected = runs.table(manager)
    runs.actions(manager, selected)
    runs.overlay(manager, selected)
