"""Splits and classes as people arrange them; what may be either is refused with both readings."""

import pytest

from attnlab.data.images import ImageSetError, listing
from attnlab.data.images.splits import part_of

from .conftest import png, usual

READINGS = ("folders to splits", "to classes")


def fault(path, **choices):
    with pytest.raises(ImageSetError) as caught:
        listing(path, **choices)
    return str(caught.value)


def left_out(image_set):
    return {note.reason: (note.count, note.names) for note in image_set.left_out}


@pytest.mark.parametrize(
    ("train", "validation", "test"),
    [
        ("Training", "Validation", "Testing"),
        ("training_set", "valid_set", "test_set"),
        ("seg_train", "seg_val", "seg_test"),
        ("seg_train/seg_train", "seg_val/seg_val", "seg_test/seg_test"),
        ("trainset", "devset", "testset"),
        ("TrainData", "ValData", "TestData"),
        ("train images", "dev", "TEST"),
        ("train-2019", "val-2019", "test-2019"),
        ("asl_alphabet_train/asl_alphabet_train", "asl_alphabet_val", "asl_alphabet_test"),
        ("trn", "eval", "tests"),
        ("train_val", "development", "test1"),
        ("train_images", "valid", "testdata"),
        ("训练集", "验证集", "测试集"),
    ],
)
def test_splits_are_known_by_their_usual_names(put, train, validation, test):
    files = usual(5, f"{train}/") | usual(2, f"{validation}/") | usual(1, f"{test}/")
    image_set = listing(put(files))
    assert image_set.classes == ("cats", "dogs")
    assert image_set.counts() == {"train": (5, 5), "validation": (2, 2), "test": (1, 1)}
    assert image_set.splits["train"][0] == (f"{train}/cats/0.png", 0)
    assert image_set.warnings == ()


def test_splits_without_validation_are_splits(put):
    image_set = listing(put(usual(5, "all/Training/") | usual(2, "all/Testing/")))
    assert image_set.classes == ("cats", "dogs")
    assert image_set.counts() == {"train": (5, 5), "test": (2, 2)}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (usual(3, "train/") | usual(3, "test/") | usual(3, "cats/"), "and beside them cats"),
        (
            {f"{name}/{number}.png": png() for name in ("train", "bus", "car") for number in "123"},
            "look like splits (train), and beside them bus, car",
        ),
        (usual(3, "train_2019/") | usual(3, "train_2020/"), "two folders for train: train_2019, t"),
        (usual(3, "train/") | usual(3, "val/") | usual(3, "valid/"), "two folders for validation"),
    ],
)
def test_what_may_be_splits_or_classes_is_refused_with_both_readings(put, files, expected):
    message = fault(put(files))
    assert expected in message
    assert all(reading in message for reading in READINGS)


def test_a_test_beside_classes_is_refused_with_both_readings(put):
    files = {f"{name}/{n}.png": png() for name in ("cats", "dogs", "test") for n in range(3)}
    message = fault(put(files))
    assert "look like splits (test), and beside them cats, dogs" in message
    assert "what is for training into a folder named train" in message
    assert "folders to classes" in message
    assert listing(put(files), folders="classes").classes == ("cats", "dogs", "test")


def test_splits_without_training_are_refused_with_both_readings(put):
    message = fault(put(usual(3, "test/") | usual(3, "validation/")))
    assert "none for training" in message
    assert "name the folder for training train" in message
    assert "folders to classes" in message


def test_the_choice_of_a_reading_is_followed(put):
    vehicles = {
        f"{name}/{number}.png": png() for name in ("train", "bus", "car") for number in "123"
    }
    path = put(vehicles)
    assert listing(path, folders="classes").classes == ("bus", "car", "train")
    assert "train of" in fault(path, folders="splits")


def test_splits_by_choice_leave_out_others_and_take_two_together(put):
    files = usual(3, "train_2019/") | usual(4, "train_2020/") | usual(2, "odd/")
    image_set = listing(put(files), folders="splits")
    assert image_set.counts() == {"train": (7, 7)}
    assert image_set.splits["train"][6] == ("train_2020/cats/0.png", 0)
    assert left_out(image_set)["in folders that are no splits"][0] == 4


@pytest.mark.parametrize("folders", ["auto", "splits", "classes"])
def test_a_split_for_training_alone_is_read_in_every_way(put, folders):
    image_set = listing(put(usual(3, "pets/train/")), folders=folders)
    assert image_set.classes == ("cats", "dogs")
    assert image_set.counts() == {"train": (3, 3)}


def test_splits_by_choice_need_one_for_training(put):
    assert "no folder for training" in fault(put(usual(3)), folders="splits")


@pytest.mark.parametrize(
    "classes",
    [
        ("invalid", "valid"),
        ("dev", "prod"),
        ("bullet train", "tram"),
        ("prediction", "truth"),
        ("test tube", "flask"),
        ("contest", "restrain"),
    ],
)
def test_classes_that_only_sound_like_splits_are_classes(put, classes):
    files = {f"{name}/{number}.png": png() for name in classes for number in range(3)}
    image_set = listing(put(files))
    assert image_set.classes == tuple(sorted(classes))
    assert image_set.counts() == {"train": (3, 3)}


@pytest.mark.parametrize(
    "name",
    ["contest", "latest", "restrain", "trainers", "valley", "devil", "evaluator", "test_train"],
)
def test_words_that_hold_the_name_of_a_split_name_none(name):
    assert part_of(name) is None


def test_a_word_may_begin_with_a_capital_letter():
    assert part_of("PetsTrain").kind == "train"
    assert part_of("PetsTrain").rest == ("pets",)


