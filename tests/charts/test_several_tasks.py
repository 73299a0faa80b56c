"""The charts of several tasks: one forest on one scale, and performance profiles."""

from dataclasses import replace

import pytest

from attnlab.charts import arm_colours, profiles
from attnlab.charts.forest import collect_forest, forest
from attnlab.charts.profiles import collect_profiles
from tests.results.test_several_tasks import PLAN, TWO_OF_THREE, result


@pytest.fixture(scope="module")
def found():
    return result(TWO_OF_THREE)


def test_the_forest_groups_the_arms_by_task_and_ends_with_the_mean(found):
    data = collect_forest(found)
    names = data.arms["name"].tolist()
    assert [names[place] for place in data.headings] == [
        "Handwritten digits",
        "Planted channels",
        "Cluttered digits",
        "Mean over these 3 tasks",
    ]
    assert names[1:4] == ["No attention", "Squeeze-and-excitation", "Efficient channel attention"]
    assert names[-2:] == ["Squeeze-and-excitation", "Efficient channel attention"]
    mean = data.arms.iloc[-2]
    assert mean["difference"] == pytest.approx(100 * found.over_tasks[1].mean.difference.mean)
    assert data.arms.loc[list(data.headings), "difference"].isna().all()
    assert "labelFontWeight" in forest(found).to_json()


def test_a_module_has_one_colour_on_all_tasks():
    colours = arm_colours(PLAN)
    assert colours["se"] == colours["se@task=planted-channels"] != colours["eca"]
    assert colours["none"] == colours["none@task=cluttered-digits"]


def test_a_profile_falls_from_all_runs_to_none_and_says_chance(found):
    data = collect_profiles(found, "se@task=planted-channels")
    for _, line in data.lines.groupby("name"):
        assert (line["share"].iloc[0], line["share"].iloc[-1]) == (1.0, 0.0)
        assert line["share"].is_monotonic_decreasing
        assert (line["low"] <= line["share"]).all()
        assert (line["share"] <= line["high"]).all()
    dimmed = data.lines.groupby("name")["dimmed"].first()
    assert dimmed.to_dict() == {
        "Efficient channel attention": True,
        "No attention": True,
        "Squeeze-and-excitation": False,
    }
    assert list(data.colours) == [each.title for each in found.over_tasks]


def test_what_guessing_scores_stands_above_the_profile(found):
    chances = [PLAN.task_of(arm.label).chance for arm in found.arms]
    arms = [replace(arm, chance=each) for arm, each in zip(found.arms, chances, strict=True)]
    text = " ".join(profiles(replace(found, arms=tuple(arms))).title.subtitle)
    assert text.startswith("Share of runs that score above each value")
    assert text.endswith("Guessing scores 10–20 %, by task")
