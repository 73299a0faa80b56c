"""Traced programs: one serves all arms whose networks differ only in numbers, study after study.

To trace a network takes a second, longer than it often trains. So a process keeps the programs
that were used last.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from attnlab.training.program import Program, State

MOST_KEPT = 24
"""Programs that are kept when a study is over; one of a small network holds some 3 MB."""

MOST_WEIGHTS = 1_000_000
"""Of a program that is kept: what a larger network trains takes longer than to trace it."""


class User(Protocol):
    """Trains by turns in a program; `saved` is its state while another user has the program."""

    key: str
    saved: State | None

    def make_program(self) -> Program:
        """A program such as this user needs."""


class Programs:
    """Lends programs for a turn each; makes as many of a kind as are in use at once.

    May be used from several threads. A program keeps the numbers of its last user until another
    one takes it, so that arms with a program of their own pay nothing.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: dict[str, list[Program]] = {}  # the kind that was used last stands last
        self._last: dict[int, weakref.ref[User]] = {}

    @contextmanager
    def turn(self, user: User) -> Iterator[Program]:
        """Lend a program within this; one in which something goes wrong is lent to nobody again."""
        program = self.take(user)
        try:
            yield program
        except Exception:
            self.drop(program)
            raise
        except GeneratorExit:  # a stop, between two calls
            self.give_back(user, program)
            raise
        self.give_back(user, program)

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
            idle = self._idle.pop(user.key, [])
            self._idle[user.key] = [*idle, program]

    def drop(self, program: Program) -> None:
        """End a turn, and lend this program to nobody again."""
        with self._lock:
            self._last.pop(id(program), None)

    def trim(self, most: int = MOST_KEPT) -> None:
        """A study is over: of the programs that nobody trains in, keep so many, those used last."""
        with self._lock:
            left = most
            for key, idle in reversed(list(self._idle.items())):
                used = [each for each in idle if self._last_user(each) is not None]
                free = [each for each in idle if each not in used]
                kept = [each for each in free if each.weights_held <= MOST_WEIGHTS][:left]
                left -= len(kept)
                for program in free:
                    if program not in kept:
                        self._last.pop(id(program), None)
                if used or kept:
                    self._idle[key] = [*used, *kept]
                else:
                    del self._idle[key]

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


PROGRAMS = Programs()
"""Those of this process."""
