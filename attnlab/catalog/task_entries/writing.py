"""Tasks whose answer is written, token by token."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from attnlab.catalog.task_entries.shared import drawn_samples, samples_field, test_samples_field
from attnlab.catalog.task_entries.transformers import (
    OF_STEPS,
    TRANSFORMER,
    Positions,
    check_heads,
    depth_field,
    heads_field,
    positions_field,
)
from attnlab.spec import Measure, Parameters, TaskEntry, choice, number

LONGEST_DATE = 48
"""The most characters that a date has in any of the languages."""

ISO_LENGTH = 11
"""Ten characters of a date such as 2004-09-05, and the end."""

ISO_SYMBOLS = 12
"""Ten digits, a dash, and the end."""

EXACT_MATCH = Measure(
    "exact_match",
    "Exact match",
    "The share of answers without any mistake, written by the network alone, from the first "
    "character to the end.",
)


Encoder = Literal["gru", "bidirectional", "transformer"]


def encoder_field(default: Encoder) -> Encoder:
    """What reads the input."""
    return choice(
        default,
        title="Encoder",
        help="What reads the input: a GRU from the first character to the last, two, one of them "
        "from the last to the first, or a Transformer, which then writes as well.",
    )


class WritingParameters(Parameters):
    """The encoder and the decoder."""

    encoder: Encoder = encoder_field("gru")
    units: int = number(
        64,
        low=16,
        high=256,
        step=16,
        title="Units",
        advanced=True,
        help="The memory of encoder and decoder each; of a Transformer the features of a token.",
    )
    embedding: int = number(
        32,
        low=8,
        high=128,
        step=8,
        title="Character units",
        advanced=True,
        help="How many features a character has.",
    )
    depth: int = depth_field(OF_STEPS)
    heads: int = heads_field(OF_STEPS)
    positions: Positions = positions_field(OF_STEPS)
    cross: bool = choice(
        True,
        title="Cross attention",
        advanced=True,
        only_if=OF_STEPS,
        help="Whether each layer that writes looks at what was read; without it, it only gets the "
        "mean of that, and what a module in the slot finds.",
    )

    @model_validator(mode="after")
    def _heads_divide(self) -> WritingParameters:
        if self.encoder == TRANSFORMER:
            check_heads(self.heads, self.units, "units")
        return self


class ReverseParameters(WritingParameters):
    """Random letters, to be written backwards."""

    length: int = number(
        10, low=3, high=30, title="Length", help="How many letters are to be written backwards."
    )
    letters: int = number(
        12, low=2, high=26, title="Letters", help="How many different letters there are."
    )
    samples: int = samples_field(4_000, high=20_000, what="words")
    test_samples: int = test_samples_field()


class DatesParameters(WritingParameters):
    """Dates as people write them, to be written as 2004-09-05.

    They are read from both ends by default, as in Bahdanau et al.: a GRU that has read the year
    keeps it in its state, so attention could find it at any later character.
    """

    encoder: Encoder = encoder_field("bidirectional")
    languages: int = number(
        6,
        low=1,
        high=10,
        title="Languages",
        help="In how many languages dates are written: English, French, Chinese, German, Spanish, "
        "Russian, Italian, Portuguese, Japanese, Dutch, in this order.",
    )
    weekdays: bool = choice(
        False, title="Weekdays", help="Whether some dates begin or end with the day of the week."
    )
    samples: int = samples_field(5_000, high=40_000, what="dates")
    test_samples: int = test_samples_field()


def _nbytes(samples: int, read: int, written: int) -> int:
    """Bytes of samples of int32: the input, the output so far, and the output that is due."""
    return 4 * samples * (read + 2 * written)


ON_WRITING = (
    TaskEntry(
        name="reverse",
        title="Backwards",
        slot="alignment",
        params=ReverseParameters,
        data="attnlab.tasks.reverse:reverse",
        example="attnlab.tasks.reverse:reverse_example",
        asks="text",
        asked="attnlab.tasks.asking.writing:asked_letters",
        backbone="attnlab.backbones.writing:reverse_network",
        slot_sizes=lambda params: (params.units,),
        chance=lambda params: 1 / params.letters,
        nbytes=lambda params: _nbytes(drawn_samples(params), params.length, params.length + 1),
        truth_axis="step",
        truth_words="the letter to be written",
        step="letter",
        objective="attnlab.training.objective:Writing",
        has_classes=lambda params: False,
        extra_metrics=(EXACT_MATCH,),
        arms=("none", "bahdanau"),
        summary="Letters to be written backwards. Does attention walk from the last to the first?",
        training={"epochs": 20, "batch_size": 64, "learning_rate": 1e-2},
    ),
    TaskEntry(
        name="dates",
        title="Dates",
        slot="alignment",
        params=DatesParameters,
        data="attnlab.tasks.dates:dates",
        example="attnlab.tasks.dates:dates_example",
        asks="text",
        asked="attnlab.tasks.asking.writing:asked_date",
        backbone="attnlab.backbones.writing:dates_network",
        slot_sizes=lambda params: (params.units,),
        chance=lambda params: 1 / ISO_SYMBOLS,
        nbytes=lambda params: _nbytes(drawn_samples(params), LONGEST_DATE, ISO_LENGTH),
        truth_axis="step",
        truth_words="where year, month and day stand",
        step="character",
        same_positions=False,
        objective="attnlab.training.objective:Writing",
        has_classes=lambda params: False,
        extra_metrics=(EXACT_MATCH,),
        arms=("none", "bahdanau"),
        summary="Dates in several languages, to be written as 2004-09-05. Where does it look?",
        training={"epochs": 15, "batch_size": 64, "learning_rate": 5e-3},
        seeds=3,  # ten train in one program, whose first epoch takes ten times as long
    ),
)
