"""The Judge page: scores are pasted or dropped, and their verdicts stand beside them."""

from __future__ import annotations

from typing import Any, NamedTuple

import streamlit as st

from attnlab.results.judging_scores import judge_scores, margin_in
from attnlab.results.model import StudyResult
from attnlab.scores import ScoreOptions, ScoreTable
from attnlab.scores.cells import ScoreCells, cells_in
from attnlab.scores.naming import likely_reference
from attnlab.scores.reading import PASTED, measures_of, scores_of
from attnlab.spec import SpecError
from attnlab.ui import html, judge_results
from attnlab.ui.plain_text import plain
from attnlab.wording import as_sentence

TEXT, FILE = "judge.text", "judge.file"
METRIC, NAME, REFERENCE, MARGIN = "judge.metric", "judge.name", "judge.reference", "judge.margin"
BETTER, UNPAIRED, MISSING = "judge.better", "judge.unpaired", "judge.missing"

ENDINGS = ["csv", "tsv", "txt", "xlsx"]
LONGEST = 1_000_000
"""Characters of a pasted table; more of them are a file."""

LARGEST_MB = 20

EXAMPLE = """seed,baseline,attention,wider
0,80.4,82.0,80.6
1,81.3,81.9,81.2
2,79.9,81.4,80.1
3,82.2,83.1,82.0
4,80.8,82.3,80.9
5,81.0,82.4,81.1
6,80.1,80.9,79.9
7,81.7,83.2,81.8
8,80.6,81.5,80.5
9,81.9,82.8,82.0
"""
"""Made-up accuracies of ten seeds: one arm that helps, and one that changes nothing."""

EXAMPLE_NAME, EXAMPLE_MARGIN = "accuracy", "0.5"

_BETTER = {0: "By its name", 1: "More", -1: "Less"}


class _ToJudge(NamedTuple):
    """What is to be judged, and how."""

    table: ScoreTable
    reference: str
    margin: float


def heading() -> None:
    """What this page is for."""
    st.html(html.NO_SIDEBAR)
    st.markdown("# Judge scores of your own")
    st.caption(
        "Trained elsewhere, in PyTorch or JAX or with another program? Paste the score of each "
        "run: the tests, intervals and words here are those of a study of attnlab. The table is "
        "read, and not kept."
    )


def scores_and_verdicts() -> None:
    """The scores at the left; at the right what they show, or what is wrong with them."""
    left, right = st.columns([1, 2], gap="large")
    with left:
        content, source = _given()
        choices = st.container()
    try:
        with choices:
            asked = _asked(content, source)
        result = judge_scores(
            asked.table,
            asked.reference,
            margin=asked.margin,
            paired=not st.session_state.get(UNPAIRED, False),
        )
    except SpecError as error:
        with right:
            st.error(plain(_sentence(str(error), source)), icon=":material/error:")
        return
    with right:
        _shown(result, asked.table)


def _shown(result: StudyResult, table: ScoreTable) -> None:
    judge_results.verdicts(result)
    judge_results.read_as(table)
    judge_results.for_the_paper(result)


def _given() -> tuple[bytes, str]:
    """The content of the dropped file, else the pasted text; and what it is called."""
    file = st.file_uploader(
        "Drop a file",
        type=ENDINGS,
        key=FILE,
        max_upload_size=LARGEST_MB,
        help="CSV, TSV or Excel, also as MLflow and Weights & Biases export it. It is judged in "
        "place of the text below, and not kept.",
    )
    text = st.text_area(
        "Or paste a table",
        EXAMPLE,
        key=TEXT,
        height=260,
        max_chars=LONGEST,
        help="A column an arm and a row a seed; or a row a run, with columns arm, seed and score, "
        "and perhaps task and metric. Commas, semicolons or tabs, decimal comma or point, percent "
        "signs.",
        persist_state="session",
    )
    if file is None:
        return text.encode(), PASTED
    st.caption(f"Judged: {plain(file.name)}. Remove it to judge the text.")
    return file.getvalue(), file.name


def _asked(content: bytes, source: str) -> _ToJudge:
    """How it is to be judged. Raises SpecError for what cannot be read, and for a margin that is
    none."""
    is_example = content.decode("utf-8", "replace").strip() == EXAMPLE.strip()
    cells = cells_in(content, source)
    named = ScoreOptions(
        better=st.session_state.get(BETTER) or 0,
        without_missing=st.session_state.get(MISSING, False),
    )
    metric = _metric(cells, named, is_example)
    _better()
    margin = st.text_input(
        "Margin",
        EXAMPLE_MARGIN if is_example else "",
        key=_own(MARGIN, is_example),
        help="A difference smaller than this is practically none. In the unit in which the scores "
        "are written: 0.5 is half a point of 81.2, and 0.005 is of 0.812. Empty for no margin.",
        persist_state="session",
    )
    st.checkbox(
        "Rows and seeds mean nothing: do not pair",
        key=UNPAIRED,
        help="Two arms that share most of their seeds are compared seed by seed, unless you say "
        "that the same number of a seed does not stand for the same data, split or start.",
        persist_state="session",
    )
    st.checkbox(
        "Leave out runs without a score",
        key=MISSING,
        help="A run that diverged counts for something: what it is worth stands better in the "
        "table than a hole.",
        persist_state="session",
    )
    table = scores_of(cells, named._replace(metric=metric))
    reference = _reference(table)
    return _ToJudge(table, reference, margin_in(margin, table))


def _metric(cells: ScoreCells, named: ScoreOptions, is_example: bool) -> str:
    """What is judged: one of the table's measures, or what people call its only one."""
    known = measures_of(cells, named)
    if len(known) == 1:
        return known[0]
    if known:
        return str(
            st.selectbox(
                "Judged by",
                known,
                key=f"{METRIC}.{'.'.join(known)}",
                help="The one number that was to decide. Who takes the one that looks best finds "
                "something more often than in 1 of 20 cases.",
                persist_state="session",
            )
        )
    typed = st.text_input(
        "What is measured",
        EXAMPLE_NAME if is_example else "",
        key=_own(NAME, is_example),
        placeholder="accuracy, loss, …",
        help="The name says which way is better, and whether scores are shares or percent.",
        persist_state="session",
    )
    return typed.strip()


def _sentence(message: str, source: str) -> str:
    """A message as a sentence; the name of a file that it begins with stays as it is."""
    return f"{message}." if message.startswith(source) else as_sentence(message)


def _own(key: str, is_example: bool) -> str:
    """The key of a field whose content goes with the example, or with a table of one's own."""
    return f"{key}.example" if is_example else key


def _better() -> None:
    st.segmented_control(
        "Better is",
        list(_BETTER),
        format_func=lambda value: plain(_BETTER[value]),
        default=0,
        required=True,
        key=BETTER,
        persist_state="session",
    )


def _reference(table: ScoreTable) -> str:
    arms = table.arms
    chosen: Any = st.selectbox(
        "Reference",
        arms,
        index=arms.index(likely_reference(arms)),
        key=f"{REFERENCE}.{'.'.join(arms)}",
        help="What the other arms are compared with.",
        persist_state="session",
    )
    return str(chosen)
