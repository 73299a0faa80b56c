"""Tables of scores, long and wide, in the ways in which people write them."""

import openpyxl
import pytest

from attnlab.scores import ScoreOptions, ScoresError
from attnlab.scores.cells import cells_in
from attnlab.scores.reading import measures_of, read_scores, scores_in
from attnlab.spec import SpecError

LONG = "arm,seed,accuracy\na,0,0.81\na,1,0.82\nb,0,0.91\nb,1,0.92\n"
WIDE = "seed,a,b\n0,0.81,0.91\n1,0.82,0.92\n"


def read(text, **named):
    return scores_in(text, ScoreOptions(**named))


def values(table):
    return {(run.arm, run.seed): round(run.value, 6) for run in table.runs}


EXPECTED = {("a", 0): 0.81, ("a", 1): 0.82, ("b", 0): 0.91, ("b", 1): 0.92}


@pytest.mark.parametrize(
    "text",
    [
        LONG,
        LONG.replace(",", "\t"),
        LONG.replace(",", ";"),
        LONG.replace(",", ";").replace("0.", "0,"),
        LONG.replace(",", ";")
        .replace("0.81", "81,0 %")
        .replace("0.82", "82 %")
        .replace("0.91", "91,00 %")
        .replace("0.92", "92,0%"),
        LONG.replace("0.8", "8").replace("0.9", "9"),
        LONG.replace("arm", "Model").replace("seed", "run").replace("accuracy", "Acc"),
        LONG.replace("\n", "\r\n"),
        LONG.replace("\n", "\n\n"),
        "\ufeff" + LONG,
        "sep=;\n" + LONG.replace(",", ";"),
        "measure,value,arm,seed\n"
        + "".join(
            f"{name},{score},{arm},{seed}\n"
            for (arm, seed), score in EXPECTED.items()
            for name in ("accuracy",)
        ),
    ],
    ids=[
        *("commas", "tabs", "semicolons", "decimal comma", "percent signs", "percent", "names"),
        *("windows", "empty lines", "mark", "sep", "metric column"),
    ],
)
def test_the_long_form(text):
    table = read(text)
    assert values(table) == EXPECTED
    assert (table.metric.share, table.metric.better, table.has_seeds) == (True, 1, True)


@pytest.mark.parametrize(
    "text",
    [
        WIDE,
        WIDE.replace("seed", "fold"),
        WIDE.replace(",", ";").replace(".", ","),
        WIDE.replace("0.8", "8").replace("0.9", "9"),
        "0.81,0.91\n".join(["a,b\n", "0.82,0.92\n"]),
    ],
)
def test_the_wide_form(text):
    table = read(text, metric="accuracy")
    assert values(table) == EXPECTED
    assert table.metric.share
    assert table.has_seeds
    assert bool(table.notes) == (text[:3] == "a,b")


def test_a_decimal_comma_before_three_digits_is_one_where_columns_end_at_semicolons():
    table = read("seed;a;b\n0;81,234;91,111\n1;82,515;92,225\n")
    assert values(table)["a", 0] == 81.234


def test_excel_is_read(tmp_path):
    book = openpyxl.Workbook()
    for row in (("arm", "seed", "loss"), ("a", 0, 1.5), ("b", 0, 2)):
        book.active.append(row)
    book.save(tmp_path / "scores.xlsx")
    table = read_scores(tmp_path / "scores.xlsx", ScoreOptions())
    assert values(table) == {("a", 0): 1.5, ("b", 0): 2.0}
    assert table.metric.better == -1


def test_bytes_in_another_encoding():
    table = scores_in("arm,seed,score\nä,0,1\nö,0,2\n".encode("cp1252"), ScoreOptions())
    assert table.arms == ("ä", "ö")


def test_rows_without_seeds_are_pairs_only_where_that_can_be():
    assert read("a,b\n1,2\n2,1\n1,3\n3,3\n").has_seeds
    assert not read("a,b\n1,2\n2,1\n1,\n").has_seeds  # unlike many runs
    assert not read("a,b\n1,2\n2,3\n3,4\n4,9\n").has_seeds  # in order
    assert not read("arm,score\na,1\na,2\nb,3\nb,4\n").has_seeds


def test_seeds_that_are_texts_have_numbers():
    assert values(read("arm,seed,score\na,s7,1\na,s9,2\nb,s7,3\n")).keys() == {
        ("a", 7), ("a", 9), ("b", 7)
    }  # fmt: skip
    assert {run.seed for run in read("arm,fold,score\na,x,1\na,y,2\n").runs} == {0, 1}


@pytest.mark.parametrize(
    ("name", "share", "better"),
    [
        ("accuracy", True, 1),
        ("val_acc", True, 1),
        ("top1", True, 1),
        ("valLoss", False, -1),
        ("log_loss", False, -1),
        ("RMSE", False, -1),
        ("perplexity", False, -1),
        ("test error", False, -1),
        ("BLEU", False, 1),
        ("foo", False, 0),
    ],
)
def test_the_name_of_a_metric_says_which_way_is_better(name, share, better):
    metric = read(LONG.replace("accuracy", name)).metric
    assert (metric.share, metric.better) == (share, better)
    assert read(LONG.replace("accuracy", name), better=-1).metric.better == -1


