"""A process keeps traced programs from one study to the next."""

import gc

import pytest

from attnlab import Study
from attnlab.training import EpochEnd, RunEnd
from attnlab.training.engine import train
from attnlab.training.program import Program
from attnlab.training.programs import MOST_KEPT, Programs
from tests.training.conftest import SMALL


class User:
    """Somebody who trains in a program, which is only told apart from others."""

    saved = None

    def __init__(self, key="a", weights=10):
        self.key = key
        self.weights = weights

    def make_program(self):
        return Held(self.weights)


class Held:
    """A program as `Programs` sees it."""

    def __init__(self, weights):
        self.weights_held = weights
        self.numbers = "of nobody"

    def state(self):
        return [self.numbers]

    def restore(self, state):
        (self.numbers,) = state


def used(programs, user):
    """The program that a user had for a turn."""
    program = programs.take(user)
    program.numbers = f"of {id(user)}"
    programs.give_back(user, program)
    return program


@pytest.fixture
def programs():
    return Programs()


def test_a_study_takes_the_program_of_the_one_before(programs):
    first = used(programs, User())
    programs.trim()
    assert used(programs, User()) is first


def test_the_programs_used_last_are_kept(programs):
    made = [used(programs, User(str(number))) for number in range(MOST_KEPT + 2)]
    assert used(programs, User("1")) is made[1]
    programs.trim()
    assert used(programs, User("1")) is made[1]
    assert used(programs, User("0")) is not made[0]
    assert used(programs, User("2")) is not made[2]
    assert used(programs, User("3")) is made[3]


def test_a_large_program_is_let_go(programs):
    large = used(programs, User(weights=2_000_000))
    programs.trim()
    assert used(programs, User(weights=2_000_000)) is not large


def test_a_study_that_ends_leaves_the_programs_of_others(programs):
    user = User(weights=2_000_000)
    program = used(programs, user)
    numbers = program.numbers
    programs.trim(0)
    assert programs.take(user) is program
    assert program.numbers == numbers


def test_a_program_that_failed_is_lent_to_nobody_again(programs):
    user = User()
    program = programs.take(user)
    programs.drop(program)
    assert programs.take(user) is not program


def test_a_second_study_traces_nothing_and_has_the_same_numbers(monkeypatch):
    traced, steps = [], Program._train_steps

    def counted(self, *args):
        traced.append(self)
        return steps(self, *args)

    monkeypatch.setattr(Program, "_train_steps", counted)

    def numbers(programs):
        study = Study(task=SMALL, arms=["dense"], seeds=2, epochs=2)
        events = train(
            study.arms[0], study.seeds, task=study.task, training=study.training, programs=programs
        )
        return [
            (event.val_loss, [each.weights.tolist() for each in event.traces])
            if isinstance(event, EpochEnd)
            else (event.tested, event.predictions.tolist())
            for event in events
            if isinstance(event, EpochEnd | RunEnd)
        ]

    kept = Programs()
    first = numbers(kept)
    kept.trim()
    gc.collect()
    assert numbers(kept) == first
    assert len(traced) == 1


def test_a_training_that_fails_lets_its_program_go(monkeypatch):
    kept = Programs()
    study = Study(task=SMALL, arms=["dense"], seeds=1, epochs=1)

    def failing(self, *args):
        raise RuntimeError("no kernel")

    def train_it():
        task, training = study.task, study.training
        return list(train(study.arms[0], (0,), task=task, training=training, programs=kept))

    with monkeypatch.context() as patch:
        patch.setattr(Program, "_train_steps", failing)
        with pytest.raises(RuntimeError, match="no kernel"):
            train_it()
    assert any(isinstance(event, RunEnd) for event in train_it())
