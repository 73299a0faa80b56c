"""Whatever stands in a study's text, it is refused in a short sentence, and soon."""

import json

import pytest

from attnlab import SpecError, Study
from attnlab.spec import number_in
from attnlab.spec.reading import MOST_BYTES, MOST_DEPTH

LETTER = "\ua66e"
"""Stands nowhere else: how often it is in a message is how much of the text the message quotes."""

LONG = LETTER * 5_000
PLAN = {"task": "planted-features", "arms": ["none", "dense"], "seeds": 2}

PLACES = {
    "a name": {LONG: 3},
    "a task": {"task": LONG},
    "a task's parameter": {"task": {"name": "planted-features", LONG: 3}},
    "several parameters": {"task": {"name": "digits", **{f"{LONG}{n}": 3 for n in range(50)}}},
    "an arm": {"arms": [LONG]},
    "many arms": {"arms": [f"none@{LONG}={n}" for n in range(9)]},
    "pairs": {"arms": [f"dense:{LONG},{LONG}"]},
    "a pair twice": {"arms": [f"dense:{LONG}=1,{LONG}=1"]},
    "a change": {"arms": [{"module": "none", "set": {LONG: LONG}}]},
    "a label and a change": {"arms": [{"label": LETTER * 80, "module": "none", "set": {LONG: 3}}]},
    "labels": {
        "arms": [{"label": f"{LETTER * 70}{n}", "module": "none"} for n in range(9)],
        "reference": LONG,
    },
    "a reference": {"reference": LONG},
    "a contrast": {"contrasts": [f"{LONG} against {LONG}"]},
    "contrasts": {"contrasts": [{LONG: 1}] * 50},
    "a prediction": {"prediction": {"winner": LONG}},
    "seeds": {"seeds": [LONG]},
    "looks": {"looks": list(range(1000))},
    "a builder": {"build": {"dose": "dense", LONG: [1]}},
    "builders": {"build": {LONG: 1, f"{LONG}2": 2}},
    "a control": {"controls": [LONG]},
    "rates": {"tuning": {"rates": [LONG]}},
    "rates that were chosen": {"tuning": {"chosen": {LONG: 0.1, f"{LONG}2": 0.1}}},
    "a metric": {"metric": LONG},
    "other tasks": {"also_on": [LONG]},
    "nested": {"arms": [{"module": {"name": [[LONG] * 9] * 9}}]},
}


@pytest.mark.parametrize("place", PLACES)
def test_a_message_quotes_little_of_what_was_given(place):
    with pytest.raises(SpecError) as caught:
        Study.from_text(json.dumps({**PLAN, **PLACES[place]}))
    assert str(caught.value).count(LETTER) <= 200
    assert len(str(caught.value)) <= 1_500


ALIASES = "&a [x, x]\n" + "\n".join(f"    k{n}: [*a, *a]" for n in range(3))
YAML = {
    "aliases": (f"task: digits\narms:\n- module: none\n  set:\n    k: {ALIASES}", "repeats a part"),
    "aliases elsewhere": ("task: digits\nbuild: &a {dose: *a}", "line 2 repeats a part"),
    "a word as number": ('task: !!int "abc"', "line 1: 'abc' is no whole number"),
    "a day that is none": ("task: 2024-13-45", "'2024-13-45' is no date"),
    "a number of 5,000 digits": (f"seeds: {'9' * 5_000}", "whole number of at most 100 digits"),
    "another base": (f"seeds: 0x{'f' * 5_000}", "whole number of at most 100 digits"),
    "hours and minutes": (f"seeds: 1{':59' * 5_000}", "whole number of at most 100 digits"),
    "JSON's number": (f'{{"seeds": {"9" * 5_000}}}', "a number has at most 100 digits"),
    "900,000 brackets": ("[" * 900_000, "not nested as deeply"),
    "JSON's brackets": ('{"a":' + "[" * 50 + "]" * 50 + "}", "not nested as deeply"),
    "40,000 keys": ("\n".join(f"k{n}: 1" for n in range(40_000)), "at most 50,000 names"),
    "40,000 keys in JSON": (json.dumps({f"k{n}": 1 for n in range(40_000)}), "at most 50,000"),
    "a mapping as text": ('a: !!map "x"', "expected a mapping"),
    "a switch that is none": ('a: !!bool "x"', "'x' is no true or false"),
    "bytes as text": ("task: \ud800", "no text"),
    "too much": ("a" * (MOST_BYTES + 1), "at most 1 MiB"),
}


@pytest.mark.parametrize("case", YAML)
def test_a_hostile_text_is_refused_in_a_sentence(case):
    text, words = YAML[case]
    with pytest.raises(SpecError, match=words) as caught:
        Study.from_text(text)
    assert len(str(caught.value)) < 300


def test_a_file_is_read_no_further_than_the_limit(tmp_path):
    (tmp_path / "s.yaml").write_bytes(b"#" * (MOST_BYTES + 1))
    for path in (tmp_path / "s.yaml", "/dev/zero"):
        with pytest.raises(SpecError, match="at most 1 MiB"):
            Study.from_file(path)
    with pytest.raises(SpecError, match="cannot read the study file"):
        Study.from_file("a\0b")


def test_what_is_large_and_right_is_read():
    arms = [{"label": f"arm {n}", "module": "none", "set": {"classes": n + 2}} for n in range(24)]
    contrasts = [f"arm {a} against arm {b}" for a in range(24) for b in range(a)]
    plan = Study(task="planted-features", arms=arms, seeds=100, contrasts=contrasts)
    assert Study.from_text(plan.to_yaml()).hash == plan.hash
    assert MOST_DEPTH > 10


def test_a_text_that_is_too_long_for_a_number_is_none():
    assert number_in("9" * 5_000) == "9" * 5_000
    assert number_in("12") == 12
