"""Damaged and hostile data of every kind are used, or refused in a sentence.

The inputs are those of `benchmarks.damaged_data`, which tries thousands of them.
"""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.damaged_data.__main__ import KINDS
from benchmarks.damaged_data.trial import Counts, outcome, tried


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_is_brought_is_used_or_refused(tmp_path_factory, kind, data):
    folder = tmp_path_factory.mktemp("damaged")
    (folder / "inside").mkdir()
    counts = Counts()
    tried(data.draw(KINDS[kind]), folder / "inside", counts)
    assert counts.broken == []
    assert counts.used + counts.refused == 1


def test_a_fault_that_is_no_refusal_counts_as_broken(tmp_path, monkeypatch):
    def fails(path, given):
        raise KeyError("a column")

    monkeypatch.setattr("benchmarks.damaged_data.trial.outcome", fails)
    (tmp_path / "inside").mkdir()
    drawn, counts = next(iter_of(KINDS["hostile-tables"])), Counts()
    tried(drawn, tmp_path / "inside", counts)
    assert "KeyError" in counts.broken[0]


def test_what_is_usual_is_used(tmp_path):
    (tmp_path / "t.csv").write_text("x,y\n" + "1.5,a\n2.5,b\n" * 6)
    assert outcome(tmp_path / "t.csv", {}) == ""
    assert "expected" in outcome(tmp_path / "t.csv", {"label": "z"})


def iter_of(strategy):
    """Values of a strategy, outside a test of hypothesis's."""
    found = []

    @settings(max_examples=1, database=None, suppress_health_check=list(HealthCheck))
    @given(strategy)
    def draw(value):
        found.append(value)

    draw()
    return iter(found)
