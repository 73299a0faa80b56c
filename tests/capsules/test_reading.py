"""A capsule comes from anywhere: what is damaged, hostile or something else is told in one line."""

import io
import json
import os
import zipfile

import pytest
from export.studies import recorded

from attnlab.capsules import CapsuleError, UntrustedError, read, sources
from attnlab.capsules.own_modules import MODULES, TASKS
from attnlab.capsules.writing import capsule


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    home = tmp_path_factory.mktemp("reading")
    return capsule(*recorded(home, {"none": [0.5, 0.6], "dense": [0.7, None]}))


@pytest.fixture
def members(content):
    """The members of a good capsule, by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path, members, method=zipfile.ZIP_DEFLATED):
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def test_a_good_one_gives_the_plan_the_versions_and_the_tables(tmp_path, members):
    found = read(packed(tmp_path / "c.zip", members))
    assert [arm.label for arm in found.study.arms] == ["none", "dense"]
    assert found.versions == json.loads(members["versions.json"])
    assert found.runs["status"].tolist() == ["finished"] * 3 + ["interrupted"]
    assert found.curves["val_accuracy"].tolist() == [0.5, 0.6, 0.7]
    assert list(tmp_path.iterdir()) == [tmp_path / "c.zip"]


def test_what_it_holds_besides_is_left_alone(tmp_path, members):
    assert read(packed(tmp_path / "c.zip", {**members, "notes/more.txt": b"\xff"}))


BOMB = b"a" * (2 * 2**20)

BAD = {
    "a member outside": ({"../plan.yaml": b""}, "'../plan.yaml' points outside"),
    "an absolute member": ({"/etc/passwd": b""}, "points outside"),
    "a member on another drive": ({"c:\\x": b""}, "points outside"),
    "a plan too large": ({"plan.yaml": BOMB}, r"its plan\.yaml is larger than any study's"),
    "a plan that is no text": ({"plan.yaml": b"\xff\xfe"}, r"its plan\.yaml is not text"),
    "a plan that is none": ({"plan.yaml": b"[1"}, r"plan\.yaml does not fit this attnlab"),
    "a module that is unknown": (
        {"plan.yaml": b"{task: digits, arms: [sx]}"},
        r"plan\.yaml does not fit this attnlab: unknown module 'sx'",
    ),
    "a plan that multiplies itself": (
        {"plan.yaml": b"a: &a [x, x]\nb: &b [*a, *a]\ntask: digits\narms: [*b]"},
        "repeats a part",
    ),
    "another plan": (
        {"plan.yaml": b"{task: digits, arms: [none], seeds: 2}"},
        r"its runs\.csv does not have a row for each run",
    ),
    "a plan with other seeds": (
        {"plan.yaml": b"{task: planted-features, arms: [none, dense], seeds: [0, 5]}"},
        r"its runs\.csv does not have a row for each run",
    ),
    "versions that are no JSON": ({"versions.json": b"{"}, "is not JSON"),
    "versions that are a list": ({"versions.json": b"[1]"}, "not a mapping"),
    "runs that are no table": ({"runs.csv": b""}, r"its runs\.csv is not a table"),
    "runs without seeds": ({"runs.csv": b"arm\nnone\n"}, r"its runs\.csv has no column seed"),
    "a seed in words": (
        {"runs.csv": b"arm,seed,status,weights_sha256\nnone,a,finished,\n"},
        r"its runs\.csv has a seed that is no number",
    ),
    "a line without an end": (
        {"curves.csv": b"," * 2**20},
        r"its curves\.csv has a line of more than 64 KiB",
    ),
    "a table of nothing but a wrong name": ({"curves.csv": b"arm,seed\n"}, "has no column epoch"),
    "nothing but lines": (
        {"curves.csv": b"arm,seed,epoch,loss,accuracy,val_loss,val_accuracy" + b"\n" * 10_000},
        r"its curves\.csv has more than 100 empty lines",
    ),
    "a column twice": (
        {"runs.csv": b"arm,seed,status,weights_sha256,arm\nnone,0,finished,,none\n"},
        "has a column twice",
    ),
    "a row that is too long": (
        {"runs.csv": b"arm,seed,status,weights_sha256\nnone,0,finished,,,,\n"},
        "a row of 7 cells in 4 columns",
    ),
    "a quotation without an end": (
        {"runs.csv": b'arm,seed,status,weights_sha256\n"' + b"x\n" * 10**5},
        r"its runs\.csv is not a table \(field larger",
    ),
    "a seed of 5,000 digits": (
        {"runs.csv": b"arm,seed,status,weights_sha256\nnone," + b"9" * 5000 + b",finished,\n"},
        r"its runs\.csv has a seed that is no number",
    ),
    "a seed of 30 digits": (
        {"runs.csv": b"arm,seed,status,weights_sha256\nnone," + b"9" * 30 + b",finished,\n"},
        r"its runs\.csv has a seed that is no number",
    ),
    "more epochs than were planned": (
        {
            "curves.csv": b"arm,seed,epoch,loss,accuracy,val_loss,val_accuracy\n"
            + b"none,0,1,,,,\n" * 10_000
        },
        r"its curves\.csv has more rows than its plan has",
    ),
    "a name with an escape": ({"/\x1b[31m": b""}, r"its member '/\\x1b\[31m' points outside"),
    "no curves of finished runs": (
        {"curves.csv": b"arm,seed,epoch,loss,accuracy,val_loss,val_accuracy\n"},
        r"its curves\.csv lacks runs that finished",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_one_says_what_is_wrong_with_it(tmp_path, members, case):
    changed, words = BAD[case]
    with pytest.raises(CapsuleError, match=words) as caught:
        read(packed(tmp_path / "c.zip", {**members, **changed}))
    assert str(caught.value).startswith(f"{tmp_path / 'c.zip'}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["plan.yaml", "versions.json", "runs.csv", "curves.csv"])
def test_a_member_that_is_missing_is_named(tmp_path, members, name):
    del members[name]
    with pytest.raises(CapsuleError, match=f"no capsule of attnlab: it has no {name}"):
        read(packed(tmp_path / "c.zip", members))


def test_numbers_that_are_none_and_epochs_twice_are_refused(tmp_path, members):
    text = members["curves.csv"]
    for bad, words in (
        (text.replace(b"0.6", b"often"), "no number"),
        (text + text.splitlines()[1] + b"\n", "twice"),
    ):
        with pytest.raises(CapsuleError, match=words):
            read(packed(tmp_path / "c.zip", {**members, "curves.csv": bad}))


def test_a_size_that_lies_is_not_believed(tmp_path, members):
    path = packed(tmp_path / "c.zip", {**members, "plan.yaml": BOMB})
    content, real = path.read_bytes(), len(BOMB).to_bytes(4, "little")
    assert content.count(real) == 2  # in the member's header, and in the table of contents
    path.write_bytes(content.replace(real, (100).to_bytes(4, "little")))
    with pytest.raises(CapsuleError, match=r"larger than any study's|damaged"):
        read(path)


def test_a_pipe_is_no_capsule(tmp_path):
    os.mkfifo(tmp_path / "c.zip")
    with pytest.raises(CapsuleError, match="no regular file"):
        read(tmp_path / "c.zip")


def test_a_thousand_members_are_too_many(tmp_path, members):
    many = {f"{number}.txt": b"" for number in range(1000)}
    with pytest.raises(CapsuleError, match="more than any capsule"):
        read(packed(tmp_path / "c.zip", {**members, **many}))


def test_a_member_twice_is_refused(tmp_path, members):
    path = packed(tmp_path / "c.zip", members)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("plan.yaml", b"")
    with pytest.raises(CapsuleError, match=r"it has plan\.yaml twice"):
        read(path)


def test_another_kind_of_packing_is_refused(tmp_path, members):
    with pytest.raises(CapsuleError, match="not packed by attnlab"):
        read(packed(tmp_path / "c.zip", members, zipfile.ZIP_LZMA))


def test_every_damage_to_the_file_is_told(tmp_path, members):
    content = packed(tmp_path / "c.zip", members).read_bytes()
    for cut in (0, 10, len(content) // 2, len(content) - 5):
        (tmp_path / "c.zip").write_bytes(content[:cut])
        with pytest.raises(CapsuleError, match="not a zip file, or a damaged one"):
            read(tmp_path / "c.zip")
    start = content.index(b"plan.yaml") + 60
    (tmp_path / "c.zip").write_bytes(content[:start] + b"\0\1\2\3" + content[start + 4 :])
    with pytest.raises(CapsuleError, match=r"damaged|encrypted"):
        read(tmp_path / "c.zip")


def test_a_file_that_is_not_there_or_a_folder_is_told(tmp_path):
    with pytest.raises(CapsuleError, match="cannot be read: No such file"):
        read(tmp_path / "nowhere.zip")
    with pytest.raises(CapsuleError, match="cannot be read: Is a directory"):
        read(tmp_path)


def test_no_name_of_a_file_hides_the_text_of_another(tmp_path, members):
    network = {
        **{"kind": "backbone", "title": "N", "summary": "", "function": "net", "fits": "image"},
        **{"takes": [], "needs": [], "slots": [], "tried": {}, "stacks": False},
    }
    task = {
        **{"title": "T", "summary": "", "function": "t", "on": "features", "shape": "4"},
        **{"samples": "90", "classes": "2", "tokens": "", "truth": "", "chance": ""},
        **{"class_names": [], "words": [], "parameters": {}, "arms": [], "training": {}},
    }
    networks = [("a", "x", "gate.py"), ("b", "y", "else/gate.py"), ("c", "y", "gate.py")]
    texts = {
        MODULES: [
            {"text": text, "path": path, "declared": {**network, "name": name}}
            for name, text, path in networks
        ],
        TASKS: [{"text": "z", "path": "gate.py", "declared": {**task, "name": "d"}}],
    }
    given = {**members, **{name: json.dumps(each) for name, each in texts.items()}}
    path = packed(tmp_path / "c.zip", given)
    shown = sources(path)
    assert list(shown.values()) == ["x", "y", "z"]
    assert all(name.startswith("gate.py") for name in shown)
    with pytest.raises(UntrustedError) as refused:
        read(path)
    assert refused.value.sources == shown
