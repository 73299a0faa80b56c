"""Runs that are taken over from earlier studies are the very bits that training gives."""

import hashlib
import sqlite3
import zipfile

import pytest

from attnlab import Study
from attnlab.jobs import JobManager
from attnlab.jobs.sharing import copied_text, shared_runs, take_over
from attnlab.store import Owner, Status
from attnlab.workers.program import program

SEEDS = 5
TASK = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}


OWN = ("study_id", "started_at", "finished_at", "seconds", "copied_from")
"""What a run has for itself."""

STACKED = {**TASK, "samples": 700}
"""At a batch size of 1, so many updates that seeds are stacked."""


def of(arms, **options):
    how = {"task": TASK, "arms": list(arms), "seeds": SEEDS, "epochs": 2, **options}
    return Study(**how)


def recorded(store, study):
    """The id of a study that has finished, as if it had been trained here."""
    study_id = store.create_study(study)
    store.acquire(study_id, Owner.current())
    for arm in study.arms:
        for seed in study.seeds:
            run = (study_id, arm.label, seed)
            store.start_run(*run)
            store.save_artifacts(*run, {"weights.keras": lambda path: path.write_bytes(b"w")})
            store.finish_run(*run, 1.0, trained_by=program(None))
    store.release(study_id)
    return study_id


@pytest.fixture
def trained(store):
    """The id of a study with two arms that has finished."""
    return recorded(store, of(["none", "dense"]))


def bits(path):
    """A hash of the arrays in a file; of a network's, whose zip archive has the time in it, of its
    weights."""
    if path.suffix == ".keras":
        with zipfile.ZipFile(path) as model:
            return hashlib.sha256(model.read("model.weights.h5")).hexdigest()
    return hashlib.sha256(path.read_bytes()).hexdigest()


def kept(store, study_id):
    """All that is kept of each run but for its times and where it comes from."""
    database = sqlite3.connect(store.home / "attnlab.db")
    database.row_factory = sqlite3.Row

    def rows(text, value, *without):
        found = [dict(row) for row in database.execute(text, [value])]
        return [{name: row[name] for name in row if name not in without} for row in found]

    found = {}
    for run in rows("SELECT * FROM runs WHERE study_id = ?", study_id, *OWN):
        number = run.pop("id")
        values = [run]
        for table in ("epochs", "traces"):
            chosen = f"SELECT * FROM {table} WHERE run_id = ? ORDER BY 2, 3"
            values += rows(chosen, number, "run_id", "seconds")
        files = {
            path.name: bits(path) for path in (store.home / "artifacts" / str(number)).iterdir()
        }
        found[run["arm"], run["seed"]] = (values, files)
    database.close()
    return found


@pytest.fixture(params=["one after another", "stacked"])
def how(request):
    """How the seeds of an arm train: settings by which the engine chooses it."""
    return {"one after another": {"seeds": 2}, "stacked": {"batch_size": 1, "task": STACKED}}[
        request.param
    ]


def test_copied_runs_are_what_training_gives_bit_for_bit(store, train, how):
    first = store.create_study(of(["none", "dense"], **how))
    train(first)
    plan = of(["dense", "none", "feature-gate"], **how)  # in another order, and beside another arm
    sharing = store.create_study(plan)
    seeds = len(plan.seeds)
    assert take_over(store, sharing) == 2 * seeds
    trained = []
    train(sharing, listen=lambda arm, event: trained.append(arm))
    assert set(trained) == {"feature-gate"}
    anew = store.create_study(plan)
    assert take_over(store, anew) == 0  # the whole plan was given before: it is trained again
    train(anew)
    here, there = kept(store, sharing), kept(store, anew)
    assert here.keys() == there.keys()
    for name in here:
        assert here[name] == there[name], name
    assert store.copied_runs(sharing) == {first: 2 * seeds}
    assert store.copied_runs(anew) == {}
    told = f"{2 * seeds} of {3 * seeds} runs are copies, bit for bit, from study {first}"
    assert copied_text(store, sharing) == told
    networks = [
        {arm.label: (arm.network, arm.parameters) for arm in store.arms(each)}
        for each in (sharing, anew)
    ]
    assert networks[0] == networks[1]


