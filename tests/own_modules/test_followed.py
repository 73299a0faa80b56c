"""What attnlab makes of a module that somebody brought follows its source."""

import numpy as np
import pytest

from attnlab import Study
from attnlab.inspection.worked_steps import worked_here
from attnlab.jobs.sharing import shared_runs
from attnlab.own_modules.library import LIBRARY
from attnlab.spec import ModuleSpec
from attnlab.store import Store
from tests.jobs.test_sharing import recorded

from .conftest import GATE, spoiled

ONES = (np.ones(4, np.float32),)


def numbers():
    return worked_here(ModuleSpec.model_validate("tanh-gate"), ("x",), ONES).steps[-1].value


def test_numbers_through_a_module_are_those_of_the_file_as_it_is(write):
    LIBRARY.bring(write(GATE))
    first = numbers()
    write(spoiled(GATE, ("/ 2", "/ 4")))
    LIBRARY.refresh()
    np.testing.assert_allclose(numbers(), first / 2, rtol=1e-5)


def test_a_layer_that_fails_on_the_way_names_its_line(write):
    faulty = spoiled(GATE, ("scores = (1", "scores = {}['x'] if inputs.shape[0] == 1 else (1"))
    LIBRARY.bring(write(faulty))
    with pytest.raises(ValueError, match=r"mine\.py, line \d+: KeyError"):
        numbers()


def test_no_runs_are_copied_with_code_that_may_import_anything(write, home):
    LIBRARY.bring(write(GATE))
    task = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}

    def of(*arms):
        return Study(task=task, arms=arms, seeds=2, epochs=2)

    store = Store(home)
    recorded(store, of("none", "dense"))
    assert shared_runs(store, of("none", "dense", "uniform")).runs
    recorded(store, of("none", "tanh-gate"))
    assert not shared_runs(store, of("tanh-gate")).runs
    assert not shared_runs(store, of("none", "tanh-gate", "dense")).runs
