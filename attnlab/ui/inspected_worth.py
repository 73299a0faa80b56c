"""What the attention of one arm or two is worth: reliance, agreement, what else it could be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.analysis.attention import truth_on
from attnlab.charts import attended, inspected
from attnlab.charts.inspected_scales import shared_domains
from attnlab.export.inspections import inspection_csv, inspection_json
from attnlab.inspection import keeping
from attnlab.inspection.described import MEASURES, QUESTIONS
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.found import RunInspection, Settings
from attnlab.inspection.several import inspecting_runs, kept_inspections, over_seeds
from attnlab.spec import SpecError
from attnlab.store import StoreError
from attnlab.ui import pictures
from attnlab.ui.inspected_choice import Chosen
from attnlab.ui.inspected_words import reliance_sentence
from attnlab.ui.measuring import measured_on_a_press
from attnlab.ui.plain_text import plain, plain_but_bold
from attnlab.ui.saving import Figure, save_button
from attnlab.wording import as_sentence, counted
from attnlab.workers import WorkersError

Found = Mapping[str, RunInspection]
"""What was found of each arm, by its label."""

OVER_EXAMPLES = "± is the 95 % interval over examples of this trained network, not over seeds."
OVER_SEEDS = "± is the 95 % interval over seeds, and n how many have a value."


def worth(chosen: Chosen) -> None:
    """What attention is worth, arm beside arm, of the seeds that were measured; and on a press of
    those that were not."""
    missing = [run for run in chosen.runs if not _file(chosen, *run)]
    heading = st.empty()
    if missing:
        heading.markdown("## What is it worth?")
        try:
            measured_on_a_press(
                "Look inside",
                f"{counted(len(missing), 'run')} to measure, some seconds each: the network "
                "answers its test examples again and again, with its attention changed and parts "
                "of the input taken away.",
                "inspected.look",
                lambda: inspecting_runs(chosen.store, chosen.row.id, missing),
            )
        except (InspectionError, WorkersError, StoreError, SpecError) as error:
            st.error(plain(as_sentence(str(error))), icon=":material/error:")
            return
    if all(_file(chosen, *run) for run in missing):
        heading.empty()
    found = {arm: of_arm for arm in chosen.arms if (of_arm := _found(chosen, arm)) is not None}
    if found:
        _show(chosen, found)


def _found(chosen: Chosen, arm: str) -> RunInspection | None:
    """What was found of an arm, the mean over the seeds that were measured."""
    seeds = [seed for seed in chosen.seeds[arm] if _file(chosen, arm, seed)]
    if not seeds:
        return None
    made = tuple(_file(chosen, arm, seed) for seed in seeds)

    def make() -> RunInspection | None:
        known = kept_inspections(chosen.store, chosen.row.id, arm, seeds)
        return over_seeds(known) if known else None

    found: RunInspection | None = pictures.made_once(
        chosen.store, chosen.row, ("inspected", arm, made), make
    )
    return found


def _file(chosen: Chosen, arm: str, seed: int) -> float:
    """When the inspection of a run was written; 0 where there is none."""
    name = keeping.file_name(Settings())
    path: Path | None = chosen.store.artifact(chosen.row.id, arm, seed, name)
    return path.stat().st_mtime if path else 0.0


def _show(chosen: Chosen, found: Found) -> None:
    has_accuracy = {arm: chosen.study.task_of(arm).has_accuracy for arm in found}
    domains = shared_domains(list(found.values()), all(has_accuracy.values()))
    colours = chosen.colours()
    st.markdown("## Does it matter?")
    for arm, own in found.items():
        if sentence := reliance_sentence(own, has_accuracy[arm]):
            before = f"{chosen.names()[arm]}: " if len(found) > 1 else ""
            st.markdown(plain_but_bold(f"{before}{sentence}"))

    def reliance(arm: str, own: RunInspection) -> pictures.Spec:
        domain = domains.get("reliance")
        return inspected.reliance_spec(own, has_accuracy[arm], colours[arm], domain)

    def reliance_rows(arm: str, own: RunInspection) -> pd.DataFrame:
        return inspected.reliance_rows(own, has_accuracy[arm])

    _figures(chosen, found, "reliance", reliance, reliance_rows)
    removed = _axes(own.curves["axis"] for own in found.values())
    for axis in removed:
        _place(chosen, axis, removed)
        one_arm = len(chosen.arms) == 1  # then both curves have room beside each other
        places = st.columns(2) if one_arm else [st.container(), st.container()]
        for place, curve in zip(places, ("deletion", "insertion"), strict=True):
            with place:
                _removal(chosen, found, axis, curve, domains)
    agreeing = {arm: own for arm, own in found.items() if len(inspected.agreement_rows(own))}
    if agreeing:
        st.markdown("## Does it agree?")

        def agreement(arm: str, own: RunInspection) -> pictures.Spec:
            return inspected.agreement_spec(own, colours[arm], domains.get("agreement"))

        def agreement_rows(arm: str, own: RunInspection) -> pd.DataFrame:
            return inspected.agreement_rows(own)

        _figures(chosen, agreeing, "agreement", agreement, agreement_rows)
        _importance(chosen, agreeing)
    attacked = _axes(
        [name.removesuffix("/adversary JSD") for name in own.arrays if name.endswith("JSD")]
        for own in found.values()
    )
    if attacked:
        st.markdown("## Could it have been otherwise?")
    for axis in attacked:
        _place(chosen, axis, attacked)
        _adversary(chosen, found, axis, domains)
    _all_measures(chosen, found)


def _removal(
    chosen: Chosen, found: Found, axis: str, curve: str, domains: inspected.Domains
) -> None:
    def draw(arm: str, own: RunInspection) -> pictures.Spec:
        colour = chosen.colours()[arm]
        return inspected.removal_spec(own, axis, curve, colour, domains.get("removal"))

    def rows(arm: str, own: RunInspection) -> pd.DataFrame:
        return own.curves[(own.curves["axis"] == axis) & (own.curves["curve"] == curve)]

    known = {arm: own for arm, own in found.items() if axis in set(own.curves["axis"])}
    _figures(chosen, known, f"{curve} {axis}".replace("/", " "), draw, rows)


def _adversary(chosen: Chosen, found: Found, axis: str, domains: inspected.Domains) -> None:
    def draw(arm: str, own: RunInspection) -> pictures.Spec:
        colour = chosen.colours()[arm]
        return inspected.adversary_spec(own, axis, colour, domains.get("adversary"))

    def rows(arm: str, own: RunInspection) -> pd.DataFrame:
        return inspected.adversary_rows(own, axis)

    known = {arm: own for arm, own in found.items() if f"{axis}/adversary JSD" in own.arrays}
    _figures(chosen, known, f"adversary {axis}".replace("/", " "), draw, rows)


def _axes(of_each: Iterable[Iterable[str]]) -> list[str]:
    return list(dict.fromkeys(axis for axes in of_each for axis in axes))


def _place(chosen: Chosen, axis: str, axes: list[str]) -> None:
    if len(axes) > 1:
        task = chosen.study.task_of(chosen.arms[0])
        st.markdown(f"**{plain(charts.place_title(axis, task))}**")


def _figures(
    chosen: Chosen,
    found: Found,
    name: str,
    draw: Callable[[str, RunInspection], pictures.Spec],
    rows: Callable[[str, RunInspection], pd.DataFrame],
) -> None:
    """The same figure of each arm, side by side."""
    for column, (arm, own) in zip(st.columns(max(1, len(found))), found.items(), strict=False):
        with column:
            if len(chosen.arms) > 1:
                st.html(chosen.heading(arm))
            place = list(chosen.arms).index(arm)
            figure = Figure(name, partial(draw, arm, own), partial(rows, arm, own))
            pictures.show(st, figure.chart(), key=f"inspected.{name}.{place}")
            save_button(figure, chosen.file_name, f"inspected.{name}.{place}")


def importance_rows(chosen: Chosen, arm: str, found: RunInspection) -> pd.DataFrame:
    """Permutation importance beside mean attention of each feature, on the first axis that has
    both; without rows where none has."""
    for name, values in found.arrays.items():
        axis = name.removesuffix("/permutation importance")
        if axis != name and f"{axis}/mean" in found.arrays:
            truth = truth_on(chosen.study, arm, axis)
            index = np.arange(len(values))
            return pd.DataFrame(
                {
                    "index": index,
                    "importance": values,
                    "attention": found.arrays[f"{axis}/mean"].ravel(),
                    "planted": np.isin(index, truth),
                }
            )
    return pd.DataFrame(columns=["index", "importance", "attention", "planted"])


def _importance(chosen: Chosen, found: Found) -> None:
    known = {arm: own for arm, own in found.items() if len(importance_rows(chosen, arm, own))}
    if known:

        def draw(arm: str, own: RunInspection) -> pictures.Spec:
            rows, names = importance_rows(chosen, arm, own), chosen.study.task_of(arm).input_names
            return charts.spec_of(attended.importance(rows, chosen.colours()[arm], names))

        rows = partial(importance_rows, chosen)
        _figures(chosen, known, "permutation importance", draw, rows)


def _all_measures(chosen: Chosen, found: Found) -> None:
    st.markdown("## All measures")
    first = next(iter(found.values()))
    seeds = {arm: int(own.about.get("seeds", 1)) for arm, own in found.items()}
    told = OVER_SEEDS if any(count > 1 for count in seeds.values()) else OVER_EXAMPLES
    st.caption(
        f"On {counted(int(first.about['examples']), 'example')} of the {first.about['split']} "
        f"split; {told}"
    )
    if chosen.are_several:
        measured = "; ".join(
            f"{chosen.names()[arm]}: {count} of {counted(len(chosen.seeds[arm]), 'seed')} measured"
            for arm, count in seeds.items()
        )
        st.caption(plain(measured))
    shown = pd.concat(
        [own.table.assign(arm=chosen.names()[arm]) for arm, own in found.items()], ignore_index=True
    )
    shown = shown.assign(
        question=[MEASURES[name].question for name in shown["measure"]],
        title=[MEASURES[name].title for name in shown["measure"]],
        reading=[MEASURES[name].help for name in shown["measure"]],
    )
    shown = shown.sort_values(
        "question", key=lambda column: column.map(QUESTIONS.index), kind="stable"
    )
    number = st.column_config.NumberColumn
    columns = ["question", "title", "axis", "value", "half", "chance", "n", "reading"]
    st.dataframe(
        shown[["arm", *columns] if len(found) > 1 else columns],
        hide_index=True,
        column_config={
            "arm": "Arm",
            "question": "Question",
            "title": "Measure",
            "axis": "Where",
            "value": number("Value", format="%.3f"),
            "half": number("±", format="%.3f"),
            "chance": number("Chance", format="%.3f", help="What attention that knows nothing has"),
            "n": number("n", help="Examples, or seeds"),
            "reading": "How to read it",
        },
    )
    notes = shown.loc[shown["note"] != "", ["measure", "note"]].drop_duplicates()
    for measure, note in notes.to_numpy():
        st.caption(plain(f"{MEASURES[measure].title}: {note}."))
    for place, (arm, own) in enumerate(found.items()):
        named = f" of {chosen.names()[arm]}" if len(found) > 1 else ""
        with st.container(horizontal=True):
            st.download_button(
                plain(f"Measures{named} (CSV)"),
                partial(inspection_csv, own),
                file_name=f"{chosen.file_name}-inspection.csv",
                mime="text/csv",
                icon=":material/download:",
                key=f"inspected.csv.{place}",
                on_click="ignore",
            )
            st.download_button(
                plain(f"All of it{named} (JSON)"),
                partial(inspection_json, own),
                file_name=f"{chosen.file_name}-inspection.json",
                mime="application/json",
                icon=":material/download:",
                key=f"inspected.json.{place}",
                on_click="ignore",
            )
