"""Names in archives as programs write them: with dots and backslashes, and in old encodings."""

import struct
import zlib

import pytest
from PIL import Image  # noqa: F401 (its modules are loaded before time is taken)

from attnlab.data.images import ImageSetError, listing
from attnlab.data.images.encodings import CODECS
from attnlab.data.images.pixels import pixels
from attnlab.data.images.rendering import Rendering

from .conftest import archived, archived_raw, png, usual


def images_of(classes, encoding, each=3):
    """Files of these classes, under names in an encoding, in shades that tell them apart."""
    return {
        f"{name}/{number}.png".encode(encoding): png(50 * label + number)
        for label, name in enumerate(classes)
        for number in range(each)
    }


def shades(path, **choices):
    """The shade of every image, class by class."""
    image_set = listing(path, **choices)
    names = tuple(name for name, _ in image_set.splits["train"])
    found = pixels(image_set, names, Rendering(2, False))[:, 0, 0, 0]
    labels = [label for _, label in image_set.splits["train"]]
    return {
        name: sorted(found[number] for number, each in enumerate(labels) if each == label)
        for label, name in enumerate(image_set.classes)
    }


@pytest.mark.parametrize(
    "name",
    ["./{}", ".\\{}", ".//{}", "././{}", "./set/{}", "/{}", "//{}", "set//{}", "\\{}", "set\\{}"],
)
def test_names_are_read_without_what_programs_put_before_them(tmp_path, name):
    files = {name.format(each): data for each, data in usual(3).items()}
    image_set = listing(archived(tmp_path / "set.zip", files))
    assert image_set.classes == ("cats", "dogs")
    assert image_set.counts() == {"train": (3, 3)}
    assert image_set.splits["train"][0][0].endswith("cats/0.png")
    assert not image_set.splits["train"][0][0].startswith((".", "/"))
    assert image_set.warnings == image_set.left_out == ()


def test_names_with_backslashes_between_folders_are_read(tmp_path):
    files = {each.replace("/", "\\"): data for each, data in usual(3).items()}
    path = archived(tmp_path / "set.zip", {"cats\\": b"", ".": b"", **files})
    assert shades(path) == {"cats": [10, 11, 12], "dogs": [100, 101, 102]}


def test_names_with_a_colon_are_names(tmp_path):
    files = {each.replace("0", "taken 10:30"): data for each, data in usual(3).items()}
    assert listing(archived(tmp_path / "set.zip", files)).counts() == {"train": (3, 3)}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_of_two_entries_with_a_name_the_later_is_read_and_that_is_said(tmp_path):
    path = archived(tmp_path / "set.zip", usual(3) | {"./cats/0.png": png(77)})
    assert shades(path)["cats"] == [11, 12, 77]
    assert str(listing(path).left_out[0]) == (
        "entries with the name of a later one: 1 (cats/0.png)"
    )


@pytest.mark.parametrize(
    ("encoding", "classes"),
    [
        ("gbk", ("狗", "猫")),
        ("gbk", ("橙子", "苹果", "香蕉")),
        ("gbk", ("建筑", "森林", "海")),
        ("big5", ("異常", "正常")),
        ("big5", ("功能", "許可")),
        ("cp932", ("犬", "猫")),
        ("cp932", ("オレンジ", "バナナ", "リンゴ")),
        ("cp932", ("ソフト", "能力", "表示")),
        ("cp949", ("개", "고양이")),
        ("cp949", ("비정상", "정상")),
        ("cp437", ("Café", "Thé")),
        ("cp850", ("Pão", "São Tomé", "água")),
        ("cp1252", ("Bäume", "Häuser", "Straße")),
        ("cp866", ("кошки", "собаки")),
        ("cp1251", ("кошки", "собаки")),
        ("utf-8", ("café", "naïve", "猫")),
    ],
)
def test_names_of_old_windows_programs_are_readable(tmp_path, encoding, classes):
    path = archived_raw(tmp_path / "set.zip", images_of(classes, encoding))
    expected = {
        name: [50 * label + number for number in range(3)] for label, name in enumerate(classes)
    }
    assert shades(path) == expected
    assert list(listing(path).classes) == sorted(classes)


def test_a_backslash_within_a_letter_is_no_separator(tmp_path):
    names = ("表", "ソ", "能", "予")
    assert all(b"\\" in name.encode("cp932") for name in names)
    path = archived_raw(tmp_path / "set.zip", images_of(names, "cp932"))
    assert list(listing(path, encoding="shift-jis").classes) == sorted(names)


