"""What is hidden or a system's is left out before anything else; what is no image, counted."""

import os

import pytest

from attnlab.data.images import ImageSetError, limits, listing

from .conftest import archived, png, usual


def left_out(image_set):
    return {note.reason: (note.count, note.names) for note in image_set.left_out}


LITTER = {
    ".git/objects/pack/pack-1.pack": b"x" * 500,
    "cats/.ipynb_checkpoints/0-checkpoint.png": png(),
    "cats/@eaDir/0.png/SYNOPHOTO_THUMB_M.png": png(),
    "__MACOSX/cats/._0.png": b"x",
    "$RECYCLE.BIN/S-1-5/0.png": png(),
    "System Volume Information/tracking.log": b"x" * 500,
    "lost+found/0.png": png(),
    "dogs/Thumbs.db": b"x" * 500,
    "dogs/desktop.ini": b"x",
    "cats/.DS_Store": b"x",
    "cats/._0.png": b"x",
    "Icon\r": b"x",
}


def test_what_systems_leave_about_is_left_out_before_its_size_is_looked_at(put, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES_A_FILE", 400)
    monkeypatch.setattr(limits, "MOST_FILES", 20)
    many = {f".git/objects/{number}": b"x" for number in range(30)}
    image_set = listing(put(usual(3) | LITTER | many))
    assert image_set.classes == ("cats", "dogs")
    assert image_set.counts() == {"train": (3, 3)}
    assert left_out(image_set) == {
        "hidden": (4, (".git/", "cats/.DS_Store", "cats/._0.png")),
        "left by the operating system": (
            8,
            ("$RECYCLE.BIN/", "Icon\\r", "System Volume Information/"),
        ),
    }


def test_a_folder_that_is_left_out_is_not_even_opened(tmp_path, monkeypatch):
    scan = os.scandir
    seen = []
    monkeypatch.setattr(os, "scandir", lambda path: seen.append(str(path)) or scan(path))
    for name, data in (usual(3) | LITTER).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    listing(tmp_path)
    folders = {os.path.relpath(path, tmp_path) for path in seen}
    assert folders == {".", "cats", "dogs"}


def test_a_hidden_entry_may_be_encrypted_or_swell(tmp_path):
    path = archived(tmp_path / "set.zip", usual(3) | {".cache/bomb.bmp": bytes(8 * 2**20)})
    assert listing(path).counts() == {"train": (3, 3)}


def test_files_that_are_no_images_are_left_out_whatever_their_size(put, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BYTES_A_FILE", 400)
    others = {"cats/0.txt": b"x", "cats/0.json": b"{}", "labels.csv": b"x" * 500, "dogs/0.xml": b""}
    image_set = listing(put(usual(3) | others))
    assert image_set.counts() == {"train": (3, 3)}
    (note,) = image_set.left_out
    named = "cats/0.json, cats/0.txt, dogs/0.xml and 1 more"
    assert str(note) == f"files that are no images of a known kind: 4 ({named})"


def test_a_class_of_other_files_alone_says_which_are_read(put):
    with pytest.raises(ImageSetError, match=r"without any image: fish. Images are .* \.tiff"):
        listing(put(usual(3) | {"fish/0.heic": b"x"}))


def test_pipes_are_left_out_and_never_read(tmp_path):
    for name, data in usual(3).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    os.mkfifo(tmp_path / "cats" / "pipe.png")
    assert left_out(listing(tmp_path)) == {"no regular files": (1, ("cats/pipe.png",))}
    os.mkfifo(tmp_path / "pipe.zip")
    with pytest.raises(ImageSetError, match="neither a folder nor a zip archive"):
        listing(tmp_path / "pipe.zip")


def test_classes_named_as_what_is_thrown_away_are_classes(put):
    files = {f"{name}/{n}.png": png() for name in ("recycled", "thumbs") for n in range(3)}
    assert listing(put(files)).classes == ("recycled", "thumbs")
