"""Study files, links and capsules that are drawn: hostile values in every place, then damaged."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from hypothesis import strategies as st

import attnlab.catalog  # noqa: F401  (declares the tasks)
from attnlab.capsules import read
from attnlab.spec import REGISTRY, Study
from attnlab.ui.links import from_query, to_query
from benchmarks.damaged_data import bases
from benchmarks.damaged_data.inputs import Input, damaged, file_of

LONG = "\ua66e" * 5_000
"""A letter that stands nowhere else: a message that quotes much of it quotes too much."""

SHORT = (
    *(
        "none",
        "dense",
        "se:ratio=4",
        "dense:depth=1@classes=3",
        "none@task=digits",
        "se:",
        "@",
        ":",
    ),
    *(
        "se:ratio=4,ratio=4",
        "matched:of=cbam:ratio=8;order=parallel",
        "none@path=/dev/zero",
        "=",
        ",",
    ),
)
PLAIN = (
    *(None, True, False, 0, 1, -1, 3, 10**30, 0.5, -0.0, 1e308, float("inf"), float("nan")),
    *("digits", "planted-features", "swap", "se", "dense against none", "best", "holm", "adam"),
    *(LONG, "\x00", "\x1b[31m", "a\nb", "\u202e", " ", "", "2024-01-01", "9" * 90, "\ud800"),
    *SHORT,
)
RAW = (
    *('!!int "abc"', "2024-13-45", "9" * 5_000, "[" * 3_000, "&a [*a]", "0x" + "f" * 5_000, "*a"),
    *("1" + ":59" * 2_000, '!!binary "x"', "!!python/name:os.system", '!!timestamp "x"', "? [a]"),
    *(
        "<<: {a: 1}",
        '!!map "x"',
        "!!set {a, b}",
        ".inf",
        "0b2",
        "1_0",
        "- - - -",
        "|\n x",
        "!!omap [a]",
    ),
)
KEYS = tuple(
    dict.fromkeys([*Study.model_fields, "build", "controls", "also_on", "epochs", "metric"])
)

value = st.recursive(
    st.one_of(st.sampled_from(PLAIN), st.integers(), st.text(max_size=8)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.one_of(
                st.sampled_from(("name", "label", "module", "set", "dose", "grid", "ratio", "of")),
                st.sampled_from(("rates", "seeds", "chosen", "winner", "margin", "arm", "against")),
                st.sampled_from((*KEYS, "data", "path", "classes", LONG)),
            ),
            inner,
            max_size=4,
        ),
    ),
    max_leaves=8,
)


@st.composite
def plan(draw: Any) -> dict[str, Any]:
    """A plan that is nearly one."""
    data: dict[str, Any] = {
        "task": draw(
            st.sampled_from(("planted-features", {"name": "planted-features", "classes": 3}))
        ),
        "arms": draw(st.lists(st.sampled_from(SHORT[:3]), min_size=1, max_size=3, unique=True)),
    }
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=2)):
        data[key] = draw(value)
    if draw(st.integers(0, 3)) == 0:
        data["arms"] = [*data["arms"], draw(value)] if isinstance(data["arms"], list) else []
    return data


@st.composite
def hostile_studies(draw: Any) -> Input:
    """Study files: YAML and JSON of nearly right plans, with raw pieces of YAML, and damaged."""
    data = draw(plan())
    raw = ""
    if draw(st.integers(0, 2)) == 0:
        key = draw(st.sampled_from(KEYS))
        data.pop(key, None)
        raw = f"\n{key}: {draw(st.sampled_from(RAW))}\n"
    if not raw and draw(st.booleans()):
        text = json.dumps(data)
    else:
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False) + raw
    content = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 2)) == 0:
        content = draw(damaged(content))
    return Input("hostile study.yaml", file_of("study.yaml", content), {"as": "study"})


@st.composite
def hostile_links(draw: Any) -> Input:
    """The query of a link, as JSON of names to lists of texts."""
    words = st.one_of(st.sampled_from([str(each) for each in PLAIN]), st.text(max_size=8))
    query: dict[str, list[str]] = {}
    if draw(st.booleans()):
        for name, text in to_query(_study()):
            query.setdefault(name, []).append(text)
    else:
        query["task"] = [draw(st.one_of(st.sampled_from(sorted(REGISTRY.tasks)), words))]
    names = (*dict(to_query(_study())), "path", "x", LONG)
    for name in draw(st.lists(st.sampled_from(names), max_size=4)):
        query[name] = draw(st.lists(words, min_size=1, max_size=draw(st.sampled_from((1, 1, 3)))))
    content = json.dumps(query).encode()
    return Input("hostile link.json", file_of("link.json", content), {"as": "link"})


@cache
def _study() -> Study:
    return Study(task="planted-features", arms=["none", "dense"], seeds=2, epochs=1)


@cache
def _members() -> dict[str, bytes]:
    study = _study()
    keys = [(arm.label, seed) for arm in study.arms for seed in study.seeds]
    runs = ["arm,seed,status,weights_sha256", *(f"{arm},{seed},finished," for arm, seed in keys)]
    head = "arm,seed,epoch,loss,accuracy,val_loss,val_accuracy"
    curves = [head, *(f"{arm},{seed},1,0.5,0.5,0.5,0.5" for arm, seed in keys)]
    return {
        "plan.yaml": study.to_yaml().encode(),
        "runs.csv": "\n".join(runs).encode(),
        "curves.csv": "\n".join(curves).encode(),
        "versions.json": b'{"attnlab": "1"}',
    }


@st.composite
def hostile_capsules(draw: Any) -> Input:
    """Capsules with a damaged, hostile or lying member, built byte by byte, then damaged or not."""
    members = dict(_members())
    name = draw(st.sampled_from(sorted(members)))
    match draw(st.sampled_from(("damage", "commas", "quotes", "plan", "raw", "as it is"))):
        case "damage":
            members[name] = draw(damaged(members[name]))
        case "commas":
            members[name] += b"," * draw(st.sampled_from((1, 70_000, 2**22)))
        case "quotes":
            members[name] += b'\n"' + b"x\n" * draw(st.sampled_from((1, 100_000)))
        case "plan":
            members["plan.yaml"] = json.dumps(draw(plan())).encode()
        case "raw":
            members[name] += f"\na: {draw(st.sampled_from(RAW))}".encode()
    how = draw(st.sampled_from(("as it is",) * 6 + bases.LIES))
    entries = [
        (each, content, how if each == name else "as it is") for each, content in members.items()
    ]
    archive = bases.archive(entries)
    if draw(st.integers(0, 5)) == 0:
        archive = draw(damaged(archive))
    return Input("hostile capsule.zip", file_of("c.zip", archive), {"as": "capsule"})


KINDS: dict[str, st.SearchStrategy[Input]] = {
    "hostile-study-files": hostile_studies(),
    "hostile-links": hostile_links(),
    "hostile-capsules": hostile_capsules(),
}


def _link(path: Path) -> object:
    return from_query(json.loads(path.read_text()))


READERS: Mapping[str, Callable[[Path], object]] = {
    "study": Study.from_file,
    "link": _link,
    "capsule": read,
}
"""What reads each, by what is given as "as"."""
