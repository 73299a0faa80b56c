"""A picture of the network of an arm, layer by layer."""

from __future__ import annotations

import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.store import ACTIVE, ArmRow, StudyRow
from attnlab.ui import html, server
from attnlab.ui.choices import chosen_segment
from attnlab.ui.sections import in_own_container, live

ARM = "playground.network"


@in_own_container
def network_of_arms(manager: JobManager, row: StudyRow) -> None:
    """A picture of the network, the module's place highlighted."""
    server.part(_network_of_an_arm, manager, row)


def _network_of_an_arm(manager: JobManager, row: StudyRow) -> None:
    st.markdown("#### The network")
    study = row.study
    with_module = [arm.label for arm in study.arms if arm.module.entry.fills] or [study.reference]
    names = charts.arm_names(study)
    chosen = chosen_segment("Arm", with_module, ARM, names.__getitem__, show_label=False)
    is_drawn = _stored_arm(manager, row, chosen).network is not None
    awaited = row.status in ACTIVE and not is_drawn
    live(_network, manager, row, chosen, awaited, active=awaited)


def _stored_arm(manager: JobManager, row: StudyRow, label: str) -> ArmRow:
    return next(arm for arm in manager.store.arms(row.id) if arm.label == label)


def _network(manager: JobManager, row: StudyRow, label: str, awaited: bool) -> None:
    arm = _stored_arm(manager, row, label)
    if arm.network is None:
        st.caption("It is drawn when this arm begins to train.")
        return
    if awaited:
        st.rerun(scope="app")  # there is nothing left to look for every second
    picture = html.network_picture(
        arm.network,
        row.study.arm(label).module.entry.title,
        charts.arm_colours(row.study)[label],
    )
    st.html(picture)
