"""The task on the user's own texts."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import field_validator

from attnlab import imports
from attnlab.catalog.task_entries.own_counts import ClassCounts, divided_counts, guessing, sizes_of
from attnlab.catalog.task_entries.shared import (
    LabelParameters,
    Split,
    array_bytes,
    share_field,
    split_column_field,
    split_field,
)
from attnlab.catalog.task_entries.text import EmbeddingParameters
from attnlab.data.paths import LONGEST_PATH, absolute, pasted_path
from attnlab.data.tables import Options, TableError
from attnlab.data.texts import Reading, Source, could_be_texts
from attnlab.resources import GUEST_REMARKS, MissingFileError, existing
from attnlab.spec import SpecError, SplitSizes, TaskEntry, choice, number
from attnlab.spec import text as free_text  # a parameter is called text

if TYPE_CHECKING:
    from attnlab.data.texts.ready import ReadyTexts

EXAMPLE_TRUTH = "keywords"
"""The column of keywords of the example."""

TELLING = frozenset({"text", "tokens", "vocabulary", "fewest", "lower"})
"""Parameters that are of texts alone: whoever gives one means texts."""


class OwnTextParameters(LabelParameters, EmbeddingParameters):
    """Texts with a class each: a table with a column of texts and one of labels, or a folder or zip
    archive with a subfolder of `.txt` files for each class.

    Making a study reads nothing, so a study whose files are gone can still be opened. What only
    they tell (classes, length, vocabulary, chance level) is read when it is asked for, and kept
    until they change. If they cannot be read, the chance level is unknown (NaN), and the error is
    raised when memory is checked, before any training.
    """

    data: str = free_text(
        "",
        title="Texts",
        longest=LONGEST_PATH,
        help="A table on this machine with a column of texts, or a folder or zip archive with a "
        "subfolder of .txt files for each class; empty for an example, remarks of hotel guests.",
    )
    label: str = free_text(
        "",
        title="Label",
        help="The column with the class of each text; empty for the one with a usual name (label, "
        "sentiment, class …), or else the last that is no text.",
    )
    text: str = free_text(
        "",
        title="Text",
        help="The column of the texts; empty for the one with a usual name (text, review, sentence "
        "…), or else the one with the longest.",
    )
    tokens: Literal["auto", "words", "jieba", "characters"] = choice(
        "auto",
        title="Tokens",
        help="What a text is cut into: words by Unicode's rules; words with those of Chinese by "
        "jieba; or characters. Auto takes jieba where most letters are Chinese, characters where "
        "they are Japanese or of another language without spaces, else words.",
    )
    length: int = number(
        0,
        low=0,
        high=1000,
        choices=(0, 10, 20, 30, 50, 100, 200, 300, 500, 1000),
        title="Longest text",
        advanced=True,
        help="How many tokens of a text are read; the rest is cut, and shorter ones are padded. 0 "
        "for as many as 95 % of the texts have, at most 200.",
    )
    split: Split = split_field("By seed, each class alike (stratified)")
    split_column: str = split_column_field()
    share: float = share_field("texts")
    truth: str = free_text(
        "",
        title="Column of keywords",
        advanced=True,
        help="A column with the words of each text that tell its class, with commas or spaces "
        "between them: whether attention finds them is measured. Empty where nobody knows.",
    )
    vocabulary: int = number(
        10_000,
        low=10,
        high=50_000,
        choices=(10, 100, 300, 1000, 3000, 10_000, 30_000, 50_000),
        title="Known words",
        advanced=True,
        help="At most so many are told apart, the most frequent ones of the training texts; all "
        "others are one unknown word.",
    )
    fewest: int = number(
        2,
        low=1,
        high=20,
        title="Fewest texts of a word",
        advanced=True,
        help="Words in fewer training texts count as unknown. With 1, a network meets no unknown "
        "word before it is validated.",
    )
    lower: bool = choice(
        True,
        title="Capital letters as small ones",
        advanced=True,
        help="Whether Good and good are the same word.",
    )
    sheet: str = free_text(
        "",
        title="Sheet",
        advanced=True,
        help="The sheet of an Excel workbook; empty for the first.",
    )
    folders: Literal["auto", "splits", "classes"] = choice(
        "auto",
        title="Folders",
        advanced=True,
        help="Whether the outermost folders are the splits (training, validation, test), which "
        "leaves out others beside them, or each is a class. Auto goes by their names.",
    )

    @field_validator("data")
    @classmethod
    def _from_anywhere(cls, data: str) -> str:
        """The path as a person means it, absolute: it holds from every folder."""
        return absolute(data, LONGEST_PATH)

    @property
    def classes(self) -> int:
        """How many classes there are; raises SpecError if the texts cannot be read."""
        return len(texts_of(self).texts.classes)

    @property
    def read_length(self) -> int:
        """How many tokens of a text are read; raises SpecError if the texts cannot be read."""
        return texts_of(self).length

    @property
    def known_tokens(self) -> int:
        """How many tokens are told apart, padding and unknown words too; raises SpecError if the
        texts cannot be read."""
        return texts_of(self).size


def text_path(params: OwnTextParameters) -> Path:
    """Where the texts are; raises TableError if those that come with attnlab are missing."""
    if params.data:
        return Path(params.data)
    try:
        return existing(GUEST_REMARKS)
    except MissingFileError as error:
        raise TableError(str(error)) from error


def source_of(params: OwnTextParameters) -> Source:
    """What the parameters say of where texts, labels and splits stand."""
    options = Options(
        label=params.label.strip(),
        split=params.split,
        split_column=params.split_column.strip(),
        share=params.share,
    )
    truth = params.truth.strip() or ("" if params.data else EXAMPLE_TRUTH)
    return Source(options, params.text.strip(), truth, params.sheet, params.folders)


def reading_of(params: OwnTextParameters) -> Reading:
    """What the parameters say of how texts become tokens."""
    return Reading(params.tokens, params.lower, params.vocabulary, params.fewest, params.length)


def texts_of(params: OwnTextParameters) -> ReadyTexts:
    """The texts, made ready; raises SpecError if they cannot be used."""
    module: Any = imports.module("attnlab.data.texts.ready")
    found: ReadyTexts = module.ready_texts(text_path(params), source_of(params), reading_of(params))
    return found


def _counts(params: OwnTextParameters) -> ClassCounts:
    """How many texts of each class the three splits get; of groups about so many."""
    return divided_counts(texts_of(params).texts.given_counts, params.share)


def _class_names(params: OwnTextParameters) -> tuple[str, ...]:
    """The names of the classes; empty if the texts cannot be read."""
    try:
        return texts_of(params).texts.classes
    except SpecError:
        return ()


def _split_sizes(params: OwnTextParameters) -> SplitSizes | None:
    """None if the texts cannot be read."""
    try:
        counts, texts = _counts(params), texts_of(params).texts
    except SpecError:
        return None
    return sizes_of(counts, params.imbalance, texts.drawn_anew)


def _nbytes(params: OwnTextParameters) -> int:
    """The bytes of the three splits, and of the texts and tokens, kept for other seeds."""
    texts = texts_of(params)
    return array_bytes(len(texts.texts.target), texts.length) + texts.nbytes


def _has_truth(params: OwnTextParameters) -> bool:
    return bool(source_of(params).truth)


def _takes(path: str) -> bool:
    return could_be_texts(pasted_path(path))


def _recognises(path: str, given: Mapping[str, Any]) -> bool:
    """Whether texts are all that can be learned from there, and nothing is said that only another
    task takes."""
    if not given.keys() <= OwnTextParameters.model_fields.keys():
        return False
    module: Any = imports.module("attnlab.data.texts.recognising")
    names = ("text", "truth", "split_column")
    taken = tuple(str(given[name]).strip() for name in names if given.get(name))
    told = str(given.get("label") or "").strip(), taken, str(given.get("sheet") or "")
    return bool(TELLING & given.keys()) or bool(module.are_texts(pasted_path(path), *told))


FROM_TEXTS = (
    TaskEntry(
        name="own-text",
        fixed_data=("data",),
        split_sizes=_split_sizes,
        title="Your texts",
        slot="steps",
        params=OwnTextParameters,
        data="attnlab.tasks.own_text:own_text",
        example="attnlab.tasks.own_text:own_text_example",
        asks="text",
        asked="attnlab.tasks.asking.words:asked_own_text",
        carried="attnlab.tasks.own_text:carried_texts",
        takes=_takes,
        recognises=_recognises,
        inspect="attnlab.tasks.own_text:inspected_texts",
        own_data=lambda path: {"data": path},
        path="data",
        fingerprint="attnlab.tasks.own_text:text_fingerprint",
        advice="attnlab.tasks.own_text:text_advice",
        backbone="attnlab.backbones.text:own_text_network",
        slot_sizes=lambda params: (params.units,),
        chance=guessing(_counts),
        class_names=_class_names,
        nbytes=_nbytes,
        truth_axis="step",
        has_truth=_has_truth,
        truth_words="the keywords",
        step="word",
        same_positions=False,
        arms=("none", "attention-pool"),
        summary="Your own texts: a table with a column of texts, or a folder of files a class.",
        training={"epochs": 20, "batch_size": 32, "learning_rate": 5e-3},
    ),
)
