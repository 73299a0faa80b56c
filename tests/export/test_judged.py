"""What is taken away of judged scores: tables with captions that say how they were tested."""

import numpy as np
import pytest

from attnlab.export.given_caption import given_caption
from attnlab.export.judged import judged_csv, judged_html, judged_latex, judged_markdown
from attnlab.results.judging_scores import judge_scores
from attnlab.scores import ScoreOptions
from attnlab.scores.reading import scores_in

RNG = np.random.default_rng(1)


def judged(arms, margin=0.0):
    rows = [
        f"{arm},{seed},{value:.3f}"
        for arm, (start, values) in arms.items()
        for seed, value in enumerate(values, start)
    ]
    table = scores_in("\n".join(["arm,seed,loss", *rows]), ScoreOptions())
    return judge_scores(table, next(iter(arms)), margin=margin)


@pytest.fixture(scope="module")
def mixed():
    return judged(
        {
            "base": (0, RNG.normal(1, 0.1, 20)),
            "<i>paired</i>": (0, RNG.normal(0.7, 0.1, 20)),
            "own_seeds": (50, RNG.normal(1, 0.1, 25)),
        },
        margin=0.5,
    )


def test_the_caption_says_how_each_was_tested(mixed):
    caption = given_caption(mixed)
    assert "to base, paired by seed (seeds 0 to 19), or unpaired, of means" in caption
    assert (
        "p: exact two-sided sign-flip test or two-sided permutation test (Monte Carlo, 9,999 "
        "draws), after Holm's correction over 2 comparisons." in caption
    )
    assert "Margin: ±0.5 of loss; practically the same by two one-sided tests at" in caption
    assert "† helps (p < 0.05)" in caption
    assert "fewer runs would show" not in caption


def test_names_are_escaped_in_every_form(mixed):
    html = judged_html(mixed)
    assert "&lt;i&gt;paired&lt;/i&gt;" in html
    assert "<i>" not in html
    assert "own\\_seeds" in judged_latex(mixed)
    assert "&lt;i\\>paired" in judged_markdown(mixed)
    assert "permutation" in judged_csv(mixed)


def test_the_best_mean_is_strong_and_less_is_better(mixed):
    [row] = [line for line in judged_html(mixed).splitlines() if "<strong>" in line]
    assert "&lt;i&gt;paired" in row
    assert "<sup>†</sup>" in row
