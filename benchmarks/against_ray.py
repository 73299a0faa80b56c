"""The table of eight arms at ten seeds by Ray Tune, a process a trial, beside attnlab.

Each trial imports TensorFlow and trains one run by `model.fit` on one core, two trials at a time,
as Ray Tune does it by itself. Ray is no requirement of attnlab; it is installed for this alone. In
a folder of its own it has to stand behind attnlab's packages on PYTHONPATH: it brings a NumPy and a
pandas of its own, which attnlab would otherwise be measured with.
"""

from __future__ import annotations

import importlib.util
import itertools
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from attnlab import Study
from benchmarks import table
from benchmarks.report import arguments, median, print_table, rounds_of

AT_ONCE = 2
TRIALS, QUICK_TRIALS = 8, 2
INSTALL = 'Ray is missing: pip install "ray[tune]", here or in an environment of its own'
ALONE = "--alone"


def main() -> None:
    """Measure and print; or, for a process of its own, only train by Ray."""
    if ALONE in sys.argv:
        _alone(Study.from_file(Path(sys.argv[1])), int(sys.argv[3]))
        return
    parser = arguments(__doc__, rounds=1, quick=1)
    parser.add_argument("--full", action="store_true", help="every trial, instead of a few")
    options = parser.parse_args()
    if importlib.util.find_spec("ray") is None:
        print(INSTALL, file=sys.stderr)
        sys.exit(2)
    study = table.plan(epochs=4) if options.quick else table.plan()
    trials = study.runs if options.full else QUICK_TRIALS if options.quick else TRIALS
    _report(study, trials, rounds_of(options))


def trial(config: dict[str, Any]) -> dict[str, float]:
    """Train one run; called by Ray in a process of its own."""
    began, run = time.perf_counter(), config["run"]
    from attnlab import Study
    from benchmarks.fit import train

    study = Study.from_text(run["study"])
    accuracy = train(study, study.arms[run["arm"]], run["seed"])
    return {"accuracy": accuracy, "process": os.getpid(), "inside": time.perf_counter() - began}


def _report(study: Study, trials: int, rounds: int) -> None:
    ray, ours = [], []
    for _ in range(rounds):
        ray.append(table.by_program(study, "benchmarks.against_ray", ALONE, str(trials)))
        ours.append(table.by_attnlab(study, start=0.0))
    measured = median([one.whole for one, _ in ray])
    whole = median([one.scaled(study.runs / trials).whole for one, _ in ray])
    own = median([one.whole for one in ours])
    rows = [
        [way, str(study.runs), f"{all_:.1f}", f"{all_ / study.runs:.2f}", f"{whole / all_:.1f}"]
        for way, all_ in (("Ray Tune", whole), ("attnlab run", own))
    ]
    title = f"The table at {len(study.seeds)} seeds, {study.training.epochs} epochs"
    print_table(
        f"{title} (medians of {rounds} round(s))", ["way", "runs", "s", "s a run", "ratio"], rows
    )
    if trials < study.runs:
        print(f"Ray Tune: measured on {trials} trials ({measured:.1f} s), whose part is scaled;")
        print("the rest is starting Python and Ray.")
    inside = median([told["inside"] for _, told in ray])
    print(f"{AT_ONCE} trials at a time, {inside:.1f} s inside each; {trials} trials ran in")
    print(f"{ray[0][1]['processes']:.0f} processes.")


def _alone(study: Study, trials: int) -> None:
    """Train so many runs by Ray Tune, all arms at a seed, then at the next; print their seconds."""
    import ray
    from ray import tune

    with tempfile.TemporaryDirectory() as folder:
        ray.init(
            num_cpus=AT_ONCE,
            include_dashboard=False,
            log_to_driver=False,
            runtime_env={"env_vars": {"PYTHONPATH": os.pathsep.join([str(table.ROOT), *sys.path])}},
        )
        grid = [
            {"study": study.canonical_json(), "arm": arm, "seed": seed}
            for seed, arm in itertools.product(study.seeds, range(len(study.arms)))
        ]
        tuner = tune.Tuner(
            tune.with_resources(trial, {"cpu": 1}),
            param_space={"run": tune.grid_search(grid[:trials])},
            run_config=tune.RunConfig(storage_path=folder, verbose=0),
        )
        began = time.perf_counter()
        results = tuner.fit()
        seconds = time.perf_counter() - began
        ray.shutdown()
    if results.num_errors or len(results) != trials:
        raise RuntimeError(f"{results.num_errors} of {trials} trials failed")
    found = [results[number].metrics or {} for number in range(len(results))]
    inside = median([metrics["inside"] for metrics in found])
    processes = len({metrics["process"] for metrics in found})
    print(json.dumps({"training": seconds, "inside": inside, "processes": processes}))


if __name__ == "__main__":
    main()
