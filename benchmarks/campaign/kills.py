"""Servers and commands killed at random moments, and what their studies are worth afterwards."""

from __future__ import annotations

import random
import shutil
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
from websockets.exceptions import WebSocketException

from attnlab import Study
from attnlab.jobs import execute
from attnlab.store import Status, Store
from attnlab.store.checking import check
from attnlab.ui.links import to_link
from benchmarks.campaign.line import Asked, BrokenPromiseError, Outcome, tell
from benchmarks.campaign.pages import Page, app, page
from benchmarks.campaign.processes import end_tree, started

KILLS, QUICK_KILLS = 50, 2
PATIENCE = 120.0

SMALL = {"samples": 500, "test_samples": 0}
EARLIER = Study(
    task={"name": "planted-features", "features": 6, "classes": 2, **SMALL},
    arms=["none", "dense"],
    seeds=2,
    epochs=1,
)
"""What is in the home before; finished, and never to change."""

PLAN = Study(
    task={"name": "planted-features", "features": 8, "classes": 3, **SMALL},
    arms=["none", "dense"],
    seeds=2,
    epochs=40,
)
"""Some seconds of getting ready, and some of training; its runs end one after the other."""

Numbers = dict[str, object]


def prepare(folder: Path) -> Path:
    """A home with a finished study, made once."""
    home = folder / "prepared"
    if not home.exists():
        store = Store(home)
        execute(store, store.create_study(EARLIER, name="earlier"), stop=threading.Event())
        store.close()
    return home


def numbers(store: Store, study_id: str) -> Numbers:
    """Every number of a study by what it is: curves, attention, results, predictions."""
    runs = store.runs(study_id)
    kept = ["arm", "seed", "status", *(each for each in map(str, runs) if each.startswith("test_"))]
    found: Numbers = {
        "curves": store.curves(study_id).drop(columns=["study", "seconds"]).to_json(),
        "traces": store.traces(study_id).drop(columns="study").to_json(),
        "runs": runs[kept].sort_values(["arm", "seed"]).to_json(),
    }
    for arm, seed in sorted(zip(runs["arm"], runs["seed"], strict=True)):
        path = store.artifact(study_id, arm, seed, "predictions.npz")
        if path is None:
            raise BrokenPromiseError(f"the run of {arm}, seed {seed}, has no predictions")
        with np.load(path) as arrays:
            found[f"{arm} {seed}"] = {name: arrays[name].tobytes() for name in arrays.files}
    return found


@cache
def undisturbed(plan: str, home: Path) -> Numbers:
    """The numbers of the study that nothing befell."""
    store = Store(home)
    study_id = store.create_study(Study.model_validate_json(plan))
    execute(store, study_id, stop=threading.Event())
    found = numbers(store, study_id)
    store.close()
    return found


def finished(store: Store, study_id: str) -> set[tuple[str, int]]:
    runs = store.runs(study_id)
    done = runs[runs["status"] == Status.FINISHED]
    return set(zip(done["arm"], done["seed"], strict=True))


def new_study(store: Store) -> str | None:
    """The study that was begun here, if it came so far. Raises BrokenPromiseError for two."""
    found = [each.id for each in store.studies() if each.name != "earlier"]
    if len(found) > 1:
        raise BrokenPromiseError(f"{len(found)} studies where one was begun")
    return found[0] if found else None


def look(home: Path, before: set[tuple[str, int]], reference: Path) -> str:
    """Hold a home against what it promises after a kill; say at what moment the kill came.

    Raises BrokenPromiseError for what was lost, doubled, damaged or changed.
    """
    store = Store(home)
    try:
        store.recover()
        if findings := check(home).findings:
            raise BrokenPromiseError(f"check finds {findings[0]}")
        [earlier] = [each for each in store.studies() if each.name == "earlier"]
        if earlier.status != Status.FINISHED or len(finished(store, earlier.id)) != EARLIER.runs:
            raise BrokenPromiseError(f"the earlier study is {earlier.status}")
        study_id = new_study(store)
        if study_id is None:
            return "before the study"
        row = store.study(study_id)
        runs = store.runs(study_id)
        if len(runs) != row.study.runs or runs.duplicated(["arm", "seed"]).any():
            raise BrokenPromiseError(f"{len(runs)} runs of {row.study.runs}, or some twice")
        done = finished(store, study_id)
        if not done >= before:
            raise BrokenPromiseError(
                f"finished before the kill and not after: {sorted(before - done)}"
            )
        if row.status != Status.FINISHED:
            execute(store, study_id, stop=threading.Event())
        if store.study(study_id).status != Status.FINISHED:
            raise BrokenPromiseError(f"resumed, it is {store.study(study_id).status}")
        plan = row.study.model_dump_json()
        if (one := numbers(store, study_id)) != (other := undisturbed(plan, reference)):
            differing = [name for name in other if one.get(name) != other[name]]
            raise BrokenPromiseError(f"other numbers than undisturbed: {differing}")
        if findings := check(home).findings:
            raise BrokenPromiseError(f"after resuming, check finds {findings[0]}")
        if row.status == Status.FINISHED:
            return "after the end"
        return "between runs" if done else "before a run ended"
    finally:
        store.close()


