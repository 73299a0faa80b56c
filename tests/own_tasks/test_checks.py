"""Every promise of a task: kept, and broken in each way that a person can break it."""

import pytest

from attnlab import SpecError
from attnlab.own_modules.declaring import choice, number
from attnlab.own_tasks.checking import checked
from attnlab.own_tasks.template import KINDS, files_for
from attnlab.spec import OwnSource, OwnTask

from .conftest import COLUMNS, spoiled

RETURN = 'return {"x": x, "y": y, "truth": np.arange(features) < 2}'


def returning(text):
    return spoiled(COLUMNS, (RETURN, text))


WRONG = {
    "no mapping": (
        returning("return x, y"),
        'must return a mapping with "x" and "y", it returns t',
    ),
    "no labels": (returning('return {"x": x}'), 'must return a mapping with "x" and "y"'),
    "a name that is unknown": (
        returning('return {"x": x, "y": y, "mask": y}'),
        "returns 'mask', and what is known is x, y, split, truth, valid",
    ),
    "a shape": (
        returning('return {"x": x[:, 1:], "y": y}'),
        "gives x of shape (500, 7): expected (N, 8)",
    ),
    "texts": (
        returning('return {"x": x.astype(str), "y": y}'),
        "gives x as <U32: expected numbers",
    ),
    "too few labels": (
        returning('return {"x": x, "y": y[1:]}'),
        "gives y of shape (499,) for 500 samples: expected (500,)",
    ),
    "classes from one": (
        returning('return {"x": x, "y": y + 1}'),
        "gives y from 1 to 2, and has 2 classes: they are numbered from 0 to 1",
    ),
    "half classes": (
        returning('return {"x": x, "y": y / 2}'),
        "gives y that are no whole numbers (float64)",
    ),
    "no number": (
        spoiled(COLUMNS, ("    y = (x", "    x[2, 3] = np.nan\n    y = (x")),
        "gives nan in x at (2, 3)",
    ),
    "a generator of its own": (
        spoiled(COLUMNS, ("default_rng(seed)", "default_rng()")),
        "gives other numbers in x when it is called with seed 0 again",
    ),
    "no seed": (
        spoiled(COLUMNS, ("default_rng(seed)", "default_rng(7)")),
        "gives the same arrays at the seeds 0 and 1",
    ),
    "splits that overlap": (
        spoiled(COLUMNS, ("    y = (x", "    x[-50:] = x[:50]\n    y = (x")),
        "has 50 samples in both train and test",
    ),
    "an empty split": (
        returning(
            'return {"x": x, "y": y, "truth": np.arange(features) < 2, '
            '"split": np.where(x[:, 0] > 0, "train", "test")}'
        ),
        "has no samples for validation",
    ),
    "a split that is unknown": (
        returning('return {"x": x, "y": y, "split": np.full(samples, "dev")}'),
        "must say of each of 500 samples in split which of",
    ),
    "no truth": (
        returning('return {"x": x, "y": y}'),
        "declares a truth, 'the two columns that decide', and returns no \"truth\"",
    ),
    "a truth of another shape": (
        returning('return {"x": x, "y": y, "truth": np.arange(3) < 2}'),
        "gives truth of shape (3,): expected (8,) for all samples alike, or (500, 8)",
    ),
    "a truth that is everything": (
        returning('return {"x": x, "y": y, "truth": np.ones(features)}'),
        "marks everything as its truth",
    ),
    "a truth that is not declared": (
        spoiled(COLUMNS, ('    truth="the two columns that decide",\n', "")),
        'returns a "truth" and does not declare it',
    ),
    "more samples": (
        spoiled(COLUMNS, ('samples="samples"', 'samples="samples - 1"')),
        "has 500 samples, and samples='samples - 1' says 499",
    ),
    "a setting at its bound": (
        spoiled(COLUMNS, ('shape="features"', 'shape="min(features, 8)"')),
        "with features=16: gives x of shape (500, 16): expected (N, 8)",
    ),
    "a parameter of attnlab's": (
        spoiled(COLUMNS, ('"samples": number', '"epochs": number'), ("samples)", "epochs)")),
        "the parameter 'epochs' needs another name",
    ),
    "another shape than its inputs have": (
        spoiled(COLUMNS, ('shape="features"', 'shape="features, 2"')),
        "shape must be features for inputs that are features, got 'features, 2'",
    ),
    "one class": (
        spoiled(COLUMNS, ("classes=2", "classes=1")),
        "classes must be at least 2, got 1",
    ),
    "an arm that does not fit": (
        spoiled(COLUMNS, ("classes=2,", 'classes=2,\n    arms=("none", "se"),')),
        "se",
    ),
    "an error of its own": (
        spoiled(COLUMNS, ("    y = (x", "    y = x['a']\n    y = (x")),
        "fails: mine.py, line 22: IndexError",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_a_promise_that_is_not_kept_is_named(report, fault):
    text, says = WRONG[fault]
    found = report(text)
    assert not found.passed
    assert says in found.why, found.why


@pytest.mark.parametrize("on", KINDS)
def test_what_a_new_task_begins_with_keeps_its_promises(report, on, tmp_path):
    path, text = next(iter(files_for("my-task", on, tmp_path, "attnlab").items()))
    assert path.name == "my_task.py"
    found = report(text)
    assert found.passed, str(found)
    assert all(not each.notes for each in found.modules), str(found)


def test_what_is_worth_knowing_refuses_nothing(report):
    found = report(
        spoiled(
            COLUMNS,
            ("y = (x[:, 0] * x[:, 1] > 0)", "y = (x[:, 0] > 1)"),
            ("classes=2", "classes=3"),
        )
    )
    assert found.passed
    notes = found.modules[0].notes
    assert notes[0] == "no training sample is of class 2"
    assert notes[1].startswith("always saying class 0 is right in 8")
    assert notes[1].endswith("and chance says 33%")


def test_an_answer_may_be_a_number(report):
    text = spoiled(
        COLUMNS,
        ("    classes=2,\n", '    chance="1.0",\n'),
        ("y = (x[:, 0] * x[:, 1] > 0).astype(int)", "y = x[:, 0] * x[:, 1]"),
    )
    found = report(text)
    assert found.passed, str(found)
    assert not report(spoiled(text, ('    chance="1.0",\n', ""))).passed


def test_each_setting_is_said_before_it_is_tried():
    """So that one that takes for ever is named when it is ended."""
    said = [each for each in checked(COLUMNS, "mine.py") if isinstance(each, str)]
    tried = [each.partition("every setting ")[2] for each in said if "every setting with" in each]
    assert tried == ["with features=4", "with features=16", "with samples=300", "with samples=900"]


def declaring(on, shape, name, parameter, **more):
    """A task of two parameters, of which one is declared so, without a function."""
    declared = {
        **dict.fromkeys(["truth", "chance", "tokens", "summary"], ""),
        **dict.fromkeys(["class_names", "words", "arms"], ()),
        **{"name": "mine", "title": "Mine", "function": "mine", "on": on, "shape": shape},
        **{"samples": "500", "classes": "2", "training": {}},
        **{"parameters": {"wide": number(8, low=4, high=16), name: dict(parameter)}},
    }
    return OwnTask(OwnSource("", "mine.py"), {**declared, **more})


@pytest.mark.parametrize("on", ["features", "text"])
@pytest.mark.parametrize(
    "name",
    [
        *["backbone", "slots", "after", "saved", "weights", "weights_file", "tuned", "slower"],
        *["study", "arm", "names", "module", "seeds", "task", "embed", "label_noise", "_x"],
    ],
)
def test_a_name_that_attnlab_reads_itself_is_refused(on, name):
    said = {"classes": "", "chance": "1", "tokens": "9"}
    own = declaring(on, "wide", name, number(2, low=1, high=4), **said)
    with pytest.raises(SpecError, match=f"the parameter '{name}' needs another name: "):
        own.check()
    declaring(on, "wide", "other", number(2, low=1, high=4), **said).check()


@pytest.mark.parametrize(
    "parameter",
    [
        choice("few", ["few", "many"]),
        choice(300, [300, 900]),
        number(0.5, low=0.1, high=1.0),
        number(300, low=0, high=900),
    ],
)
def test_what_attnlab_reckons_with_is_a_number(parameter):
    image = {"on": "image", "shape": "wide, wide, 1", "truth": "the square"}
    for own in (
        declaring("features", "wide", "samples", parameter),
        declaring(name="size", parameter=parameter, **image),
    ):
        with pytest.raises(SpecError, match="must be a whole number from 1, as attnlab reckons"):
            own.check()
    declaring("features", "wide", "size", parameter).check()
    declaring("features", "wide", "samples", number(300, low=300, high=900)).check()
