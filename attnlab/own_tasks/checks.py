"""What a task has to keep: each check raises RefusedTaskError with what it saw."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from attnlab.spec import REGISTRY, OwnTask, SpecError, Study, TaskSpec, load
from attnlab.tasks.own_task import check_finite, inputs_of, own_data, rows_of, truth_in, valid_of

SEEDS = (0, 1)
MOST_UNLIKE = 0.05
"""Points by which always saying the commonest class may beat chance before somebody is told."""


class RefusedTaskError(Exception):
    """A promise is not kept; the message says what was seen, and what was expected."""


class TriedTask:
    """A function with its declaration. Raises SpecError where that cannot be used."""

    def __init__(self, draw: Callable[..., Any], own: OwnTask) -> None:
        REGISTRY.brought_tasks.check_free(own.name, REGISTRY.tasks)
        self.draw, self.own, self.entry = draw, own, own.entry
        self._drawn: dict[int, Mapping[str, Any]] = {}
        self.params: Any = self.entry.params()

    @property
    def others(self) -> Iterator[Any]:
        """The parameters of the file with one of them at a bound, or at another option, in turn,
        and all others as they are by default."""
        for name, each in self.own.declared["parameters"].items():
            for value in _ends(each):
                if value != each["default"]:
                    yield self.entry.params(**{name: value})

    def drawn(self, seed: int) -> Mapping[str, Any]:
        """What the function gives with the defaults, drawn once."""
        if seed not in self._drawn:
            self._drawn[seed] = self.given(self.params, seed)
        return self._drawn[seed]

    def given(self, params: Any, seed: int) -> Mapping[str, Any]:
        """What the function gives with these parameters."""
        given = self.draw(seed, **params.arguments)
        if not isinstance(given, Mapping):
            raise RefusedTaskError(
                f'must return a mapping with "x" and "y", it returns {type(given).__name__}'
            )
        return given

    def fits(self, params: Any, given: Mapping[str, Any]) -> Any:
        """Its data; raises RefusedTaskError where that is not as declared with these parameters."""
        try:
            return own_data(lambda seed, **arguments: given, params, SEEDS[0])
        except ValueError as error:
            raise RefusedTaskError(str(error)) from None


def shapes(tried: TriedTask) -> None:
    """The arrays have the shapes and types that are declared."""
    tried.fits(tried.params, tried.drawn(0))


def finite(tried: TriedTask) -> None:
    """No number is missing or infinite."""
    given = tried.drawn(0)
    for name in ("x", "y"):
        if name in given:
            try:
                check_finite(name, np.asarray(given[name]))
            except ValueError as error:
                raise RefusedTaskError(str(error)) from None


def repeats(tried: TriedTask) -> None:
    """The same seed gives the same arrays, whatever was drawn before."""
    again = tried.given(tried.params, SEEDS[0])
    if different := _different(tried.drawn(SEEDS[0]), again):
        raise RefusedTaskError(
            f"gives other numbers in {different} when it is called with seed {SEEDS[0]} again: "
            "draw all of them from numpy.random.default_rng(seed)"
        )


def differs(tried: TriedTask) -> None:
    """Another seed gives other arrays."""
    first, second = (tried.drawn(seed) for seed in SEEDS)
    if not _different(first, second):
        raise RefusedTaskError(
            f"gives the same arrays at the seeds {SEEDS[0]} and {SEEDS[1]}: the seed must decide "
            "about something, if only about the splits"
        )


def _different(first: Mapping[str, Any], second: Mapping[str, Any]) -> str:
    """The first array that is not the same in both; "" if all are."""
    for name in dict.fromkeys([*first, *second]):
        one, other = (np.asarray(each.get(name)) for each in (first, second))
        if not np.array_equal(one, other):
            return str(name)
    return ""


def splits(tried: TriedTask) -> None:
    """Each split has samples, and none has one of another's."""
    given, params = tried.drawn(0), tried.params
    x = inputs_of(given["x"], params.inputs, params.input_shape)
    rows = rows_of(given.get("split"), len(x))
    for name, of in rows.items():
        if not len(of):
            raise RefusedTaskError(f"has no samples for {name}")
    seen: dict[bytes, str] = {}
    shared: dict[str, int] = {}
    for name, of in rows.items():
        for row in x[of]:
            before = seen.setdefault(row.tobytes(), name)
            if before != name:
                both = f"{before} and {name}"
                shared[both] = shared.get(both, 0) + 1
    if shared:
        both, count = max(shared.items(), key=lambda each: each[1])
        raise RefusedTaskError(
            f"has {count} samples in both {both}: a network could know them by heart"
        )


