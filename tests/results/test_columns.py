"""Columns are declared once, and each kind of table takes from them what it has room for."""

from dataclasses import FrozenInstanceError, replace

import pytest

from attnlab import Study
from attnlab.analysis.intervals import Interval
from attnlab.results import columns, paper_columns
from attnlab.results.arm_facts import ArmParameters
from attnlab.results.model import NO_DIFFERENCE, ArmComparison, ArmResult, StudyResult
from attnlab.results.table import tabulate
from attnlab.results.verdict import Verdict
from attnlab.spec import METRICS

STUDY = Study(task="planted-features", arms=["none", "dense"], seeds=10)


def result(*scores, metric="val_accuracy", study=STUDY):
    """A study whose arms have these mean scores, and are compared with nothing."""
    arms = [
        ArmResult(
            arm.label,
            Interval(score, 0.01, 10),
            Verdict.REFERENCE,
            is_final=True,
            title=arm.title,
            chance=0.2,
            parameters=ArmParameters(1056, 3500),
            seconds=12.34,
        )
        for arm, score in zip(study.arms, scores, strict=False)
    ]
    return StudyResult(study, METRICS[metric], study.judging, tuple(arms))


def test_a_cell_says_more_on_a_page_than_in_a_line():
    table = tabulate([(columns.PARAMETERS, result(0.5)), (columns.SECONDS, result(0.5))])
    size, seconds = table.rows["none"]
    assert (size.text, size.notes, size.one_line) == ("1,056", ("of 3,500",), "3,500 (1,056)")
    assert (seconds.text, seconds.one_line) == ("12", "12.3")
    assert [heading.one_line for heading in table.headings] == ["parameters (attention)", "s/run"]


def test_what_is_not_known_is_a_dash():
    unknown = replace(
        result(0.5), arms=(ArmResult("none", Interval(0.5, 0.1, 2), Verdict.REFERENCE, True),)
    )
    used = [columns.PARAMETERS, columns.SECONDS, columns.HIT, columns.ON_TRUTH]
    table = tabulate((column, unknown) for column in used)
    assert {cell.one_line for cell in table.rows["none"]} == {"–"}


def test_columns_that_say_nothing_of_a_study_are_left_out():
    used = [columns.ARM, columns.AGAINST, columns.CHANCE, columns.KEPT, columns.TRUTH_CHANCE]
    table = tabulate((column, result(0.5, 0.6)) for column in used)
    assert table.names == ("arm",)
    digits = Study(task="digits", arms=["none", "eca"], seeds=2)
    assert not columns.HIT.applies(result(0.5, study=digits))


@pytest.mark.parametrize(("metric", "best"), [("val_accuracy", {"dense"}), ("val_loss", {"none"})])
def test_the_best_score_is_the_best_beside_the_same_reference(metric, best):
    study = result(0.5, 0.6, metric=metric)
    assert paper_columns.best_arms(study) == {"none", "dense"}  # each is a reference of its own
    none, dense = study.arms
    comparison = ArmComparison("none", NO_DIFFERENCE, 0.01, 0.01)
    compared = replace(study, arms=(none, replace(dense, comparison=comparison)))
    assert paper_columns.best_arms(compared) == best
    assert paper_columns.best_arms(replace(compared, metric=METRICS["entropy"])) == set()


def test_a_result_is_frozen():
    with pytest.raises(FrozenInstanceError):
        result(0.5).arms[0].verdict = Verdict.HELPS
