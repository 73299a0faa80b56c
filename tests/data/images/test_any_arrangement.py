"""Any tree that people may make: listed with the right splits and classes, or refused."""

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attnlab.data.images import ImageSetError, listing

from .conftest import archived, archived_raw, png
from .test_left_out import LITTER

IMAGE = png()
JUNK = LITTER | {"README.md": b"x", "labels.csv": b"a,b", "cats/boxes.xml": b"<x/>"}

ALPHABETS = {
    None: ("cats", "dogs", "Großer Hund", "chat noir", "猫", "собака", "test tube", "invalid"),
    "gbk": ("玫瑰花", "向日葵", "蒲公英", "郁金香"),
    "cp932": ("ひまわり", "チューリップ", "たんぽぽ", "バラの花"),
    "cp949": ("해바라기", "민들레", "장미꽃", "튤립"),
    "cp850": ("éléphant", "chien loup", "poisson", "être"),
}
"""Names of classes by the encoding in which an archive has them; None says that it is UTF-8."""

CHOICES = {"gbk": "gbk", "cp932": "shift-jis", "cp949": "euc-kr", "cp850": "cp850"}

WAYS = (
    {"train": "train", "validation": "val", "test": "test"},
    {"train": "Training", "validation": "Validation", "test": "Testing"},
    {"train": "seg_train", "validation": "seg_dev", "test": "seg_test"},
    {"train": "training_set", "validation": "validation_set", "test": "test_set"},
    {"train": "TRAIN_2019", "validation": "VAL_2019", "test": "TEST_2019"},
    {"train": "pets-train", "validation": "pets-valid", "test": "pets-test"},
)

some = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@st.composite
def clear(draw):
    """A set that can be read in one way alone: (files, encoding, prefix, classes, counts)."""
    encoding = draw(st.sampled_from(sorted(ALPHABETS, key=str)))
    classes = draw(st.lists(st.sampled_from(ALPHABETS[encoding]), min_size=2, unique=True))
    around = "".join(
        f"{each}/" for each in draw(st.lists(st.sampled_from(("archive", "v2")), max_size=2))
    )
    bases = {"train": around}
    if draw(st.booleans()):
        way = draw(st.sampled_from(WAYS))
        splits = [
            "train",
            *draw(st.lists(st.sampled_from(("validation", "test")), min_size=1, unique=True)),
        ]
        bases = {split: f"{around}{f'{way[split]}/' * draw(st.integers(1, 3))}" for split in splits}
    each = {split: draw(st.integers(3, 4)) for split in bases}
    files = {
        f"{base}{name}/{number}.png": IMAGE
        for split, base in bases.items()
        for name in classes
        for number in range(each[split])
    }
    junk = draw(st.lists(st.sampled_from(sorted(JUNK)), max_size=4))
    files |= {
        f"{around}{name}": JUNK[name] for name in junk if "cats" not in name and "dogs" not in name
    }
    prefix = draw(st.sampled_from(("", "./", ".\\", "//")))
    counts = {split: (number,) * len(classes) for split, number in each.items()}
    return files, encoding, prefix, tuple(sorted(classes)), counts


@some
@given(clear())
def test_a_clear_set_is_listed_with_its_splits_and_classes(made):
    files, encoding, prefix, classes, counts = made
    with tempfile.TemporaryDirectory() as folder:
        names = {f"{prefix}{name}": data for name, data in files.items()}
        if encoding is None:
            paths = [archived(Path(folder, "set.zip"), names), written(Path(folder, "set"), files)]
        else:
            raw = {name.encode(encoding): data for name, data in names.items()}
            paths = [archived_raw(Path(folder, "set.zip"), raw)]
        for path in paths:
            image_set = listing(path)
            if any("how its names are encoded" in warning for warning in image_set.warnings):
                assert encoding is not None  # a few letters may be two languages: that is said
                image_set = listing(path, encoding=CHOICES[encoding])
            assert image_set.classes == classes
            assert dict(image_set.counts()) == counts


DOUBTFUL = (
    *("train", "training", "test", "testing", "val", "valid", "dev", "eval", "train_2019"),
    *("train_2020", "test1", "trainers", "tests", "prediction", "cats", "dogs", "bus", "invalid"),
    *("cats_train", "dogs_train", "cats_test", "fold1", "fold2", "unlabeled", "bullet train"),
)

PLAIN = {
    "train",
    "training",
    "test",
    "testing",
    "val",
    "valid",
    "dev",
    "eval",
    "test1",
    "train_2019",
}


@st.composite
def doubtful(draw):
    """Folders of any such names, which are classes, or splits of classes: (files, by what they
    are: {image: (the folder, the folder in it or None)})."""
    tops = draw(st.lists(st.sampled_from(DOUBTFUL), min_size=2, max_size=4, unique=True))
    truth = {}
    for top in tops:
        inner = draw(st.sampled_from(((None,), ("cats", "dogs"), ("cats", "bus"), ("x",))))
        for name in inner:
            for number in range(3):
                image = f"{top}/{name}/{number}.png" if name else f"{top}/{number}.png"
                truth[image] = top, name
    return truth


@settings(some, max_examples=200)
@given(doubtful())
def test_what_is_doubtful_is_refused_or_said_or_right(truth):
    with tempfile.TemporaryDirectory() as folder:
        path = archived(Path(folder, "set.zip"), dict.fromkeys(truth, IMAGE))
        image_set, message = listed_or_refused(path)
    if image_set is None:
        assert message.startswith(str(path)) or f" of {path}" in message
        assert len(message) > len(str(path)) + 20
        return
    found = {
        name: (split, image_set.classes[label])
        for split, images in image_set.splits.items()
        for name, label in images
    }
    left_out = sum(note.count for note in image_set.left_out)
    assert len(found) + left_out == len(truth)
    if all(name == truth[image][0] for image, (_, name) in found.items()):
        # Classes: what is named as a split is among them only where that is said.
        assert image_set.warnings or not PLAIN & {*image_set.classes}
        return
    for image, (split, name) in found.items():
        top, inner = truth[image]
        assert name == inner
        assert split[:3] in top or top in ("dev", "eval", "trainers")


def listed_or_refused(path):
    try:
        return listing(path), ""
    except ImageSetError as error:
        return None, str(error)


def written(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder
