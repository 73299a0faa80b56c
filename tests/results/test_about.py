"""What a verdict is about: the task, or the one data set that its seeds share."""

import numpy as np
import pytest

from attnlab.analysis.new_data import new_data_interval
from attnlab.results.about import about_text
from attnlab.results.frames import verdicts_frame
from attnlab.results.headline import headline
from attnlab.results.judge import judge
from tests.export.studies import recorded

STEPS = [0.03, 0.02, 0.04, 0.01, 0.05, 0.03, 0.02, 0.04, 0.03, 0.03]
NONE = [0.8 + 0.01 * (place % 4) for place in range(10)]
SCORES = {"none": NONE, "se:ratio=4": [a + b for a, b in zip(NONE, STEPS, strict=True)]}


@pytest.fixture
def judged(home):
    opened = []

    def make(metric=None, scores=SCORES, **plan):
        store, study_id = recorded(home, scores, **plan)
        opened.append(store)
        return judge(store, study_id, metric)

    yield make
    for store in opened:
        store.close()


def test_on_a_fixed_data_set_it_is_about_these_samples(judged):
    result = judged(task="digits")
    arm = result.arm("se:ratio=4")
    expected = new_data_interval(np.array(STEPS), 359, 1079)
    assert arm.verdict == "helps"
    assert arm.comparison.for_new_data == pytest.approx(expected)
    assert arm.comparison.for_new_data.low < arm.difference.low
    assert about_text(result.study) == "about this data set of 1,797 samples"
    assert headline(result).endswith(
        "Verdicts are about this data set of 1,797 samples, which every seed splits anew."
    )
    assert arm.basis.endswith(
        "About this data set of 1,797 samples; for new data like these (approximate): "
        "+3.0 (+1.3 to +4.7) points."
    )
    row = verdicts_frame(result).set_index("label").loc["se:ratio=4"]
    assert (row["new_low"], row["new_high"]) == (expected.low, expected.high)


def test_of_several_arms_both_intervals_are_at_the_same_level(judged):
    scores = {**SCORES, "eca": SCORES["se:ratio=4"], "cbam": NONE}
    result = judged(task="digits", scores=scores)
    arm = result.arm("eca")
    expected = new_data_interval(np.array(STEPS), 359, 1079, arm.difference.level)
    assert arm.difference.level < 0.05
    assert arm.comparison.for_new_data == pytest.approx(expected)


def test_where_each_seed_draws_fresh_data_it_is_about_the_task(judged):
    scores = {"none": NONE, "dense": SCORES["se:ratio=4"]}
    result = judged(scores=scores)
    assert result.arm("dense").comparison.for_new_data is None
    assert about_text(result.study) == "about the task"
    assert headline(result).endswith("Verdicts are about the task: every seed draws fresh data.")
    assert "new data" not in result.arm("dense").basis
    assert verdicts_frame(result)["new_low"].isna().all()


def test_without_a_verdict_nothing_is_said_to_be_about_something(judged):
    judged(task="digits")
    assert "Verdicts are" not in headline(judged(task="digits"))  # these seeds were seen


def test_what_is_measured_on_no_sample_held_out_has_no_interval_for_new_data(judged):
    for metric in ("accuracy", "parameters"):
        arm = judged(metric, task="digits").arm("se:ratio=4")
        assert arm.comparison.for_new_data is None
        assert "data set" not in arm.basis


def test_the_test_samples_count_where_the_score_is_read_there(judged, tmp_path):
    for split, count in (("train", 40), ("test", 10)):
        for label in ("a", "b"):
            _images(tmp_path / "images" / split / label, count)
    task = {"name": "image-folder", "source": "folder", "path": str(tmp_path / "images")}
    final = judged(task=task).arm("se:ratio=4").comparison.for_new_data
    best = judged(task=task, score="best").arm("se:ratio=4").comparison.for_new_data
    assert final == pytest.approx(new_data_interval(np.array(STEPS), 16, 64))
    assert best == pytest.approx(new_data_interval(np.array(STEPS), 20, 64))


def test_a_folder_that_brings_its_splits_is_not_split_anew(judged, tmp_path):
    for split in ("train", "validation", "test"):
        for label in ("a", "b"):
            _images(tmp_path / "images" / split / label, 10)
    task = {"name": "image-folder", "source": "folder", "path": str(tmp_path / "images")}
    result = judged(task=task)
    assert result.arm("se:ratio=4").comparison.for_new_data is None
    assert headline(result).endswith("Verdicts are about this data set of 60 samples.")
    assert result.arm("se:ratio=4").basis.endswith("About this data set of 60 samples.")


def test_a_folder_that_is_gone_is_still_a_data_set(judged):
    task = {"name": "image-folder", "source": "folder", "path": "/nowhere"}
    result = judged(task=task)
    assert headline(result).endswith("Verdicts are about this data set.")
    assert result.arm("se:ratio=4").comparison.for_new_data is None


def _images(folder, count):
    from PIL import Image

    folder.mkdir(parents=True)
    for number in range(count):
        Image.new("L", (8, 8), number).save(folder / f"{number:03}.png")
