"""What an image set holds, and each fault by its name; the same in a folder and in an archive."""

import pytest

from attnlab.data.images import ImageSetError, listing
from attnlab.data.images.listing import FEWEST_IMAGES

from .conftest import archived, png, usual


def fault(path):
    with pytest.raises(ImageSetError) as caught:
        listing(path)
    return str(caught.value)


def test_subfolders_are_classes_in_the_order_of_their_names(put):
    image_set = listing(put(usual(each=3)))
    assert image_set.classes == ("cats", "dogs")
    assert list(image_set.splits) == ["train"]
    assert image_set.splits["train"] == tuple(
        (f"{name}/{number}.png", label)
        for label, name in enumerate(("cats", "dogs"))
        for number in range(3)
    )
    assert image_set.counts() == {"train": (3, 3)}


@pytest.mark.parametrize(
    ("train", "validation"), [("train", "validation"), ("Training", "val"), ("train", "valid")]
)
def test_folders_of_splits_are_taken_by_any_of_their_names(put, train, validation):
    files = usual(5, f"{train}/") | usual(2, f"{validation}/") | usual(1, "test/")
    image_set = listing(put(files))
    assert image_set.classes == ("cats", "dogs")
    assert image_set.counts() == {"train": (5, 5), "validation": (2, 2), "test": (1, 1)}
    assert image_set.splits["validation"][0] == (f"{validation}/cats/0.png", 0)


def test_a_folder_around_everything_is_passed_through(put):
    image_set = listing(put({"all/of it/README.txt": b"x", **usual(3, "all/of it/")}))
    assert image_set.classes == ("cats", "dogs")
    assert image_set.splits["train"][0][0] == "all/of it/cats/0.png"


def test_what_systems_leave_about_is_left_out(put):
    litter = (".DS_Store", "__MACOSX/cats/._0.png", "cats/.hidden.png", "cats/Thumbs.db")
    image_set = listing(put(usual(3) | dict.fromkeys(litter, b"x")))
    assert image_set.counts() == {"train": (3, 3)}


def test_images_further_down_belong_to_the_class_above_them(put):
    files = usual(3) | {"cats/more/here.png": png(), "dogs/more/here.png": png()}
    assert listing(put(files)).counts() == {"train": (4, 4)}


def test_at_most_so_many_of_a_class_are_the_first_by_name(put):
    image_set = listing(put(usual(4)))
    assert image_set.limited(3)["train"] == tuple(
        (name, label) for name, label in image_set.splits["train"] if not name.endswith("3.png")
    )
    assert image_set.limited(100) == image_set.splits


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"a.txt": b"x"}, "no classes"),
        ({"cats/0.png": png()}, "one class (cats)"),
        (usual(3) | {"fish": None}, "without any image: fish"),
        (
            usual(3) | {"fish/0.txt": b"x"},
            "without any image: fish. Images are files that end in .png",
        ),
        (usual(3) | {"loose.png": png()}, "in no class's subfolder: loose.png"),
        (usual(3, "train/") | usual(3, "odd/"), "beside them odd"),
        (usual(3, "train/") | usual(3, "val/") | usual(3, "valid/"), "two folders for validation"),
        (usual(3, "train/") | {"val/cats/0.png": png(), "val/fish/0.png": png()}, "dogs, fish"),
        (usual(FEWEST_IMAGES - 1), "fewer than 3 images to divide into splits: cats, dogs"),
        (usual(3, "train/") | usual(1, "val/"), "fewer than 2 images"),
    ],
)
def test_a_set_that_cannot_be_used_says_why(put, files, expected):
    path = put(files)
    message = fault(path)
    assert expected in message
    assert str(path) in message


def test_more_than_three_names_are_counted(put):
    files = usual(3) | {f"{number}.png": png() for number in range(5)}
    assert "0.png, 1.png, 2.png and 2 more" in fault(put(files))


def test_a_path_that_leads_nowhere_says_so(tmp_path):
    assert "there is no folder or zip archive" in fault(tmp_path / "nowhere")
    (tmp_path / "text.zip").write_bytes(b"not a zip")
    assert "neither a folder nor a zip archive" in fault(tmp_path / "text.zip")
    assert "no folder or zip archive" in fault("nul\0byte")
    assert "cannot read" in fault("~nobody-of-this-name/images")


def test_a_truncated_archive_is_named(tmp_path):
    path = archived(tmp_path / "set.zip", usual(3))
    path.write_bytes(path.read_bytes()[:-200])
    assert str(path) in fault(path)


def test_a_change_is_seen_and_nothing_is_read_twice_without_one(put):
    path = put(usual(3))
    first = listing(path)
    assert listing(path) is first
    assert listing(put(usual(4))).counts() == {"train": (4, 4)}
