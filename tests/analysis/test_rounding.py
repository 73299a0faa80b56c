"""Numbers in words: as many digits as the interval supports."""

import pytest

from attnlab.analysis.rounding import (
    MISSING,
    difference_text,
    epochs_text,
    figures_text,
    level_text,
    mean_text,
    number_text,
    p_text,
    percent_text,
    points_text,
    samples_text,
    share_text,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("mean", "half", "n", "text"),
    [
        (0.35123, 0.0281, 10, "0.351 ± 0.028"),
        (0.35123, 0.281, 2, "0.35 ± 0.28"),
        (0.4, 1.3, 2, "0.4 ± 1.3"),
        (123.4, 56.7, 3, "123 ± 57"),
        (0.35123, 0.00281, 10, "0.3512 ± 0.0028"),
        (0.35123, 0.0000281, 10, "0.3512 ± less than 0.0001"),
        (0.9512, NAN, 1, "0.951 (n = 1)"),
        (1.0, 0.0, 10, "1.000 ± 0"),
        (1.0, 1e-17, 10, "1.000 ± 0"),
        (NAN, NAN, 0, "–"),
    ],
)
def test_a_mean_is_rounded_to_its_interval(mean, half, n, text):
    assert mean_text(mean, half, n) == text


@pytest.mark.parametrize(
    ("mean", "half", "n", "text"),
    [
        (0.35123, 0.0281, 10, "35.1 ± 2.8 %"),
        (0.35123, 0.281, 2, "35 ± 28 %"),
        (0.951, NAN, 1, "95.1 % (n = 1)"),
        (1.0, 0.0, 4, "100.0 % ± 0"),
        (NAN, NAN, 0, "–"),
    ],
)
def test_a_share_is_given_in_percent(mean, half, n, text):
    assert percent_text(mean, half, n) == text


@pytest.mark.parametrize(
    ("mean", "low", "high", "text"),
    [
        (0.012, -0.004, 0.028, "+0.012 (−0.004 to +0.028)"),
        (-0.0521, -0.0801, -0.0241, "−0.052 (−0.080 to −0.024)"),
        (0.0, 0.0, 0.0, "0.000 (0.000 to 0.000)"),
        (-1e-17, -0.02, 0.02, "0.000 (−0.020 to +0.020)"),
        (0.012, NAN, NAN, "+0.012"),
        (NAN, NAN, NAN, "–"),
    ],
)
def test_a_difference_carries_its_sign_and_interval(mean, low, high, text):
    assert difference_text(mean, low, high) == text


def test_rounding_never_moves_an_end_onto_zero():
    assert difference_text(0.0201, 0.0003, 0.0399) == "+0.0201 (+0.0003 to +0.0399)"


def test_a_share_of_seeds_is_counted():
    assert share_text(0.8, 10) == "8 of 10"
    assert share_text(2 / 3, 3) == "2 of 3"
    assert share_text(0.03125, 10) == "0.3 of 10"
    assert share_text(NAN, 0) == "–"


def test_epochs_are_given_with_their_range():
    assert epochs_text(7.25, 5, 9) == "7.2 (5–9)"
    assert epochs_text(8.0, 8, 8) == "8"
    assert epochs_text(NAN, NAN, NAN) == "–"


def test_a_chance_level_is_given_in_percent_and_several_from_the_lowest_to_the_highest():
    assert level_text([1 / 3]) == "33.3 %"
    assert level_text([0.2, 0.2]) == "20 %"
    assert level_text([0.2, 0.01, 0.5]) == "1–50 %"
    assert level_text([NAN, 0.5]) == "50 %"
    assert level_text([NAN]) == MISSING


@pytest.mark.parametrize(
    ("mean", "low", "high", "text"),
    [
        (0.0123, -0.0042, 0.0281, "+1.2 (−0.4 to +2.8)"),
        (0.337, NAN, NAN, "+33.7"),
        (0.0, 0.0, 0.0, "0.0"),
        (NAN, NAN, NAN, "–"),
    ],
)
def test_a_difference_of_shares_is_given_in_percentage_points(mean, low, high, text):
    assert points_text(mean, low, high) == text


def test_a_share_of_samples_has_its_interval_where_there_is_one():
    assert samples_text(0.973, 0.0123) == "97.3 ± 1.2 %"
    assert samples_text(0.973, NAN) == "97.3 %"
    assert samples_text(1.0, 0.0) == "100.0 %"
    assert samples_text(NAN, NAN) == "–"


def test_levels_are_numbers_from_the_lowest_to_the_highest():
    assert number_text([0.03456]) == "0.0346"
    assert number_text([0.5, 0.02, 0.1]) == "0.02–0.5"


@pytest.mark.parametrize(
    ("p", "text"),
    [
        (0.01171875, "p = 0.012"),
        (0.0001, "p = 0.0001"),
        (2**-19, "p < 0.0001"),
        (1.0, "p = 1"),
        (0.05, "p = 0.05"),
        (0.0499, "p = 0.0499"),
        (0.05004, "p = 0.05004"),
        (NAN, "p = –"),
    ],
)
def test_p_is_rounded_but_never_onto_its_level(p, text):
    assert p_text(p) == text


@pytest.mark.parametrize(
    ("value", "figures", "text"),
    [
        (430.4, 2, "430"),
        (999.6, 3, "1,000"),
        (12345.6, 3, "12,346"),
        (-2500, 2, "-2,500"),
        (0.0123456, 3, "0.0123"),
        (7.0, 3, "7"),
        (3e-7, 3, "3e-07"),
        (2.5e12, 3, "2.5e+12"),
        (NAN, 3, "nan"),
    ],
)
def test_a_number_has_no_power_of_ten_where_people_write_none(value, figures, text):
    assert figures_text(value, figures) == text
