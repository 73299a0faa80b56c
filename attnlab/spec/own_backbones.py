"""A network that somebody brings: what its decorator declares, and its name in a plan.

A plan names it with the hash of its source, "tiny-net#0123456789abcdef", so that another text is
another plan. The name carries the source to whoever trains it, as those of own modules are carried
by their parameters.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, ClassVar

from attnlab.spec.entries import Slot, load
from attnlab.spec.own import Own, check_name
from attnlab.spec.parameters import Parameters, SpecError

BACKBONE = "backbone"
"""The parameter of a task that names its network, and the kind of these declarations."""

BUILT_IN = "built-in"
"""The network of a task that has no other one of attnlab's."""

_KEY = "backbone:"
_DECLARED = (
    *("title", "summary", "function", "fits", "takes", "needs"),
    *("slots", "tried", "stacks"),
)

ANY_INPUTS = "any_inputs"
"""What a declaration calls that the sizes at its slots are the same for inputs of other shapes."""

_NOT_OF_INPUTS = frozenset({BACKBONE, "slots", "samples", "test_samples"})
"""Parameters of the tasks below that neither inputs nor networks depend on."""

TRIED: Mapping[Slot, str] = {
    "features": "planted-features",
    "image": "cluttered-digits:size=32",
    "steps": "planted-steps",
}
"""The tasks on which a network is tried, by what its slots take."""


class OwnBackbone(Own):
    """A network of somebody's file: the source, and what is known of it, as JSON.

    `declared` has its name, title and summary, the function, what it fits, which parameters of the
    task it takes, the channels or features at its slots with those as they are by default, whether
    inputs of another shape leave them so, and whether several seeds can train in one program.
    """

    what: ClassVar[str] = "network"

    @property
    def title(self) -> str:
        """What people read."""
        return str(self.declared["title"])

    @property
    def key(self) -> tuple[str, str]:
        """What it is kept under: its name, told from a module's, and the hash of its source."""
        return keyed(self.name), self.source.digest

    @cached_property
    def entry(self) -> BackboneName:
        """Its name, once the declaration is looked at. Raises SpecError where it is not one."""
        self.check()
        return self.spelled

    @property
    def spelled(self) -> BackboneName:
        """Its name with the hash of its source, as a plan has it."""
        return BackboneName.of(self)

    @property
    def fits(self) -> Slot:
        """What its slots take."""
        fits: Slot = self.declared["fits"]
        return fits

    @property
    def takes(self) -> tuple[str, ...]:
        """The parameters of a task that it is built with."""
        return tuple(self.declared["takes"])

    @property
    def needs(self) -> tuple[str, ...]:
        """Those among them that the function has no default for."""
        return tuple(self.declared["needs"])

    @property
    def stacks(self) -> bool:
        """Whether several seeds can train in one program."""
        return bool(self.declared["stacks"])

    @property
    def function(self) -> str:
        """The import path of the function that builds it."""
        return f"{self.source.provide().module}:{self.declared['function']}"

    def slot_sizes(self, task: str, params: Parameters) -> tuple[int, ...]:
        """The channels or features at each slot for the task of this name; empty where only the
        built network tells, as its parameters or inputs are not those it was tried with."""
        tried: Mapping[str, Any] = self.declared["tried"]
        same = all(getattr(params, name, value) == value for name, value in tried.items())
        if not same or not (self.declared.get(ANY_INPUTS) or self._is_trial(task, params)):
            return ()
        return tuple(self.declared["slots"])

    def _is_trial(self, task: str, params: Parameters) -> bool:
        """Whether the inputs have the shape of those that it was tried with."""
        trial = load("attnlab.spec:TaskSpec").model_validate(TRIED[self.fits])
        of_inputs = set(type(trial.params).model_fields) - _NOT_OF_INPUTS - set(self.takes)
        return task == trial.name and all(
            getattr(params, name) == getattr(trial.params, name) for name in of_inputs
        )

    def check(self) -> None:
        """Raise SpecError for a name that cannot be typed, or a declaration that is not whole."""
        check_name(self.name, "tiny-net")
        missing = [each for each in _DECLARED if each not in self.declared]
        if missing or self.declared["fits"] not in TRIED:
            raise SpecError(
                f"the declaration of {self.name} is not whole: {', '.join(missing) or 'fits'}"
            )


class BackboneName(str):
    """The name of a network in a plan; `own` is somebody's, None for one of attnlab's."""

    own: OwnBackbone | None = None

    @classmethod
    def of(cls, own: OwnBackbone) -> BackboneName:
        """The name of somebody's network, with the hash of its source."""
        made = cls(f"{own.name}#{own.source.digest}")
        made.own = own
        return made

    @property
    def told(self) -> str:
        """What people read: the name without the hash of its source."""
        return str(self) if self.own is None else self.own.name

    def __reduce__(self) -> tuple[Any, ...]:
        if self.own is None:
            return BackboneName, (str(self),)
        return load("attnlab.spec.registry:named_backbone"), (self.own,)


def keyed(name: str) -> str:
    """The name of a network as it is kept, which no module has."""
    return f"{_KEY}{name}"


def is_own_backbone(declared: Mapping[str, Any]) -> bool:
    """Whether a declaration is that of a network rather than of a module."""
    return declared.get("kind") == BACKBONE


def own_backbone(params: Any) -> OwnBackbone | None:
    """Somebody's network among the parameters of a task; None for attnlab's."""
    return getattr(getattr(params, BACKBONE, None), "own", None)
