"""What the Attention page looks at: a study, one arm or two, and a seed or all of them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import NamedTuple

import streamlit as st

from attnlab import charts
from attnlab.compat.streamlit import Container
from attnlab.inspection.running import inspectable
from attnlab.spec import Study
from attnlab.store import COMPLETE, Store, StoreError, StudyRow, Wanted
from attnlab.ui import links, pictures
from attnlab.ui.choices import chosen_pill
from attnlab.ui.plain_text import plain
from attnlab.ui.study_summary import is_readable, title
from attnlab.wording import counted

STUDY, ARM, BESIDE, SEED = "inspected.study", "inspected.arm", "inspected.beside", "inspected.seed"
RECENT = 20
"""So many of the newest studies are offered."""

NO_OTHER = ""
ALL_SEEDS = -1


class Chosen(NamedTuple):
    """What is looked at: the `seeds` of each of one arm or two; all that there are, or one."""

    store: Store
    row: StudyRow
    seeds: Mapping[str, tuple[int, ...]]

    @property
    def study(self) -> Study:
        """The study's plan."""
        return self.row.study

    @property
    def arms(self) -> tuple[str, ...]:
        """The labels of the arms."""
        return tuple(self.seeds)

    @property
    def runs(self) -> list[tuple[str, int]]:
        """Every arm and seed that is looked at."""
        return [(arm, seed) for arm, seeds in self.seeds.items() for seed in seeds]

    @property
    def are_several(self) -> bool:
        """Whether any arm's seeds are averaged."""
        return any(len(seeds) > 1 for seeds in self.seeds.values())

    @property
    def file_name(self) -> str:
        """What files of it are called."""
        seeds = sorted({seed for _, seed in self.runs})
        return f"attnlab-{self.row.id}-{seeds[0] if len(seeds) == 1 else 'mean'}"

    def names(self) -> dict[str, str]:
        """What the arms are called, by their labels."""
        return charts.arm_names(self.study)

    def colours(self) -> dict[str, str]:
        """The colours of the arms, by their labels."""
        return charts.arm_colours(self.study)

    def heading(self, arm: str) -> str:
        """An arm's name in HTML, with its colour before it."""
        colour = self.colours()[arm]
        return (
            f'<div style="border-left:5px solid {colour};padding-left:8px;line-height:1.3">'
            f"<b>{escape(self.names()[arm])}</b></div>"
        )


MOST_BESIDE = 34
"""Characters of the titles of all arms that fit a third of a page in a row."""


def chosen_study(store: Store) -> StudyRow | None:
    """The study that is chosen, or that the address names; at first the newest."""
    linked = st.query_params.get(links.STUDY)
    rows = store.studies(Wanted(statuses=sorted(COMPLETE)), most=RECENT)
    known = {row.id: row for row in rows if is_readable(row) and _has_attention(row)}
    if linked and linked not in known:
        try:
            row = store.study(linked)
            _ = row.study
            known[row.id] = row
        except StoreError as error:
            st.warning(plain(error), icon=":material/search_off:")
            linked = None
    if not known:
        return None
    if linked and st.session_state.get(f"{STUDY}.linked") != linked:
        st.session_state[STUDY] = linked
    if st.session_state.get(STUDY) not in known:
        st.session_state[STUDY] = next(iter(known))
    chosen = st.selectbox(
        "Study",
        list(known),
        format_func=lambda study_id: _option(known[study_id]),
        key=STUDY,
        help="The newest with attention; any other opens by its link or from the page Runs.",
        persist_state="session",
    )
    st.query_params[links.STUDY] = st.session_state[f"{STUDY}.linked"] = chosen
    return known[chosen]


def chosen_runs(store: Store, row: StudyRow) -> Chosen | None:
    """The arms and seeds of the study that are looked at; None where no run has attention."""
    runs = pictures.made_once(store, row, "inspectable", lambda: inspectable(store, row.id))
    if not runs:
        return None
    names = charts.arm_names(row.study)
    labels = list(dict.fromkeys(arm for arm, _ in runs))
    one, other, third = _places([names[label] for label in labels])
    with one:
        arm = chosen_pill("Arm", labels, ARM, names.__getitem__)
    arms = [arm]
    task = row.study.task_of(arm)  # examples of another one are no examples of this
    alike = [each for each in labels if each != arm and row.study.task_of(each) == task]
    if alike:
        others = [NO_OTHER, *alike]
        with other:
            beside = chosen_pill(
                "Beside it", others, BESIDE, lambda label: names[label] if label else "Nothing"
            )
        arms += [beside] if beside else []
    seeds = {label: tuple(seed for own, seed in runs if own == label) for label in arms}
    either = sorted({seed for own in seeds.values() for seed in own})
    if len(either) > 1:
        mean = f"Mean of {len(either)} seeds"
        with third:
            seed = chosen_pill(
                "Seed",
                [ALL_SEEDS, *either],
                SEED,
                lambda number: mean if number == ALL_SEEDS else str(number),
            )
        if seed != ALL_SEEDS:
            seeds = {label: tuple({seed} & set(own)) for label, own in seeds.items()}
    return Chosen(store, row, {label: own for label, own in seeds.items() if own})


def _places(titles: list[str]) -> list[Container]:
    """Where arm, other arm and seed are chosen: beside each other, or where the titles of the arms
    need more than a third of the page, below each other."""
    if sum(map(len, titles)) <= MOST_BESIDE:
        return list(st.columns(3))
    return [st.container() for _ in range(3)]


def _has_attention(row: StudyRow) -> bool:
    return any(arm.module.entry.layer for arm in row.study.arms)


def _option(row: StudyRow) -> str:
    return f"{title(row)} · {counted(len(row.study.arms), 'arm')} · {row.id}"
