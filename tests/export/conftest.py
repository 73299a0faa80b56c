"""A study with arms that win, lose and do neither."""

import pytest

from .paper_tables import BETTER, LIKE, NONE, WORSE
from .studies import recorded


@pytest.fixture
def usual(home):
    arms = {"none": NONE, "dense": BETTER, "dense:depth=1": WORSE, "uniform": LIKE}
    return recorded(home, arms, mass={"dense": 0.8, "uniform": 0.125})
