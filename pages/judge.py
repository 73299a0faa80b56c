"""Judge: verdicts on scores of runs that were trained elsewhere."""

from attnlab.imports import importing

with importing("attnlab.ui.judge"):
    from attnlab.ui import judge, server

with server.connected():
    judge.heading()
    judge.scores_and_verdicts()