def test_what_the_archive_says_of_its_names_goes_before_guesses(tmp_path):
    def extra(raw):
        name = raw.decode("gbk").encode()
        field = struct.pack("<BL", 1, zlib.crc32(raw)) + name
        return struct.pack("<HHI", 0x9999, 4, 0) + struct.pack("<HH", 0x7075, len(field)) + field

    classes = ("一", "犬")
    path = archived_raw(tmp_path / "set.zip", images_of(classes, "gbk"), extra)
    assert listing(path, encoding="cp437").classes == classes


def test_a_field_with_the_name_of_another_entry_is_not_believed(tmp_path):
    def extra(raw):
        field = struct.pack("<BL", 1, 12345) + b"../../out.png"
        return struct.pack("<HH", 0x7075, len(field)) + field

    path = archived_raw(tmp_path / "set.zip", images_of(("狗", "猫"), "gbk"), extra)
    assert listing(path).classes == ("狗", "猫")


def test_a_unicode_field_that_leads_out_is_refused(tmp_path):
    def extra(raw):
        field = struct.pack("<BL", 1, zlib.crc32(raw)) + b"../../out.png"
        return struct.pack("<HH", 0x7075, len(field)) + field

    path = archived_raw(tmp_path / "set.zip", images_of(("狗", "猫"), "gbk"), extra)
    with pytest.raises(ImageSetError, match=r"lead out of it: \.\./\.\./out.png"):
        listing(path)


def test_the_choice_of_an_encoding_is_followed(tmp_path):
    path = archived_raw(tmp_path / "set.zip", images_of(("да", "лес"), "cp1251"))
    assert listing(path, encoding="cp1251").classes == ("да", "лес")
    assert listing(path, encoding="cp866").classes == ("фр", "ыхё")


def test_names_of_central_europe_are_read_by_choice(tmp_path):
    path = archived_raw(tmp_path / "set.zip", images_of(("kočka", "pes"), "cp1250"))
    assert listing(path, encoding="cp1250").classes == ("kočka", "pes")


def test_a_doubt_about_the_encoding_is_said_with_both_readings(tmp_path):
    path = archived_raw(tmp_path / "set.zip", images_of(("да", "лес"), "cp1251"))
    (warning,) = listing(path).warnings
    assert "does not say how its names are encoded" in warning
    assert "cp1251 (да, лес)" in warning
    assert "cp866 (фр, ыхё)" in warning
    assert "choose the encoding" in warning


@pytest.mark.parametrize(
    ("encoding", "classes"),
    [
        ("gbk", ("向日葵", "玫瑰花", "蒲公英")),
        ("cp932", ("オレンジ", "バナナ", "リンゴ")),
        ("cp949", ("비정상", "고양이", "자동차")),
        ("cp850", ("Pão", "São Tomé", "água")),
        ("utf-8", ("café", "naïve", "thé")),
    ],
)
def test_no_doubt_is_said_where_there_is_none(tmp_path, encoding, classes):
    path = archived_raw(tmp_path / "set.zip", images_of(classes, encoding))
    assert listing(path).warnings == ()


def test_an_encoding_that_does_not_fit_is_refused(tmp_path):
    path = archived_raw(tmp_path / "set.zip", images_of(("café", "thé"), "cp1252"))
    with pytest.raises(ImageSetError, match=r"names that are not in euc-kr: caf\\xe9/0.png"):
        listing(path, encoding="euc-kr")


def test_a_name_that_is_no_utf_8_although_it_is_said_to_be_is_refused(tmp_path):
    path = archived(tmp_path / "set.zip", {"é" + name: data for name, data in usual(3).items()})
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xc3\x28"))
    with pytest.raises(ImageSetError, match="has a name that is said to be UTF-8, and is not"):
        listing(path)


def test_an_unpacked_archive_has_readable_classes_too(tmp_path):
    for raw, data in images_of(("狗", "猫"), "gbk").items():
        file = bytes(tmp_path / "set") + b"/" + raw
        folder = (tmp_path / "set").joinpath(raw.decode("utf-8", "surrogateescape")).parent
        folder.mkdir(parents=True, exist_ok=True)
        with open(file, "wb") as written:
            written.write(data)
    assert shades(tmp_path / "set") == {"狗": [0, 1, 2], "猫": [50, 51, 52]}
    listing(tmp_path / "set").classes[0].encode()  # may be printed


@pytest.mark.parametrize("encoding", CODECS)
def test_plain_names_are_the_same_in_every_encoding(tmp_path, encoding):
    path = archived(tmp_path / "set.zip", usual(3))
    assert listing(path, encoding=encoding).classes == ("cats", "dogs")