def test_a_copy_of_a_copy_names_where_it_was_trained(store, trained):
    second = store.create_study(of(["none", "feature-gate"]))
    assert take_over(store, second) == SEEDS
    store.delete(trained)
    third = store.create_study(of(["none", "uniform"]))
    assert take_over(store, third) == SEEDS
    assert store.copied_runs(third) == {trained: SEEDS}


UNLIKE = {
    "epochs": of(["none", "feature-gate"], epochs=3),
    "task": of(["none", "feature-gate"], task={**TASK, "classes": 4}),
    "rate": of(["none", "feature-gate"], learning_rate=0.002),
    "rate of an arm": of(["none@learning_rate=0.01", "feature-gate"]),
    "tuning": of(["none", "feature-gate"], tuning={}),
    "inspected": of(["none", "feature-gate"], judging={"metric": "lesion_bypassed"}),
    "seeds": of(["none", "dense:depth=1"], seeds=[7, 8, 9, 10, 11]),
    "the same": of(["none", "dense"]),
}


def test_what_is_not_alike_is_not_shared(store, trained, monkeypatch):
    plan = of(["none", "feature-gate"])
    assert {how: len(shared_runs(store, other).runs) for how, other in UNLIKE.items()} == (
        dict.fromkeys(UNLIKE, 0)
    )
    assert shared_runs(store, plan).by_arm == {"none": SEEDS}
    for now in (None, "tensorflow 0.1"):  # on a cluster or with GPUs; with other versions
        monkeypatch.setattr("attnlab.jobs.sharing.program", lambda wanted, now=now: now)
        assert not shared_runs(store, plan).runs


def test_runs_that_train_among_other_seeds_are_not_shared(store):
    """Ten seeds of three arms train in two parts, of four arms in one: their last bits differ."""
    ten = {"seeds": 10, "epochs": 20, "batch_size": 64}
    recorded(store, of(["none", "dense"], **ten))
    assert len(shared_runs(store, of(["none", "dense", "feature-gate"], **ten)).runs) == 20
    assert not shared_runs(store, of(["none", "dense", "feature-gate", "uniform"], **ten)).runs


def test_runs_whose_bits_are_not_certain_say_nothing_of_a_program(store, train, monkeypatch):
    monkeypatch.setattr("attnlab.training.arithmetic.LARGE", 1)  # so that the network is large
    study_id = store.create_study(of(["none"]))
    train(study_id)
    assert store.study(study_id).counts[Status.FINISHED] == SEEDS
    assert not store.trained_by(study_id, program(None))


def test_a_run_without_its_files_is_trained(store, trained):
    (store.artifact(trained, "none", 2, "weights.keras")).unlink()
    plan = store.create_study(of(["none", "feature-gate"]))
    assert take_over(store, plan) == SEEDS - 1


def test_the_manager_shares_where_it_is_asked_and_the_clock_tells_of_what_trained(
    store, trained, eventually
):
    manager = JobManager(store)
    study_id = manager.submit(of(["none", "dense", "feature-gate"]), shares=True)
    eventually(lambda: store.study(study_id).status == Status.FINISHED)
    assert store.copied_runs(study_id) == {trained: 2 * SEEDS}
    row = store.study(study_id)
    own = store.runs(study_id).set_index("arm")["seconds"]["feature-gate"].sum()
    assert store.copied_seconds(study_id) == pytest.approx(row.seconds - own)
    alone = manager.submit(of(["none", "uniform"]))
    assert store.copied_runs(alone) == {}
    manager.stop(alone)


def test_a_study_is_queued_whatever_happens_while_runs_are_copied(store, monkeypatch):
    def broken(*args):
        raise RuntimeError("no copy")

    jobs, queued = JobManager(store), []
    monkeypatch.setattr("attnlab.jobs.manager.take_over", broken)
    monkeypatch.setattr(jobs, "_enqueue", queued.append)
    with pytest.raises(RuntimeError, match="no copy"):
        jobs.submit(of(["none"]), shares=True)
    assert queued == [store.studies()[0].id]


def test_with_an_address_that_is_none_nothing_is_the_same(monkeypatch):
    monkeypatch.setenv("ATTNLAB_CLUSTER", "no address at all")
    assert program(None) is None
