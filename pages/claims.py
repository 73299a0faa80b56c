"""Claims: what people say of attention, and what becomes of it when it is tested here."""

from attnlab.imports import importing

with importing("attnlab.ui.claims"):
    from attnlab.ui import claims, server

with server.connected() as manager:
    claims.heading()
    shown = claims.filters()
    claims.one_of(manager, shown)
