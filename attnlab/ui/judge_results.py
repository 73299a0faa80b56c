"""What judged scores show: sentence, forest, table, and what can be taken into a paper."""

from __future__ import annotations

import streamlit as st

from attnlab import charts
from attnlab.export import judged
from attnlab.results.frames import verdicts_frame
from attnlab.results.headline import headline
from attnlab.results.judging_scores import AS_GIVEN
from attnlab.results.model import StudyResult
from attnlab.results.wording import named
from attnlab.scores import ScoreTable
from attnlab.ui import pictures, saving
from attnlab.ui.plain_text import plain, plain_but_bold
from attnlab.ui.result_tables import judged_table
from attnlab.ui.saving import Figure
from attnlab.wording import counted

FILE_NAME = "attnlab-judged"


def verdicts(result: StudyResult) -> None:
    """One sentence or two, the forest of differences, the table, and what all that rests on."""
    st.markdown(plain_but_bold(headline(result)))
    figure = Figure("forest", lambda: charts.forest_spec(result), lambda: verdicts_frame(result))
    pictures.show(st, pictures.with_tables(figure.chart()), key="judge.forest")
    saving.save_button(figure, FILE_NAME, "judge.forest")
    for condition in result.conditions:
        st.caption(f":material/info: {plain(condition)}")
    skewed = [arm.title for arm in result.compared if arm.difference.is_skewed]
    if skewed:
        st.caption(
            f":material/info: The differences of {plain(named(skewed))} are lopsided: a few seeds "
            "are far from the others. Then the interval covers the mean less often than it says."
        )
    for part in result.parts or (result,):
        if result.parts:
            st.markdown(f"**{plain(part.task_title)}**")
        st.html(judged_table(part))


def read_as(table: ScoreTable) -> None:
    """How the table was understood, and what no table can say."""
    told = ", ".join(f"{name} {value}" for name, value in table.read_as)
    runs, arms = counted(len(table.runs), "run"), counted(len(table.arms), "arm")
    st.caption(f":material/table: {plain(f'{runs} of {arms}; {told}.')} {plain(AS_GIVEN)}")


def for_the_paper(result: StudyResult) -> None:
    """The table for a paper in each form, and buttons that save it and the numbers."""
    st.markdown("## For the paper")
    forms = {
        "LaTeX": (judged.judged_latex, None, "tex", "application/x-tex"),
        "Markdown": (judged.judged_markdown, "markdown", "md", "text/markdown"),
        "HTML": (judged.judged_html, "html", "html", "text/html"),
    }
    tabs = st.tabs([plain(name) for name in forms])
    for tab, (make, language, _, _) in zip(tabs, forms.values(), strict=True):
        with tab:
            st.code(make(result), language=language, wrap_lines=True)
    with st.container(horizontal=True):
        for name, (make, _, ending, mime) in forms.items():
            _button(f"Table ({name})", make(result), f"{FILE_NAME}.{ending}", mime)
        _button(
            "Verdicts (CSV)", judged.judged_csv(result), f"{FILE_NAME}-verdicts.csv", "text/csv"
        )
        scores = judged.judged_scores_csv(result)
        _button("Scores (CSV)", scores, f"{FILE_NAME}-scores.csv", "text/csv")
        if result.parts:
            tasks = judged.judged_tasks_csv(result)
            _button("Tasks together (CSV)", tasks, f"{FILE_NAME}-tasks.csv", "text/csv")


def _button(label: str, content: str, name: str, mime: str) -> None:
    st.download_button(
        plain(label),
        content,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
    )
