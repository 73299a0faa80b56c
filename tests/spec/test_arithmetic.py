"""Arithmetic that a stranger wrote: it is worked out in little memory, or refused in a sentence."""

import tracemalloc

import pytest

from attnlab import SpecError
from attnlab.spec.arithmetic import LONGEST, worked_out

VALUES = {"C": 16, "ratio": 4, "scale": 0.5, "gate": "sigmoid"}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2*C*max(1, C//ratio)", 2 * 16 * 4),
        ("C**2 + C if ratio > 2 else 0", 272),
        ("-(C % 5) + int(sqrt(C)) - round(1.4)", 2),
        ("2*C if gate == 'sigmoid' else C", 32),
        ("C * (gate != 'sigmoid') + (ratio if gate < 'tanh' else 1)", 4),
        ("floor(C * scale) ** 2", 64),
        ("10**12 * 10**12", 10**24),
    ],
)
def test_texts_are_compared_and_numbers_reckoned_with(text, value):
    assert worked_out(text, VALUES) == value


@pytest.mark.parametrize(
    "text", ["__import__('os')", "C.real", "[1]", "9**9**9", "1/0", "C(1)", "2*"]
)
def test_what_is_no_arithmetic_is_refused(text):
    with pytest.raises(SpecError):
        worked_out(text, VALUES)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("'a' * 200000000", "cannot be worked out: expected a number, got 'a'"),
        ("len(gate) + 1", "no arithmetic that is understood here"),
        ("gate + gate", "expected a number, got 'sigmoid'"),
        ("'%999999999d' % C", "expected a number"),
        ("max(gate, 'a')", "expected a number"),
        ("int('7')", "expected a number, got '7'"),
        ("-gate", "expected a number"),
        ("gate", "expected a number, got 'sigmoid'"),
        ("(-8) ** 0.5", "expected a number"),
        ("10**12 * 10**12 * 10**12", "a number is too large"),
        ("1e999", "a number is too large"),
        ("(10**12)**16", "a number is too large"),
        ("1" + "0" * 40, "a number is too large"),
        ("C + " * LONGEST + "C", f"arithmetic has at most {LONGEST} characters, got 16385"),
        ("(" * 2000 + "C" + ")" * 2000, "is no arithmetic"),
        ("-" * 4000 + "C", "cannot be worked out|is no arithmetic"),
    ],
)
def test_what_could_fill_the_memory_is_refused(text, message):
    tracemalloc.start()
    try:
        with pytest.raises(SpecError, match=message):
            worked_out(text, VALUES)
        assert tracemalloc.get_traced_memory()[1] < 50 * 2**20
    finally:
        tracemalloc.stop()
