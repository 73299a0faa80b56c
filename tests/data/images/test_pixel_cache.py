"""Decoded images in a file: made once, whole or not at all, and anew when images have changed."""

import fcntl
import os
import resource

import numpy as np
import pytest

from attnlab.data.images import ImageSetError, listing, pixel_cache, pixels, windows
from attnlab.data.images.pixel_cache import pixel_file
from attnlab.data.images.pixels import decoded
from attnlab.data.images.rendering import Rendering
from attnlab.data.images.windows import outcome
from data.images.conftest import noise, usual

HOW = Rendering(8, colour=True)


def reading(path, how=HOW):
    image_set = listing(path)
    return pixel_file(image_set, tuple(name for name, _ in image_set.splits["train"]), how)


def files(home, ending="npy"):
    return sorted(home.joinpath(pixel_cache.FOLDER).glob(f"*.{ending}"))


@pytest.fixture
def noisy(put, monkeypatch):
    """A set of 24 images of noise, of which few are decoded at a time on machines of any size."""
    monkeypatch.setattr(windows, "EACH", 1)
    return put({f"{name}/{n}.png": noise(n) for name in ("cats", "dogs") for n in range(12)})


def test_the_file_holds_what_would_be_decoded_and_is_made_once(noisy, home, monkeypatch):
    image_set = listing(noisy)
    names = tuple(name for name, _ in image_set.splits["train"])
    counts = list(steps := reading(noisy))
    assert counts == sorted(counts)
    assert counts[-1] == 24
    assert not list(steps)
    with monkeypatch.context() as patched:
        patched.setattr(pixels, "_picture", None)  # whoever decodes now fails
        made = outcome(reading(noisy))
    np.testing.assert_array_equal(made.pixels, decoded(image_set, names, HOW).pixels)
    np.testing.assert_array_equal(np.load(files(home)[0]), made.pixels)
    with pytest.raises(ValueError, match="read-only"):
        made.pixels[0] = 0


def test_another_size_has_a_file_of_its_own(noisy, home):
    outcome(reading(noisy))
    assert outcome(reading(noisy, Rendering(4, colour=False))).pixels.shape == (24, 4, 4, 1)
    assert len(files(home)) == 2


def test_an_image_changed_behind_the_back_of_size_and_time_is_read_anew(tmp_path):
    for name, data in usual(4).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    changed = tmp_path / "cats/0.png"
    before, stat = outcome(reading(tmp_path)).pixels[0], changed.stat()
    changed.write_bytes(usual(4, "")["cats/3.png"])
    os.utime(changed, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert (changed.stat().st_size, changed.stat().st_mtime_ns) == (stat.st_size, stat.st_mtime_ns)
    assert (outcome(reading(tmp_path)).pixels[0] == before + 3).all()


@pytest.mark.parametrize(
    "damage", [lambda whole: whole[:-1], lambda whole: b"\0" * len(whole), lambda whole: b""]
)
def test_a_damaged_file_is_made_anew(noisy, home, damage):
    expected = outcome(reading(noisy)).pixels.copy()
    [file] = files(home)
    file.write_bytes(damage(file.read_bytes()))
    np.testing.assert_array_equal(outcome(reading(noisy)).pixels, expected)


def test_an_end_on_the_way_leaves_nothing(noisy, home):
    steps = reading(noisy)
    assert next(steps) < 24
    assert files(home, "part")
    steps.close()
    assert not files(home, "part") + files(home)


def test_images_that_cannot_be_read_leave_nothing_and_are_named_again_at_once(
    put, home, monkeypatch
):
    path = put(usual(3) | {"cats/1.png": b"no image"})
    for _ in range(2):
        with pytest.raises(ImageSetError, match=r"cannot be read: cats/1\.png"):
            outcome(reading(path))
        monkeypatch.setattr(pixels, "_picture", None)  # the second time nothing is decoded
    assert not files(home, "part") + files(home)


def test_a_full_disk_is_told_beforehand_and_on_the_way(noisy, home, monkeypatch):
    monkeypatch.setattr(pixel_cache, "SPARED_BYTES", 2**62)
    with pytest.raises(ImageSetError, match=r"take 4 KiB, which cannot be kept in .*GiB are free"):
        outcome(reading(noisy))
    monkeypatch.setattr(pixel_cache, "SPARED_BYTES", 0)
    _, most = limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, most))
    try:
        with pytest.raises(ImageSetError, match=r"File too large\. Free some, use fewer"):
            outcome(reading(noisy))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not files(home, "part") + files(home)


def test_what_was_not_used_for_longest_makes_room(noisy, home, monkeypatch):
    sizes = [Rendering(size, colour=True) for size in (8, 9, 10)]
    for age, how in zip((50, 100), sizes, strict=False):
        os.utime(outcome(reading(noisy, how)).path, (age, age))
    used = outcome(reading(noisy, sizes[0])).path  # which makes it the youngest
    monkeypatch.setattr(pixel_cache, "MOST_BYTES", 24 * 3 * (8 * 8 + 10 * 10) + 1000)
    newest = outcome(reading(noisy, sizes[2])).path
    assert files(home) == sorted([used, newest])


def test_one_that_another_process_makes_is_waited_for(noisy, home):
    path = outcome(reading(noisy)).path
    whole = path.read_bytes()
    path.unlink()
    path.with_suffix(".1.1.part").write_bytes(whole[: 128 + 10 * 8 * 8 * 3])
    with path.with_suffix(".lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        steps = reading(noisy)
        assert next(steps) == 10  # of the other's images
        path.write_bytes(whole)
        assert not list(steps)
