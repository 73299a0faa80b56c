"""`modules` and `tasks` say what the catalogue declares."""

import json

import pytest

from attnlab import catalog
from attnlab.spec import ControlParameters, SpecError

CATALOGUE = {"modules": catalog.modules(), "tasks": catalog.tasks()}


@pytest.mark.parametrize("command", CATALOGUE)
def test_every_entry_is_listed_for_people(attnlab, command):
    done = attnlab(command)
    assert done.code == 0
    for entry in CATALOGUE[command]:
        assert f"{entry.name}  ({entry.title}; " in done.out
        for name in entry.params.model_fields:
            assert f"    {name}=" in done.out


@pytest.mark.parametrize("command", CATALOGUE)
def test_json_agrees_with_the_catalogue(attnlab, command):
    listed = json.loads(attnlab(command, "--json").out)
    assert [item["name"] for item in listed] == [entry.name for entry in CATALOGUE[command]]
    for item, entry in zip(listed, CATALOGUE[command], strict=True):
        assert (item["title"], item["summary"]) == (entry.title, entry.summary)
        defaults = {declared["name"]: declared.get("default") for declared in item["parameters"]}
        fields = entry.params.model_fields.items()
        assert defaults == {name: field.get_default() for name, field in fields} or (
            defaults == {"of": None} and issubclass(entry.params, ControlParameters)
        )


@pytest.mark.parametrize("command", CATALOGUE)
def test_the_bounds_are_the_ones_that_are_enforced(attnlab, command):
    from pydantic import ValidationError

    for item, entry in zip(
        json.loads(attnlab(command, "--json").out), CATALOGUE[command], strict=True
    ):
        for declared in item["parameters"]:
            name = declared["name"]
            assert declared["help"]
            if "minimum" in declared:
                for outside in (declared["minimum"] - 1, declared["maximum"] + 1):
                    with pytest.raises(ValidationError, match=name):
                        entry.params(**{name: outside})
            elif "choices" in declared:
                for value in declared["choices"]:
                    assert getattr(entry.params(**{name: value}), name) == value
            elif name in ("slots", "saved", "weights_file"):
                with pytest.raises((ValidationError, SpecError), match="a b"):
                    entry.params(**{name: "a b"})
            elif declared["type"] == "string":
                own = "/a b" if name == getattr(entry, "path", None) else "a b"
                assert getattr(entry.params(**{name: own}), name) == own
            else:
                assert declared["type"] in ("boolean", "module")


def test_what_is_advanced_is_listed_last(attnlab):
    listed = json.loads(attnlab("tasks", "--json").out)
    names = {item["name"]: [each["name"] for each in item["parameters"]] for item in listed}
    assert names["planted-features"][:2] == ["features", "classes"]
    assert names["digits"][:2] == ["classes", "backbone"]


def test_tasks_list_the_settings_of_the_training_at_their_end(attnlab):
    from attnlab.spec import Training

    listed, _, settings = attnlab("tasks").out.partition("\nTraining, of every task")
    assert listed
    for name in Training.model_fields:
        assert f"    {name}=" in settings
    assert "only with optimizer=sgd" in " ".join(settings.split())


def test_tasks_as_json_hold_the_settings_of_the_training_with_the_task_s_own_values(attnlab):
    from attnlab.spec import Training

    for item, entry in zip(
        json.loads(attnlab("tasks", "--json").out), CATALOGUE["tasks"], strict=True
    ):
        settings = {declared["name"]: declared for declared in item["training_parameters"]}
        defaults = {name: declared["default"] for name, declared in settings.items()}
        assert defaults == Training(**entry.training).model_dump()
        assert settings["momentum"]["only_if"] == {"optimizer": "sgd"}
        assert "only_if" not in settings["optimizer"]


def test_modules_say_what_they_fit(attnlab):
    listed = json.loads(attnlab("modules", "--json").out)
    fits = {item["name"]: item["fits"] for item in listed}
    assert fits == {entry.name: sorted(entry.fits) for entry in catalog.modules()}


def test_training_options_are_the_fields_of_training(attnlab):
    from attnlab.spec import Training

    text = attnlab("run", "--help").out
    for name in Training.model_fields:
        assert f"--{name.replace('_', '-')} " in text


def test_the_version_is_the_package_s(attnlab):
    import attnlab as package

    done = attnlab("--version")
    assert (done.code, done.out) == (0, f"attnlab {package.__version__}\n")
