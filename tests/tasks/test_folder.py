"""Images from folders and archives: which become what split, and when a fault is told."""

import io
import math
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from data.images.conftest import archived, png, usual
from PIL import Image

from attnlab import SpecError, Study, TaskSpec
from attnlab.catalog.task_entries import folder as entries
from attnlab.data.images import CATS_AND_DOGS, pixels
from attnlab.data.images.encodings import CODECS
from attnlab.tasks import make
from attnlab.tasks.folder import inspected_images
from attnlab.training import memory


def images(path, **options):
    values = {"source": "folder", "path": str(path), "size": 8, "colour": False, **options}
    return TaskSpec.model_validate({"name": "image-folder", **values})


def written(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def saved(image):
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def shades(split):
    """What each image of a split shows: `usual` gives every one a shade of its own."""
    return sorted(np.rint(split.x[:, 0, 0, 0] * 255).astype(int))


def test_a_folder_and_an_archive_of_it_give_the_same_data(tmp_path):
    files = usual(6)
    one = make(images(written(tmp_path / "set", files)), 0)
    two = make(images(archived(tmp_path / "set.zip", files)), 0)
    for name in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(one, name).x, getattr(two, name).x)
        np.testing.assert_array_equal(getattr(one, name).y, getattr(two, name).y)


def test_one_set_is_cut_class_by_class_and_otherwise_at_another_seed(tmp_path):
    task = images(written(tmp_path, usual(10)), share=0.3)
    first, second = make(task, 0), make(task, 1)
    for data in (first, second):
        assert [np.bincount(part.y).tolist() for part in (data.train, data.validation)] == [
            [4, 4],
            [3, 3],
        ]
        every = [
            shade for part in (data.train, data.validation, data.test) for shade in shades(part)
        ]
        assert sorted(every) == [*range(10, 20), *range(100, 110)]
        assert ((data.train.x[:, 0, 0, 0] * 255 > 50) == data.train.y).all()
    assert shades(first.test) != shades(second.test)


def test_folders_of_splits_are_kept_and_half_of_validation_is_for_testing(tmp_path):
    files = usual(3, "train/") | usual(4, "validation/")
    data = make(images(written(tmp_path, files)), 0)
    assert shades(data.train) == [10, 11, 12, 100, 101, 102]
    assert [len(data.validation), len(data.test)] == [4, 4]
    assert sorted(shades(data.validation) + shades(data.test)) == [
        *range(10, 14),
        *range(100, 104),
    ]


def test_every_encoding_can_be_chosen():
    offered = get_args(entries.ImageFolderParameters.model_fields["encoding"].annotation)
    assert set(offered) == {"auto", *CODECS}


def test_how_a_set_is_read_is_chosen_by_the_plan(tmp_path):
    files = {f"{name}/{n}.png": png(n) for name in ("test", "bus", "car") for n in range(5)}
    clear = Image.new("LA", (8, 8), (0, 0))
    path = written(tmp_path, files | {f"bus/{n}.png": saved(clear) for n in range(5)})
    with pytest.raises(SpecError, match="set folders to classes"):
        make(images(path), 0)
    data = make(images(path, folders="classes", background="black"), 0)
    assert data.classes == 3
    assert (data.train.x[data.train.y == 0] == 0).all()
    assert (make(images(path, folders="classes"), 0).train.x[data.train.y == 0] == 1).all()


def test_images_are_padded_with_the_background_or_cropped(tmp_path):
    path = written(tmp_path, {f"{name}/{n}.png": png(255) for name in "ab" for n in range(4)})
    padded = make(images(path, fit="pad", background="black"), 0).train.x[0, ..., 0]
    assert padded[:, 0].tolist() == [0, 1, 1, 1, 1, 1, 1, 0]  # of 8 × 6 pixels
    assert (make(images(path, fit="crop"), 0).train.x == 1).all()


def test_a_folder_for_testing_is_all_that_is_tested(tmp_path):
    files = usual(10, "train/") | usual(2, "test/")
    data = make(images(written(tmp_path, files)), 0)
    assert shades(data.test) == [10, 11, 100, 101]
    assert np.bincount(data.validation.y).tolist() == [2, 2]
    assert np.bincount(data.train.y).tolist() == [8, 8]


