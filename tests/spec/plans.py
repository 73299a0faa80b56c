"""Plans drawn at random, from every task and module, for what must hold of all of them."""

from typing import Literal, get_args, get_origin

from attnlab import Study, Training
from attnlab.spec import REGISTRY, ControlParameters, Judging, SpecError, fits
from attnlab.spec.components import ModuleSpec, TaskSpec


def drawn(random):
    """A plan with some settings of everything changed; `random` is a `random.Random`."""
    while True:
        try:
            return _drawn(random)
        except SpecError:  # some values do not go together
            continue


def _drawn(random):
    task = TaskSpec.model_validate(_named(random, random.choice([*REGISTRY.tasks.values()])))
    modules = [_module(random) for _ in range(6)]
    arms = ["none", *({"module": each} for each in modules if fits(task, each))]
    if random.random() < 0.5:
        arms.append({"module": "none", "set": _changed(random, Training, leave="epochs")})
    return Study(
        task=task,
        arms=arms,
        seeds=random.choice([3, [0, 1, 2], [4, 2]]),
        training=_changed(random, Training),
        judging=_changed(random, Judging, leave="metric"),
    )


def _module(random):
    entry = random.choice([*REGISTRY.modules.values()])
    if issubclass(entry.params, ControlParameters):
        taken = [each for each in REGISTRY.modules.values() if entry.params.takes(each)]
        of = _named(random, random.choice(taken))
        return ModuleSpec.model_validate({"name": entry.name, "of": of})
    return ModuleSpec.model_validate(_named(random, entry))


def _named(random, entry):
    return {"name": entry.name, **_changed(random, entry.params)}


def _changed(random, model, leave=""):
    """Values for some of the settings, now and then the default."""
    values = {}
    for name, field in model.model_fields.items():
        if name != leave and random.random() < 0.4:
            values[name] = field.default if random.random() < 0.3 else _value(random, field)
    return values


def _value(random, field):
    if get_origin(field.annotation) is Literal:
        return random.choice(get_args(field.annotation))
    if field.annotation is bool:
        return random.random() < 0.5
    if field.annotation is str:
        return field.default
    low, high = (
        next(getattr(each, end) for each in field.metadata if hasattr(each, end))
        for end in ("ge", "le")
    )
    return random.randint(low, high) if field.annotation is int else random.uniform(low, high)


def plan(**changes):
    return Study(**{"task": "planted-features", "arms": ["none"], **changes})
