"""The form of a plan on the Ablation page, as a test uses it."""

from attnlab import Study

from .screen import assert_well

PAGE = "pages/ablation.py"
DEPTHS = {
    "task": {"name": "planted-features", "classes": 50},
    "build": {"dose": "dense", "depth": [0, 1, 2, 3, 4]},
    "epochs": 20,
    "seeds": 10,
}


"""The plan that the form begins with."""


def choose(app, label, option):
    """Press one of several pills."""
    [pills] = [each for each in app.get("button_group") if each.label == label]
    app.session_state[pills.key] = option
    app.run()
    assert_well(app)


def planned(app):
    """The plan that is shown as text."""
    [text] = [each.value for each in app.code if "task:" in each.value]
    return Study.from_text(text)


def labels(app):
    return [arm.label for arm in planned(app).arms]
