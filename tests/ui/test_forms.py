"""Forms: each declared parameter becomes the widget that fits it, and gives back its value."""

import json
from typing import Literal

import pytest
from streamlit.testing.v1 import AppTest

from attnlab import catalog
from attnlab.spec import REGISTRY, OwnSource, Parameters, choice, number, text
from attnlab.spec.own_backbones import OwnBackbone
from attnlab.ui import forms

from .screen import field


class Sample(Parameters):
    """One parameter of each kind."""

    units: int = number(3, low=1, high=9, step=2, title="Units", help="How many.")
    rate: float = number(0.5, low=0.0, high=1.0, step=0.25, title="Rate", help="How fast.")
    ratio: int = number(4, low=1, high=64, choices=(1, 4, 16), title="Ratio", help="How narrow.")
    gate: Literal["hard_sigmoid", "relu"] = choice("relu", title="Gate", help="Which.")
    bias: bool = choice(True, title="Bias", help="Whether.")
    path: str = text("here", title="Path", help="Where.", longest=20)
    seldom: int = number(1, low=0, high=5, title="Seldom", help="Rarely.", advanced=True)
    steep: float = number(
        0.5,
        low=0.0,
        high=1.0,
        step=0.1,
        title="Steep",
        help="How steep.",
        advanced=True,
        only_if=("gate", "hard_sigmoid"),
    )
    turn: int = number(
        0, low=0, high=9, title="Turn", help="How far.", advanced=True, fold="Changes", quiet=True
    )


def page():
    import json

    import streamlit as st

    from attnlab.ui import forms
    from ui.test_forms import Sample

    if "ratio" in st.query_params:
        forms.remember(Sample(ratio=int(st.query_params["ratio"])), "a")
        st.query_params.clear()
    st.code(json.dumps(forms.parameters(Sample, "a", fold="More")))
    st.code(json.dumps(forms.kept(Sample, "a")))
    if "twice" in st.query_params:
        st.code(json.dumps(forms.parameters(Sample, "b", fold="More")))
    if "varied" in st.query_params:
        varied = st.query_params.get_all("varied")
        st.code(json.dumps(forms.parameters(Sample, "c", fold="More", varied=varied)))


def opened(**query):
    app = AppTest.from_function(page, default_timeout=60)
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    assert not app.exception
    return app


def values(app, position=0):
    return json.loads(app.code[position].value)


def test_untouched_form_gives_the_defaults():
    assert values(opened()) == Sample().in_use()


def test_each_kind_gets_its_widget_with_declared_bounds_and_help():
    app = opened()
    units = field(app, "Units")
    assert (units.min, units.max, units.step, units.help) == (1, 9, 2, "How many.")
    assert field(app, "Rate").step == 0.25
    assert field(app, "Ratio").options == ["1", "4", "16"]
    assert field(app, "Gate").options == ["hard sigmoid", "relu"]
    assert field(app, "Bias").value is True


def test_a_text_is_typed_and_no_longer_than_it_may_be():
    app = opened()
    path = field(app, "Path")
    assert (path.value, path.max_chars, path.help) == ("here", 20, "Where.")
    path.set_value("/a b/c,d.zip").run()
    assert values(app)["path"] == "/a b/c,d.zip"


def test_what_is_chosen_comes_back():
    app = opened()
    field(app, "Units").set_value(7)
    field(app, "Ratio").set_value(16)
    field(app, "Gate").select("hard_sigmoid")
    field(app, "Bias").set_value(False)
    app.run()
    chosen = Sample(units=7, ratio=16, gate="hard_sigmoid", bias=False)
    assert values(app) == chosen.in_use()


def test_what_is_varied_elsewhere_is_left_out_and_what_may_hang_on_it_shown():
    app = opened(varied=["units", "gate"])
    labels = [each.label for each in (*app.slider, *app.selectbox)]
    assert (labels.count("Units"), labels.count("Gate"), labels.count("Steep")) == (1, 1, 1)
    assert set(values(app, 2)) == {*Sample.model_fields} - {"units", "gate"}


def test_what_has_no_effect_is_hidden_and_left_at_its_default():
    app = opened()
    assert "Steep" not in [each.label for each in app.slider]
    field(app, "Gate").select("hard_sigmoid").run()
    assert [each.label for each in app.expander[0].slider] == ["Seldom", "Steep"]
    field(app, "Steep").set_value(0.9).run()
    assert values(app)["steep"] == 0.9
    field(app, "Gate").select("relu").run()
    assert "steep" not in values(app)
    field(app, "Gate").select("hard_sigmoid").run()
    assert field(app, "Steep").value == 0.9  # nobody has to set it again


