"""The Modules page shows lanes, and numbers on their way through a layer."""

from .modules_page import address, listed, names, pills
from .screen import assert_well, field, tables


def test_modules_are_filtered_by_what_their_weights_sum_to(open_modules):
    app = open_modules(family=["feature"])
    pills(app, "Weights").set_value("gate").run()
    assert names(listed(app)) == ["feature-gate"]
    assert address(app)["weights"] == ["gate"]
    again = open_modules(family=["feature"], weights="distribution")
    assert "feature-gate" not in names(listed(again))
    assert "dense" in names(listed(again))


def test_lanes_of_queries_keys_and_values_stand_below_each_other(open_modules):
    picture = tables(open_modules(module="self-attention"))
    lanes = picture.partition('class="lab-lanes"')[2]
    inner, _, values = lanes.partition('class="lab-lanes"')[2].partition("values V")
    assert inner.index("queries Q") < inner.index("keys K") < inner.index("softmax")
    assert values.index("weights times V") > 0
    assert 'class="lab-lanes"' not in tables(open_modules(module="dense"))


def test_numbers_are_followed_step_by_step_through_the_real_layer(open_modules):
    app = open_modules(module="scaled-dot")
    assert not [each for each in app.slider if each.label == "Step"]
    field(app, "Follow numbers through it").set_value(True).run()
    assert_well(app)
    shown = tables(app)
    assert "Step 1 of 4: product of matrices" in shown
    assert "s3 = softmax(s2)" in shown
    field(app, "Step").set_value(3).run()
    shown = tables(app)
    assert "Step 3 of 4: softmax over 3 numbers" in shown
    assert "s3 comes out, the attention weights" in shown
    assert "lab-numbers" not in tables(open_modules(module="none"))
