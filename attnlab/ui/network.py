"""A picture of the network of an arm, layer by layer."""

from __future__ import annotations

import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.store import ACTIVE, StudyRow
from attnlab.ui import html, server
from attnlab.ui.choices import chosen_segment
from attnlab.ui.pictures import LIVE_SECONDS

ARM = "playground.network"


def network_of_arms(manager: JobManager, row: StudyRow) -> None:
    """A picture of the network, the module's place highlighted."""
    awaited = _is_awaited(manager, row)
    every = LIVE_SECONDS if awaited else None
    server.part(_network_of_an_arm, manager, row, awaited, every=every)


def _is_awaited(manager: JobManager, row: StudyRow) -> bool:
    """Whether an arm has not begun to train, so that its network is still to be drawn."""
    stored = manager.store.arms(row.id)
    return row.status in ACTIVE and any(arm.network is None for arm in stored)


def _network_of_an_arm(manager: JobManager, row: StudyRow, awaited: bool) -> None:
    if awaited and not _is_awaited(manager, row):
        st.rerun(scope="app")  # there is nothing left to look for every second
    st.markdown("## The network")
    study = row.study
    with_module = [arm.label for arm in study.arms if arm.module.entry.fills] or [study.reference]
    names = charts.arm_names(study)
    chosen = chosen_segment("Arm", with_module, ARM, names.__getitem__, show_label=False)
    arm = next(arm for arm in manager.store.arms(row.id) if arm.label == chosen)
    if arm.network is None:
        st.caption("It is drawn when this arm begins to train.")
        return
    picture = html.network_picture(
        arm.network,
        study.arm(chosen).module.entry.title,
        charts.arm_colours(study)[chosen],
    )
    st.html(picture)