def truth(tried: TriedTask) -> None:
    """The truth is there if it is declared, of the right shape, and marks some and not all."""
    given, declared = tried.drawn(0), tried.own.declared["truth"]
    marked = given.get("truth")
    if marked is None and declared:
        raise RefusedTaskError(f'declares a truth, {declared!r}, and returns no "truth"')
    if marked is None:
        return
    if not declared:
        raise RefusedTaskError(
            'returns a "truth" and does not declare it: say what it is called, as in '
            'truth="the planted column"'
        )
    params = tried.params
    x = inputs_of(given["x"], params.inputs, params.input_shape)
    mask = truth_in(marked, x, params.inputs, np.arange(len(x)))
    if mask.all() or not mask.any():
        raise RefusedTaskError(f"marks {'everything' if mask.any() else 'nothing'} as its truth")
    valid = valid_of(given.get("valid"), x, params.inputs)
    if valid is not None and (mask & ~valid).any():
        raise RefusedTaskError("marks steps that are padding as its truth")


def counts(tried: TriedTask) -> None:
    """There are as many samples as it says, at most."""
    _check_count(tried.params, tried.drawn(0))


def _check_count(params: Any, given: Mapping[str, Any]) -> None:
    count = len(np.asarray(given["y"]))
    if count > params.all_samples:
        raise RefusedTaskError(
            f"has {count:,} samples, and samples={params.own.declared['samples']!r} says "
            f"{params.all_samples:,}"
        )


def settings(tried: TriedTask) -> Iterator[str]:
    """It is as declared with every parameter at its bounds; yields with which, one after another,
    as each takes a while."""
    for params in tried.others:
        told = ", ".join(
            f"{name}={value}"
            for name, value in params.arguments.items()
            if value != getattr(tried.params, name)
        )
        yield f"with {told}"
        try:
            given = tried.given(params, SEEDS[0])
            tried.fits(params, given)
            _check_count(params, given)
        except (RefusedTaskError, SpecError) as error:
            raise RefusedTaskError(f"with {told}: {error}") from None


def network(tried: TriedTask) -> None:
    """The networks of its first experiment take the data."""
    REGISTRY.keep(tried.own)
    spec = TaskSpec.model_validate({"name": tried.own.name, **tried.params.model_dump()})
    study = Study(task=spec, arms=list(tried.entry.arms), seeds=1)
    data = tried.fits(tried.params, tried.drawn(0))
    x = data.validation.x if isinstance(data.validation.x, tuple) else (data.validation.x,)
    build: Any = load("attnlab.backbones:build")
    for arm in study.arms:
        few = [each[:2] for each in x]
        answers = build(spec, arm.module).model(few if len(few) > 1 else few[0])
        if not np.isfinite(np.asarray(answers)).all():
            raise RefusedTaskError(f"makes the network with {arm.label} give no numbers")


def guessing(tried: TriedTask) -> str:
    """What is worth knowing of how its classes are shared out."""
    if not tried.params.answers:
        return ""
    data = tried.fits(tried.params, tried.drawn(0))
    shares = np.bincount(data.validation.y, minlength=data.classes) / len(data.validation.y)
    if shares.max() > tried.params.guessing + MOST_UNLIKE:
        return (
            f"always saying class {shares.argmax()} is right in {shares.max():.0%} of the "
            f"validation samples, and chance says {tried.params.guessing:.0%}"
        )
    return ""


def every_class(tried: TriedTask) -> str:
    """Which classes nothing is trained on."""
    if not tried.params.answers:
        return ""
    data = tried.fits(tried.params, tried.drawn(0))
    missing = np.flatnonzero(np.bincount(data.train.y, minlength=data.classes) == 0)
    return f"no training sample is of class {missing[0]}" if len(missing) else ""


CHECKS: Sequence[tuple[str, Callable[[TriedTask], Iterator[str] | None]]] = (
    ("gives finite numbers", finite),
    ("gives arrays of the shapes it declares", shapes),
    ("gives the same arrays at the same seed", repeats),
    ("gives others at another seed", differs),
    ("keeps its splits apart", splits),
    ("has the truth it declares", truth),
    ("has as many samples as it says", counts),
    ("keeps to that with every setting", settings),
    ("fits its network", network),
)
"""Each promise, in words, and its check, which may say what it does next."""

NOTES: Sequence[tuple[str, Callable[[TriedTask], str]]] = (
    ("trains on every class", every_class),
    ("says what guessing scores", guessing),
)
"""What is told and refuses nothing."""


def _ends(declared: Mapping[str, Any]) -> list[Any]:
    if declared["kind"] == "choice":
        return list(declared["options"])
    if declared["kind"] == "switch":
        return [True, False]
    return [declared["low"], declared["high"]]
