"""Charts in sentences, for those who do not see them."""

from attnlab import Study
from attnlab.charts import attention_rows, forest_spec, learning_curve_spec, per_seed_spec
from attnlab.results.history import StudyHistory
from tests.charts.attention import DENSE, HEADS, STUDY, heads, trace
from tests.charts.rows import curves, plan
from tests.charts.verdict_rows import many, result_of, verdicts


def spec_of_panel(traces, study=STUDY):
    (row,) = attention_rows(traces, study)
    return row.panels[0].spec()


def words(spec):
    return spec["description"]


def test_a_forest_says_each_verdict_with_its_numbers():
    told = words(forest_spec(result_of(verdicts())))
    assert told.startswith("Validation accuracy against No attention. Squeeze-and-excitation")
    assert "ECA: no difference shown, +0.2 (" in told
    assert "percentage points. CBAM, ratio 8: hurts, −2.0 (" in told


def test_of_many_arms_the_first_are_told():
    told = words(forest_spec(result_of(many(25))))
    assert told.endswith("And 12 more.")


def test_curves_say_where_each_arm_stands():
    study = plan(seeds=2)
    told = words(learning_curve_spec(StudyHistory(study, curves(study))))
    assert told.startswith("Accuracy on the validation data. ")
    assert "Dense attention: 29 ± " in told
    assert told.endswith(" % at epoch 4, mean of 2 seeds.")


def test_attention_says_in_how_many_seeds_the_truth_was_found():
    told = spec_of_panel(DENSE)["description"]
    assert told == (
        "Dense attention found the planted column in 1 of 2 seeds. Highest on average: 1, 0 and 2."
    )


def test_what_has_no_truth_or_no_single_row_is_told_by_its_title():
    several = heads([[0.7, 0.1, 0.1, 0.1], [0.1, 0.9, 0.0, 0.0]])
    assert spec_of_panel(several, HEADS)["description"].startswith("Multi-head")
    iris = trace("dense", 0, [0.1, 0.2, 0.6, 0.1])
    study = Study(task={"name": "tabular", "dataset": "iris"}, arms=["none", "dense"])
    told = spec_of_panel(iris, study)["description"]
    assert told.startswith("Dense attention, mean of 1 seed. Highest on average: petal length")


def test_other_charts_are_told_by_what_stands_above_them():
    told = words(per_seed_spec(result_of(verdicts())))
    assert told.startswith("Validation accuracy, seed by seed. No seed has finished yet.")
    assert "  " not in told
