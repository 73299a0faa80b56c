"""Labels are lines of text that can be seen; plans that were stored before that was asked open."""

import json

import pytest

from attnlab import SpecError, Study

ODD = ("a\x1b[31mb", "a\nb", "a\x00b", "a\u202eb", "a\u2028b", "a\ud800b", "a\tb", "a\x9bb")


def plan(label, **more):
    return {"task": "digits", "arms": ["none", {"label": label, "module": "none", **more}]}


@pytest.mark.parametrize("label", ODD)
def test_a_label_with_what_cannot_be_seen_is_refused_where_it_is_made(label):
    with pytest.raises(SpecError, match="one line of text without control characters") as caught:
        Study(**plan(label))
    assert str(caught.value).isprintable()
    with pytest.raises(SpecError, match="one line of text"):
        Study.from_text(json.dumps(plan(label)))


@pytest.mark.parametrize("label", ["", " ", "\u3000", "\u200d", " \u200c "])
def test_a_label_that_nobody_sees_is_refused(label):
    with pytest.raises(SpecError, match="a character that can be seen"):
        Study(**plan(label))


def test_spaces_around_a_label_are_none_of_it():
    given = {
        **plan(" mine \n", set={"head": 8}),
        "reference": "none ",
        "contrasts": [{"arm": "mine ", "against": " none"}],
        "prediction": {"winner": " mine"},
    }
    study = Study(**given)
    assert [arm.label for arm in study.arms] == ["none", "mine"]
    assert study.prediction.winner == "mine"
    twice = plan("mine", set={"head": 8})
    twice["arms"].append({"label": "mine ", "module": "none", "set": {"head": 16}})
    with pytest.raises(SpecError, match="two arms are called 'mine'"):
        Study(**twice)


@pytest.mark.parametrize("label", ["北京", "نمی\u200cخواهم", "👩\u200d🔬", "a\u3000b", "=1+1", "é"])
def test_words_of_every_script_are_labels(label):
    assert Study(**plan(label)).arms[1].label == label


@pytest.mark.parametrize("label", [*ODD[:5], *ODD[6:], " a", "a ", " "])
def test_a_plan_that_attnlab_wrote_keeps_its_labels_and_its_hash(label):
    study = Study(**plan("odd", set={"head": 8}), contrasts=["odd against none"])
    arms = (study.arms[0], study.arms[1].model_copy(update={"label": label}))
    contrast = study.contrasts[0].model_copy(update={"arm": label})
    old = study.model_copy(update={"arms": arms, "contrasts": (contrast,)})
    assert Study(**json.loads(old.canonical_json())).hash == old.hash
    for text in (old.to_yaml(), json.dumps(old.to_dict())):
        assert Study.from_text(text).hash == old.hash
    assert old.extended(2).arms[1].label == old.parts[0].arms[1].label == label


def test_a_label_made_of_a_path_is_a_line_of_text_too(tmp_path):
    module = f"none@task=own-images,path={tmp_path}/a\x1bb"
    with pytest.raises(SpecError, match=r"one line of text|at most 80"):
        Study(task="digits", arms=["none", module])
