"""The measures of an inspection for people: what each is called, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Described(NamedTuple):
    """A measure: the question that it belongs to, its title, and a line on how to read it."""

    question: str
    title: str
    help: str


SPREAD = "How is it spread?"
MATTERS = "Does it matter?"
AGREES = "Does it agree?"
OTHERWISE = "Could it have been otherwise?"
QUESTIONS = (SPREAD, MATTERS, AGREES, OTHERWISE)

_TAU = "Kendall's τ of attention with {}: 1 is the same order of positions, 0 none."

MEASURES: Mapping[str, Described] = MappingProxyType(
    {
        "hit": Described(
            SPREAD, "Peaks at the truth", "How often the largest weight lies on what was planted."
        ),
        "mass": Described(
            SPREAD, "Attention on the truth", "The share of attention on what was planted."
        ),
        "entropy": Described(SPREAD, "Entropy", "1 is over all positions alike, 0 on one alone."),
        "gini": Described(SPREAD, "Gini index", "0 is on all positions alike, near 1 on one."),
        "sd": Described(
            SPREAD, "Gate spread", "The standard deviation of a gate's positions: 0 is all alike."
        ),
        "heads differ": Described(
            SPREAD,
            "Heads differ",
            "The mean Jensen-Shannon divergence of every two heads: 0 is all alike.",
        ),
        "rollout mass": Described(
            SPREAD,
            "Rollout on the truth",
            "The share on what was planted of attention that flows through all layers.",
        ),
        "seeds agree": Described(
            SPREAD, "Seeds agree", "The mean correlation of the seeds' mean attention: 1 is alike."
        ),
        "lesion bypassed": Described(
            MATTERS,
            "Lesion: module bypassed",
            "How much worse the trained network is with its slot empty: 0 is not at all.",
        ),
        "lesion uniform": Described(
            MATTERS,
            "Lesion: uniform weights",
            "How much worse the trained network is with all positions weighed alike.",
        ),
        "lesion permuted": Described(
            MATTERS,
            "Lesion: others' weights",
            "How much worse the trained network is with the weights of other examples.",
        ),
        "retrained ablation": Described(
            MATTERS,
            "Retrained ablation",
            "How much better the arm is than one trained without the module: what is needed of it.",
        ),
        "deletion area": Described(
            MATTERS,
            "Deletion area",
            "The mean score while the most attended go first: less is better.",
        ),
        "deletion area, random": Described(
            MATTERS, "Deletion area, random order", "The same in any order: the chance level."
        ),
        "deletion area, bottom": Described(
            MATTERS, "Deletion area, least first", "The same with the least attended first."
        ),
        "deletion AOPC": Described(
            MATTERS, "Deletion drop", "The mean drop while the most attended go first (AOPC)."
        ),
        "insertion area": Described(
            MATTERS,
            "Insertion area",
            "The mean score while the most attended come first: more is better.",
        ),
        "insertion area, random": Described(
            MATTERS, "Insertion area, random order", "The same in any order: the chance level."
        ),
        "insertion area, bottom": Described(
            MATTERS, "Insertion area, least first", "The same with the least attended first."
        ),
        "drop without the planted": Described(
            MATTERS,
            "Drop without the planted",
            "How much the score falls without what was planted; chance: without as many others.",
        ),
        "tau gradient times input": Described(
            AGREES, "τ gradient × input", _TAU.format("gradient × input")
        ),
        "tau integrated gradients": Described(
            AGREES, "τ integrated gradients", _TAU.format("integrated gradients")
        ),
        "tau leave-one-out": Described(
            AGREES, "τ leave-one-out", _TAU.format("what leaving each position out changes")
        ),
        "tau permutation importance": Described(
            AGREES, "τ permutation importance", _TAU.format("permutation importance")
        ),
        "tau Grad-CAM": Described(AGREES, "τ Grad-CAM", _TAU.format("Grad-CAM")),
        "adversary JSD": Described(
            OTHERWISE,
            "Adversary",
            "How different attention gives the same predictions (Jensen-Shannon divergence, at "
            "most 0.69).",
        ),
    }
)
"""By the name in the column `measure`."""