def test_images_beside_a_folder_within_a_split_are_no_classes_of_it(put):
    files = usual(4, "train/more/") | {"train/0.png": png()} | usual(2, "test/")
    assert "one class (more)" in fault(put(files))


def test_a_class_named_as_a_split_is_said(put):
    files = {f"{name}/{number}.png": png() for name in ("valid", "invalid") for number in range(3)}
    (warning,) = listing(put(files)).warnings
    assert "has a class valid: if it holds a split" in warning


@pytest.mark.parametrize("inner", ["", "test/", "unknown/"])
def test_test_images_without_classes_are_left_out_and_said(put, inner):
    files = usual(4, "train/") | {f"test/{inner}{number}.png": png() for number in range(5)}
    image_set = listing(put(files))
    assert image_set.counts() == {"train": (4, 4)}
    names = tuple(f"test/{inner}{number}.png" for number in range(3))
    assert left_out(image_set) == {"images without classes": (5, names)}
    assert "is left out: its images have no classes" in image_set.warnings[0]
    assert str(image_set.left_out[0]) == (
        f"images without classes: 5 ({', '.join(names)} and 2 more)"
    )


def test_images_to_predict_beside_the_splits_are_left_out(put):
    files = usual(4, "seg_train/seg_train/") | usual(2, "seg_test/seg_test/")
    files |= {f"seg_pred/seg_pred/{number}.png": png() for number in range(3)}
    image_set = listing(put(files))
    assert image_set.counts() == {"train": (4, 4), "test": (2, 2)}
    assert left_out(image_set)["images without classes"][0] == 3


@pytest.mark.parametrize(
    ("train", "test"), [("asl_train/asl_train", "asl_test/asl_test"), ("train_set", "test_images")]
)
def test_a_test_without_classes_is_known_by_its_name(put, train, test):
    files = usual(4, f"{train}/")
    files |= {f"{test}/{name}_test.png": png() for name in ("cats", "dogs")}
    image_set = listing(put(files))
    assert image_set.counts() == {"train": (4, 4)}
    assert left_out(image_set)["images without classes"][0] == 2


def test_competitions_with_labels_in_a_table_have_no_classes(put):
    files = {f"{name}/{number}.png": png() for name in ("train", "test") for number in range(5)}
    assert "train of" in (message := fault(put(files | {"train.csv": b"id,label"})))
    assert "no classes" in message


def test_a_test_with_some_of_the_classes_is_refused(put):
    files = usual(4, "train/") | {"test/cats/0.png": png()}
    assert "other classes in test than in train: dogs" in fault(put(files))


def test_classes_that_differ_in_capital_letters_are_refused_and_said(put):
    files = usual(4, "train/") | {
        f"val/{name}/{n}.png": png() for name in ("Cats", "dogs") for n in "12"
    }
    assert fault(put(files)).endswith("Cats, cats; they differ only in capital letters")


def test_folders_without_images_beside_splits_are_passed_by(put):
    files = usual(4, "images/train/") | usual(2, "images/test/")
    files |= {"annotations/0.xml": b"<x/>", "images/labels/0.txt": b"0", "images/train.csv": b"a"}
    image_set = listing(put(files))
    assert image_set.counts() == {"train": (4, 4), "test": (2, 2)}
    assert left_out(image_set) == {
        "files that are no images of a known kind": (
            3,
            ("annotations/0.xml", "images/labels/0.txt", "images/train.csv"),
        ),
        "folders without images": (1, ("images/labels/",)),
    }


def test_an_empty_test_is_left_out(put):
    image_set = listing(put(usual(4, "train/") | {"test": None}))
    assert image_set.counts() == {"train": (4, 4)}
    assert left_out(image_set) == {"folders without images": (1, ("test/",))}


def test_splits_within_classes_are_said_not_to_be_taken(put):
    files = {
        f"{name}/{split}/{number}.png": png()
        for name in ("cats", "dogs")
        for split in ("train", "test")
        for number in range(3)
    }
    image_set = listing(put(files))
    assert image_set.counts() == {"train": (6, 6)}
    assert "splits within its classes, which are not taken" in image_set.warnings[0]


def test_classes_with_the_same_folders_are_said_to_look_like_splits(put):
    (warning,) = listing(put(usual(3, "fold1/") | usual(3, "fold2/"))).warnings
    assert "same folders (cats, dogs) in each of its classes (fold1, fold2)" in warning


def test_images_beside_a_wrapping_folder_are_left_out_and_said(put):
    image_set = listing(put(usual(3, "all/") | {"preview.png": png()}))
    assert image_set.counts() == {"train": (3, 3)}
    assert left_out(image_set) == {"outside of the folders of classes": (1, ("preview.png",))}
    assert "which are left out: preview.png" in image_set.warnings[0]


def test_a_class_is_one_however_its_accents_are_written(put):
    composed, decomposed = "caf\u00e9", "cafe\u0301"
    files = {f"train/{name}/{n}.png": png() for name in (composed, "thé") for n in range(4)}
    files |= {f"val/{name}/{n}.png": png() for name in (decomposed, "thé") for n in range(2)}
    image_set = listing(put(files))
    assert image_set.classes == (composed, "thé")
    assert image_set.counts() == {"train": (4, 4), "validation": (2, 2)}


def test_both_ways_to_write_a_class_in_one_folder_are_one_class(put):
    files = {
        f"{name}/{n}.png": png() for name in ("caf\u00e9", "cafe\u0301", "thé") for n in range(3)
    }
    image_set = listing(put(files))
    assert image_set.classes == ("caf\u00e9", "thé")
    assert image_set.counts() == {"train": (6, 3)}
