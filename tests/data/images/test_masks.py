"""Masks of images: found by name, laid out as their images are; what is wrong with one is told."""

import io

import numpy as np
import pytest
from PIL import Image

from attnlab.data.images import ImageSetError, listing
from attnlab.data.images.contents import image_set_fingerprint
from attnlab.data.images.mask_pixels import marked
from attnlab.data.images.rendering import Rendering

from .conftest import archived, png, usual


def saved(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def corner(width=8, height=6, mode="L", lit=255, **options):
    """A mask that marks the upper left quarter."""
    image = Image.new(mode, (width, height))
    image.paste(lit, (0, 0, width // 2, height // 2))
    return saved(image, **options)


def masks(each=4, base="masks/", name="{of}/{number}.png"):
    return {
        base + name.format(of=of, number=number): corner()
        for of in ("cats", "dogs")
        for number in range(each)
    }


def of_all(image_set):
    return tuple(name for images in image_set.splits.values() for name, _ in images)


def seen(path, fit="stretch"):
    """What the masks of a set mark, image by image, and what is noted."""
    image_set = listing(path, masks="masks")
    found = marked(image_set, of_all(image_set), Rendering(8, False, fit=fit))
    return found.pixels, [str(note) for note in found.notes]


ARRANGED = {
    "beside the classes": ("", "masks/", "{of}/{number}.png"),
    "beside a folder of all images": ("images/", "masks/", "{of}/{number}.png"),
    "in a folder of all": ("pets/images/", "pets/masks/", "{of}/{number}.bmp"),
    "in a split": ("train/images/", "train/masks/", "{of}/{number}.png"),
    "for all splits": ("train/", "masks/", "train/{of}/{number}.png"),
    "with a word behind": ("", "masks/", "{of}/{number}_mask.png"),
    "with the ending of the image": ("", "masks/", "{of}/{number}.png.png"),
    "in capital letters": ("", "Masks/", "{of}/{number}.PNG"),
}


@pytest.mark.parametrize("how", ARRANGED)
def test_masks_are_found_by_the_names_of_their_images(put, how):
    base, folder, name = ARRANGED[how]
    path = put(usual(4, base) | masks(4, folder, name))
    image_set = listing(path, masks="masks")
    assert image_set.classes == ("cats", "dogs")
    assert image_set.counts() == {"train": (4, 4)}
    for image, mask in image_set.masks:
        assert image.split("/")[-2] in mask
        assert image.rpartition("/")[2][0] == mask.rpartition("/")[2][0]
    assert len(image_set.masks) == 8
    assert image_set.warnings == image_set.left_out == ()


def test_masks_without_folders_of_classes_have_names_that_no_two_images_share(put):
    files = {f"{of}/{of}{n}.png": png() for of in ("cats", "dogs") for n in range(3)}
    flat = {f"masks/{of}{n}.png": corner() for of in ("cats", "dogs") for n in range(3)}
    assert len(listing(put(files | flat), masks="masks").masks) == 6


@pytest.mark.parametrize("kind", ["folder", "zip", "folder within another"])
def test_masks_may_lie_elsewhere(put, tmp_path, kind):
    path = put(usual())
    base = "pets_masks/" if kind == "folder within another" else ""
    elsewhere = tmp_path / "marks"
    if kind == "zip":
        elsewhere = archived(tmp_path / "marks.zip", masks(4, base))
    else:
        for name, data in masks(4, base).items():
            (elsewhere / name).parent.mkdir(parents=True, exist_ok=True)
            (elsewhere / name).write_bytes(data)
    for given in (str(elsewhere), elsewhere.name):
        assert len(listing(path, masks=given).masks) == 8


def test_an_absolute_path_into_the_set_is_the_folder_there(tmp_path):
    for name, data in (usual() | masks()).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    image_set = listing(tmp_path, masks=str(tmp_path / "masks"))
    assert image_set.masks == listing(tmp_path, masks="masks").masks
    assert image_set.classes == ("cats", "dogs")


@pytest.mark.parametrize("base", ["", "images/"])
def test_masks_that_are_not_named_are_no_class(put, base):
    image_set = listing(put(usual(4, base) | masks()))
    assert image_set.classes == ("cats", "dogs")
    assert "masks of images, which nothing names as masks: 8" in str(image_set.left_out[0])
    assert "is left out" in image_set.warnings[0]
    assert "set masks to masks" in image_set.warnings[0]


def test_a_class_that_is_called_masks_is_one_with_a_warning(put):
    others = {f"masks/portrait {number}.png": png(number) for number in range(4)}
    image_set = listing(put(usual() | others))
    assert image_set.classes == ("cats", "dogs", "masks")
    assert "the folder masks is taken for a class" in image_set.warnings[0]


def test_faces_with_and_without_a_mask_are_classes_without_a_word(put):
    files = {f"{of}/{n}.png": png(n) for of in ("mask", "no_mask", "wrong_mask") for n in range(4)}
    image_set = listing(put(files))
    assert (image_set.classes, image_set.warnings) == (("mask", "no_mask", "wrong_mask"), ())


def test_images_without_a_mask_and_masks_without_an_image_are_counted(put):
    files = masks()
    del files["masks/cats/0.png"], files["masks/dogs/3.png"]
    image_set = listing(put(usual() | files | {"masks/dogs/9.png": corner()}), masks="masks")
    (warning,) = image_set.warnings
    assert warning.startswith("2 images of 8 without a mask (cats/0.png, dogs/3.png)")
    (note,) = image_set.left_out
    assert str(note) == "masks of no image: 1 (masks/dogs/9.png)"
    found = marked(image_set, of_all(image_set), Rendering(8, False)).pixels
    assert found.any(axis=(1, 2)).tolist() == [False, *[True] * 6, False]


def test_a_mask_is_laid_out_as_its_image_is(put):
    path = put(usual() | masks())
    whole, _ = seen(path)
    assert (whole == np.kron([[1, 0], [0, 0]], np.ones((4, 4)))).all()
    padded, _ = seen(path, "pad")
    assert np.argwhere(padded[0].any(axis=1)).ravel().tolist() == [1, 2, 3]


WAYS = {
    "grey": corner(lit=1),
    "twice as large": corner(16, 12),
    "colours": corner(mode="RGB", lit=(0, 0, 9)),
    "one bit": corner(mode="1", lit=1),
    "16 bits": saved(Image.fromarray(np.kron([[300, 0], [0, 0]], np.ones((3, 4))).astype("u2"))),
    "JPEG": corner(400, 300, kind="JPEG", quality=30),
    "by alpha alone": corner(mode="LA", lit=(0, 255)),
    "a palette of classes": corner(mode="P", lit=3),
}


@pytest.mark.parametrize("way", WAYS)
def test_what_is_not_black_is_marked_in_any_kind_of_file(tmp_path, way):
    image = Image.open(io.BytesIO(WAYS[way]))
    if image.mode == "P":
        image.putpalette([0, 0, 0, 200, 0, 0, 0, 200, 0, 0, 0, 200])
    data = saved(image) if image.mode == "P" else WAYS[way]
    path = archived(tmp_path / "set.zip", usual() | masks() | {"masks/cats/0.png": data})
    found, _ = seen(path)
    assert (found[0] == found[1]).all()


def test_masks_that_mark_nothing_or_everything_are_said(put):
    files = {"masks/cats/0.png": png(0), "masks/cats/1.png": png(255)}
    _, notes = seen(put(usual() | masks() | files))
    assert any(note.startswith("masks that mark nothing") for note in notes)
    assert any(note.startswith("masks that mark the whole image") for note in notes)


FAULTY = {
    "other names": ({"masks/a.png": corner()}, "none of the 1 masks in masks of"),
    "no images": ({"masks/notes.txt": b"x"}, "holds no masks"),
    "no folder": ({}, "there is no folder masks in"),
    "two for one": (masks() | {"masks/cats/0.bmp": corner()}, "has more than one mask"),
    "of any class": ({f"masks/{n}.png": corner() for n in range(4)}, "may be the mask of"),
    "broken": (masks() | {"masks/cats/2.png": corner()[:60]}, "has a mask that cannot be used"),
    "no image": (masks() | {"masks/cats/2.png": b"x"}, "masks/cats/2.png (not a PNG"),
    "other shape": (
        masks() | {"masks/cats/2.png": corner(8, 8)},
        "masks/cats/2.png (8 × 8 pixels are not in the proportions of its image, 8 × 6)",
    ),
}


@pytest.mark.parametrize("fault", FAULTY)
def test_a_mask_that_cannot_be_used_is_named(put, fault):
    files, message = FAULTY[fault]
    path = put(usual() | files)
    with pytest.raises(ImageSetError) as caught:
        seen(path)
    assert message in str(caught.value)


def test_a_fingerprint_has_the_masks_wherever_they_are(tmp_path):
    def state(path, masks):
        image_set = listing(path, masks=masks)
        return image_set_fingerprint(image_set, of_all(image_set))

    inside = state(archived(tmp_path / "a.zip", usual() | masks()), "masks")
    archived(tmp_path / "b.zip", usual())
    archived(tmp_path / "marks.zip", masks(base=""))
    assert state(tmp_path / "b.zip", "marks.zip") == inside
    changed = masks() | {"masks/cats/0.png": png(255)}
    assert state(archived(tmp_path / "c.zip", usual() | changed), "masks") != inside
