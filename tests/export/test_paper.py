"""Tables for papers: what stands in them, what their captions say, and that LaTeX can read them."""

import itertools
import re

import pytest

from attnlab.export.markup import Latex, Markdown
from attnlab.export.paper import latex, markdown
from attnlab.spec import SpecError

from .paper_tables import BETTER, LIKE, NONE, WORSE, caption, cells, checked
from .studies import recorded

HOSTILE = r"a|b & 50% of $x_1^{2}$ #1 ~ \input{x} *bold* [2] <b> “±” “γ” `q`"


def test_each_arm_has_its_score_chance_difference_p_and_size(usual):
    head, _, none, dense, deeper, uniform = cells(markdown(*usual, ["val_accuracy"]))
    assert head == [
        *("arm", "Test accuracy (%)", "chance", "difference (points)", "p", "n"),
        "parameters (attention)",
    ]
    assert none == ["No attention", "50.0 ± 1.4", "33.3", "reference", "–", "10", "1,000"]
    assert dense[:3] == ["Dense attention, depth 0", "**70.9 ± 1.4** †", "33.3"]
    assert dense[3] == "+20.90 (+20.30 to +21.50)"
    assert dense[4:] == ["0.0059", "10", "1,001 (1)"]
    assert deeper[1].endswith(" ‡")
    assert uniform[1] == "50.0 ± 1.3"


def test_numbers_are_rounded_to_what_their_interval_supports(home):
    wide = recorded(home, {"none": [0.2, 0.5, 0.8], "dense": [0.3123] * 3})
    _, _, none, dense = cells(markdown(*wide, ["val_accuracy"]))
    assert none[1] == "**50 ± 75**"
    assert dense[1] == "31.2 ± 0 °"


def test_the_caption_says_what_the_table_rests_on(usual):
    words = caption(markdown(*usual, ["val_accuracy"]))
    for part in (
        "10 seeds an arm (seeds 0 to 9), 1 epoch.",
        "half the width of the 95 % t-interval; a run's score is that of its last epoch, "
        "read on 5,000 fresh samples.",
        "Differences: to No attention, paired by seed, with the 95 % interval of the same test, "
        "corrected for all arms, so that it leaves out 0 exactly where p is below 0.05.",
        "p: exact two-sided sign-flip permutation test, after Holm's correction over 3 "
        "comparisons.",
        "† helps, ‡ hurts (p &lt; 0.05); no mark: no difference shown",
        "bold: best mean.",
    ):
        assert part in words
    assert "several measures" not in words
    assert "Provisional" not in words


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        ({"score": "mean", "last": 3}, "averaged over its last 3 epochs"),
        ({"score": "best"}, "on the test samples, with the weights of its epoch with the lowest"),
        ({"score": "final"}, "that of its last epoch."),
        ({"score": "test"}, "that of its last epoch, read on 5,000 fresh samples."),
        (
            {"patience": 1},
            "with its lowest validation loss, whose weights it kept, read on 5,000 fresh samples.",
        ),
        ({"patience": 1, "score": "final"}, "lowest validation loss, whose weights it kept."),
        ({"task": "tabular", "score": "test"}, "its last epoch, read on the test samples."),
    ],
)
def test_the_caption_names_the_rule_of_the_score(home, plan, words):
    found = recorded(home, {"none": NONE, "dense": BETTER}, **plan)
    assert words in caption(markdown(*found))


def test_accuracy_and_attention_on_the_truth_stand_beside_the_metric_of_the_plan(home):
    arms = {"none": NONE, "dense": BETTER}
    found = recorded(home, arms, mass={"dense": 0.8}, metric="val_loss")
    head, _, none, dense = cells(markdown(*found))
    titles = [words for words in head if not re.search(r": |^arm|^n$|param", words)]
    assert titles == ["Test loss", "Test accuracy (%)", "Attention on the truth (%)"]
    assert dense[head.index("Test loss")].startswith("**")  # the lower loss is the better
    truth = head.index("Attention on the truth (%)")
    assert (none[truth], dense[truth]) == ("–", "80.45 ± 0.22")  # no performance: none is best
    assert dense[head.index("Attention on the truth: chance")] == "12.5"
    assert "Attention on the truth: p" not in head  # the reference has no attention
    assert "planned to be judged by: test loss; p of other measures" in caption(markdown(*found))


def test_what_was_never_stored_has_no_columns(home):
    found = recorded(home, {"none": NONE, "dense": BETTER})
    assert "Attention" not in cells(markdown(*found))[0]


