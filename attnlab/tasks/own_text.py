"""The task on texts of one's own: tokens (N, T); token 0 is padding, 1 an unknown word."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from attnlab.catalog.task_entries.own_text import (
    OwnTextParameters,
    reading_of,
    source_of,
    text_path,
    texts_of,
)
from attnlab.data.fingerprint import Fingerprint, of_contents
from attnlab.data.images.contents import image_set_fingerprint
from attnlab.data.images.file_names import TEXTS
from attnlab.data.images.listing import listing
from attnlab.data.inspection import Inspection
from attnlab.data.tables.splits import SPLITS
from attnlab.data.texts.collecting import (
    TextSet,
    bring_texts,
    text_set,
    texts_of_files,
    texts_of_table,
)
from attnlab.data.texts.inspecting import inspect_texts
from attnlab.data.texts.ready import UNKNOWN, ReadyTexts, made_ready
from attnlab.tasks.data import PROBE_SAMPLES, Split, TaskData, one_array
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, leave_out_rare
from attnlab.tasks.streams import generator

NAME = "own-text"


def own_text(params: OwnTextParameters, seed: int) -> TaskData:
    """Texts as tokens (N, T), and their classes; raises SpecError for what cannot be used."""
    return _made(texts_of(params), params, seed)


def texts_in_table(path: Path, params: OwnTextParameters, seed: int) -> TaskData:
    """The texts in the table at this path, as `own_text` gives them."""
    return _made(
        made_ready(texts_of_table(path, source_of(params)), reading_of(params)), params, seed
    )


def texts_in_files(path: Path, params: OwnTextParameters, seed: int) -> TaskData:
    """The texts in the folder or archive at this path, as `own_text` gives them."""
    return _made(
        made_ready(texts_of_files(path, source_of(params)), reading_of(params)), params, seed
    )


def _made(ready: ReadyTexts, params: OwnTextParameters, seed: int) -> TaskData:
    """Tokens (N, T) as int32 and classes.

    Which words are known, and by which token, comes from the training texts of this seed alone. The
    seed decides what neither column nor folders do about the splits, and the order within each.
    Imbalance leaves out training samples after that, so that validation and test stay the same.
    """
    texts = ready.texts
    rows = texts.divided(generator(seed, NAME, "split"))
    inputs = ready.inputs(rows)
    train, validation, test = (Split(inputs[name], texts.target[rows[name]]) for name in SPLITS)
    probe = rows["validation"][:PROBE_SAMPLES]
    data = TaskData(
        train,
        validation,
        test,
        classes=len(texts.classes),
        truth=ready.truth(probe),
        valid=inputs["validation"][:PROBE_SAMPLES] > 0,
        words=ready.words_of(rows["validation"]),
    )
    data = leave_out_rare(data, params.imbalance)
    return add_label_noise(data, params.label_noise, seed, NAME)


def own_text_example(params: OwnTextParameters, data: TaskData, number: int) -> Example:
    """The words of a text as far as it is read, and which of them the network does not know."""
    tokens = one_array(data.validation.x)[number]
    words = data.words[number]
    padded = (*words, *[""] * (len(tokens) - len(words)))
    label = texts_of(params).texts.classes[one_array(data.validation.y)[number]]
    return Example("words", padded, label, truth_of(data, number), unknown=tokens == UNKNOWN)


@dataclass(frozen=True)
class CarriedTexts:
    """Texts as read on one machine, for the tasks on others."""

    params: OwnTextParameters
    texts: TextSet

    @property
    def key(self) -> str:
        """The path, how the texts are read, and which state of the files was read."""
        return f"{text_path(self.params)} {source_of(self.params)} {self.texts.stamp}"

    def install(self) -> None:
        """Let tasks find the texts here instead of at their path."""
        bring_texts(text_path(self.params), source_of(self.params), self.texts)

    def remove(self) -> None:
        """Let them look at the path again."""
        bring_texts(text_path(self.params), source_of(self.params), None)


def carried_texts(params: OwnTextParameters) -> CarriedTexts | None:
    """The texts, to be sent to other machines; None for the example, which comes with attnlab.
    Raises SpecError."""
    if not params.data:
        return None
    return CarriedTexts(params, text_set(text_path(params), source_of(params)))


def text_fingerprint(params: OwnTextParameters) -> Fingerprint | None:
    """The state of the table's file, whatever it is called, or of all texts in a folder; None for
    the example, which comes with attnlab. Raises SpecError."""
    if not params.data:
        return None
    path, source = text_path(params), source_of(params)
    text_set(path, source)  # which says what is wrong with texts that cannot be used
    if path.is_file() and path.suffix.lower() != ".zip":
        return of_contents([("table", path.read_bytes())])
    names = listing(path, source.folders, source.encoding, kind=TEXTS)
    return image_set_fingerprint(
        names, tuple(name for of in names.splits.values() for name, _ in of)
    )


def inspected_texts(params: OwnTextParameters) -> Inspection:
    """What the texts hold and what will be done with them. Raises SpecError."""
    found = inspect_texts(texts_of(params))
    return replace(found, path=str(text_path(params)))


def text_advice(params: OwnTextParameters) -> list[str]:
    """What in one's own texts may mislead: see `attnlab.data.texts.inspecting`.

    Raises SpecError.
    """
    if not params.data:
        return []
    return list(inspected_texts(params).warnings)
