"""A strip of seeds by positions below a mean: it shows when few of the seeds look there."""

import pandas as pd

from attnlab.charts import attention_rows
from attnlab.charts.palette import ARMS, TRUTH
from tests.charts.attention import DENSE, HEADS, STUDY, heads, trace


def panels(*runs, study=STUDY):
    [row] = attention_rows(pd.concat(runs), study)
    return row.panels


def test_the_mean_is_largest_where_one_seed_of_four_looks():
    runs = [[0.0, 0.9, 0.1, 0.0], [0.7, 0.2, 0.1, 0.0], [0.0, 0.2, 0.7, 0.1], [0.1, 0.2, 0.0, 0.7]]
    [panel] = panels(*(trace("dense", seed, weights) for seed, weights in enumerate(runs)))
    assert panel.positions["weight"].idxmax() == 1
    peaks = panel.strip_tables["peaks"]
    assert peaks["planted"].tolist() == [True, False, False, False]
    assert panel.found == "Largest on the planted column in 1 of 4 seeds"


def test_a_seed_has_a_row_in_the_colours_of_its_bars():
    [panel] = panels(DENSE)
    cells = panel.strip_tables["cells"]
    assert sorted(cells["seed"].unique()) == [0, 1]
    assert len(cells) == 2 * 4
    assert set(cells.loc[cells["planted"], "colour"]) == {TRUTH}
    assert set(cells.loc[~cells["planted"], "colour"]) == {ARMS[0]}


def test_both_stand_on_the_same_axes():
    [panel] = panels(DENSE)
    bars, strip = panel.spec(), panel.strip_spec()
    for spec in (bars, strip):
        assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [-0.5, 3.5]
    extents = [spec["layer"][0]["encoding"]["y"]["axis"]["minExtent"] for spec in (bars, strip)]
    assert extents[0] == extents[1]
    opacity = strip["layer"][0]["encoding"]["opacity"]["scale"]
    assert opacity["domain"] == list(panel.look.domain)


def test_one_seed_and_several_heads_have_no_strip():
    two_heads = [[0.1, 0.7, 0.1, 0.1], [0.7, 0.1, 0.1, 0.1]]
    several = panels(heads(two_heads), heads(two_heads, seed=1), study=HEADS)
    for panel in (*panels(DENSE[DENSE["seed"] == 0]), *several):
        assert panel.strip_spec() is None
        assert panel.found == ""