Begin = Callable[[Path, Path], "Begun"]


class Begun:
    """A training that was begun in a home by a server or a command."""

    def __init__(self, process: subprocess.Popen[bytes], close: Callable[[], object]) -> None:
        self.process, self.close = process, close


def plan_file(folder: Path) -> Path:
    """The study as a file in this folder."""
    path = folder / "plan.yaml"
    path.write_text(PLAN.to_yaml())
    return path


def by_command(home: Path, folder: Path) -> Begun:
    """Begin the study by `attnlab run`."""
    with home.with_name(f"{home.name}.log").open("ab") as log:
        process = started(home, "run", str(plan_file(folder)), output=log)
    return Begun(process, lambda: end_tree(process))


def by_server(home: Path, folder: Path) -> Begun:
    """Begin the study by the button on a page of the app."""
    serving = app(home)
    server = serving.__enter__()
    showing = page(server, urlsplit(to_link(PLAN, server.url)).query)
    drawn = showing.__enter__()
    threading.Thread(target=_press, args=(drawn,), daemon=True).start()

    def close() -> None:
        end_tree(server.process)
        for each in (showing, serving):
            each.__exit__(None, None, None)

    return Begun(server.process, close)


def _press(drawn: Page) -> None:
    try:
        drawn.press(next(name for name in drawn.buttons if name.startswith("Train")))
    except (OSError, WebSocketException):
        return  # the server was killed while it answered


@dataclass(frozen=True)
class Lasts:
    """Seconds of an undisturbed go: all of it, and from the end of its first epoch."""

    whole: float
    trains: float


def _undisturbed_go(begin: Begin, home: Path, folder: Path) -> Lasts:
    begun = begin(home, folder)
    began = time.monotonic()
    store = Store(home)
    try:
        _wait(store, _has_begun)
        first = time.monotonic()
        _wait(store, _has_ended)
        return Lasts(time.monotonic() - began, time.monotonic() - first)
    finally:
        store.close()
        begun.close()


def _wait(store: Store, until: Callable[[Store, str], bool]) -> None:
    """Wait for something of the study that is begun in a store; it may have ended before."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        study_id = new_study(store)
        if study_id and (until(store, study_id) or _has_ended(store, study_id)):
            return
        time.sleep(0.02)
    raise TimeoutError("the study did not come so far")


def _has_begun(store: Store, study_id: str) -> bool:
    return bool(len(store.curves(study_id)))


def _has_ended(store: Store, study_id: str) -> bool:
    return store.study(study_id).status == Status.FINISHED


def kills(begin: Begin, asked: Asked, name: str) -> Outcome:
    """Begin, kill at a random moment, look; as often as was asked.

    Every other kill is drawn from the whole time, the others from that of training alone: getting
    ready lasts longer than all else.
    """
    came: dict[str, int] = {}
    outcome = Outcome()
    prepared = prepare(asked.folder)
    draw = random.Random(f"{asked.seed} {name}")
    place = asked.folder / name
    place.mkdir()
    whole = place / "whole"
    shutil.copytree(prepared, whole)
    lasts = _undisturbed_go(begin, whole, place)
    look(whole, set(), place / "reference")
    for number in range(QUICK_KILLS if asked.quick else KILLS):
        home = place / str(number)
        shutil.copytree(prepared, home)
        outcome.tried += 1
        trains = number % 2 == 1
        moment = draw.uniform(0, 1.02 * (lasts.trains if trains else lasts.whole))
        what = f"{moment:.2f} s of {'training' if trains else 'all'}"
        try:
            begun = begin(home, place)
            store = Store(home)
            try:
                if trains:
                    _wait(store, _has_begun)
                time.sleep(moment)
                study_id = new_study(store)
                before = finished(store, study_id) if study_id else set()
            finally:
                store.close()
                begun.close()
            when = look(home, before, place / "reference")
            came[when] = came.get(when, 0) + 1
            tell(f"{name} {number}: killed after {what}, {when}")
        except Exception as error:
            outcome.broken.append(f"{name} {number}, after {what}: {error!r} ({home})")
            tell(f"BROKEN {outcome.broken[-1]}")
            continue
        shutil.rmtree(home)
    told = ", ".join(f"{count} {when}" for when, count in sorted(came.items()))
    outcome.figures = f"{told}; {lasts.whole:.1f} s each, {lasts.trains:.1f} s of them training"
    return outcome


def server_kills(asked: Asked) -> Outcome:
    """Servers that train, killed with all they started."""
    return kills(by_server, asked, "server")


def command_kills(asked: Asked) -> Outcome:
    """Commands that train, killed with all they started."""
    return kills(by_command, asked, "command")
