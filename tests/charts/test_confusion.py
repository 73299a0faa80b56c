"""Confusion matrices and recalls: the numbers that are drawn, and of how many classes."""

import numpy as np
import pytest

from attnlab import charts
from attnlab.charts.confusion import MOST_DRAWN, OTHERS, collect_confusion, drawn_classes
from attnlab.charts.recalls import collect_recalls
from attnlab.results.by_class import ArmAnswers
from attnlab.spec import Study

STUDY = Study(task="planted-features", arms=["none", "dense"], seeds=2)


def answered(label, shares, recalls=None, classes=None):
    shares = np.asarray(shares, float)
    names = classes or tuple(map(str, range(len(shares))))
    found = np.diag(shares)[None] if recalls is None else np.asarray(recalls, float)
    return ArmAnswers(label, names, tuple(range(len(found))), shares, found)


TWO = answered("none", [[0.75, 0.25], [0.1, 0.9]], [[0.5, 0.9], [1.0, 0.9]], ("cat", "dog"))


def test_a_matrix_has_the_share_of_each_answer_in_percent():
    data = collect_confusion(STUDY, TWO, "test", drawn_classes([TWO]))
    assert data.title == "No attention"
    assert data.notes == ("Test samples; mean over 2 seeds",)
    assert data.cells[["true", "answer", "share", "words"]].values.tolist() == [
        ["cat", "cat", 75.0, "75"],
        ["cat", "dog", 25.0, "25"],
        ["dog", "cat", 10.0, "10"],
        ["dog", "dog", 90.0, "90"],
    ]


def test_of_many_classes_those_right_least_often_are_drawn_and_the_others_together():
    count = MOST_DRAWN + 5
    right = np.linspace(0.2, 0.9, count)
    shares = np.diag(right)
    shares[:, -1] += 1 - right  # all that is wrong is taken for the last class
    many = answered("none", shares)
    drawn = drawn_classes([many])
    assert drawn == tuple(range(MOST_DRAWN))
    data = collect_confusion(STUDY, many, "validation", drawn)
    assert data.columns == (*map(str, range(MOST_DRAWN)), OTHERS)
    first = data.cells[data.cells["true"] == "0"].set_index("answer")["share"]
    assert first[OTHERS] == pytest.approx(80)
    assert data.cells.groupby("true")["share"].sum().tolist() == pytest.approx([100] * MOST_DRAWN)
    assert f"The {MOST_DRAWN} of {count} classes that are right least often" in data.notes


def test_a_class_without_samples_is_named_and_has_no_row():
    shares = [[1.0, 0.0], [np.nan, np.nan]]
    absent = answered("none", shares, [[1.0, np.nan]], ("cat", "others"))
    data = collect_confusion(STUDY, absent, "test", (0, 1))
    assert set(data.cells["true"]) == {"cat"}
    assert data.notes[-1] == "No sample of others (1)"
    recalls = collect_recalls(STUDY, [absent], "test", (0, 1))
    assert set(recalls.rows["class_name"]) == {"cat"}


def test_recalls_have_their_mean_and_their_spread_over_the_seeds():
    data = collect_recalls(STUDY, [TWO], "test", (0, 1), chosen="dense")
    cat, dog = data.rows.to_dict("records")
    assert (cat["recall"], cat["lowest"], cat["highest"]) == (75, 50, 100)
    assert cat["words"] == "75.0 ± 35.4 % (n = 2)"
    assert dog["words"] == "90.0 ± 0.0 % (n = 2)"
    assert not cat["dimmed"], "the chosen arm is not among them"


def test_arms_with_different_classes_are_drawn_side_by_side():
    three = answered("dense", np.eye(3))
    drawn = drawn_classes([TWO, three])
    assert drawn == (0, 1, 2)
    data = collect_recalls(STUDY, [TWO, three], "test", drawn)
    assert data.classes == ("0", "1", "2")
    assert collect_confusion(STUDY, TWO, "test", drawn).columns == ("cat", "dog")


@pytest.mark.parametrize("arms", [[TWO], [TWO, answered("dense", np.eye(2))]])
def test_both_charts_hold_to_the_schema(arms):
    drawn = drawn_classes(arms)
    charts.confusion(STUDY, arms[0], "test", drawn).to_dict()
    charts.recalls(STUDY, arms, "test", drawn).to_dict()
    assert charts.confusion_spec(STUDY, arms[0], "test", drawn)["datasets"]
    assert charts.recalls_spec(STUDY, arms, "test", drawn)["datasets"]
