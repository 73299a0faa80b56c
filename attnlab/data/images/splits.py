"""Which split a folder holds, by its name."""

from __future__ import annotations

import re
from dataclasses import dataclass

SPLITS = ("train", "validation", "test")
UNLABELLED = "unlabelled"
"""What a folder of images to predict is called beside those of the splits."""

_WORDS = {
    "train": (
        *("train", "training", "trn", "trainval", "trainvalid"),
        *("entrainement", "entrenamiento", "treino", "训练", "訓練", "学習", "훈련"),
    ),
    "validation": (
        *("val", "valid", "validation", "validate", "validating", "vali", "dev", "devel"),
        *("development", "验证", "驗證", "検証", "검증"),
    ),
    "test": (
        *("test", "testing", "tst", "tests", "eval", "evaluation", "evaluate", "holdout"),
        *("测试", "測試", "テスト", "評価", "테스트"),
    ),
    UNLABELLED: (
        *("pred", "predict", "prediction", "predictions", "inference", "submission"),
        *("unlabeled", "unlabelled", "unsup", "unsupervised"),
    ),
}
_KINDS = {word: kind for kind, words in _WORDS.items() for word in words}

_FILLERS = frozenset(
    {
        *("set", "sets", "data", "dataset", "datasets", "image", "images", "img", "imgs", "pics"),
        *("picture", "pictures", "photo", "photos", "split", "folder", "dir", "file", "files"),
        *("sample", "samples", "seg", "the", "my", "all", "full", "final", "original"),
        *("集", "セット", "用", "데이터", "세트"),
    }
)
"""Words beside the name of a split that say nothing."""

_ALSO_CLASSES = frozenset({"valid", "validate", "dev", "eval", "tests", "holdout", "development"})
"""Names of splits that are met as names of classes: valid and invalid, dev and prod."""

_EVALUATIONS = ("eval", "evaluation", "evaluate")


@dataclass(frozen=True)
class SplitName:
    """What the name of a folder says of a split: which, and the other words in the name.

    `plain` where nothing but the split is named, or a number besides; `also_class` where the word
    is met as a class too.
    """

    kind: str
    word: str
    rest: tuple[str, ...]

    @property
    def plain(self) -> bool:
        """Whether nothing else is named but a number."""
        return all(each.isdigit() for each in self.rest)

    @property
    def also_class(self) -> bool:
        """Whether this is met as the name of a class."""
        return self.word in _ALSO_CLASSES


def part_of(name: str) -> SplitName | None:
    """The split that a folder's name speaks of, in any case: "Training", "seg_train", "testSet".

    None if it speaks of none, or of two that are not training and validation.
    """
    words = [word for each in _words(name) for word in _unglued(each)]
    found = [word for word in words if word in _KINDS]
    kinds = {_KINDS[word] for word in found}
    if kinds == {"train", "validation"}:
        kinds = {"train"}  # as train_val beside test
    if len(kinds) != 1:
        return None
    rest = tuple(word for word in words if word not in _KINDS and word not in _FILLERS)
    return SplitName(kinds.pop(), found[0], rest)


def kinds_of(parts: dict[str, SplitName]) -> dict[str, str]:
    """The split of each folder; an evaluation beside a test, and no validation, validates."""
    kinds = {name: part.kind for name, part in parts.items()}
    others = [part.kind for part in parts.values() if part.word not in _EVALUATIONS]
    for name, part in parts.items():
        if part.word in _EVALUATIONS and "test" in others and "validation" not in others:
            kinds[name] = "validation"
    return kinds


def _words(name: str) -> list[str]:
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.findall(r"[^\W\d_]+|\d+", parted.lower())


def _unglued(word: str) -> list[str]:
    """The words in "trainset" or "testdata"."""
    if word in _KINDS:
        return [word]
    for known in sorted(_KINDS, key=len, reverse=True):
        if word.startswith(known) and word[len(known) :] in _FILLERS:
            return [known, word[len(known) :]]
    return [word]
