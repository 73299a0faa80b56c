"""A small set of parameters for every task."""

import pytest

from attnlab import TaskSpec
from attnlab.tasks.data import with_fewest_tests

TASKS = {
    "planted-features": {"name": "planted-features", "features": 12, "classes": 4, "samples": 600},
    "planted-features, two classes": {"name": "planted-features", "classes": 2, "samples": 500},
    "tabular": {"name": "tabular"},
    "tabular, three classes": {"name": "tabular", "dataset": "wine"},
    "digits": {"name": "digits"},
    "digits, three classes": {"name": "digits", "classes": 3},
    "planted-channels": {"name": "planted-channels", "samples": 400},
    "planted-channels, two classes": {
        "name": "planted-channels",
        "channels": 6,
        "signal": 3,
        "classes": 2,
        "size": 10,
        "samples": 200,
    },
    "planted-location": {"name": "planted-location", "samples": 400},
    "planted-location, two classes": {
        "name": "planted-location",
        "classes": 2,
        "size": 12,
        "glyph": 4,
        "channels": 3,
        "samples": 200,
    },
    "cluttered-digits": {"name": "cluttered-digits", "samples": 1000},
    "cluttered-digits, two classes": {
        "name": "cluttered-digits",
        "classes": 2,
        "size": 14,
        "fragments": 2,
        "samples": 400,
    },
    "image-folder": {"name": "image-folder"},
    "image-folder, grey": {
        "name": "image-folder",
        "size": 8,
        "colour": False,
        "most": 10,
        "share": 0.3,
    },
    "planted-steps": {"name": "planted-steps", "samples": 600},
    "planted-steps, two classes": {
        "name": "planted-steps",
        "steps": 25,
        "classes": 2,
        "samples": 500,
    },
}
SIZES = {
    "planted-features": (480, 120, (12,), 4),
    "planted-features, two classes": (400, 100, (32,), 2),
    "tabular": (343, 113, (30,), 2),
    "tabular, three classes": (108, 35, (13,), 3),
    "digits": (1079, 359, (8, 8, 1), 10),
    "digits, three classes": (323, 107, (8, 8, 1), 3),
    "planted-channels": (320, 80, (8, 8, 16), 5),
    "planted-channels, two classes": (160, 40, (10, 10, 6), 2),
    "planted-location": (320, 80, (20, 20, 1), 4),
    "planted-location, two classes": (160, 40, (12, 12, 3), 2),
    "cluttered-digits": (800, 200, (20, 20, 1), 5),
    "cluttered-digits, two classes": (320, 80, (14, 14, 1), 2),
    "image-folder": (72, 24, (32, 32, 3), 3),
    "image-folder, grey": (12, 9, (8, 8, 1), 3),
    "planted-steps": (480, 120, (20, 5), 4),
    "planted-steps, two classes": (400, 100, (25, 3), 2),
}


def spec(name):
    """The task, with as many samples for testing as for validation; see `test_fresh_samples`."""
    return with_fewest_tests(TaskSpec.model_validate(TASKS.get(name, name)))


def splits(data):
    return data.train, data.validation, data.test


def arrays(data):
    return [array for split in splits(data) for array in (split.x, split.y)]


every_task = pytest.mark.parametrize("name", TASKS)
