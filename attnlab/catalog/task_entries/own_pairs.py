"""The task on the user's own pairs of texts."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import field_validator

from attnlab import imports
from attnlab.catalog.task_entries.shared import Split, share_field, split_column_field, split_field
from attnlab.catalog.task_entries.writing import (
    EXACT_MATCH,
    Encoder,
    WritingParameters,
    encoder_field,
)
from attnlab.data.pairs import PairOptions
from attnlab.data.paths import LONGEST_PATH, absolute, pasted_path
from attnlab.data.tables import TableError, is_named_like_a_table
from attnlab.resources import NUMBER_WORDS, MissingFileError, existing
from attnlab.spec import Measure, SpecError, SplitSizes, TaskEntry, choice, number, text

if TYPE_CHECKING:
    from attnlab.data.pairs.prepared import PreparedPairs

FIRST_KNOWN = 3
"""Tokens that stand for no text: padding, the end, and what is not known."""

TEXT_MEASURES = (
    Measure(
        "bleu",
        "BLEU",
        "How much of the answers, written by the network alone, stands in the right ones word by "
        "word, from one word to four in a row: 0 to 100, by sacrebleu.",
        share=False,
        top=100,
    ),
    Measure(
        "chrf",
        "chrF",
        "How much of the answers and the right ones agree character by character, from one to six "
        "in a row: 0 to 100, by sacrebleu. It forgives endings that are wrong.",
        share=False,
        top=100,
    ),
)
"""What is measured of texts at the end of a run."""


class OwnPairsParameters(WritingParameters):
    """Pairs of texts in a file: one is read, the other is to be written.

    Making a study reads nothing, as of tables: see `OwnTableParameters`.
    """

    encoder: Encoder = encoder_field("bidirectional")
    data: str = text(
        "",
        title="Pairs",
        longest=LONGEST_PATH,
        help="A table with two columns of text, a gettext catalogue (.po), or a folder or zip "
        "archive of catalogues; empty for an example, numbers in English and French words.",
    )
    source: str = text(
        "",
        title="Column to read",
        help="By name, or by number where columns have no names; empty for one with a usual name, "
        "or else the first.",
    )
    target: str = text(
        "",
        title="Column to write, or language",
        help="By name or number; empty for one with a usual name, or else the second. Of gettext "
        "catalogues the language, such as fr or zh_Hans.",
    )
    tokens: Literal["auto", "characters", "words"] = choice(
        "auto",
        title="Tokens",
        help="What texts are cut into. By itself (auto): characters for scripts without spaces, "
        "such as Chinese, Japanese and Thai, else words. Placeholders such as %(name)s stay whole.",
    )
    length: int = number(
        20,
        low=3,
        high=100,
        title="Longest text",
        help="Pairs with a text of more tokens are left out.",
    )
    most: int = number(
        10_000,
        low=100,
        high=100_000,
        choices=(100, 1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000),
        title="Most pairs",
        advanced=True,
        help="So many pairs are used at most, chosen at random, the same at every seed.",
    )
    vocabulary: int = number(
        2000,
        low=10,
        high=10_000,
        choices=(10, 100, 500, 1000, 2000, 5000, 10_000),
        title="Vocabulary",
        advanced=True,
        help="The most tokens that a network knows on each side: the most frequent ones of its "
        "training pairs. All others are unknown.",
    )
    split: Split = split_field("By seed, with pairs that are read alike on one side (stratified)")
    split_column: str = split_column_field()
    share: float = share_field("pairs")

    @field_validator("data")
    @classmethod
    def _from_anywhere(cls, data: str) -> str:
        """The path as a person means it, absolute: it holds from every folder."""
        return absolute(data, LONGEST_PATH)

    @property
    def read_shape(self) -> tuple[int, int]:
        """The length of what is read, and the numbers of tokens; raises TableError."""
        pairs = pairs_of(self)
        known = pairs.vocabulary_size(pairs.source, self.vocabulary)
        return pairs.source.length, FIRST_KNOWN + known

    @property
    def written_shape(self) -> tuple[int, int]:
        """The same of what is written, with its end; raises TableError."""
        pairs = pairs_of(self)
        known = pairs.vocabulary_size(pairs.target, self.vocabulary)
        return pairs.target.length + 1, FIRST_KNOWN + known


def pairs_path(params: OwnPairsParameters) -> Path:
    """Where the pairs are; raises TableError if those that come with attnlab are missing."""
    if params.data:
        return Path(params.data)
    try:
        return existing(NUMBER_WORDS)
    except MissingFileError as error:
        raise TableError(str(error)) from error


def pair_options(params: OwnPairsParameters) -> PairOptions:
    """What the parameters say is to be done with the pairs."""
    return PairOptions(
        source=params.source.strip(),
        target=params.target.strip(),
        tokens=params.tokens,
        length=params.length,
        most=params.most,
        split=params.split,
        split_column=params.split_column.strip(),
        share=params.share,
    )


def pairs_of(params: OwnPairsParameters) -> PreparedPairs:
    """The pairs, made ready; raises TableError if they cannot be used."""
    reading: Any = imports.module("attnlab.data.pairs.reading")
    prepared: Any = imports.module("attnlab.data.pairs.prepared")
    options = pair_options(params)
    pairs = reading.read_pairs(pairs_path(params), options.source, options.target)
    ready: PreparedPairs = prepared.prepared(pairs, options)
    return ready


def _chance(params: OwnPairsParameters) -> float:
    """The share of right tokens of always writing the commonest; NaN if it is unknown."""
    inspecting: Any = imports.module("attnlab.data.pairs.inspecting")
    try:
        return float(inspecting.chance_of(pairs_of(params)))
    except TableError:
        return math.nan


def _split_sizes(params: OwnPairsParameters) -> SplitSizes | None:
    """None if the pairs cannot be read."""
    try:
        pairs = pairs_of(params)
    except TableError:
        return None
    counts = pairs.counts
    return SplitSizes(
        counts["train"], counts["validation"], counts["test"], drawn_anew=pairs.drawn_anew
    )


def _nbytes(params: OwnPairsParameters) -> int:
    """The bytes of the three splits, and of the numbers they are made from."""
    pairs = pairs_of(params)
    values = pairs.source.length + 2 * (pairs.target.length + 1)
    return 4 * len(pairs.rows) * values + pairs.nbytes


def _takes(path: str) -> bool:
    """Whether a path may hold pairs: a table of any kind, or catalogues."""
    return is_named_like_a_table(str(pasted_path(path))) or _are_catalogues(path)


def _are_catalogues(path: str) -> bool:
    reading: Any = imports.module("attnlab.data.pairs.reading")
    return bool(reading.are_catalogues(pasted_path(path)))


def _recognises(path: str, given: Mapping[str, Any]) -> bool:
    """Catalogues, a table of which somebody names the column to write, or one that looks like
    sentence pairs: no names, or those of two languages or of a source and a target."""
    if given.get("label"):
        return False
    if given.get("source") or given.get("target") or _are_catalogues(path):
        return True
    reading: Any = imports.module("attnlab.data.pairs.reading")
    try:
        return bool(reading.looks_like_pairs(pasted_path(path)))
    except SpecError:
        return False


FROM_PAIRS = (
    TaskEntry(
        name="own-pairs",
        fixed_data=("data",),
        split_sizes=_split_sizes,
        title="Your pairs",
        slot="alignment",
        params=OwnPairsParameters,
        data="attnlab.tasks.own_pairs:own_pairs",
        example="attnlab.tasks.own_pairs:own_pairs_example",
        asks="text",
        asked="attnlab.tasks.asking.pairs:asked_pair",
        carried="attnlab.tasks.own_pairs:carried_pairs",
        takes=_takes,
        recognises=_recognises,
        inspect="attnlab.tasks.own_pairs:inspected_pairs",
        own_data=lambda path: {"data": path},
        path="data",
        fingerprint="attnlab.tasks.own_pairs:pairs_fingerprint",
        advice="attnlab.tasks.own_pairs:pairs_advice",
        backbone="attnlab.backbones.writing:pairs_network",
        slot_sizes=lambda params: (params.units,),
        chance=_chance,
        nbytes=_nbytes,
        step="token",
        same_positions=False,
        objective="attnlab.training.translation:Translation",
        has_classes=lambda params: False,
        extra_metrics=(EXACT_MATCH,),
        end_metrics=TEXT_MEASURES,
        arms=("none", "bahdanau"),
        summary="Your own pairs of texts: two columns of a table, or gettext catalogues (.po).",
        training={"epochs": 30, "batch_size": 64, "learning_rate": 5e-3},
    ),
)