@pytest.mark.parametrize("share", [0.05, 0.4])
@pytest.mark.parametrize("each", [3, 4, 5])
def test_every_split_of_the_smallest_sets_has_every_class(tmp_path, each, share):
    data = make(images(written(tmp_path, usual(each)), share=share), 0)
    for part in (data.train, data.validation, data.test):
        assert set(part.y) == {0, 1}


def test_guessing_is_right_as_often_as_validation_shows_the_commonest_class(tmp_path):
    files = {name: data for name, data in usual(20).items() if name < "dogs/15"}
    task = images(written(tmp_path, files))
    validation = make(task, 0).validation
    assert task.chance == np.bincount(validation.y).max() / len(validation) > 0.5


def test_images_are_decoded_once_for_all_seeds(tmp_path, monkeypatch):
    task = images(written(tmp_path, usual(4)))
    calls = []
    decode = pixels._picture
    monkeypatch.setattr(pixels, "_picture", lambda *a: calls.append(a[1]) or decode(*a))
    for seed in range(5):
        make(task, seed).train.x[:] = -1  # what a seed does to its arrays is its own
    assert len(calls) == 8
    assert make(task, 0).train.x.min() >= 0


def test_a_study_whose_folder_is_gone_can_be_opened_but_not_trained(tmp_path):
    gone = tmp_path / "gone"
    study = Study(task=images(gone).model_dump(), arms=["none", "se:ratio=4"], seeds=2)
    assert math.isnan(study.task.chance)
    assert Study.from_text(study.to_yaml()) == study
    with pytest.raises(SpecError, match="there is no folder or zip archive"):
        memory.check(study)
    written(gone, usual(4))
    memory.check(study)
    assert study.task.chance == 0.5


@pytest.mark.parametrize("path", ["", "   "])
def test_a_path_that_was_not_given_is_asked_for(path):
    with pytest.raises(SpecError, match="path is missing: give a folder or zip archive"):
        memory.check(Study(task=images(path).model_dump(), arms=["none"], seeds=1))


def test_cats_and_dogs_are_known_without_being_there():
    task = TaskSpec.model_validate("image-folder:source=cats-and-dogs,size=128")
    assert task.chance == 0.5
    assert task.params.classes == 2
    floats = 3000 * (128 * 128 * 3 + 1) * 4
    assert floats < task.entry.nbytes(task.params) < 1.3 * floats
    fewer = TaskSpec.model_validate("image-folder:source=cats-and-dogs,size=128,most=300")
    assert fewer.entry.nbytes(fewer.params) == pytest.approx(
        task.entry.nbytes(task.params) * 1200 / 3000
    )


def test_cats_and_dogs_provided_by_hand_are_trained_on(home, monkeypatch):
    counts = (("train", (4, 4)), ("validation", (2, 2)))
    preset = replace(CATS_AND_DOGS, counts=counts)
    monkeypatch.setitem(entries.PRESETS, "cats-and-dogs", preset)
    preset.path.parent.mkdir(parents=True)
    base = "cats_and_dogs_filtered/"
    archived(preset.path, usual(4, f"{base}train/") | usual(2, f"{base}validation/"))
    data = make(TaskSpec.model_validate("image-folder:source=cats-and-dogs,size=8"), 0)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [8, 2, 2]
    assert data.train.x.shape[1:] == (8, 8, 3)


def test_an_inspection_has_the_splits_of_a_seed_and_what_is_left_out(tmp_path):
    files = {**usual(10), "cats/notes.txt": b"x"}
    path = archived(tmp_path / "pets.zip", files)
    params = TaskSpec.model_validate({"data": str(path)}).params
    found = inspected_images(params)
    assert (found.kind, found.samples, found.chance) == ("images", 20, 0.5)
    assert found.splits == {
        "train": {"cats": 6, "dogs": 6},
        "validation": {"cats": 2, "dogs": 2},
        "test": {"cats": 2, "dogs": 2},
    }
    assert found.drawn_anew
    assert [(each.what, "no images" in each.reason) for each in found.left_out] == [
        ("1 file (cats/notes.txt)", True)
    ]


def test_the_title_has_the_last_part_of_the_path_alone():
    assert images("/data/of/many/years/pets").title == "Image folder (pets)"
    assert images("", source="cats-and-dogs").title == "Image folder (cats-and-dogs)"
