"""Pairs of texts and series from the command line: inspected, and refused in a line."""

import json

import numpy as np
import pytest

from tests.data.pairs.samples import PO, drawn
from tests.data.series import samples as series
from tests.data.tables.tables import written

KEYS = {"kind", "classes", "splits", "columns", "left_out", "warnings"}


def test_pairs_are_inspected(attnlab, tmp_path):
    done = attnlab("data", "inspect", written(tmp_path / "p.tsv", drawn(40)), "--json")
    assert done.code == 0
    told = json.loads(done.out)
    assert told.keys() >= KEYS
    assert (told["task"], told["kind"], told["samples"]) == ("own-pairs", "pairs", 40)
    path = written(tmp_path / "fr.po", PO)
    refused = attnlab("data", "inspect", path)
    assert (refused.code, refused.out, refused.err.count("\n")) == (2, "", 1)
    assert "expected at least 10 pairs" in refused.err


def test_series_are_inspected(attnlab, tmp_path):
    path = written(tmp_path / "s.csv", series.drawn())
    done = attnlab("data", "inspect", path, "--leave-out", "day", "--set", "truth=matters")
    assert done.code == 0
    assert "24 series of 2 classes" in done.out
    assert "a missing value takes" in done.out
    np.savez(tmp_path / "s.npz", **series.arrays())
    told = json.loads(attnlab("data", "inspect", tmp_path / "s.npz", "--json").out)
    assert (told["task"], told["kind"], told["classes"]) == ("own-series", "series", ["0", "1"])


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--set", "truth=height"), "expected 0 and 1 in the column height"),
        (("--set", "series=person"), "series: expected a column"),
        (("--task", "own-pairs", "--set", "source=who"), "source: expected a column"),
    ],
)
def test_what_can_not_be_used_is_told_in_a_line(attnlab, tmp_path, arguments, told):
    path = written(tmp_path / "s.csv", series.drawn())
    done = attnlab("data", "inspect", path, *arguments)
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert told in done.err
