"""`attnlab.run` from a script, a thread and a notebook, and what importing attnlab brings."""

import signal
import subprocess
import sys
import threading

import pytest

import attnlab
from attnlab.store import Status, Store, StoreError

PLAN = {
    "task": {"name": "planted-features", "features": 8, "classes": 3, "samples": 500},
    "arms": ["none", {"module": "dense", "depth": 1}],
    "seeds": 2,
    "epochs": 2,
}


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    return attnlab.run(PLAN, name="shared", home=tmp_path_factory.mktemp("api"))


def test_importing_attnlab_brings_nothing_heavy():
    program = (
        "import attnlab, sys\n"
        "heavy = {'tensorflow', 'keras', 'streamlit', 'pandas', 'sqlalchemy', 'sklearn', 'rich'}\n"
        "heavy |= {'scipy', 'statsmodels', 'altair'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "attnlab.run, attnlab.Result\n"
        "later = heavy - {'sqlalchemy', 'rich'}\n"
        "print(sorted(later & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.split("\n")[:2] == ["[]", "[]"], done.stderr


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="nonsense"):
        _ = attnlab.nonsense
    assert {"run", "Result", "Study"} <= set(dir(attnlab))


def test_a_mapping_is_trained(result):
    assert result.status == "finished"
    assert isinstance(result.study, attnlab.Study)
    assert result.store.study(result.id).name == "shared"
    assert result.id in repr(result)


def test_the_tables_have_a_row_per_what_they_are_about(result):
    assert len(result.curves()) == 2 * 2 * 2
    assert len(result.attention()) == 1 * 2 * 2 * 8
    assert list(result.table()["label"]) == ["none", "dense:depth=1"]
    assert (result.table()["n"] == 2).all()
    assert result.table()["total_parameters"].notna().all()


def test_a_result_is_found_again_by_its_id(result):
    again = attnlab.open(result.id[:4], home=result.store.home)
    assert again.id == result.id
    assert again.curves().equals(result.curves())
    with pytest.raises(StoreError, match="nothere"):
        attnlab.open("nothere", home=result.store.home)


def test_every_arm_has_a_verdict_by_the_metric_of_the_plan_or_another(result):
    verdicts = result.verdicts().set_index("label")
    assert dict(verdicts["verdict"]) == {"none": "reference", "dense:depth=1": "not enough seeds"}
    assert "a verdict takes at least 6" in verdicts.loc["dense:depth=1", "basis"]
    tested = result.store.runs(result.id).set_index(["arm", "seed"])
    for metric in ("val_accuracy", "val_loss"):
        scores = result.scores(metric).set_index(["arm", "seed"])["value"]
        assert scores.to_dict() == tested[metric.replace("val", "test")].to_dict()
    assert result.scores().equals(result.scores("val_accuracy"))
    shown = result.verdicts("val_loss").set_index("label")["score"]
    assert shown["none"] == pytest.approx(tested.loc["none", "test_loss"].mean())
    with pytest.raises(attnlab.SpecError, match="val_loss"):
        result.verdicts("val_los")


def test_the_judgement_has_the_numbers_of_the_tables_as_typed_values(result):
    judgement = result.judgement("val_loss")
    assert judgement.metric.name == "val_loss"
    for arm, row in zip(judgement.arms, result.verdicts("val_loss").itertuples(), strict=True):
        assert (arm.label, arm.verdict, arm.basis) == (row.label, row.verdict, row.basis)
        assert (arm.score.mean, arm.difference.n) == (row.score, row.pairs)
    scores = result.scores("val_loss")
    dense = scores[scores["arm"] == "dense:depth=1"]
    assert judgement.arm("dense:depth=1").scores == dict(
        zip(dense["seed"], dense["value"], strict=True)
    )


