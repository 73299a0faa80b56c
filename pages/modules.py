"""Modules: what each attention module computes, what it costs, and where to try it."""

from attnlab.imports import importing

with importing("attnlab.ui.modules"):
    from attnlab.ui import modules, server

with server.connected():
    modules.heading()
    shown = modules.filters()
    size = modules.sizes()
    modules.one_of(shown, size)
    modules.comparison(shown, size)
