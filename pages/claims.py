"""Claims: what people say of attention, and what becomes of it when it is tested here."""

from attnlab import imports  # which waits for all of attnlab, if another visitor began with it

with imports.importing("attnlab.ui.claims"):
    from attnlab.ui import claims, server

with server.connected() as manager:
    claims.heading()
    shown = claims.filters()
    claims.one_of(manager, shown)