def test_values_of_a_form_can_be_read_elsewhere():
    app = opened()
    field(app, "Units").set_value(7).run()
    assert values(app, 1) == Sample(units=7).in_use()


def test_what_is_advanced_stands_behind_the_fold():
    app = opened()
    assert [each.label for each in app.expander] == ["More", "Changes"]
    assert [each.label for each in app.expander[0].slider] == ["Seldom"]
    assert [each.label for each in app.expander[1].slider] == ["Turn"]


def test_what_does_nothing_by_default_is_told_where_it_does_something():
    assert "turn" in Sample().in_use()
    assert "turn" not in Sample().told()
    assert Sample(turn=3).told()["turn"] == 3


def test_value_between_the_stops_becomes_a_stop():
    app = opened(ratio=6)
    ratio = field(app, "Ratio")
    assert ratio.options == ["1", "4", "6", "16"]
    assert values(app)["ratio"] == 6


def test_forms_of_two_modules_are_independent():
    app = opened(twice=1)
    first = next(each for each in app.slider if each.label == "Units")
    first.set_value(9)
    app.run()
    assert (values(app)["units"], values(app, 2)["units"]) == (9, 3)


@pytest.mark.parametrize("entry", [*catalog.modules(), *catalog.tasks()], ids=lambda e: e.name)
def test_everything_in_the_catalogue_has_a_title_help_and_bounds(entry):
    for name, declared in entry.params.model_fields.items():
        assert declared.title, name
        assert declared.description.endswith("."), name
        if declared.annotation in (int, float):
            low, high = forms.bounds(declared)
            assert low <= declared.default <= high


def network_page():
    import streamlit as st

    from attnlab.catalog import DigitsParameters, PlantedChannelsParameters
    from attnlab.spec.own_backbones import OwnBackbone
    from attnlab.spec.own_source import OwnSource
    from attnlab.spec.registry import REGISTRY
    from attnlab.ui import forms
    from ui.test_forms import BROUGHT

    if "bring" in st.query_params:
        REGISTRY.bring(OwnBackbone(OwnSource(st.query_params["bring"], "mine.py"), BROUGHT))
        forms.remember(DigitsParameters(backbone="tiny-net"), "a")
    st.code(str(DigitsParameters(**forms.parameters(DigitsParameters, "a")).backbone))
    forms.parameters(PlantedChannelsParameters, "b")


BROUGHT = {
    **{"kind": "backbone", "name": "tiny-net", "title": "Tiny net", "summary": "Small."},
    **{"function": "tiny_net", "fits": "image", "takes": ["width"], "needs": [], "stacks": True},
    **{"slots": [16], "tried": {"width": 16}},
}


def test_a_network_is_chosen_of_attnlabs_and_of_those_that_people_brought():
    app = AppTest.from_function(network_page, default_timeout=60).run()
    assert field(app, "Network").options[:2] == ["cnn", "residual"]
    assert len([each for each in app.selectbox if each.label == "Network"]) == 1
    app.query_params["bring"] = "one text"
    app.run()
    chosen, other = (each for each in app.selectbox if each.label == "Network")
    assert chosen.options[-1] == other.options[-1] == "Tiny net"
    assert app.code[0].value.startswith("tiny-net#")
    labels = {each.label for each in (*app.slider, *app.text_input)}
    assert {"Width", "Slots with the module"} <= labels
    assert not labels & {"Blocks", "Dropout", "Saved model", "File of weights"}
    del app.query_params["bring"]
    app.run()
    REGISTRY.bring(OwnBackbone(OwnSource("another text", "mine.py"), BROUGHT))
    app.run()
    assert not app.exception
    assert app.code[0].value == REGISTRY.backbones["tiny-net"].spelled


def test_the_settings_of_a_large_network_are_shown_beside_it_alone():
    app = AppTest.from_function(network_page, default_timeout=60).run()
    field(app, "Network").select("resnet50").run()
    assert "ResNet-50" in field(app, "Network").options
    field(app, "Weights to start with").select("file")
    field(app, "Trained part").select("slower").run()
    assert {"File of weights"} <= {each.label for each in app.text_input}
    assert "Learning rate of the network" in {each.label for each in app.select_slider}
    assert "Width" not in {each.label for each in app.slider}


@pytest.fixture(autouse=True)
def nothing_brought():
    yield
    for own in list(REGISTRY.backbones.values()):
        REGISTRY.take_out(own)
