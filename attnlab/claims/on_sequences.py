"""Claims from papers on translation, at desk size: words are written backwards.

The comparison is theirs, the task and the network are small; each claim says what was compared
where.
"""

from __future__ import annotations

from attnlab.catalog.module_entries.papers import BAHDANAU, VASWANI
from attnlab.claims.claim import FIRST_SEED, Check, Claim, planned
from attnlab.spec import Paper

GROUP = "Sequences"

_ACCURACY = "val_accuracy"
_BRITZ = Paper(
    "Britz et al.: Massive exploration of neural machine translation architectures",
    2017,
    "https://arxiv.org/abs/1703.03906",
)

_LOOKED = "Noise and epochs were chosen by looking at seeds 0 to 9."
_TRIED = "Sizes and epochs were tried on seeds 0 to 5."

ON_SEQUENCES = (
    Claim(
        name="attention-helps-to-translate-long-inputs",
        title="Translation needs attention when inputs are long",
        group=GROUP,
        claimed="A translator that squeezes the whole sentence into one vector gets worse as "
        "sentences grow; one with attention hardly does.",
        study=planned(
            {"name": "reverse", "length": 5, "letters": 6, "samples": 1000, "units": 32},
            {
                "No attention at 5 letters": "none",
                "No attention at 10 letters": "none@length=10",
                "No attention at 20 letters": "none@length=20",
                "Attention at 5 letters": "bahdanau",
                "Attention at 10 letters": "bahdanau@length=10",
                "Attention at 20 letters": "bahdanau@length=20",
            },
            12,
            learning_rate=1e-2,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Attention at 10 letters", "Attention at 20 letters"),
                "higher",
                "more letters are right with attention than without, at 10 and at 20 letters",
            ),
        ),
        seeds=7,
        first_seed=FIRST_SEED,
        chosen=_LOOKED,
        reading="Words of 5, 10 and 20 letters are written backwards; each arm is compared with no "
        "attention at its own length. Of 5 letters nothing is claimed.",
        paper=BAHDANAU,
    ),
    Claim(
        name="the-gain-of-attention-grows-with-length",
        title="The longer the input, the more attention gains",
        group=GROUP,
        claimed="Translating from English into French, a network that squeezes the sentence into "
        "one vector fell behind one with attention, and the more so the longer the sentences.",
        study=planned(
            {"name": "reverse", "length": 4, "letters": 6, "samples": 1000, "units": 32},
            {
                "No attention at 4 letters": "none",
                "No attention at 12 letters": "none@length=12",
                "Attention at 4 letters": "bahdanau",
                "Attention at 12 letters": "bahdanau@length=12",
            },
            12,
            learning_rate=1e-2,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Attention at 12 letters",),
                "higher",
                "attention gains more accuracy at 12 letters than at 4",
                gain_over="Attention at 4 letters",
            ),
        ),
        seeds=7,
        first_seed=FIRST_SEED + 20,
        chosen=_TRIED,
        reading="A difference of differences, seed by seed: with minus without attention at 12 "
        "letters, less the same at 4. At 4 letters there may be little left to gain.",
        paper=BAHDANAU,
    ),
    Claim(
        name="unscaled-products-lose-when-wide",
        title="Wide dot products need their scale",
        group=GROUP,
        claimed="The Transformer divides dot products by the root of their width. Its authors "
        "suspect that wide ones are otherwise so large that the softmax hardly learns; they did "
        "not publish that comparison.",
        study=planned(
            {"name": "reverse", "length": 10, "letters": 12, "samples": 1000, "units": 96},
            {"Scaled": "scaled-dot", "Not scaled": "luong:score=dot"},
            6,
            learning_rate=3e-3,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Not scaled",),
                "lower",
                "fewer letters are right with products of width 96 that are not scaled",
            ),
        ),
        seeds=8,
        first_seed=FIRST_SEED + 40,
        chosen=_TRIED,
        reading="The products are between states of recurrent layers, which lie within −1 and 1 "
        "and start small; those of a Transformer need not.",
        paper=VASWANI,
    ),
    Claim(
        name="additive-beats-multiplicative",
        title="Additive attention beats multiplicative",
        group=GROUP,
        claimed="Translating from English into German, additive attention was slightly but "
        "consistently better than multiplicative at every width tried, of several runs each.",
        study=planned(
            {"name": "reverse", "length": 8, "letters": 12, "samples": 1000, "units": 32},
            {"Additive": "bahdanau", "Multiplicative": "luong"},
            8,
            learning_rate=5e-3,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Multiplicative",),
                "lower",
                "fewer letters are right with multiplicative attention than with additive",
            ),
        ),
        seeds=16,
        first_seed=FIRST_SEED + 60,
        chosen=_TRIED,
        reading="Multiplicative attention has learned weights between query and value here, as in "
        "the paper.",
        paper=_BRITZ,
    ),
)
