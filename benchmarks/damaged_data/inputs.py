"""What is drawn: files damaged, and made hostile, piece by piece."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from benchmarks.damaged_data import bases

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class Input:
    """Data to be brought: `write` puts them into a folder and returns the path that is given, with
    what else a person says of them."""

    name: str
    write: Callable[[Path], Path]
    given: Mapping[str, str] = field(default_factory=dict)


CELLS = (
    *("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "1e999", "-1e400", "9" * 400, "nan", "inf", "\x00"),
    *("", " ", "NA", "?", "1,5", "1.234,5", "2024-13-45", "0001-01-01", "99999-01-01", "\u202eabc"),
    *("\U0001f600", "a\u0301", "\ufeff", "\ud800".encode("utf-8", "replace").decode(), "\x1b[31m"),
    *('"', '""', "'", "<script>alert(1)</script>", "![x](http://x)", "$\\frac12$", "{{7*7}}"),
    *("x" * 10_000, "true", "0x10", "1_000", "١٢٣", "½", "\r", "\n"),
)

PIECES = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd8\x00", b'"', b"\n", b"\r\n", b",", b";", b"\t"),
    *(b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b", b"PAR1", b"\x89PNG\r\n\x1a\n", b"\xff" * 8),
    *(b"9" * 300, b"=1+1", b"\x80\x02c", b"../../", b"msgid", b"\x93NUMPY"),
)


@st.composite
def damaged(draw: Any, content: bytes) -> bytes:
    """The bytes with some of them changed, cut off, doubled, or put in between."""
    data = bytearray(content)
    for _ in range(draw(st.integers(1, 6))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        match draw(st.sampled_from(("change", "cut", "double", "insert", "remove", "swap"))):
            case "change" if data:
                data[place] = draw(st.integers(0, 255))
            case "cut":
                del data[place:]
            case "double":
                data[place:place] = data[place : place + draw(st.integers(1, 400))]
            case "remove":
                del data[place : place + draw(st.integers(1, 400))]
            case "swap":
                other = draw(st.integers(0, max(0, len(data) - 1)))
                size = draw(st.integers(1, 40))
                data[place : place + size], data[other : other + size] = (
                    data[other : other + size],
                    data[place : place + size],
                )
            case _:
                data[place:place] = draw(st.sampled_from(PIECES))
    return bytes(data)


def file_of(name: str, content: bytes) -> Callable[[Path], Path]:
    """What writes a single file."""

    def write(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return write


@st.composite
def damaged_files(draw: Any, of: Mapping[str, Callable[[], bytes]], **given: str) -> Input:
    """One of these files, by their names, damaged; an archive as a whole, or in what it holds."""
    name = draw(st.sampled_from(sorted(of)))
    content = of[name]()
    if (members := bases.members(content)) and draw(st.booleans()):
        hurt = draw(st.sampled_from(sorted(members)))
        content = bases.zipped({**members, hurt: draw(damaged(members[hurt]))})
    else:
        content = draw(damaged(content))
    return Input(f"damaged {name}", file_of(name, content), given)


@st.composite
def hostile_tables(draw: Any) -> Input:
    """Tables whose cells, names, lengths of rows, delimiters and encodings are hostile."""
    cell = st.one_of(
        st.sampled_from(CELLS),
        st.integers(-(10**20), 10**20).map(str),
        st.floats(allow_nan=True, allow_infinity=True).map(str),
        st.sampled_from(("a", "b", "c")),
        st.text(max_size=12),
    )
    width = draw(st.sampled_from((1, 2, 2, 3, 4, 5, 6)))
    plain = [f"column {place}" for place in range(width)]
    names = draw(st.one_of(st.just(plain), st.lists(cell, min_size=width, max_size=width)))
    kinds = [draw(st.sampled_from(("any", "number", "class", "date"))) for _ in range(width)]
    kinds[-1] = draw(st.sampled_from(("class", "class", "class", kinds[-1])))
    of_kind = {
        "any": cell,
        "number": st.integers(0, 99).map(str),
        "class": st.sampled_from(("yes", "no", "maybe")),
        "date": st.dates().map(str),
    }
    rows = []
    for _ in range(draw(st.one_of(st.integers(0, 40), st.just(40)))):
        row = [draw(of_kind[kind]) for kind in kinds]
        if draw(st.integers(0, 200)) == 0:
            row = row[: draw(st.integers(0, width))] + draw(st.lists(cell, max_size=2))
        rows.append(row)
    mark = draw(st.sampled_from(",;\t|"))
    quoted = draw(st.sampled_from((True, True, True, False)))

    def written(row: list[str]) -> str:
        return mark.join('"' + each.replace('"', '""') + '"' if quoted else each for each in row)

    text = draw(st.sampled_from(("\n", "\r\n", "\r"))).join(map(written, [names, *rows]))
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252", "gbk", "shift-jis")))
    content = text.encode(encoding, "replace")
    if draw(st.booleans()):
        content = gzip.compress(content)
    return Input("hostile table.csv", file_of("t.csv", content))


WORDS = (
    *(
        "good",
        "Don\u2019t",
        "e\u0301",
        "\u5317\u4eac\u7684\u996d\u5e97",
        "\u304b\u3099",
        "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    ),
    *(
        "\u05e9\u05dc\u05d5\u05dd",
        "\u0645\u0631\u062d\u0628\u0627",
        "\u200f",
        "\u200d" * 50,
        "\U0001f1e9" * 51,
        "a\u0301" * 300,
        "\uac00",
    ),
)
"""Words of several scripts, and what hardly is one."""

NAMES = (
    *("cats/0.png", "cats/1.png", "dogs/0.png", "dogs/1.png", "dogs/2.png", "cats/2.png"),
    *("../escaped.png", "/absolute.png", "..\\..\\escaped.png", "C:\\x.png", "cats/../../e.png"),
    *("a/" * 200 + "deep.png", "cats/\x00.png", "cats/" + "n" * 300 + ".png", "cats\\3.png", ""),
    *("./cats/4.png", "train/cats/0.png", "test/cats/0.png", ".git/x.png", "__MACOSX/cats/._0.png"),
    *("cats/con.png", "cats/caf\u0301.png", "cats/\u202egnp.exe", "cats", "cats/", "cats/x.svg"),
    *("pos/0.txt", "pos/1.txt", "neg/0.txt", "neg/1.txt", "masks/cats/0.png", "labels.csv"),
)


@st.composite
def hostile_archives(draw: Any) -> Input:
    """Zip archives with hostile names, sizes, sums, links and contents, then damaged or not."""
    usual = draw(st.booleans())
    entries = [(name, content, "as it is") for name, content in bases.pets().items() if usual]
    for name in draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3 if usual else 14)):
        content = draw(st.sampled_from(bases.IMAGES))
        if draw(st.integers(0, 5)) == 0:
            content = draw(damaged(content))
        how = draw(st.sampled_from(("as it is",) * 6 + bases.LIES))
        entries.append((name, content, how))
    archive = bases.archive(entries)
    if draw(st.integers(0, 2)) == 0:
        archive = draw(damaged(archive))
    return Input("hostile archive.zip", file_of("set.zip", archive))


@st.composite
def damaged_images(draw: Any) -> Input:
    """A usual folder of images, one of them damaged."""
    hurt = draw(damaged(draw(st.sampled_from(bases.IMAGES))))
    files = {**bases.pets(), "cats/hurt.png": hurt}

    def write(folder: Path) -> Path:
        for name, content in files.items():
            (folder / "set" / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / "set" / name).write_bytes(content)
        return folder / "set"

    return Input("damaged image", write, {"size": "16"})


@st.composite
def hostile_texts(draw: Any) -> Input:
    """Texts of hostile pieces, in a table or in files that are encoded in any way and damaged."""
    piece = st.one_of(st.sampled_from(CELLS), st.sampled_from(WORDS), st.text(max_size=12))
    text = st.lists(piece, max_size=8).map(" ".join)
    texts = [(draw(text), "ab"[number % 2]) for number in range(draw(st.integers(6, 16)))]
    options = {
        "tokens": draw(st.sampled_from(("auto", "words", "jieba", "characters"))),
        "fewest": draw(st.sampled_from(("1", "2", "20"))),
        "length": draw(st.sampled_from(("0", "1", "1000"))),
    }
    if draw(st.booleans()):
        cells = ('"' + each.replace('"', '""') + f'",{label}' for each, label in texts)
        content = "\n".join(["text,label,keywords", *(f'{each},"x y"' for each in cells)])
        given = {**options, "task": "own-text", "truth": "keywords"}
        return Input("hostile texts.csv", file_of("t.csv", content.encode("utf-8")), given)
    encoding = draw(st.sampled_from(("utf-8", "utf-16", "gb18030", "shift-jis", "cp1252")))
    contents = [(each.encode(encoding, "replace"), label) for each, label in texts]
    hurt = draw(st.integers(0, len(contents) - 1))
    entries = [
        (f"{label}/{number}.txt", draw(damaged(each)) if number == hurt else each, "as it is")
        for number, (each, label) in enumerate(contents)
    ]
    given = {**options, "task": "own-text"}
    return Input("hostile texts.zip", file_of("set.zip", bases.archive(entries)), given)


KINDS: dict[str, st.SearchStrategy[Input]] = {
    "damaged-tables": damaged_files(bases.TABLES),
    "hostile-tables": hostile_tables(),
    "hostile-archives": hostile_archives(),
    "damaged-images": damaged_images(),
    "damaged-texts": damaged_files(bases.TEXTS),
    "damaged-series-and-arrays": damaged_files(bases.SEQUENCES),
    "hostile-texts": hostile_texts(),
    "damaged-arrays": damaged_files(bases.ARRAYS),
}
"""What is drawn, by the name of its kind."""
