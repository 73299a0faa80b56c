"""Claims: what people say of attention, and what becomes of it when it is tested here."""

from attnlab.ui import claims, server

with server.connected() as manager:
    claims.heading()
    shown = claims.filters()
    claims.one_of(manager, shown)
