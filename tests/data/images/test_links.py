"""Links to folders and files of a set on disk, and those that cannot be followed."""

import pytest

from attnlab.data.images import ImageSetError, limits, listing
from attnlab.data.images.pixels import pixels
from attnlab.data.images.rendering import Rendering

from .conftest import png, usual


@pytest.fixture
def elsewhere(tmp_path):
    """A folder of images outside of the set."""
    return written(tmp_path / "elsewhere", usual(3))


def written(folder, files):
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    return folder


def linked(folder, **targets):
    folder.mkdir(exist_ok=True)
    for name, target in targets.items():
        (folder / name).symlink_to(target)
    return folder


def fault(path):
    with pytest.raises(ImageSetError) as caught:
        listing(path)
    return str(caught.value)


def test_class_folders_that_are_links_are_followed(tmp_path, elsewhere):
    path = linked(tmp_path / "set", cats=elsewhere / "cats", dogs="../elsewhere/dogs")
    image_set = listing(path)
    assert image_set.classes == ("cats", "dogs")
    assert image_set.counts() == {"train": (3, 3)}
    names = tuple(name for name, _ in image_set.splits["train"])
    assert pixels(image_set, names, Rendering(4, False))[3, 0, 0, 0] == 100


def test_a_change_behind_a_link_is_seen(tmp_path, elsewhere):
    path = linked(tmp_path / "set", cats=elsewhere / "cats", dogs=elsewhere / "dogs")
    assert listing(path).counts() == {"train": (3, 3)}
    (elsewhere / "cats" / "more.png").write_bytes(png())
    assert listing(path).counts() == {"train": (4, 3)}


def test_links_that_lead_nowhere_are_left_out_and_named(tmp_path, elsewhere):
    path = linked(tmp_path / "set", cats=elsewhere / "cats", dogs=elsewhere / "dogs", owls="gone")
    (elsewhere / "cats" / "9.png").symlink_to("gone.png")
    (note,) = listing(path).left_out
    assert str(note) == "links that lead nowhere: 2 (cats/9.png, owls)"


@pytest.mark.parametrize("target", [".", "..", "../..", "cats"])
def test_a_link_to_a_folder_that_holds_it_is_refused(tmp_path, target):
    path = written(tmp_path / "set", usual(3))
    (path / "cats" / "again").symlink_to(target if target != "cats" else path / "cats")
    assert f"{path / 'cats' / 'again'} is a link to" in (message := fault(path))
    assert "a folder that holds it" in message


def test_links_that_lead_to_each_other_are_refused(tmp_path):
    path = written(tmp_path / "set", usual(3))
    (path / "cats" / "dogs").symlink_to(path / "dogs")
    (path / "dogs" / "cats").symlink_to(path / "cats")
    assert "a folder that holds it" in fault(path)


def test_a_link_to_itself_is_refused(tmp_path):
    path = written(tmp_path / "set", usual(3))
    (path / "cats" / "self").symlink_to("self")
    assert f"{path / 'cats' / 'self'} is a link to itself" in fault(path)


def test_links_to_ever_more_folders_come_to_an_end(tmp_path, monkeypatch):
    monkeypatch.setattr(limits, "MOST_LINKS", 300)
    path = written(tmp_path / "set", usual(3))
    for number in range(30):  # each twice in the one before: 2 ** 30 ways to the last
        folder = tmp_path / f"level{number}"
        folder.mkdir()
        above = path / "cats" if number == 0 else tmp_path / f"level{number - 1}"
        for way in "ab":
            (above / way).symlink_to(folder)
    assert "more than 300 ways through links" in fault(path)


def test_a_folder_with_more_in_it_than_is_looked_at_says_so(tmp_path, monkeypatch):
    path = written(tmp_path / "set", usual(3))
    monkeypatch.setattr(limits, "MOST_ENTRIES", 7)
    assert "holds more than 7 files and folders: give the folder" in fault(path)
    monkeypatch.undo()
    monkeypatch.setattr(limits, "MOST_SECONDS", -1.0)
    assert "takes longer than -1 seconds (2 files and folders so far)" in fault(path)
    monkeypatch.undo()
    assert len(listing(path).classes) == 2
