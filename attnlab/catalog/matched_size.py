"""How large the plain layers are that control for the size of a module."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class HiddenSize:
    """The width of the hidden layer (0: there is none), whether layers have biases, and how many
    parameters that makes."""

    hidden: int
    bias: bool
    parameters: int


def nearest_hidden_size(parameters: int, inputs: int, outputs: int) -> HiddenSize:
    """The size, from `inputs` over a hidden layer to `outputs`, that is nearest to `parameters`.

    There are biases if they bring it nearer; of two equally near sizes it is the smaller one.
    Without a hidden layer there is a bias for each output, or nothing; this needs as many outputs
    as inputs.
    """
    possible = [HiddenSize(0, False, 0), HiddenSize(0, True, outputs)] if inputs == outputs else []
    for bias in (False, True):
        each, once = inputs + outputs + bias, outputs * bias
        below = max(1, math.floor((parameters - once) / each))
        possible += [
            HiddenSize(hidden, bias, hidden * each + once) for hidden in (below, below + 1)
        ]
    return min(possible, key=lambda size: (abs(size.parameters - parameters), size.parameters))
