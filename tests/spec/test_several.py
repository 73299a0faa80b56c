"""Studies of several tasks: which arm is trained on what, and compared with what."""

import pytest

from attnlab import Study
from attnlab.spec import SpecError

ON_BOTH = {"task": "planted-features", "also_on": ["tabular"], "arms": ["none", "dense"]}


def refused(**plan):
    with pytest.raises(SpecError) as caught:
        Study(**plan)
    return str(caught.value)


def test_the_arms_are_repeated_on_each_task_beside_a_reference_there():
    study = Study(**ON_BOTH)
    labels = ["none", "dense", "none@task=tabular", "dense@task=tabular"]
    assert [arm.label for arm in study.arms] == labels
    assert study.references == {"dense": "none", "dense@task=tabular": "none@task=tabular"}
    assert [study.task_of(label).name for label in labels] == [
        *["planted-features"] * 2,
        *["tabular"] * 2,
    ]
    assert study.arm("dense@task=tabular").title == "Dense attention on tabular data"
    assert study.runs == 40


def test_each_task_has_its_own_training_and_all_as_many_epochs_as_the_slowest_takes():
    study = Study(**ON_BOTH)
    own, other = study.training_of("dense"), study.training_of("dense@task=tabular")
    assert (own.batch_size, own.learning_rate, own.epochs) == (64, 0.001, 30)
    assert (other.batch_size, other.learning_rate, other.epochs) == (32, 0.003, 30)


def test_what_the_plan_says_of_the_training_holds_on_every_task():
    study = Study(**ON_BOTH, epochs=2, optimizer="sgd", learning_rate=0.05)
    for label in ("dense", "dense@task=tabular"):
        training = study.training_of(label)
        assert (training.epochs, training.optimizer, training.learning_rate) == (2, "sgd", 0.05)
    assert study.training_of("dense@task=tabular").batch_size == 32


def test_a_part_is_the_study_of_one_task_as_it_would_stand_alone():
    own, other = Study(**ON_BOTH, epochs=3).parts
    assert own == Study(task="planted-features", arms=["none", "dense"], epochs=3, score="test")
    alone = Study(task="tabular", arms=["none", "dense"], epochs=3)
    assert (other.task, other.training, other.judging) == (
        alone.task,
        alone.training,
        alone.judging,
    )
    assert [arm.title for arm in other.arms] == ["No attention", "Dense attention"]
    assert (own.judging.score, other.judging.score) == ("test", "final")


def test_a_study_of_one_task_is_its_only_part():
    study = Study(task="digits", arms=["none", "se"])
    assert study.parts == (study,)
    assert study.data_streams == ("digits",)


def test_reading_it_back_gives_the_same_plan():
    study = Study(
        task="digits",
        also_on=[{"name": "planted-channels", "classes": 3}],
        arms=["none", {"label": "mine", "module": "se"}],
        controls=["frozen-random"],
    )
    for again in (Study(**study.to_dict()), Study.from_text(study.to_yaml())):
        assert (again, again.hash) == (study, study.hash)
    assert study.arm("mine@classes=3,task=planted-channels").title == "mine on planted channels"
    assert len(study.contrasts) == 2
    assert study.extended(3).parts[1].looks == (10,)


def test_two_data_sets_of_one_task_are_two_tasks():
    study = Study(
        task={"name": "tabular", "dataset": "iris"},
        also_on=["tabular:dataset=wine"],
        arms=["none", "dense"],
    )
    assert study.data_streams == ("tabular iris", "tabular wine")
    assert [task.title for task in study.tasks] == ["Tabular data (iris)", "Tabular data (wine)"]


def test_an_arm_on_the_studys_own_task_is_none_on_another_one():
    study = Study(task="digits", arms=["none", "se@task=digits,classes=4"])
    assert study == Study(task="digits", arms=["none", "se@classes=4"])


def test_an_arm_that_changes_more_is_compared_on_its_task():
    arms = ["none", "none@task=tabular", "dense@task=tabular,label_noise=0.1"]
    study = Study(task="planted-features", arms=arms)
    assert study.references == {"dense@label_noise=0.1,task=tabular": "none@task=tabular"}


def test_contrasts_are_asked_on_every_task():
    study = Study(
        **ON_BOTH | {"arms": ["none", "dense", "uniform"]}, contrasts=["dense against uniform"]
    )
    assert [each.text for each in study.contrasts] == [
        "dense against uniform",
        "dense@task=tabular against uniform@task=tabular",
    ]
    assert [len(part.contrasts) for part in study.parts] == [1, 1]
    again = {"contrasts": study.to_dict()["contrasts"]}
    assert Study(**ON_BOTH | {"arms": ["none", "dense", "uniform"]}, **again) == study


@pytest.mark.parametrize(
    ("plan", "message"),
    [
        ({"also_on": "tabular"}, "also_on must be a list of tasks such as ['digits'], got"),
        ({"also_on": ["planted-features:classes=9"]}, "also_on: the study has the task"),
        ({"also_on": ["digits"]}, "arm dense@task=digits: module 'dense' does not fit task"),
        ({"also_on": ["tabular"], "metric": "mass"}, "tabular has no mass: what decides must be"),
        (
            {"also_on": ["tabular"], "reference": "none@task=tabular"},
            "the reference must be an arm on the study's own task, planted-features;",
        ),
        ({"arms": ["none", "dense@task=tabular"]}, "nothing on tabular can be what the arms"),
        ({"arms": ["none", "dense@task=tabullar"]}, "unknown task 'tabullar', did you mean"),
        (
            {"arms": ["none", "none@task=tabular,classes=3"]},
            "arm none@classes=3,task=tabular: unknown parameter on tabular 'classes'",
        ),
        (
            {
                "also_on": ["tabular"],
                "contrasts": [{"arm": "dense", "against": "none@task=tabular"}],
            },
            "contrast dense against none@task=tabular: both arms must be on the same task",
        ),
        (
            {"also_on": ["tabular"], "prediction": {"winner": "dense@task=tabular"}},
            "the prediction is about the study's own task, planted-features; got",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(plan, message):
    assert refused(**{"task": "planted-features", "arms": ["none", "dense"], **plan}).startswith(
        message
    )


def test_a_long_path_is_no_part_of_a_label():
    path = f"/home/somebody/{'photographs/' * 6}animals.zip"
    images = {"name": "image-folder", "source": "folder", "path": path}
    arms = ["none", "se", {"label": "Mine", "module": "se", "ratio": 4}]
    study = Study(task="digits", also_on=[images], arms=arms, seeds=1)
    on_images = [arm for arm in study.arms if arm.task == "image-folder"]
    assert [arm.label for arm in on_images] == [
        "none@task=image-folder",
        "se@task=image-folder",
        "Mine@task=image-folder",
    ]
    assert {study.task_of(arm).params.path for arm in on_images} == {path}
    assert [arm.title for arm in on_images][1:] == [
        "Squeeze-and-excitation on image folder",
        "Mine on image folder",
    ]
    assert Study.model_validate(study.model_dump()) == study
