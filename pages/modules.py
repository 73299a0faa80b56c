"""Modules: what each attention module computes, what it costs, and where to try it."""

from attnlab import imports  # which waits for all of attnlab, if another visitor began with it

with imports.importing("attnlab.ui.modules", "attnlab.ui.own_modules"):
    from attnlab.ui import modules, own_modules, server

with server.connected():
    own_modules.follow()
    modules.heading()
    own_modules.problems()
    shown = modules.filters()
    size = modules.sizes()
    modules.one_of(shown, size)
    modules.comparison(shown, size)
    own_modules.hint()
