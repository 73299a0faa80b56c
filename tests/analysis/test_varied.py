"""What a study varies is what the arms of its main module differ in."""

from attnlab import Study
from attnlab.analysis.varied import varied


def found(**plan):
    return {each.name: each for each in varied(Study(**plan))}


def test_a_dose_varies_one_parameter():
    doses = found(task="planted-channels", build={"dose": "se", "ratio": [2, 4, 8]}, controls=True)
    assert list(doses) == ["ratio"]
    ratio = doses["ratio"]
    assert ratio.values == {"se:ratio=2": 2, "se:ratio=4": 4, "se:ratio=8": 8}
    assert ratio.is_number
    assert ratio.title == "Reduction ratio"


def test_a_grid_varies_several_of_module_task_and_training():
    grid = found(
        task="planted-features",
        build={"grid": "dense", "depth": [0, 1], "classes": [2, 5], "learning_rate": [0.1, 0.01]},
    )
    assert list(grid) == ["depth", "classes", "learning_rate"]
    assert set(grid["classes"].values.values()) == {2, 5}
    assert len(grid["classes"].values) == 8


def test_parameters_of_one_title_say_what_they_are_of():
    arms = ["none", "selayer:dropout=0.1", "selayer:dropout=0.2@dropout=0.3"]
    both = varied(Study(task="digits", arms=arms))
    assert [(each.key, each.title) for each in both] == [
        ("module dropout", "Dropout (module)"),
        ("task dropout", "Dropout (task)"),
    ]


def test_what_doses_are_compared_with_has_the_dose_too_unless_it_is_the_modules():
    plan = {"dose": "dense", "classes": [2, 5, 20]}
    study = Study(task="planted-features", build=plan)
    [classes] = varied(study)
    assert set(classes.values.values()) == {2, 5, 20}
    assert sorted(classes.beside.values()) == [2, 5, 20]
    assert {study.references[label] for label in classes.values} == set(classes.beside)
    [depth] = varied(Study(task="planted-features", build={"dose": "dense", "depth": [0, 1]}))
    assert not depth.beside


def test_words_have_no_order():
    order = found(
        task="planted-channels",
        build={"dose": "cbam", "order": ["channel-first", "spatial-first", "parallel"]},
    )["order"]
    assert not order.is_number


def test_different_modules_and_single_arms_vary_nothing():
    assert not found(task="planted-channels", arms=["none", "se", "eca"])
    assert not found(task="planted-channels", arms=["none"])
    assert not found(task="planted-features", arms=["dense", "none", "none@classes=3"])


def test_the_module_with_most_arms_counts():
    arms = ["none", "eca", "eca:kernel_size=3", "se:ratio=2", "se:ratio=4", "se:ratio=8"]
    assert list(found(task="planted-channels", arms=arms)) == ["ratio"]
