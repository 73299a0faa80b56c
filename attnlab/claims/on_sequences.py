"""Claims from papers on text and other sequences, at desk size.

The comparison is theirs, the task and the network are small; each claim says what was compared
where.
"""

from __future__ import annotations

from attnlab.catalog.module_entries.papers import BAHDANAU, VASWANI
from attnlab.claims.claim import FIRST_SEED, Check, Claim, planned
from attnlab.spec import Paper

GROUP = "Sequences"

_ACCURACY = "val_accuracy"
_POINT = 0.01
_NORM_PAPER = Paper(
    "Shen et al.: PowerNorm, rethinking batch normalization in Transformers",
    2020,
    "https://arxiv.org/abs/2003.07845",
)
_JAIN = Paper(
    "Jain & Wallace: Attention is not explanation", 2019, "https://arxiv.org/abs/1902.10186"
)
_VASHISHTH = Paper(
    "Vashishth et al.: Attention interpretability across NLP tasks",
    2019,
    "https://arxiv.org/abs/1909.11218",
)
_TAY = Paper(
    "Tay et al.: Synthesizer, rethinking self-attention in Transformer models",
    2020,
    "https://arxiv.org/abs/2005.00743",
)
_MICHEL = Paper(
    "Michel, Levy & Neubig: Are sixteen heads really better than one?",
    2019,
    "https://arxiv.org/abs/1905.10650",
)
_BRITZ = Paper(
    "Britz et al.: Massive exploration of neural machine translation architectures",
    2017,
    "https://arxiv.org/abs/1703.03906",
)

_LOOKED = "Noise and epochs were chosen by looking at seeds 0 to 9."
_TRIED = "Sizes and epochs were tried on seeds 0 to 5."

_NOISY = {"samples": 1500, "units": 16, "label_noise": 0.2}
_TEXT = {"name": "keyword-text", "length": 30, **_NOISY}
"""Short texts, one word of which carries the class; one training label of five is wrong."""

_DOCUMENTS = {"name": "documents", **_NOISY}
"""Documents of six sentences, one word of which carries the class."""

ON_SEQUENCES = (
    Claim(
        name="layer-norm-beats-batch-norm",
        title="Layer norm beats batch norm in a Transformer",
        group=GROUP,
        claimed="Transformers normalise each step on its own (layer norm). Batch norm, usual for "
        "images, is known to cost them much of their quality on text.",
        study=planned(
            _TEXT,
            {
                "Layer norm": "transformer-encoder:units=32",
                "Batch norm": "transformer-encoder:units=32,norm=batch",
            },
            10,
            learning_rate=3e-3,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Batch norm",),
                "lower",
                "accuracy is lower with batch norm than with layer norm",
            ),
        ),
        seeds=24,
        first_seed=FIRST_SEED,
        can_show="24 seeds show a difference of 2.1 points 8 times in 10.",
        chosen=_LOOKED,
        reading="The reference has layer norm; one encoder layer reads short texts of different "
        "lengths.",
        paper=_NORM_PAPER,
    ),
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
        seeds=8,
        first_seed=FIRST_SEED,
        can_show="The differences are ten times as large as they vary by seed: 8 seeds show them "
        "always.",
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
        seeds=8,
        first_seed=FIRST_SEED + 20,
        can_show="The differences are ten times as large as they vary by seed: 8 seeds show them "
        "always.",
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
        can_show="8 seeds show a difference of 4 points 8 times in 10.",
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
            {"name": "reverse", "length": 10, "letters": 12, "samples": 1000, "units": 32},
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
        seeds=20,
        first_seed=FIRST_SEED + 60,
        can_show="ADDITIVE",
        chosen=_TRIED,
        reading="Multiplicative attention has learned weights between query and value here, as in "
        "the paper.",
        paper=_BRITZ,
    ),
    Claim(
        name="learned-attention-is-no-better-than-frozen",
        title="Learned attention does no better than frozen",
        group=GROUP,
        claimed="In classifiers of text, shuffling the attention of a trained network often hardly "
        "moved its prediction, so that attention is not what explains it. If where it looks does "
        "not matter, attention that never learns should do as well.",
        study=planned(
            _TEXT,
            {"Frozen": "frozen-random:of=attention-pool", "Learned": "attention-pool"},
            10,
            learning_rate=3e-3,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Learned",),
                "not higher",
                "learned attention is not a point more accurate than frozen attention",
                margin=_POINT,
            ),
        ),
        seeds=12,
        first_seed=FIRST_SEED + 60,
        can_show="12 seeds show a difference 2.3 points beyond the margin 8 times in 10.",
        chosen=_TRIED,
        reading="The paper shuffled weights after training and did not train with frozen ones; "
        "here one word of 30 carries the class, which may need attention more than its texts do.",
        paper=_JAIN,
    ),
    Claim(
        name="uniform-weights-classify-as-well",
        title="Uniform weights classify texts as well",
        group=GROUP,
        claimed="In tasks on a single text, such as classifying reviews, replacing learned "
        "attention by equal weights cost little, unlike in tasks on pairs of texts or in "
        "translation.",
        study=planned(
            _DOCUMENTS,
            {"Equal weights": "uniform:kind=distribution", "Learned": "han:units=16"},
            10,
            learning_rate=3e-3,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Learned",),
                "not higher",
                "learned attention is not a point more accurate than equal weights",
                margin=_POINT,
            ),
        ),
        seeds=10,
        can_show="10 seeds show a difference 2 points beyond the margin 8 times in 10.",
        chosen=_TRIED,
        reading="One word of some 40 carries the class here. Where many words do, as in reviews, "
        "an average can do as well.",
        paper=_VASHISHTH,
    ),
    Claim(
        name="random-self-attention-does-as-well",
        title="Random self-attention is almost as good",
        group=GROUP,
        claimed="With weights that are random and the same for every input, Transformers "
        "translated and modelled language almost as well as with self-attention.",
        study=planned(
            _TEXT,
            {"Random": "frozen-random:of=self-attention", "Learned": "self-attention"},
            10,
            learning_rate=3e-3,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Learned",),
                "not higher",
                "learned self-attention is not 2 points more accurate than random",
                margin=2 * _POINT,
            ),
        ),
        seeds=10,
        first_seed=FIRST_SEED + 80,
        can_show="10 seeds show a difference 4.3 points beyond the margin 8 times in 10.",
        chosen=_TRIED,
        reading="Not quite the paper's: there the weights were random and the values learned; here "
        "queries, keys and values all keep their random start.",
        paper=_TAY,
    ),
    Claim(
        name="one-head-is-enough",
        title="One head does as well as four",
        group=GROUP,
        claimed="Of trained Transformers most heads could be removed without a significant loss, "
        "in many layers all but one.",
        study=planned(
            _TEXT,
            {"One head": "self-attention:heads=1", "Four heads": "self-attention:heads=4"},
            10,
            learning_rate=3e-3,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Four heads",),
                "not higher",
                "four heads are not 2 points more accurate than one",
                margin=2 * _POINT,
            ),
        ),
        seeds=36,
        first_seed=FIRST_SEED + 100,
        can_show="36 seeds settle a margin of 2 points 8 times in 10 where nothing differs.",
        chosen=_TRIED,
        reading="The paper trained many heads and removed most afterwards; here one head is all "
        "there is from the start.",
        paper=_MICHEL,
    ),
)
