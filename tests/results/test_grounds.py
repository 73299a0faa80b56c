"""How the sentences below a verdict write numbers."""

import math

import pytest

from attnlab.results.grounds import POINTS, Unit


@pytest.mark.parametrize(
    ("unit", "numbers", "text"),
    [
        (POINTS, (0.012, -0.004, 0.028), "+1.2 (−0.4 to +2.8) points"),
        (POINTS, (-0.158, math.nan, math.nan), "−15.8 points"),
        (POINTS, (-0.158, -math.inf, math.inf), "−15.8 points"),
        (POINTS, (0.0, math.nan, math.nan), "0.0 points"),
        (Unit(1.0, "nats"), (0.0123, math.nan, math.nan), "+0.012 nats"),
    ],
)
def test_a_difference_without_an_interval_claims_no_more_decimals_than_one_with(
    unit, numbers, text
):
    assert unit.difference(*numbers) == text
