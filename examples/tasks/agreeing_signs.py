"""A task of one's own: the signs of two columns agree, or do not.

Neither column says anything alone, so a network has to bring both together:

    python -m attnlab run --task examples/tasks/agreeing_signs.py --arm none --arm dense
"""

import numpy as np

from attnlab.own_tasks import number, task


@task(
    on="features",
    shape="features",
    classes=2,
    samples="samples",
    truth="the two columns that decide",
    class_names=("they differ", "they agree"),
    parameters={
        "features": number(12, low=4, high=64, help="How many columns each sample has."),
        "samples": number(3_000, low=500, high=20_000, step=500, help="How many are drawn."),
    },
    arms=("none", "dense:depth=1"),
    training={"epochs": 20, "learning_rate": 3e-3},
)
def agreeing_signs(seed, features, samples):
    """Columns of noise; whether the signs of the first two agree is the class."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(samples, features)).astype("float32")
    y = (x[:, 0] * x[:, 1] > 0).astype("int32")
    return {"x": x, "y": y, "truth": np.arange(features) < 2}
