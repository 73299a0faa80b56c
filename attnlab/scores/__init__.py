"""Tables of scores of runs that were trained elsewhere: read, and made one shape.

`reading.read_scores` reads a file or folder, `reading.scores_in` pasted text; `table.ScoreTable` is
what comes of it: an arm, a seed, a task and a number for each run. Every fault is a ScoresError.
"""

from attnlab.scores.errors import ScoresError
from attnlab.scores.table import GivenRun, ScoreOptions, ScoreTable

__all__ = ["GivenRun", "ScoreOptions", "ScoreTable", "ScoresError"]
