"""Masks as the truth of images of one's own: the same as that of a task that has it built in."""

import io
import pickle
import shutil

import numpy as np
import pytest
from data.images.conftest import archived, png, usual
from PIL import Image

from attnlab import SpecError, Study, TaskSpec
from attnlab.data.memory import VARIABLE
from attnlab.spec.moving import with_data_at
from attnlab.tasks import carried_images, make, measures
from attnlab.tasks.data import TaskData
from attnlab.tasks.examples import example
from attnlab.tasks.folder import inspected_images


def images(path, **options):
    values = {"path": str(path), "size": 8, "colour": False, "masks": "masks", **options}
    return TaskSpec.model_validate({"name": "image-folder", "source": "folder", **values})


def masked(each=4):
    """Images of two classes with masks: of the first the upper half is marked, of the second one
    the left half."""
    files = usual(each)
    for of, box in (("cats", (0, 0, 8, 3)), ("dogs", (0, 0, 4, 6))):
        mask = Image.new("L", (8, 6))
        mask.paste(255, box)
        file = io.BytesIO()
        mask.save(file, "PNG")
        files |= {f"masks/{of}/{number}.png": file.getvalue() for number in range(each)}
    return files


@pytest.fixture(scope="module")
def built_in():
    """A hundred images of a task whose truth is known."""
    task = TaskSpec.model_validate("cluttered-digits:samples=200,test_samples=0,classes=3")
    return make(task, 0)


def test_images_and_masks_in_files_are_the_task_that_they_were_written_from(built_in, tmp_path):
    for split, of_split in (("train", built_in.train), ("validation", built_in.validation)):
        for number, (x, label) in enumerate(zip(of_split.x, of_split.y, strict=True)):
            place = tmp_path / "set" / split / f"digit {label}"
            place.mkdir(parents=True, exist_ok=True)
            pixels = np.rint(x[..., 0] * 255).astype(np.uint8)
            Image.fromarray(pixels).save(place / f"{number}.png")
            if split == "validation":
                marks = tmp_path / "set" / "masks" / place.name
                marks.mkdir(parents=True, exist_ok=True)
                Image.fromarray(built_in.truth[number]).save(marks / f"{split}-{number}.png")
                (place / f"{number}.png").rename(place / f"{split}-{number}.png")
    own = make(images(tmp_path / "set", size=20, share=0.1), 0)
    known = {_shown(x): number for number, x in enumerate(built_in.validation.x)}
    weights = np.random.default_rng(0).random((len(own.validation), 5, 5))
    numbers = [known[_shown(x)] for x in own.validation.x]
    assert len(numbers) >= 15
    for x, y, truth, number in zip(
        own.validation.x, own.validation.y, own.truth, numbers, strict=True
    ):
        np.testing.assert_allclose(x, built_in.validation.x[number], atol=0.5 / 255 + 1e-6)
        assert y == built_in.validation.y[number]
        assert (truth == built_in.truth[number]).all()
    found = measures.of_trace(weights, "gate", truth=own.truth)
    assert found == measures.of_trace(weights, "gate", truth=built_in.truth[numbers])


def _shown(x):
    return np.rint(x * 255).astype(np.uint8).tobytes()


def test_masks_are_the_truth_of_the_validation_images_and_change_no_image(tmp_path, monkeypatch):
    path = archived(tmp_path / "pets.zip", masked(10))
    data, plain = make(images(path), 3), make(images(path, masks=""), 3)
    assert isinstance(data, TaskData)
    for part in ("train", "validation", "test"):
        np.testing.assert_array_equal(getattr(data, part).x, getattr(plain, part).x)
    assert plain.truth is None
    upper, left = np.indices((8, 8)) < 4
    for label, truth in zip(data.validation.y, data.truth, strict=True):
        assert (truth == (left if label else upper)).all()
    assert (images(path).truth_axis, images(path, masks="").truth_axis) == ("place", "")
    shown = example(images(path), data, 0)
    assert (shown.truth == data.truth[0]).all()
    monkeypatch.setenv(VARIABLE, "0")
    streamed = make(images(path), 3)
    np.testing.assert_array_equal(np.asarray(streamed.validation.x), data.validation.x)
    np.testing.assert_array_equal(streamed.truth, data.truth)


def test_images_without_a_mask_are_left_out_of_the_measures(tmp_path):
    files = {name: data for name, data in masked(10).items() if not name.startswith("masks/cats")}
    data = make(images(archived(tmp_path / "pets.zip", files)), 0)
    dogs = data.validation.y == 1
    assert data.truth.any(axis=(1, 2)).tolist() == dogs.tolist()
    assert example(images(tmp_path / "pets.zip"), data, int(np.argmin(dogs))).truth is None
    weights = np.random.default_rng(0).random((len(dogs), 8, 8))
    found = measures.of_trace(weights, "gate", truth=data.truth)
    alone = measures.of_trace(weights[dogs], "gate", truth=data.truth[dogs])
    for name in (*measures.OF_TRUTH, "chance"):
        assert found[name] == alone[name]


def test_masks_that_no_measured_image_has_are_told(tmp_path):
    files = masked(10) | {
        f"masks/{of}/{n}.png": png(0) for of in ("cats", "dogs") for n in range(10)
    }
    with pytest.raises(SpecError, match="none of the 4 images on which attention is measured"):
        make(images(archived(tmp_path / "pets.zip", files)), 0)


def test_an_inspection_says_how_many_images_have_a_mask(tmp_path):
    files = {name: data for name, data in masked(10).items() if name != "masks/cats/4.png"}
    files["masks/dogs/0.png"] = png(255)
    found = inspected_images(images(archived(tmp_path / "pets.zip", files)).params)
    assert found.read_as == {"masks": "for 19 of 20 images"}
    assert "1 image of 20 without a mask (cats/4.png)" in found.warnings[0]
    assert "masks that mark the whole image" in found.warnings[-1]


def test_masks_are_kept_by_name_or_absolute_and_move_with_the_images(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert images("pets", masks="'masks' ").params.masks == "masks"
    assert images("pets", masks="./marks").params.masks == str(tmp_path / "marks")
    assert not images("pets", masks="masks", source="example").truth_axis
    task = images("pets", masks="pets/masks").model_dump()
    moved = with_data_at(Study(task=task, arms=["none"]), "/elsewhere/pets")
    assert moved.task.params.masks == "/elsewhere/pets/masks"


def test_masks_travel_to_other_machines_with_their_images(tmp_path):
    path = tmp_path / "pets"
    for name, data in masked().items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    task = images(path)
    before = make(task, 0)
    brought = pickle.loads(pickle.dumps(carried_images.carried_images(task.params)))
    shutil.rmtree(path)
    brought.install()
    try:
        after = make(task, 0)
    finally:
        brought.remove()
    assert (before.truth == after.truth).all()
    assert (before.validation.x == after.validation.x).all()
