"""How long it takes to inspect trained runs on 1,000 examples, beside answering them once.

Small networks are trained for an epoch, then inspected in this process, with all tracing and the
drawing of the data. Beside it stands `model.predict` over the same examples, the second time that
it is called, so without its own tracing.

    python -m benchmarks.inspection [--samples N]
"""

from __future__ import annotations

import argparse
import tempfile
import time

import attnlab
from attnlab.inspection.found import RunInspection, Settings
from attnlab.training.runtime import load_tensorflow

load_tensorflow()

from attnlab.inspection.loading import trained  # noqa: E402  # after TensorFlow has its settings
from attnlab.inspection.measuring import inspected  # noqa: E402
from attnlab.tasks import make  # noqa: E402

RUNS = (
    ({"name": "planted-features", "features": 32, "classes": 5}, "dense"),
    ({"name": "planted-steps"}, "attention-pool"),
    ({"name": "planted-steps"}, "self-attention"),
    ({"name": "planted-channels"}, "se:ratio=2"),
)


def main() -> None:
    """Print a line for each run: measures, seconds, and how many predictions those are worth."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--samples", type=int, default=1000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        for task, arm in RUNS:
            result = attnlab.run(
                {"task": task, "arms": [arm], "seeds": 1, "epochs": 1}, home=home, workers="inline"
            )
            print(_line(result, arm, given.samples), flush=True)


def _line(result: attnlab.Result, arm: str, samples: int) -> str:
    seed = result.study.seeds[0]
    began = time.perf_counter()
    *_, found = inspected(str(result.store.home), result.id, arm, seed, *Settings(samples).plain)
    seconds = time.perf_counter() - began
    assert isinstance(found, RunInspection)
    examples = int(found.about["examples"])
    x = make(result.study.task_of(arm), seed).test.x[:examples]
    model = trained(result.store, result.id, arm, seed)
    model.predict(x, verbose=0)
    began = time.perf_counter()
    model.predict(x, verbose=0)
    once = time.perf_counter() - began
    measures = int((found.table["n"] > 0).sum())
    return (
        f"{result.study.task.name} {arm}: {measures} measures of {examples} examples in "
        f"{seconds:.1f} s, {seconds / once:.0f} times model.predict ({1000 * once:.0f} ms)"
    )


if __name__ == "__main__":
    main()
