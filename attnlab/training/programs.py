"""The traced programs of a study: one serves all arms whose networks differ only in numbers."""

from __future__ import annotations

import json
import threading
import weakref
from typing import Any, Protocol

from attnlab.backbones import Network
from attnlab.spec import Training
from attnlab.training.dropout_rates import without_rates
from attnlab.training.feeding import ARRAYS, ArrayFeed
from attnlab.training.objective import Objective
from attnlab.training.program import Program, State


class User(Protocol):
    """Trains by turns in a program; `saved` is its state while another user has the program."""

    key: str
    saved: State | None

    def make_program(self) -> Program:
        """A program such as this user needs."""


def sharing_key(
    network: Network,
    training: Training,
    objective: Objective,
    seats: int,
    feed: ArrayFeed = ARRAYS,
) -> str:
    """Programs with the same key compute the same, except for learning and dropout rates."""
    numbers = ("epochs", "learning_rate", "step_epochs", "patience", "module_stream")
    kept = {
        "network": _named_by_place(without_rates(network.full.get_config())),
        "training": training.model_dump(exclude=set(numbers)),
        "objective": objective.key,
        "seats": seats,
        "feed": feed.key,
        "rates": sorted(network.rates.items()),
    }
    return json.dumps(kept, sort_keys=True, default=str)


def _named_by_place(config: dict[str, Any]) -> dict[str, Any]:
    """A network's config in which every layer is called by its place, wherever it is named.

    Keras numbers operations without a name through the life of the process (`not_equal_2`), so that
    no two networks with a mask would be the same.
    """
    places = {layer["name"]: f"layer {place}" for place, layer in enumerate(config["layers"])}

    def renamed(part: Any) -> Any:
        match part:
            case str():
                return places.get(part, part)
            case dict():
                return {name: renamed(each) for name, each in part.items()}
            case list() | tuple():
                return [renamed(each) for each in part]
            case _:
                return part

    return {name: renamed(part) for name, part in config.items()}


class Programs:
    """Lends programs for a turn each; makes as many of a kind as are in use at once.

    May be used from several threads. A program keeps the numbers of its last user until another
    one takes it, so that arms with a program of their own pay nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[Program]] = {}
        self._last: dict[int, weakref.ref[User]] = {}

    def take(self, user: User) -> Program:
        """A program with the user's numbers in it, for this user alone until it is given back."""
        with self._lock:
            idle = self._idle.setdefault(user.key, [])
            if idle:
                program = next((each for each in idle if self._last_user(each) is user), idle[0])
                idle.remove(program)
                self._hand_over(program, user)
                return program
        program = user.make_program()
        with self._lock:
            self._hand_over(program, user)
        return program

    def give_back(self, user: User, program: Program) -> None:
        """End the user's turn."""
        with self._lock:
            self._idle[user.key].append(program)

    def _hand_over(self, program: Program, user: User) -> None:
        last = self._last_user(program)
        if last is user:
            return
        if last is not None:
            last.saved = program.state()
        if user.saved is not None:
            program.restore(user.saved)
            user.saved = None
        self._last[id(program)] = weakref.ref(user)

    def _last_user(self, program: Program) -> User | None:
        reference = self._last.get(id(program))
        return reference() if reference else None
