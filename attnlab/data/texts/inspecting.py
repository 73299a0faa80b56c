"""The inspection of texts, and what in them may mislead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from attnlab.data.inspection import InspectedColumn, Inspection
from attnlab.data.tables.findings import class_warnings
from attnlab.data.tables.splits import Rows
from attnlab.data.texts.limits import MOST_CHARACTERS
from attnlab.data.texts.ready import ReadyTexts
from attnlab.data.texts.words import main_script, sampled

KINDS = {
    "words": "words",
    "jieba": "words, those of Chinese by jieba",
    "characters": "characters",
}
"""What texts are cut into, for people."""

_MANY_CUT = 0.2
"""From this share of texts on that are not read to their end, it is said."""

_OTHER_SCRIPT = 0.02
"""From this share of texts on in another script than most, it is said."""


def inspect_texts(ready: ReadyTexts) -> Inspection:
    """What texts hold and what will be done with them.

    Where each seed divides them anew, the splits are those of one seed, and as large for others.
    """
    texts = ready.texts
    rows = texts.divided(np.random.default_rng(0))
    counts = {split: texts.counts(chosen) for split, chosen in rows.items()}
    validated = counts["validation"]
    return Inspection(
        kind="text",
        path=str(texts.path),
        samples=len(texts.target),
        classes=texts.classes,
        splits={
            split: dict(zip(texts.classes, map(int, of_split), strict=True))
            for split, of_split in counts.items()
        },
        columns=_columns(ready),
        left_out=texts.left_out,
        warnings=tuple(advice(ready, rows)),
        chance=float(validated.max() / validated.sum()),
        drawn_anew=texts.drawn_anew,
        label=texts.label[0],
        label_guessed=texts.label[1],
        called=("text", "texts"),
        read_as={**texts.read_as, **({} if texts.columns else treatment(ready))},
    )


def treatment(ready: ReadyTexts) -> dict[str, str]:
    """What is done with the texts, in words: what they are cut into, how far they are read, and how
    many words are known."""
    tokens, reading = ready.tokens, ready.reading
    kind = KINDS[tokens.choice.kind]
    why = f" ({tokens.choice.why})" if tokens.choice.why else ""
    unit = "characters" if tokens.choice.kind == "characters" else "words"
    rare = f" in at least {reading.fewest} training texts" if reading.fewest > 1 else ""
    return {
        "tokens": f"{kind}{why}" + (", capital letters as small ones" if reading.lower else ""),
        "length": f"{ready.length} {unit}: {_cut(ready, unit)}",
        "vocabulary": f"at most {ready.size - 2:,} {unit}{rare}",
    }


def advice(ready: ReadyTexts, rows: Rows) -> Iterator[str]:
    """Sentences on what in the texts, divided like this, may mislead, the gravest first."""
    texts = ready.texts
    counts = {split: texts.counts(chosen) for split, chosen in rows.items()}
    yield from _copies(ready, rows)
    yield from class_warnings(texts.classes, counts)
    yield from _scripts(ready)
    if ready.cut > _MANY_CUT * len(texts.target):
        yield (
            f"{ready.cut:,} of {len(texts.target):,} texts are cut at {ready.length}: set length "
            "higher to read more of them."
        )
    if ready.tokens.longer:
        yield (
            f"{ready.tokens.longer:,} texts have more than {MOST_CHARACTERS:,} characters: the "
            "rest of them is not read."
        )
    if ready.tokens.unfound:
        yield (
            f"{ready.tokens.unfound:,} texts have none of their keywords: write these as they "
            "stand in the text; nothing is measured there."
        )
    yield from texts.warnings


def _columns(ready: ReadyTexts) -> tuple[InspectedColumn, ...]:
    done = treatment(ready)
    said = f"cut into {done['tokens']}; {done['length']}; {done['vocabulary']} known"
    return tuple(
        replace(column, treatment=said) if column.kind == "text" else column
        for column in ready.texts.columns
    )


def _cut(ready: ReadyTexts, unit: str) -> str:
    total = len(ready.texts.target)
    if not ready.cut:
        return "no text is longer"
    return f"{ready.cut:,} of {total:,} texts {'is' if ready.cut == 1 else 'are'} cut there"


def _copies(ready: ReadyTexts, rows: Rows) -> Iterator[str]:
    """On texts that are in training too, and those with two classes; as tokens, so that capital
    letters and punctuation make no difference where networks see none."""
    tokens, texts = ready.tokens, ready.texts
    keys = [
        tokens.codes[first:last].tobytes()
        for first, last in zip(tokens.starts[:-1], tokens.starts[1:], strict=True)
    ]
    trained = {keys[row] for row in rows["train"]}
    held = np.concatenate([rows["validation"], rows["test"]])
    again = sum(keys[row] in trained for row in held)
    if again:
        yield (
            f"{again:,} of {len(held):,} texts held out are in training too, word for word: "
            "remove duplicates, or split by a group so that they stay on one side."
        )
    classes: dict[bytes, int] = {}
    torn = {
        key
        for key, label in zip(keys, texts.target, strict=True)
        if classes.setdefault(key, int(label)) != label
    }
    if torn:
        one = "text has" if len(torn) == 1 else "texts have"
        yield f"{len(torn):,} {one} more than one class: nobody can tell which is right."


def _scripts(ready: ReadyTexts) -> Iterator[str]:
    found = Counter(map(main_script, sampled(ready.texts.texts)))
    found.pop("", None)
    total = sum(found.values())
    (most, _), *others = found.most_common() or [("", 0)]
    some = [
        f"{name} ({count / total:.0%})" for name, count in others if count > _OTHER_SCRIPT * total
    ]
    if some:
        yield (
            f"most texts are in {most} letters, and some in others: {', '.join(some)}. Words of "
            "one language say nothing in another: split by language, or choose tokens."
        )