def test_all_of_the_best_are_bold_and_arms_without_results_never(home):
    found = recorded(home, {"none": NONE, "dense": BETTER, "uniform": BETTER, "dense:depth=1": []})
    rows = cells(markdown(*found))[2:]
    assert [row[1].startswith("**") for row in rows] == [False, True, True, False]
    assert rows[3][1:6] == ["–", "33.3", "–", "–", "0"]


def test_nothing_is_best_where_neither_more_nor_less_is(usual):
    text = markdown(*usual, ["entropy"])
    assert cells(text)[3][1] == "0.200 ± 0"
    assert "**" not in text
    assert "bold" not in text


def test_arms_under_other_conditions_have_their_own_reference_and_best(home):
    arms = {"none": BETTER, "dense": NONE, "none@classes=9": WORSE, "dense@classes=9": LIKE}
    head, _, *rows = cells(markdown(*recorded(home, arms)))
    assert head[1] == "against"
    against = ["–", "No attention, classes 3", "–", "No attention, classes 9"]
    assert [row[1] for row in rows] == against
    assert [row[2].startswith("**") for row in rows] == [True, False, False, True]
    assert [row[3] for row in rows] == ["33.3", "33.3", "11.1", "11.1"]


def test_too_few_seeds_and_what_is_provisional_are_said(home):
    found = recorded(home, {"none": NONE[:3], "dense": BETTER[:2]}, seeds=10)
    text = markdown(*found)
    assert cells(text)[3][1].endswith("°")
    assert "° too few seeds for a verdict" in text
    assert "Provisional: not all planned seeds have finished." in text


def test_seeds_beyond_the_plan_leave_p_and_marks_to_the_planned_ones(home):
    late = [0.1] * 4  # would hide everything
    found = recorded(home, {"none": NONE + late, "dense": BETTER + late}, looks=[10])
    text = markdown(*found)
    dense = cells(text)[3]
    assert dense[1].endswith("†")
    assert dense[4] == "0.002"
    assert (
        "scores are those of all seeds, differences, p and marks those of the planned ones" in text
    )


def test_an_unknown_metric_is_refused(usual):
    with pytest.raises(SpecError, match="did you mean 'val_loss'"):
        markdown(*usual, ["val_los"])


# LaTeX


def test_latex_has_the_same_rows_between_booktabs_rules(usual):
    text = latex(*usual, ["val_accuracy"])
    groups, head, none, dense, deeper, _ = checked(text)
    assert r"\multicolumn{4}{c}{Test accuracy (\%)}" in groups
    assert head[:3] == ["arm", "score", "chance"]
    assert none[1] == r"50.0 $\pm$ 1.4"
    assert dense[1] == r"\textbf{70.9 $\pm$ 1.4}\textsuperscript{\dag}"
    assert deeper[3].startswith("$-$")
    rules = re.findall(r"\\(toprule|cmidrule|midrule|bottomrule)", text)
    assert rules == ["toprule", "cmidrule", "midrule", "bottomrule"]
    assert re.search(r"\\caption\{.*Holm's correction over 3 comparisons.*\}", text)


def test_titles_keep_their_special_characters(home):
    arm = {"label": HOSTILE[:80], "module": "dense"}
    found = recorded(home, {HOSTILE[:80]: BETTER, "none": NONE}, arms=["none", arm])
    rows = checked(latex(*found))
    assert rows[3][0].startswith(
        r"a\textbar{}b \& 50\% of \$x\_1\textasciicircum{}\{2\}\$ \#1 \textasciitilde{} "
        r"\textbackslash{}input\{x\} {*}bold{*} {[}2{]} \textless{}b\textgreater{} "
    )
    in_markdown = cells(markdown(*found))[3][0]
    assert in_markdown.startswith(r"a\|b &amp; 50% of \$x\_1^{2}\$ \#1 \~ \\input{x} \*bold\*")
    assert "<b" not in in_markdown


def test_every_printable_character_of_ascii_is_safe_in_either_markup():
    printable = "".join(map(chr, range(32, 127)))
    for first, second in itertools.product(printable, "\\{}$&"):
        written = Latex().text(f"x{first}{second}x")
        start, end = r"\begin{table}\begin{tabular}{l}", r"\end{tabular}\end{table}"
        assert checked(f"{start}\n{written} \\\\\n{end}")
    assert Markdown().text("a\n|b\r\n") == r"a \|b"


# Two parameters at once
