"""Attention: what the attention of a trained network is worth, beyond where it looks."""

from attnlab.imports import importing

with importing("attnlab.ui.inspecting"):
    from attnlab.ui import inspecting, server

with server.connected() as manager:
    inspecting.page(manager)
