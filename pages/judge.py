"""Judge: verdicts on scores of runs that were trained elsewhere."""

from attnlab import imports  # which waits for all of attnlab, if another visitor began with it

with imports.importing("attnlab.ui.judge"):
    from attnlab.ui import judge, server

with server.connected():
    judge.heading()
    judge.scores_and_verdicts()
