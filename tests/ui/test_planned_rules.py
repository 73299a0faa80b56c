"""What a plan on the Ablation page is judged by: predictions, splits, precision, contrasts."""

from tests.export.studies import recorded

from .plan_page import DEPTHS, choose, labels, planned
from .screen import assert_well, field, words


def test_too_few_seeds_for_so_many_arms_are_warned_of(open_plan):
    app = open_plan()
    assert "cannot show anything" not in words(app)
    field(app, "Seeds").set_value(7).run()
    assert "7 seeds cannot show anything with 5 comparisons" in words(app)
    assert "at least 8" in words(app)


def test_a_first_look_that_can_show_nothing_is_warned_of(open_plan):
    app = open_plan()
    field(app, "May grow to").set_value(20).run()
    assert "The first look, at 10 seeds, cannot show anything" in words(app)
    field(app, "May grow to").set_value(15).run()
    assert "may grow to 15 takes 11 seeds" in words(app)
    field(app, "Seeds").set_value(11).run()
    assert "cannot show anything" not in words(app)


def test_a_first_look_that_no_number_of_seeds_could_help_says_so(open_plan):
    app = open_plan()
    field(app, "Seeds").set_value(8).run()
    field(app, "May grow to").set_value(48).run()
    assert "may grow to 48 is too little for any verdict" in words(app)


def test_a_prediction_goes_into_the_plan_in_the_metrics_own_unit(open_plan):
    app = open_plan()
    assert planned(app).prediction is None
    field(app, "Which arm wins?").set_value("dense:depth=1").run()
    field(app, "By how much, in percentage points?").set_value(5.0).run()
    prediction = planned(app).prediction
    assert (prediction.winner, prediction.margin) == ("dense:depth=1", 0.05)


def test_people_are_told_who_can_read_a_prediction_and_which_epoch_is_read(open_plan):
    app = open_plan()
    assert "whoever gets the plan or the capsule can read it" in words(app)
    rule = field(app, "Score of a run")
    assert rule.options == [
        "Last epoch, read on 5,000 fresh samples",
        "Last epoch, on validation samples; with early stopping the one kept",
        "Mean of the last epochs",
        "Best on validation, read on test",
    ]
    assert "whose validation loss was lowest" in rule.help


def test_a_task_that_draws_test_samples_is_judged_on_them_unless_told_otherwise(open_plan):
    app = open_plan()
    assert planned(app).judging.score == "test"
    assert field(app, "Judged by").options[0] == "Test accuracy"
    field(app, "Score of a run").set_value("final").run()
    assert planned(app).judging.score == "final"
    assert field(app, "Judged by").options[0] == "Validation accuracy"


def test_a_fixed_data_set_is_judged_on_validation_samples_unless_told_otherwise(open_plan):
    app = open_plan()
    field(app, "Task").set_value("digits").run()
    assert planned(app).judging.score == "final"
    assert field(app, "Judged by").options[0] == "Validation accuracy"
    assert field(app, "Score of a run").options[1] == "Last epoch, read on test samples"
    field(app, "Score of a run").set_value("test").run()
    assert planned(app).judging.score == "test"


def test_what_is_not_measured_on_test_samples_is_not_offered_on_them(open_plan):
    app = open_plan()
    field(app, "Judged by").set_value("mass").run()
    assert planned(app).judging.score == "final"
    assert len(field(app, "Score of a run").options) == 2
    field(app, "Judged by").set_value("val_loss").run()
    assert planned(app).judging.score in ("final", "test")
    assert len(field(app, "Score of a run").options) == 4


def test_what_decides_is_chosen_beforehand(open_plan):
    app = open_plan()
    field(app, "Judged by").set_value("mass").run()
    assert planned(app).judging.metric == "mass"
    field(app, "Score of a run").set_value("mean").run()
    assert planned(app).judging.score == "mean"
    field(app, "May grow to").set_value(15).run()
    assert planned(app).judging.most_seeds == 15


