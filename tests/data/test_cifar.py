"""CIFAR's archives: their arrays are read, whatever else is pickled in them is refused."""

import io
import os
import pickle
import tarfile

import numpy as np
import pytest

from attnlab.data import named
from attnlab.data.cifar import arrays

RANDOM = np.random.default_rng(0)


def images(count):
    return RANDOM.integers(0, 256, (count, 3 * 32 * 32)).astype(np.uint8)


def archive(parts):
    """A .tar.gz with these pickles, as CIFAR-10's and CIFAR-100's are made."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as files:
        for name, content in parts.items():
            if not isinstance(content, bytes):
                content = pickle.dumps(content, protocol=2)
            member = tarfile.TarInfo(f"cifar-python/{name}")
            member.size = len(content)
            files.addfile(member, io.BytesIO(content))
    packed.seek(0)
    return packed


def hundred(**changed):
    parts = {
        name: {b"data": images(count), b"fine_labels": [7, 99] * (count // 2), b"coarse_labels": []}
        for name, count in (("train", 6), ("test", 4))
    }
    return parts | changed


def test_images_are_in_the_order_of_the_file_with_their_colours_last():
    parts = {
        f"data_batch_{number}": {b"data": images(4), b"labels": [number] * 4, b"batch_label": b"x"}
        for number in range(1, 6)
    }
    parts["test_batch"] = {b"data": images(2), b"labels": [8, 9]}
    found = arrays("keras:cifar10", archive(parts | {"readme.html": b"<p>"}))
    assert found["y_train"].tolist() == np.repeat(range(1, 6), 4).tolist()
    assert found["y_test"].tolist() == [8, 9]
    assert found["x_train"].shape == (20, 32, 32, 3)
    third = parts["data_batch_1"][b"data"][3]
    assert (found["x_train"][3, 5, 6] == third[[5 * 32 + 6 + 1024 * c for c in range(3)]]).all()


def test_a_hundred_classes_are_those_named_fine():
    found = arrays("keras:cifar100", archive(hundred()))
    assert found["y_train"].tolist() == [7, 99, 7, 99, 7, 99]


class Runs:
    def __reduce__(self):
        return os.mkdir, (os.environ["CIFAR_TEST_FOLDER"],)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"train": {b"data": images(2), b"fine_labels": [1]}}, "for \\(1,\\) labels"),
        ({"train": {b"data": images(2).astype(float), b"fine_labels": [1, 2]}}, "got float64"),
        ({"train": {b"data": images(2)}}, "train is damaged"),
        ({"train": b"\x80\x02nonsense"}, "train is damaged"),
        ({"train": [1, 2]}, "train is damaged"),
    ],
)
def test_what_is_no_cifar_is_told(changed, told):
    with pytest.raises(ValueError, match=told):
        arrays("keras:cifar100", archive(hundred(**changed)))


def test_missing_files_and_no_archives_are_told():
    with pytest.raises(ValueError, match="holds no file data_batch_1"):
        arrays("keras:cifar10", archive(hundred()))
    with pytest.raises(ValueError, match=r"expected an archive \(.tar.gz\)"):
        arrays("keras:cifar10", io.BytesIO(b"not one"))


def test_nothing_that_is_pickled_is_run(tmp_path, monkeypatch):
    folder = tmp_path / "made"
    monkeypatch.setenv("CIFAR_TEST_FOLDER", str(folder))
    with pytest.raises(ValueError, match=r"it asks for posix\.mkdir, and is not read"):
        arrays("keras:cifar100", archive(hundred(train=Runs())))
    assert not folder.exists()


def test_what_is_fetched_is_kept_as_arrays_of_images(home, monkeypatch):
    monkeypatch.setattr(named, "_received", lambda file: archive(hundred()).getvalue())
    path = named.place_of("keras:cifar100")
    assert path == home / "datasets" / "keras-cifar100.npz"
    with np.load(path) as kept:
        assert kept["x_test"].shape == (4, 32, 32, 3)
