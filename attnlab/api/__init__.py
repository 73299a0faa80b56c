"""The Python surface: train a study, and read what it gave as DataFrames.

All of it is in `attnlab` itself:

    >>> import attnlab
    >>> task = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}
    >>> study = attnlab.Study(task=task, arms=["none", "dense"], seeds=2, epochs=1)
    >>> result = attnlab.run(study)
    >>> result.status
    'finished'
    >>> result.scores()[["arm", "seed"]].values.tolist()
    [['none', 0], ['none', 1], ['dense', 0], ['dense', 1]]
    >>> [arm.label for arm in result.judgement().compared]
    ['dense']
    >>> result.layers("dense", 0)
    ['attention', 'attention/score', 'hidden', 'logits']

It is kept, and found again by its id or the beginning of it:

    >>> attnlab.open(result.id[:4]).study == study
    True
"""

from attnlab.api.calls import activations, open, replay, run
from attnlab.api.own_data import own
from attnlab.api.own_modules import bring
from attnlab.api.result import Result

__all__ = ["Result", "activations", "bring", "open", "own", "replay", "run"]
