"""`activations` writes what a layer gives, and lists the layers."""

import io

import numpy as np
import pandas as pd
import pytest

from attnlab.api import open as open_study
from attnlab.export import layer_outputs

RUN = ("--arm", "dense", "--seed", 1)


def expected(at_trained, **how):
    result = open_study(at_trained.id, home=at_trained.home)
    return result.activations("dense", 1, **{"layer": "hidden", **how})


def test_an_array_is_written_to_a_file(attnlab, at_trained, tmp_path):
    path = tmp_path / "hidden.npz"
    done = attnlab("activations", at_trained.id, *RUN, "--layer", "hidden", "-o", path)
    assert (done.code, done.out) == (0, "")
    assert "hidden of dense, seed 1: 64 samples of 64" in done.err
    with np.load(path) as arrays:
        assert arrays.files == ["activations"]
        np.testing.assert_array_equal(arrays["activations"], expected(at_trained))


def test_csv_has_a_row_per_sample_and_position(attnlab, at_trained, tmp_path):
    given = ("activations", at_trained.id[:5], *RUN, "--layer", "hidden", "--samples", 3)
    printed = attnlab(*given)
    assert attnlab(*given, "-o", tmp_path / "hidden.csv").code == printed.code == 0
    assert (tmp_path / "hidden.csv").read_text() == printed.out
    table = pd.read_csv(io.StringIO(printed.out))
    assert list(table.columns) == ["sample", "index", "value"]
    values = table.pivot(index="sample", columns="index", values="value").to_numpy()
    np.testing.assert_allclose(values, expected(at_trained, samples=3), rtol=1e-5)


def test_the_layers_are_listed_with_what_they_give(attnlab, at_trained):
    done = attnlab("activations", at_trained.id, "--arm", "dense", "--list")
    assert done.code == 0
    rows = [line.split() for line in done.out.splitlines()[1:]]
    assert ["attention", "DenseAttention", "8"] in rows
    assert ["logits", "Dense", "3"] in rows
    named = [name for name, *_ in rows]
    assert "attention" in named
    assert any(name.startswith("attention/") for name in named)


def test_without_a_seed_it_is_the_study_s_first(attnlab, at_trained):
    given = ("activations", at_trained.id, "--arm", "dense", "--layer", "logits", "--samples", 2)
    assert attnlab(*given).out == attnlab(*given, "--seed", 0).out
    assert attnlab(*given).out != attnlab(*given, "--seed", 1).out


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--arm", "dense", "--layer", "hiden"), "did you mean 'hidden'"),
        (("--arm", "se", "--layer", "hidden"), "unknown arm 'se'"),
        (("--arm", "dense", "--layer", "hidden", "--seed", 9), "no seed 9"),
        (("--arm", "dense", "--layer", "hidden", "--samples", 0), "samples must be"),
        (("--arm", "dense", "--layer", "hidden", "--samples", "x"), "invalid int value"),
        (("--arm", "dense", "--layer", "hidden", "-o", "a.txt"), "written as .csv or .npz"),
        (("--arm", "dense", "--layer", "hidden", "-o", "nowhere/a.csv"), "nowhere"),
        (("--arm", "dense"), "one of the arguments --layer --list is required"),
        (("--arm", "dense", "--layer", "hidden", "--list"), "not allowed with"),
        (("--layer", "hidden"), "--arm"),
    ],
)
def test_bad_input_gives_two_and_one_line(attnlab, at_trained, given, words):
    done = attnlab("activations", at_trained.id, *given)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert len(done.err.splitlines()) == 1


def test_an_unknown_study_gives_two(attnlab, at_trained):
    done = attnlab("activations", "nothere", *RUN, "--layer", "hidden")
    assert (done.code, "nothere" in done.err) == (2, True)


def test_the_help_says_how_many_samples_there_are_by_default(attnlab):
    text = " ".join(attnlab("activations", "--help").out.split())
    assert f"default: {layer_outputs.SAMPLES}" in text
