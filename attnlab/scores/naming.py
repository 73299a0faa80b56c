"""Which column says what, and which arm and seed the name of a run says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

ARM = (
    *("arm", "model", "method", "variant", "configuration", "config", "algorithm", "algo"),
    *("module", "approach", "system", "architecture", "arch", "condition", "group", "treatment"),
)
SEED = (
    *("seed", "random_seed", "random_state", "fold", "replicate", "replica", "repetition", "rep"),
    *("repeat", "run", "trial", "run_id", "seed_id"),
)
TASK = ("task", "dataset", "data_set", "benchmark", "environment", "env", "corpus", "problem")
METRIC = ("metric", "measure", "metric_name")
VALUE = ("score", "value", "result")
RUN_NAME = ("name", "run_name", "runname", "mlflow.runname", "run name", "display_name")
"""What columns are called that say so; of several the first counts."""

OF_TRACKERS = {
    *("state", "status", "notes", "user", "tags", "created", "runtime", "sweep", "duration"),
    *("start_time", "end_time", "start time", "end time", "run_id", "run id", "experiment_id"),
    *("artifact_uri", "source type", "source name", "version", "group", "job type", "updated"),
    *("hostname", "commit", "_step", "_runtime", "_timestamp", "_wandb", "id", "index", "lr"),
    *("learning_rate", "epochs", "epoch", "batch_size", "step", "project", "gpu type"),
}
"""Columns of trackers' exports that hold no score."""

REFERENCE = ("baseline", "none", "reference", "control", "base", "vanilla", "original", "theirs")
"""What arms that others are compared with are mostly called."""

_PREFIX = re.compile(r"^(params|metrics|tags|config|summary|hparams|parameters)[./]", re.IGNORECASE)
_NAMED = re.compile(
    r"^(?P<arm>.+?)[\s_\-./:=+]*(?:seed|fold|run|rep|trial|version|s)[\s_\-=:]*(?P<seed>\d+)$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^(?P<arm>.*[^\d\s_\-./])[\s_\-./]+(?P<seed>\d+)$")


class RunName(NamedTuple):
    """The arm and the seed that a name says."""

    arm: str
    seed: int


def bare(name: str) -> str:
    """A column's name in small letters, without what a tracker puts before it."""
    return _PREFIX.sub("", name.strip()).lower()


def column_for(names: Iterable[str], known: Sequence[str]) -> str:
    """The column that says it by its name; "" where none does."""
    by_bare: dict[str, str] = {}
    for name in names:
        by_bare.setdefault(bare(name), name)
    return next((by_bare[each] for each in known if each in by_bare), "")


def is_metric_of_tracker(name: str) -> bool:
    """Whether a tracker says that a column is a metric."""
    return name.lower().startswith(("metrics.", "metrics/", "summary.", "summary/"))


def is_setting_of_tracker(name: str) -> bool:
    """Whether a column is a setting or a note of a tracker's, and no score."""
    found = _PREFIX.match(name.strip())
    is_metric = is_metric_of_tracker(name)
    return (found is not None and not is_metric) or bare(name) in OF_TRACKERS


def likely_reference(arms: Sequence[str]) -> str:
    """The arm that others are likely to be compared with, by its name; else the first."""
    by_name = {arm.lower(): arm for arm in reversed(arms)}
    return next((by_name[name] for name in REFERENCE if name in by_name), arms[0])


def run_named(name: str) -> RunName | None:
    """The arm and seed of "baseline-seed0", "baseline_s0", "baseline/3" or "baseline_3"; None where
    a name says no seed."""
    found = _NAMED.match(name.strip()) or _NUMBERED.match(name.strip())
    return RunName(found["arm"].strip(" _-./:="), int(found["seed"])) if found else None


def seeds_named(texts: Sequence[str]) -> dict[str, int]:
    """A number for each text: that which it is, or ends with, where these tell all apart; else
    their places."""
    different = list(dict.fromkeys(texts))
    for pattern in (r"([+-]?\d+)(?:\.0*)?", r".*?(\d+)"):
        found = [re.fullmatch(pattern, text) for text in different]
        numbers = [int(each[1]) for each in found if each is not None]
        if len(numbers) == len(different) == len(set(numbers)) and max(map(abs, numbers)) < 2**53:
            return dict(zip(different, numbers, strict=True))
    return {text: place for place, text in enumerate(different)}
