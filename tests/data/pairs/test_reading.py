"""Pairs are found where people keep them: two columns of a table, and gettext catalogues."""

import gzip
import io
import os
import time
import zipfile

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.data.pairs import PairOptions, PairsError, files
from attnlab.data.pairs.inspecting import inspect_pairs
from attnlab.data.pairs.reading import looks_like_pairs, read_pairs
from attnlab.data.tables import TableError
from tests.data.pairs.samples import PO, SENTENCES, TATOEBA, drawn
from tests.data.tables.tables import FLOWERS, written


def texts(pairs):
    return list(zip(pairs.sources, pairs.targets, strict=True))


def test_sentence_pairs_without_names_as_tatoeba_has_them(tmp_path):
    path = written(tmp_path / "fra.txt", TATOEBA + "alone\n" + TATOEBA[:14] + "\n")
    pairs = read_pairs(path)
    assert texts(pairs) == [row[:2] for row in SENTENCES]
    assert pairs.read_as["first row"] == "a pair, columns have no names"
    assert pairs.left_out["row: one column alone"] == 1
    assert list(pairs.columns) == ["column 3"]
    swapped = read_pairs(path, "2", "column 1")
    assert texts(swapped)[0] == ("Va !", "Go.")


@pytest.mark.parametrize(
    ("content", "source", "target", "first"),
    [
        ("english\tfrench\nyes\toui\nno\tnon\n", "english", "french", ("yes", "oui")),
        ("id;src;tgt\n1;yes;oui\n2;no;non\n", "src", "tgt", ("yes", "oui")),
        ("sentence_en,sentence_de\na b,c\nd,e\n", "sentence_en", "sentence_de", ("a b", "c")),
        (
            '"Yes, he said.","Oui, dit-il."\nno,non\n',
            "column 1",
            "column 2",
            ("Yes, he said.", "Oui, dit-il."),
        ),
        (
            '"He said ""no""."\t"Il a dit ""non""."\nno\tnon\n',
            "column 1",
            "column 2",
            ('He said "no".', 'Il a dit "non".'),
        ),
    ],
)
def test_columns_are_found_by_their_names_or_places(tmp_path, content, source, target, first):
    pairs = read_pairs(written(tmp_path / "pairs.csv", content))
    assert (pairs.read_as["source"], pairs.read_as["target"]) == (source, target)
    assert texts(pairs)[0] == first
    assert len(pairs.sources) == 2


def test_pairs_in_excel_parquet_and_gzip(tmp_path):
    frame = pd.read_csv(io.StringIO(drawn(12)), sep="\t")
    frame.to_excel(tmp_path / "p.xlsx", index=False)
    frame.to_parquet(tmp_path / "p.parquet")
    written(tmp_path / "p.tsv.gz", gzip.compress(drawn(12).encode()))
    found = [texts(read_pairs(tmp_path / f"p.{end}")) for end in ("xlsx", "parquet", "tsv.gz")]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) == 12


def test_a_catalogue_gives_its_messages_and_says_what_it_leaves_out(tmp_path):
    pairs = read_pairs(written(tmp_path / "fr.po", PO))
    assert texts(pairs) == [
        ("The %(animal)s sleeps.", "Le %(animal)s dort."),
        ("orange", "orangé"),
        ("orange", "orange"),
        ("%d cage", "%d cage à ouvrir"),
        ("%d cages", "%d cages à ouvrir"),
        ("A long line", "Une longue ligne"),
    ]
    assert pairs.left_out == {
        "message: obsolete": 1,
        "message: marked as fuzzy": 1,
        "message: without a translation": 1,
    }
    assert pairs.columns["context"].first(3) == [None, "colour", "fruit"]
    assert pairs.read_as["language"] == "fr"
    with pytest.raises(PairsError, match="target: expected fr, the language of"):
        read_pairs(tmp_path / "fr.po", target="de")