def test_seeds_are_added_to_a_finished_study_and_change_none_of_its_numbers(tmp_path):
    plan = {**PLAN, "most_seeds": 10}
    result = attnlab.run(plan, home=tmp_path)
    before = result.curves()
    assert result.extend(1) is result
    assert (result.status, result.study.seeds, result.study.looks) == ("finished", (0, 1, 2), (2,))
    after = result.curves()
    assert after[after["seed"] < 2].reset_index(drop=True).equals(before)
    assert set(after.loc[after["seed"] == 2, "epoch"]) == {1, 2}
    assert list(result.verdicts()["pairs"]) == [0, 3]
    with pytest.raises(attnlab.SpecError, match="at least 1"):
        result.extend(0)
    fresh = attnlab.run({**PLAN, "arms": ["none"]}, home=tmp_path)
    assert fresh.study.seeds == (3, 4)
    again = attnlab.run({**PLAN, "arms": ["none"]}, home=tmp_path, first_seed=1)
    assert again.study.seeds == (1, 2)
    [seen, asked] = again.judgement().conditions
    assert seen.startswith(f"Exploratory: these seeds were seen in {result.id}")
    assert asked == f"1 earlier study of the same question here: {fresh.id}."


def test_a_precision_is_reached_in_two_stages(tmp_path, capfd):
    """Ten seeds first; a millionth of a point takes more than the twelve that are allowed."""
    plan = {**PLAN, "seeds": 10, "epochs": 1, "precision": 1e-8, "most_seeds": 12}
    result = attnlab.run(plan, home=tmp_path, progress=True)
    assert (result.status, result.study.settled) == ("finished", 12)
    assert result.study.batches == [tuple(range(10)), (10, 11)]
    [arm] = result.judgement().compared
    assert (arm.pairs, arm.is_final) == (12, True)
    assert "and 12 were allowed, which reach about ±" in arm.basis
    told = capfd.readouterr().err
    assert "Second stage: the precision takes 12 seeds" in told
    assert "(24 of 24 runs)" in told


def test_a_study_that_has_not_finished_takes_no_seeds(home):
    store = Store(home)
    study_id = store.create_study(attnlab.Study(**PLAN))
    with pytest.raises(StoreError, match="has finished"):
        attnlab.Result(study_id, store).extend(1)
    assert store.study(study_id).study.seeds == (0, 1)


def test_a_file_gives_the_same_numbers(result, tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(attnlab.Study(**PLAN).to_yaml())
    ours = attnlab.run(path).curves().drop(columns=["study", "seconds"])
    assert ours.equals(result.curves().drop(columns=["study", "seconds"]))


def test_a_bad_plan_is_refused_before_anything_is_kept(home):
    with pytest.raises(attnlab.SpecError, match="epochs"):
        attnlab.run({**PLAN, "epochs": 0})
    with pytest.raises(attnlab.SpecError, match=r"nowhere\.yaml"):
        attnlab.run("nowhere.yaml")
    assert not home.exists()


def test_progress_is_silent_off_a_terminal_unless_asked_for(capfd):
    small = {**PLAN, "seeds": 1, "epochs": 1}
    attnlab.run(small)
    assert "validation accuracy" not in capfd.readouterr().err
    attnlab.run(small, progress=True)
    out, err = capfd.readouterr()
    assert out == ""
    assert err.count("validation accuracy") == 2


def test_a_thread_can_train(result):
    finished = []
    thread = threading.Thread(target=lambda: finished.append(attnlab.run(PLAN).status))
    thread.start()
    thread.join(60)
    assert finished == ["finished"]


def press_ctrl_c_after_a_run(monkeypatch):
    from attnlab.running.progress import Reporter

    ended = Reporter._run_ended
    monkeypatch.setattr(
        Reporter,
        "_run_ended",
        lambda self, words: (ended(self, words), signal.raise_signal(signal.SIGINT)),
    )


def test_ctrl_c_stops_the_study_and_is_passed_on(home, monkeypatch):
    press_ctrl_c_after_a_run(monkeypatch)
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt, match="attnlab resume"):
        attnlab.run(PLAN)
    assert signal.getsignal(signal.SIGINT) is before
    row = Store().studies()[0]
    assert row.status == Status.STOPPED
    assert row.counts[Status.FINISHED] == 1


def test_ctrl_c_that_is_ignored_on_purpose_stays_ignored(monkeypatch):
    press_ctrl_c_after_a_run(monkeypatch)
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        assert attnlab.run(PLAN).status == "finished"
    finally:
        signal.signal(signal.SIGINT, before)
