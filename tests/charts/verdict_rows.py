"""Verdicts and scores of a study as the analysis gives them, made up."""

import math

import pandas as pd

from attnlab.analysis.intervals import Interval
from attnlab.analysis.statistics import Comparison
from attnlab.analysis.varied import Varied
from attnlab.charts import ScoreScale
from attnlab.results.arm_facts import ArmParameters
from attnlab.results.model import ArmComparison, ArmResult, Grounds, StudyResult
from attnlab.results.verdict import Verdict
from attnlab.spec import Judging, Metric

ACCURACY = ScoreScale("Validation accuracy", "%", 100, better=1, chance=0.2)
LOSS = ScoreScale("Validation loss", better=-1)

NAN = math.nan
ARMS = {
    "none": "No attention",
    "se:ratio=4": "Squeeze-and-excitation, ratio 4, gate hard sigmoid",
    "eca": "ECA",
    "cbam": "CBAM, ratio 8",
}


def verdict(label, title, difference=NAN, half=NAN, verdict="no pairs yet", number=10, **more):
    pairs = 0 if math.isnan(difference) else number
    score = 0.7 + (0 if math.isnan(difference) else difference)
    known = pairs > 0 or verdict == "reference"
    row = {
        "label": label,
        "title": title,
        "is_reference": verdict == "reference",
        "against": "" if verdict == "reference" else "none",
        "n": 10 if known else 0,
        "score": score if known else NAN,
        "score_low": score - 0.01 if known else NAN,
        "score_high": score + 0.01 if known else NAN,
        "pairs": pairs,
        "difference": difference,
        "low": difference - half,
        "high": difference + half,
        "p_holm": 0.0123 if pairs else NAN,
        "d": 1.25 if pairs else NAN,
        "improvement": 0.9 if pairs else NAN,
        "verdict": verdict,
        "shown": 0.015 if pairs else NAN,
        "attention_parameters": 500 if known else pd.NA,
        "total_parameters": 25_500 if known else pd.NA,
        "seconds": 12.0 if known else NAN,
    }
    return {**row, **more}


def verdicts(*rows):
    table = pd.DataFrame(rows or FOUR)
    return table.astype({"attention_parameters": "Int64", "total_parameters": "Int64"})


REFERENCE_ROW = verdict(
    "none", ARMS["none"], verdict="reference", attention_parameters=0, total_parameters=25_000
)
FOUR = (
    REFERENCE_ROW,
    verdict("se:ratio=4", ARMS["se:ratio=4"], 0.031, 0.019, "helps", total_parameters=25_580),
    verdict("eca", ARMS["eca"], 0.002, 0.01, "no difference shown", total_parameters=25_003),
    verdict("cbam", ARMS["cbam"], -0.02, 0.01, "hurts", total_parameters=26_000),
)
WAITING = (
    REFERENCE_ROW,
    verdict("se:ratio=4", ARMS["se:ratio=4"]),
    verdict("eca", ARMS["eca"]),
    verdict("cbam", ARMS["cbam"]),
)


def many(n):
    rows = [
        verdict(f"se:ratio={ratio}", f"Squeeze-and-excitation, ratio {ratio}", 0.01, 0.02, "helps")
        for ratio in range(1, n)
    ]
    return verdicts(REFERENCE_ROW, *rows)


def scores(table, seeds=4):
    """Each arm's seeds lie around its mean; the last seed of every arm but the reference is
    worse than the reference's."""
    rows = [
        (
            row.label,
            seed,
            row.score + 0.001 * seed - 0.1 * (seed == seeds - 1 and not row.is_reference),
        )
        for row in table.itertuples()
        for seed in range(seeds)
        if row.n
    ]
    return pd.DataFrame(rows, columns=["arm", "seed", "value"])


def result_of(table, scale=ACCURACY, own=None, chance=None):
    """The result that a table of rows is of: a row per arm, the columns of `verdict`, of which
    most may be missing. `own` are its scores (arm, seed, value), `chance` levels by label."""
    rows = table.to_dict("records")
    levels = dict.fromkeys(table["label"], NAN if scale.chance is None else scale.chance)
    arms = [_arm_result(row, own, {**levels, **(chance or {})}) for row in rows]
    known = scale.chance is not None or chance
    metric = Metric(
        "val_accuracy" if known else "made up",
        scale.title,
        "",
        scale.better,
        "curve",
        share=scale.unit == "%",
        unit="" if scale.unit == "%" else scale.unit,
    )
    return StudyResult(None, metric, Judging(), tuple(arms))


def _arm_result(row, own, chance):
    scores = {} if own is None else own[own["arm"] == row["label"]].set_index("seed")["value"]
    low, high = (row.get(f"score_{end}", row.get(end, NAN)) for end in ("low", "high"))
    return ArmResult(
        row["label"],
        Interval(row["score"], (high - low) / 2, row.get("n", 10)),
        Verdict(row.get("verdict", "no difference shown")),
        is_final=True,
        title=row.get("title", row["label"]),
        comparison=None if row.get("is_reference") else _comparison(row),
        grounds=Grounds("", row.get("shown", NAN)),
        scores={seed: value for seed, value in dict(scores).items() if not math.isnan(value)},
        chance=chance[row["label"]],
        parameters=ArmParameters(
            *(_count(row.get(name)) for name in ("attention_parameters", "total_parameters"))
        ),
        seconds=row.get("seconds", NAN),
    )


def _comparison(row):
    names = ("low", "high", "d", "improvement")
    difference = Comparison(
        n=row.get("pairs", 10),
        mean=row.get("difference", NAN),
        p=NAN,
        exact=True,
        sd=NAN,
        **{name: row.get(name, NAN) for name in names},
    )
    p = row.get("p_holm", NAN)
    return ArmComparison(row.get("against", "none"), difference, p, p)


def _count(value):
    return None if value is None or pd.isna(value) else int(value)


def varied_by(table, column, title=None, part="module"):
    """A parameter with its values in a column of a table."""
    known = table[table[column].notna()]
    values = dict(zip(known["label"], known[column], strict=True))
    return Varied(column, title or column, values, part)


def rows_in(spec, layer):
    """The rows of a layer of a spec, whichever way it carries them."""
    data = spec["layer"][layer].get("data", spec.get("data"))
    rows = spec["datasets"][data["name"]] if "name" in data else data["values"]
    return rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(rows)


def params_of(spec):
    """The selection parameters of a spec and the layers that carry them."""
    named = {layer.get("name"): place for place, layer in enumerate(spec["layer"])}
    return {
        param["name"]: (param["select"], [named[view] for view in param["views"]])
        for param in spec["params"]
    }