def test_one_of_several_measures_is_named():
    text = "arm,seed,loss,accuracy\na,0,1.5,0.8\nb,0,1.4,0.9\n"
    assert measures_of(cells_in(text.encode(), "x"), ScoreOptions()) == ("loss", "accuracy")
    assert values(read(text, metric="loss"))["b", 0] == 1.4
    assert read(text, metric="Accuracy").metric.share
    with pytest.raises(ScoresError, match=r"several measures, loss and accuracy: say which"):
        read(text)
    with pytest.raises(ScoresError, match=r"no metric 'f1': it has loss and accuracy"):
        read(text, metric="f1")


def test_columns_can_be_named():
    text = "who,again,what,score\na,0,X,1\nb,0,X,2\na,0,Y,3\nb,0,Y,4\n"
    table = read(text, arm="who", seed="again", task="what")
    assert (table.arms, table.tasks) == (("a", "b"), ("X", "Y"))
    with pytest.raises(ScoresError, match="no column 'nobody'"):
        read(text, arm="nobody")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("arm,seed,score\na,0,1\na,0,2\n", r"arm a has seed 0 twice: in row 2 and in row 3"),
        ("arm,seed,score\na,0,1\n\nb,0,\n", r"row 4 \(b, seed 0\) .* there is no score; leave"),
        ("arm,seed,score\na,0,1\nb,0,nan\n", r"row 3 \(b, seed 0\).*'nan' is no finite score"),
        ("arm,seed,score\na,0,1\nb,0,inf\n", r"row 3 \(b, seed 0\).*'inf' is no finite score"),
        ("seed,a,b\n0,1,2\n1,2,NaN\n", r"row 3, column b.*'NaN' is no finite score"),
        ("arm,seed,score\na,0,1\nb,0,x7\n", r"row 3 .*expected a number.*got 'x7'"),
        ("arm,seed,acc\na,0,81 ± 2\nb,0,80 ± 3\n", r"row 2 .*a score is one number, of one run"),
        ("arm,seed,score\na,0,1\n,0,2\n", r"row 3 .* says no arm"),
        ("arm,seed,score\na,0,1\nb,,2\n", r"row 3 .* says no seed"),
        ("seed,a,b\n0,1,2\n,2,3\n", r"row 3 .* has no seed"),
        ("arm,seed,accuracy\na,0,0.8\na,1,0.9\na,2,0.8\nb,0,81\n", "as shares, or all in percent"),
        ("arm,seed,acc\na,0,81 %\nb,0,0.8\n", r"row 3 .*percent signs behind all.*got '0.8'"),
        ("arm,seed,a,a\nx,0,1,2\n", "two columns of .* are called 'a'"),
        ("0,1\n2,3\n", "names of the columns in the first row"),
        ("a,b\n", "rows below the names"),
        ("seed,a\n0,1\n", "a column of scores for each arm; got seed and a"),
        ("arm,seed,score\na,0\n", "rows of different lengths"),
        ("", "got nothing"),
    ],
)
def test_what_is_wrong_is_said_with_its_row(text, message):
    with pytest.raises(SpecError, match=message):
        read(text)


def test_runs_without_a_score_are_left_out_when_that_is_asked():
    table = read("arm,seed,score\na,0,1\na,1,nan\nb,0,\nb,1,3\n", without_missing=True)
    assert values(table) == {("a", 0): 1.0, ("b", 1): 3.0}
    assert (
        "2 runs without a score are left out (row 3: a, seed 1 and row 4: b, seed 0)"
        in (table.notes[0])
    )
    with pytest.raises(ScoresError, match="expected scores, got none"):
        read("arm,seed,score\na,0,nan\n", without_missing=True)


def test_what_is_too_large_is_refused():
    with pytest.raises(ScoresError, match="2,000,000 cells of scores at most, got 2,020,000"):
        read(",".join(f"c{n}" for n in range(101)) + ("\n" + "1," * 100 + "1") * 20_000)
    rows = "".join(f"a,{seed},1\nb,{seed},2\n" for seed in range(2501))
    with pytest.raises(ScoresError, match="5,000 runs at most, got 5,002"):
        read(f"arm,seed,score\n{rows}")
    many = "".join(f"a{arm},0,1\n" for arm in range(51))
    with pytest.raises(ScoresError, match=r"50 arms at most, got 51 .* right column"):
        read(f"arm,seed,score\n{many}")


def test_an_empty_cell_of_the_wide_form_is_a_run_that_there_is_not():
    assert values(read("seed,a,b\n0,1,2\n1,2,\n")).keys() == {("a", 0), ("a", 1), ("b", 0)}
