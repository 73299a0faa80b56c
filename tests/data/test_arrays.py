"""Arrays in .npz files: what each is for, and that hostile ones are refused in a sentence."""

import contextlib
import io
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab import TaskSpec
from attnlab.data.arrays import read_arrays
from attnlab.data.tables import TableError
from attnlab.tasks import make


def saved(path, **arrays):
    np.savez(path, **arrays)
    return path


def entries(path, **contents):
    """A zip archive with these bytes as its entries."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(f"{name}.npy", content)
    return path


def header(shape, dtype="<f8", magic=b"\x93NUMPY\x01\x00"):
    text = f"{{'descr': {dtype!r}, 'fortran_order': False, 'shape': {shape}, }}".ljust(117) + "\n"
    return magic + len(text).to_bytes(2, "little") + text.encode()


def plain(array):
    file = io.BytesIO()
    np.save(file, array, allow_pickle=True)
    return file.getvalue()


X = np.arange(60.0).reshape(12, 5)
Y = np.arange(12) % 3


def test_arrays_are_found_by_their_usual_names(tmp_path):
    read = read_arrays(saved(tmp_path / "a.npz", DATA=X, Target=Y[:, None], other=X))
    assert read.x.tobytes() == X.tobytes()
    assert read.y.tolist() == Y.tolist()
    assert (read.given, read.truth, read.names) == ({}, None, ())
    parts = {"x_train": X[:6], "y_train": Y[:6], "val_x": X[6:9], "val_y": Y[6:9]}
    read = read_arrays(saved(tmp_path / "b.npz", **parts, x_test=X[9:], y_test=Y[9:]))
    assert read.x.tobytes() == X.tobytes()
    assert {split: list(rows) for split, rows in read.given.items()} == {
        "train": [*range(6)],
        "validation": [6, 7, 8],
        "test": [9, 10, 11],
    }


def test_features_are_a_table_with_the_truth_and_the_splits_of_the_file(tmp_path):
    random = np.random.default_rng(0)
    x, y = random.normal(size=(90, 4)), np.arange(90) % 3
    about = {"names": list("abcd"), "classes": ["one", "two", "ten"], "truth": [0, 1, 0, 1]}
    path = saved(tmp_path / "t.npz", x=x, y=y, **about)
    task = TaskSpec.model_validate({"data": str(path)})
    assert (task.name, task.params.truth) == ("own-table", "b, d")
    assert TaskSpec.model_validate(task.model_dump()) == task
    by_hand = TaskSpec.model_validate({"data": str(path), "truth": "a"})
    assert by_hand.params.truth == "a"
    assert (task.input_names, task.truth) == (("a", "b", "c", "d"), (1, 3))
    data = make(task, 0)
    assert data.truth.shape == (18, 4)
    assert task.params.classes == 3
    parts = {"x_train": x[:60], "y_train": y[:60], "x_test": x[60:], "y_test": y[60:]}
    given = TaskSpec.model_validate({"data": str(saved(tmp_path / "s.npz", **parts))})
    tested = make(given, 0).test
    assert len(tested) == 30
    assert sorted(tested.y) == sorted(y[60:])
    assert given.input_names == ("x0", "x1", "x2", "x3")  # and not the split
    by_group = {"data": given.params.data, "split": "group", "split_column": "x0"}
    assert TaskSpec.model_validate(by_group).input_names == ("x1", "x2", "x3")
    number = saved(tmp_path / "n.npz", x=x, y=x[:, 0] + random.normal(size=90))
    assert TaskSpec.model_validate({"data": str(number)}).name == "own-number"


def test_an_entry_that_holds_objects_is_never_unpickled(tmp_path):
    class Trap:
        def __reduce__(self):
            return (open, (str(tmp_path / "sprung"), "w"))

    bomb = np.empty(12, object)
    bomb[0] = Trap()
    for name in ("x", "y", "truth"):
        arrays = {"x": plain(X), "y": plain(Y), name: plain(bomb)}
        with pytest.raises(TableError, match="holds Python objects, which are not read"):
            read_arrays(entries(tmp_path / f"{name}.npz", **arrays))
    raw = {"x": pickle.dumps(Trap()), "y": plain(Y)}
    with pytest.raises(TableError, match="x is no array of NumPy"):
        read_arrays(entries(tmp_path / "raw.npz", **raw))
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize(
    ("x", "told"),
    [
        (header((2**40, 2**20)), "declares arrays of"),
        (header((12, 5)), "x is damaged"),
        (header((12, -5)), r"its shape is \(12, -5\)"),
        (header((12, 5), "O"), "Python objects"),
        (header((12, 5), "<c16"), "expected numbers or texts in x"),
        (header((12, 5), "V8"), "expected numbers or texts in x"),
        (header((12, 5), magic=b"\x93NUMPY\x09\x00"), "x is no array of NumPy"),
        (b"", "x is no array of NumPy"),
        (plain(X).replace(b"'shape'", b"'shap\0 "), "x is no array of NumPy"),
        (plain(X[:0]), "expected a label for each of the 0 samples"),
        (plain(X[:, :0]), "expected 1 to 200,000 samples"),
        (plain(X[:, 0]), "expected 1 to 200,000 samples"),
        (plain(X[:5]), "expected a label for each of the 5 samples"),
    ],
)
def test_arrays_that_can_not_be_read_are_told(tmp_path, x, told):
    with pytest.raises(TableError, match=told):
        read_arrays(entries(tmp_path / "t.npz", x=x, y=plain(Y)))


def test_no_more_is_unpacked_than_the_header_says(tmp_path):
    swelling = plain(X) + b"\0" * 2**25
    path = entries(tmp_path / "bomb.npz", x=swelling, y=plain(Y))
    assert path.stat().st_size < 2**20
    assert read_arrays(path).x.tobytes() == X.tobytes()


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"z": X}, "expected samples in .*, called x, or x_train and x_test; got z"),
        ({"x": X}, "expected labels in"),
        ({"x_train": X, "y_train": Y, "x_test": X}, "samples without labels"),
        ({"x_train": X, "y_train": Y, "x_test": X[:, :3], "y_test": Y}, "different shapes"),
        ({"x": X, "y": Y, "truth": [0, 1, 2, 0, 0]}, "expected yes and no"),
        ({"x": X, "y": Y, "truth": [True]}, r"expected a truth of shape \(5,\)"),
        ({"x": X, "y": Y, "names": ["a"]}, "1 names for 5 features"),
        ({"x": X, "y": Y, "classes": ["a"]}, "expected labels from 0 to 0"),
        ({"x": X.reshape(12, 5, 1, 1, 1), "y": Y}, "expected samples of shape"),
    ],
)
def test_arrays_that_do_not_go_together_are_told(tmp_path, arrays, told):
    path = saved(tmp_path / "t.npz", **arrays)
    with pytest.raises(TableError, match=told):
        make(TaskSpec.model_validate({"name": "own-table", "data": str(path)}), 0)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_damaged_files_raise_nothing_but_table_errors(tmp_path_factory, data):
    folder = tmp_path_factory.mktemp("damaged")
    kind = data.draw(st.sampled_from(["<f4", "<i8", "|u1", "<U3", "|b1"]))
    shape = data.draw(st.sampled_from([(30, 4), (30, 8, 8), (30, 8, 8, 3), (30, 3, 2, 1), (30, 0)]))
    values = np.random.default_rng(0).integers(0, 2, shape).astype(kind)
    if kind == "<f4" and values.size:
        values.flat[0] = data.draw(st.sampled_from([np.nan, np.inf, 1e38, 0]))
    path = saved(folder / "t.npz", x=values, y=np.arange(30) % data.draw(st.integers(1, 30)))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path.write_bytes(content[: data.draw(st.sampled_from([len(content), len(content) // 2, 40]))])
    with contextlib.suppress(TableError):
        make(TaskSpec.model_validate({"data": str(path)}), 0)