def test_a_precision_is_asked_instead_of_a_number_of_seeds(open_plan):
    app = open_plan()
    choose(app, "Ask for", "A precision")
    assert "10 seeds first, of which no verdict is given" in words(app)
    field(app, "± how much, in percentage points?").set_value(0.5).run()
    field(app, "At most so many seeds").set_value(60).run()
    plan = planned(app)
    assert (plan.judging.precision, plan.judging.most_seeds) == (0.005, 60)
    assert (len(plan.seeds), plan.is_in_first_stage) == (10, True)
    assert not [each for each in app.select_slider if each.label == "May grow to"]
    assert not [each for each in app.slider if each.label == "Seeds"]
    field(app, "Judged by").set_value("val_loss").run()
    field(app, "± how much, in the metric's own units?").set_value(0.02).run()
    assert planned(app).judging.precision == 0.02
    choose(app, "Ask for", "A number of seeds")
    assert (planned(app).judging.precision, planned(app).judging.most_seeds) == (0, 0)


def test_the_questions_of_the_controls_are_shown(open_plan):
    app = open_plan()
    field(app, "Values of depth").set_value("0").run()
    assert "Does learning matter?" not in words(app)
    field(app, "Add controls").set_value(True).run()
    assert "**Does learning matter?** Dense attention − frozen at random" in words(app)
    assert "**Is it just size?** Dense attention − matched layers" in words(app)
    assert "**Is it just scale?** Dense attention − uniform weights" in words(app)
    assert len(planned(app).contrasts) == 3
    table = next(str(each.body) for each in app.get("html") if 'data-testid="plan"' in each.body)
    assert table.count("its module, in a contrast") == 3


def test_many_contrasts_of_a_question_are_counted(open_plan):
    app = open_plan()
    field(app, "Add controls").set_value(True).run()
    assert "depth 2 − matched layers; 2 more" in words(app)


def test_further_contrasts_can_be_planned(open_plan):
    app = open_plan()
    [further] = [each for each in app.multiselect if each.label == "Further contrasts"]
    assert "Dense attention, depth 1 − dense attention, depth 0" in further.options
    assert "Dense attention − no attention" not in further.options  # that is compared anyway
    further.set_value(["dense:depth=1 − dense"]).run()
    assert_well(app)
    assert planned(app).contrast_pairs == [("dense:depth=1", "dense")]
    field(app, "Values of depth").set_value("0, 2").run()  # an arm of it is gone
    assert_well(app)
    assert planned(app).contrasts == ()


def test_too_few_seeds_for_so_many_contrasts_are_warned_of(open_plan):
    app = open_plan()
    field(app, "Add controls").set_value(True).run()
    field(app, "Seeds").set_value(9).run()
    assert "9 seeds cannot show anything with 15 contrasts" in words(app)
    assert "with 5 comparisons" not in words(app)


def test_a_point_of_a_share_is_the_margin_that_is_offered(open_plan):
    app = open_plan()
    assert field(app, "Practically the same below, percentage points").value == 1.0
    assert planned(app).judging.margin == 0.01
    field(app, "Practically the same below, percentage points").set_value(0.0).run()
    assert planned(app).judging.margin == 0
    field(app, "Judged by").set_value("val_loss").run()
    assert field(app, "Practically the same below").value == 0.0
    assert planned(app).judging.margin == 0


def test_the_form_says_what_margin_the_seeds_settle(open_plan, home):
    app = open_plan()
    assert "10 seeds settle a margin of about 1.8 times the standard deviation" in words(app)
    arms = labels(app)
    scores = {
        arm: [0.5 + 0.01 * (place % 3) * at for at in range(10)] for place, arm in enumerate(arms)
    }
    earlier, _ = recorded(home, scores, **DEPTHS)
    earlier.close()
    app = open_plan()
    # differences of 0 to 9 times 2 points: sd 6.1, times 1.29, times 1.40
    assert "By the spread of “Planted feature”, 10 seeds settle a margin of about 11 " in words(app)
    assert "points; for 1 point it takes" in words(app)


def test_max_t_plans_one_look_and_says_what_it_shows(open_plan):
    app = open_plan()
    field(app, "Values of depth").set_value("0, 1, 2").run()
    field(app, "Correction").set_value("max-t").run()
    assert planned(app).judging.correction == "max-t"
    assert (
        "Max-t over 3 comparisons: 10 seeds show 1.21 standard deviations of the differences, "
        "instead of 1.24 by Holm's first step, 8 times in 10."
    ) in words(app)
    field(app, "May grow to").set_value(15).run()
    assert_well(app)
    assert "Step-down max-t plans one look" in words(app)
    assert planned(app).judging.correction == "holm"
