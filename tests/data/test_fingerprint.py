"""The state of a data set: the same wherever it lies, another as soon as anything differs."""

from hypothesis import given
from hypothesis import strategies as st

from attnlab.data.fingerprint import Fingerprint, differences, of_contents

NAMES = st.lists(st.sampled_from("abc"), min_size=1, max_size=3).map("/".join)
SETS = st.dictionaries(NAMES, st.binary(max_size=3), min_size=1, max_size=6)


def state(files):
    return of_contents(files.items())


@given(SETS)
def test_neither_order_nor_the_place_matters(files):
    backwards = of_contents(reversed(files.items()))
    below = state({f"moved/here/{name}": content for name, content in files.items()})
    assert state(files) == backwards == below
    assert state(files).digest == below.digest
    assert differences(state(files), below) == ""
    assert differences(state(files).anonymous(), below) == ""


@given(SETS, SETS)
def test_a_difference_is_told_exactly_where_there_is_one(one, other):
    before, now = state(one), state(other)
    assert (differences(before, now) == "") == (before == now)
    assert (before.digest == now.digest) == (before == now)
    assert (differences(before.anonymous(), now) == "") == (before == now)


@given(SETS)
def test_what_is_kept_is_what_was_there(files):
    assert Fingerprint.unpacked(state(files).packed()) == state(files)


def test_what_differs_is_named():
    before = state({f"x/{number}": b"1" for number in range(5)} | {"y/0": b"1"})
    now = state({f"x/{number}": b"2" for number in range(5)} | {"y/1": b"1"})
    told = "5 files are changed (x/0, x/1, x/2 and 2 more); 1 file is new (y/1); 1 file is missing"
    assert differences(before, now) == f"{told} (y/0)"
    assert differences(before.anonymous(), now) == told  # whose name is not known