def test_catalogues_of_many_languages_in_a_folder_and_in_a_zip(tmp_path):
    german = PO.replace("Language: fr", "Language: de").replace("Le %(animal)s", "%(animal)s")
    with zipfile.ZipFile(tmp_path / "zoo.zip", "w") as archive:
        for language, text in (("fr", PO), ("de", german), ("zh_Hans", "msgid ''\n")):
            name = f"zoo/locale/{language}/LC_MESSAGES/django.po"
            archive.writestr(name, text)
            (tmp_path / "zoo" / name).parent.mkdir(parents=True)
            (tmp_path / "zoo" / name).write_text(text)
    for path in (tmp_path / "zoo.zip", tmp_path / "zoo"):
        with pytest.raises(PairsError, match=r"expected one of the languages .* de, fr, zh_hans"):
            read_pairs(path)
        pairs = read_pairs(path, target="DE")
        assert (len(pairs.sources), pairs.targets[0]) == (6, "%(animal)s dort.")
        with pytest.raises(PairsError, match="got 'it'"):
            read_pairs(path, target="it")
        with pytest.raises(PairsError, match=r"zh_hans|zh_Hans.*cannot be read as a gettext"):
            read_pairs(path, target="zh-Hans")


@pytest.mark.parametrize(
    ("content", "likely"),
    [
        (TATOEBA, True),
        ("source,target\na,b\n", True),
        ("en\tzh\na\tb\n", True),
        (FLOWERS, False),
        ("text\tlabel\nso good\tyes\nso bad\tno\n", False),
        ("5.1\t3.5\tsetosa\n4.9\t3.0\tsetosa\n", False),
        ("good film\tyes\nbad film\tno\nfine film\tyes\npoor film\tno\ndull film\tno\n", False),
    ],
)
def test_pairs_are_told_from_other_tables(tmp_path, content, likely):
    assert looks_like_pairs(written(tmp_path / "t.tsv", content)) == likely


def test_what_holds_no_pairs_is_told(tmp_path):
    os.mkfifo(tmp_path / "pipe.po")
    empty = tmp_path / "empty"
    empty.mkdir()
    for path, told in (
        (written(tmp_path / "one.tsv", "a\nb\n"), "expected two columns"),
        (written(tmp_path / "none.tsv", "\tx\ny\t\n"), "expected pairs of texts, got none"),
        (written(tmp_path / "no.po", b'msgid "a"\nmsgid "b"\nwhat\n'), "gettext catalogue"),
        (written(tmp_path / "bytes.po", bytes(range(256)) * 9), "NUL bytes|gettext"),
        (tmp_path / "pipe.po", "named pipe"),
        (tmp_path / "gone.tsv", "no such file"),
        (empty, "expected gettext catalogues"),
    ):
        with pytest.raises(TableError, match=told) as caught:
            read_pairs(path)
        assert "\n" not in str(caught.value)


def test_catalogues_that_hold_too_much_or_lie_are_told(tmp_path, monkeypatch):
    billion = PO.replace("nplurals=2", "nplurals=9999999999")
    assert len(read_pairs(written(tmp_path / "many.po", billion)).sources) == 6
    often = 'msgid "a"\nmsgstr "b"\n#: x.py:1\n' * 20_000
    start = time.process_time()
    assert len(read_pairs(written(tmp_path / "often.po", often)).sources) == 1
    assert time.process_time() - start < 5  # places in programs are not gathered: that is quadratic
    monkeypatch.setattr(files, "MOST_BYTES", 2**16)
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("fr.po", b"# " + b"x" * 2**22)
    lying = bytearray((tmp_path / "bomb.zip").read_bytes())
    place = lying.rindex(b"PK\x01\x02")
    lying[place + 24 : place + 28] = (10).to_bytes(4, "little")  # the size that it says
    for path in (tmp_path / "bomb.zip", written(tmp_path / "lying.zip", bytes(lying))):
        with pytest.raises(PairsError, match=r"more than 0 MiB|cannot be read"):
            read_pairs(path)


def zipped():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("fr.po", PO)
    return file.getvalue()


BASES = {"TSV": TATOEBA.encode(), "po": PO.encode(), "zip": zipped()}


@pytest.mark.parametrize("base", BASES)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_damaged_files_raise_nothing_but_errors_for_people(tmp_path_factory, base, data):
    content = bytearray(BASES[base])
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 40))
        content[place : place + length] = data.draw(st.binary(max_size=20))
    name = "t.po" if base == "po" else "t"
    path = written(tmp_path_factory.mktemp("damaged") / name, bytes(content))
    told = "usable"
    try:
        inspect_pairs(path, PairOptions(), 100)
    except TableError as error:
        told = str(error)
    assert told.strip()
    assert "\n" not in told
