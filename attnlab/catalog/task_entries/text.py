"""Tasks on text."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import field_validator, model_validator

from attnlab.catalog.task_entries.backbones import slots_field
from attnlab.catalog.task_entries.shared import (
    LabelParameters,
    array_bytes,
    class_field,
    drawn_samples,
    numbered_classes,
    samples_field,
    test_samples_field,
)
from attnlab.catalog.task_entries.transformers import (
    OF_STEPS,
    TRANSFORMER,
    Pooling,
    Positions,
    check_heads,
    depth_field,
    heads_field,
    pooling_field,
    positions_field,
)
from attnlab.spec import Parameters, TaskEntry, choice, number
from attnlab.spec.slots import read_slots

MOST_FEELINGS = 5


class EmbeddingParameters(Parameters):
    """What reads the words before the attention."""

    encoder: Literal["words", "lstm", "gru", "transformer"] = choice(
        "words",
        title="Encoder",
        help="What attention looks at: each word on its own, as an LSTM or GRU has read it, with "
        "all words before it, or as a small Transformer has, with all others.",
    )
    units: int = number(
        32,
        low=8,
        high=128,
        step=8,
        title="Word units",
        advanced=True,
        help="How many features a word has, and the memory of an LSTM or GRU.",
    )
    depth: int = depth_field(OF_STEPS)
    heads: int = heads_field(OF_STEPS)
    positions: Positions = positions_field(OF_STEPS)
    pooling: Pooling = pooling_field(OF_STEPS)

    @model_validator(mode="after")
    def _heads_divide(self) -> EmbeddingParameters:
        if self.encoder == TRANSFORMER:
            check_heads(self.heads, self.units, "word units")
        return self


class KeywordTextParameters(LabelParameters, EmbeddingParameters):
    """Texts of plain words, with a few that carry a feeling."""

    length: int = number(
        40, low=6, high=80, title="Longest text", help="How many words the longest text has."
    )
    keywords: int = number(
        1, low=1, high=3, title="Planted words", help="How many words of a text carry its feeling."
    )
    classes: int = class_field(5, MOST_FEELINGS)
    samples: int = samples_field(3_000, high=20_000, what="texts")
    test_samples: int = test_samples_field()


class DocumentsParameters(LabelParameters, EmbeddingParameters):
    """Documents of several sentences, one word of which carries a feeling."""

    sentences: int = number(
        6, low=2, high=20, title="Sentences", help="How many sentences the longest document has."
    )
    words: int = number(
        8, low=4, high=20, title="Words", help="How many words the longest sentence has."
    )
    classes: int = class_field(5, MOST_FEELINGS)
    samples: int = samples_field(3_000, high=20_000, what="documents")
    test_samples: int = test_samples_field()
    slots: str = slots_field()

    @field_validator("slots", mode="before")
    @classmethod
    def _read_slots(cls, given: Any) -> Any:
        return read_slots(given)


ON_TEXT = (
    TaskEntry(
        name="keyword-text",
        title="Keywords in a text",
        slot="steps",
        params=KeywordTextParameters,
        data="attnlab.tasks.text:keyword_text",
        example="attnlab.tasks.text:keyword_text_example",
        asks="text",
        asked="attnlab.tasks.asking.words:asked_keywords",
        backbone="attnlab.backbones.text:text_network",
        slot_sizes=lambda params: (params.units,),
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(drawn_samples(params), params.length),
        truth_axis="step",
        truth_words="the planted words",
        step="word",
        same_positions=False,
        arms=("none", "attention-pool"),
        summary="Short texts whose feeling hangs on a few words. Does attention light them up?",
        training={"epochs": 15, "batch_size": 64, "learning_rate": 1e-2},
    ),
    TaskEntry(
        name="documents",
        title="A word in a document",
        slot="steps",
        params=DocumentsParameters,
        data="attnlab.tasks.text:documents",
        example="attnlab.tasks.text:documents_example",
        asks="text",
        asked="attnlab.tasks.asking.words:asked_document",
        backbone="attnlab.backbones.text:document_network",
        slot_sizes=lambda params: (params.units, params.units),
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(drawn_samples(params), params.sentences * params.words),
        truth_axis="step",
        truth_words="the planted word and its sentence",
        found_words="the planted sentence",
        step="word",
        same_positions=False,
        arms=("none", "han"),
        summary="One word in one sentence decides. Attention at two levels: words, then sentences.",
        training={"epochs": 15, "batch_size": 64, "learning_rate": 1e-2},
    ),
)
