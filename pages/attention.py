"""Attention: what the attention of a trained network is worth, beyond where it looks."""

from attnlab import imports  # which waits for all of attnlab, if another visitor began with it

with imports.importing("attnlab.ui.inspecting"):
    from attnlab.ui import inspecting, server

with server.connected() as manager:
    inspecting.page(manager)
