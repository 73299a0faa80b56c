"""Data: bring images or a table, see what they are, and compare attention on them."""

from attnlab import imports  # which waits for all of attnlab, if another visitor began with it

with imports.importing("attnlab.ui.data"):
    from attnlab.ui import data, server

with server.connected() as manager:
    data.heading()
    path = data.chosen(manager)
    if path is not None:
        data.preview(manager, path)
