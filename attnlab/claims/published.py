"""Claims from papers, at desk size: the comparison is theirs, the task and the network are small.

What they found on ImageNet or in translation may well be so there and not here; each claim says
what was compared where.
"""

from __future__ import annotations

from attnlab.catalog.module_entries.papers import BAHDANAU, WOO
from attnlab.claims.claim import Check, Claim, planned
from attnlab.spec import REGISTRY, Paper

IMAGES, SEQUENCES = "Images", "Sequences"

_ACCURACY = "val_accuracy"
_SE_PAPER, _ECA_PAPER = (REGISTRY.module(name).about.papers[0] for name in ("se", "eca"))
_MOBILE_PAPER = Paper(
    "Howard et al.: Searching for MobileNetV3", 2019, "https://arxiv.org/abs/1905.02244"
)
_NORM_PAPER = Paper(
    "Shen et al.: PowerNorm, rethinking batch normalization in Transformers",
    2020,
    "https://arxiv.org/abs/2003.07845",
)

_CHANNELS = {"name": "planted-channels", "channels": 32, "noise": 1.6, "samples": 1600}
"""Two channels of 32 show the class, under so much noise that no arm comes near 100 %."""

_PLACES = {"name": "planted-location", "size": 16, "samples": 1400}
"""A glyph at one place of a noisy image."""

_DIGITS = {"name": "digits", "width": 32, "blocks": 3, "label_noise": 0.3}
"""Real digits. Three training labels of ten are wrong, so that no arm comes near 100 %. Slots have
32, 64 and 128 channels: at the last, the adaptive kernel is wider than at the others."""


_RATIOS = {f"Ratio {ratio}": f"se:ratio={ratio}" for ratio in (2, 4, 8, 16, 32)}
_FIXED = {f"Kernel {width}": f"eca:kernel_size={width}" for width in (3, 5, 7)}

ON_IMAGES = (
    Claim(
        name="any-squeeze-and-excitation-beats-none",
        title="Any squeeze-and-excitation beats none",
        group=IMAGES,
        claimed="On ImageNet, a ResNet-50 with squeeze-and-excitation made fewer errors than one "
        "without at every reduction ratio from 2 to 32 (22.3 to 22.7 % against 23.3 %).",
        study=planned(_CHANNELS, {"No attention": "none", **_RATIOS}, 15),
        checks=(
            Check(
                _ACCURACY,
                tuple(_RATIOS),
                "higher",
                "accuracy is higher with squeeze-and-excitation at each ratio from 2 to 32",
            ),
        ),
        reading="The task suits the module: 2 of 32 channels carry the answer, the rest is noise.",
        paper=_SE_PAPER,
    ),
    Claim(
        name="the-ratio-hardly-matters",
        title="The reduction ratio hardly matters between 4 and 16",
        group=IMAGES,
        claimed="On ImageNet, squeeze-and-excitation at ratio 4, 8 and 16 came within 0.03 points "
        "of each other (22.25, 22.26 and 22.28 % errors).",
        study=planned(
            _CHANNELS, {name: _RATIOS[name] for name in ("Ratio 4", "Ratio 8", "Ratio 16")}, 15
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Ratio 8", "Ratio 16"),
                "same",
                "accuracy is no different at ratio 8 and 16 than at ratio 4",
            ),
        ),
        reading="Showing no difference is not showing that there is none: mind how large a "
        "difference this study could have shown.",
        paper=_SE_PAPER,
    ),
    Claim(
        name="averages-squeeze-better-than-maxima",
        title="Squeezing by averages beats squeezing by maxima",
        group=IMAGES,
        claimed="On ImageNet, squeeze-and-excitation made fewer errors when channels were summed "
        "up by their average than by their maximum (22.28 against 22.57 %).",
        study=planned(
            _CHANNELS, {"Averages": "se:ratio=4", "Maxima": "se:ratio=4,squeeze=max"}, 15
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Maxima",),
                "lower",
                "accuracy is lower with maxima than with averages",
            ),
        ),
        reading="The reference squeezes by averages; the arm below zero is the one the claim "
        "expects to lose.",
        paper=_SE_PAPER,
    ),
    Claim(
        name="a-hard-sigmoid-is-as-good",
        title="A hard sigmoid gates as well as a smooth one",
        group=IMAGES,
        claimed="MobileNetV3 replaces the sigmoid of squeeze-and-excitation by straight lines, "
        "which are cheaper, and reports no discernible difference in accuracy.",
        study=planned(
            _CHANNELS,
            {"Smooth sigmoid": "se:ratio=4", "Hard sigmoid": "se:ratio=4,gate=hard_sigmoid"},
            15,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Hard sigmoid",),
                "same",
                "accuracy is no different with a hard sigmoid than with a smooth one",
            ),
        ),
        reading="Showing no difference is not showing that there is none: mind how large a "
        "difference this study could have shown.",
        paper=_MOBILE_PAPER,
    ),
    Claim(
        name="average-and-maximum-beat-either",
        title="Average and maximum together beat either alone",
        group=IMAGES,
        claimed="On ImageNet, CBAM's channel attention made fewer errors with both poolings "
        "(22.80 %) than with averages (23.14 %) or maxima (23.20 %) alone.",
        study=planned(
            _CHANNELS,
            {
                "Both": "cbam-channel:ratio=4",
                "Average alone": "cbam-channel:ratio=4,pooling=avg",
                "Maximum alone": "cbam-channel:ratio=4,pooling=max",
            },
            15,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Average alone", "Maximum alone"),
                "lower",
                "accuracy is lower with averages alone and with maxima alone than with both",
            ),
        ),
        reading="The reference has both; arms below zero are those the claim expects to lose.",
        paper=WOO,
    ),
    Claim(
        name="channel-first-beats-the-reverse",
        title="Channel then spatial attention beats the reverse",
        group=IMAGES,
        claimed="On ImageNet, CBAM made fewer errors with channel attention first (22.66 %) than "
        "with spatial attention first (22.78 %) or both side by side (22.95 %).",
        study=planned(
            _PLACES,
            {
                "Channel first": "cbam:batch_norm=true,ratio=4",
                "Spatial first": "cbam:batch_norm=true,ratio=4,order=spatial-first",
                "Side by side": "cbam:batch_norm=true,ratio=4,order=parallel",
            },
            12,
        ),
        checks=(
            Check(
                _ACCURACY,
                ("Spatial first", "Side by side"),
                "lower",
                "accuracy is lower with spatial attention first, and with both side by side",
            ),
        ),
        reading="The published difference is a tenth of a point; compare it with what ten seeds "
        "can show here.",
        paper=WOO,
    ),
    Claim(
        name="the-adaptive-kernel-beats-fixed-ones",
        title="ECA's adaptive kernel beats fixed ones",
        group=IMAGES,
        claimed="Efficient channel attention picks how many neighbours a channel looks at by the "
        "number of channels. On ImageNet that was more accurate than a fixed kernel of 3 (77.48 "
        "against 77.43 %).",
        study=planned(_DIGITS, {"Adaptive kernel": "eca", **_FIXED}, 8),
        checks=(
            Check(
                _ACCURACY,
                tuple(_FIXED),
                "lower",
                "accuracy is lower with fixed kernels of 3, 5 and 7 than with the adaptive one",
            ),
        ),
        reading="At 32, 64 and 128 channels the adaptive kernel is 3, 3 and 5: the fixed one of 3 "
        "differs at one slot alone.",
        paper=_ECA_PAPER,
    ),
    Claim(
        name="eca-beats-squeeze-and-excitation",
        title="ECA beats squeeze-and-excitation with a handful of parameters",
        group=IMAGES,
        claimed="On ImageNet, efficient channel attention was more accurate than "
        "squeeze-and-excitation (77.48 against 76.71 %), with 80 parameters instead of 2.5 "
        "million.",
        study=planned(_DIGITS, {"Squeeze-and-excitation": "se", "ECA": "eca"}, 8),
        checks=(
            Check(
                _ACCURACY,
                ("ECA",),
                "higher",
                "accuracy is higher with efficient channel attention than with "
                "squeeze-and-excitation",
            ),
        ),
        reading="The reference is squeeze-and-excitation at ratio 16, the one of its paper.",
        paper=_ECA_PAPER,
    ),
)

ON_SEQUENCES = (
    Claim(
        name="layer-norm-beats-batch-norm",
        title="Layer norm beats batch norm in a Transformer",
        group=SEQUENCES,
        claimed="Transformers normalise each step on its own (layer norm). Batch norm, usual for "
        "images, is known to cost them much of their quality on text.",
        study=planned(
            {
                "name": "keyword-text",
                "samples": 1500,
                "length": 30,
                "units": 16,
                "label_noise": 0.2,
            },
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
        reading="The reference has layer norm; one encoder layer reads short texts of different "
        "lengths.",
        paper=_NORM_PAPER,
    ),
    Claim(
        name="attention-helps-to-translate-long-inputs",
        title="Translation needs attention when inputs are long",
        group=SEQUENCES,
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
        reading="Words of 5, 10 and 20 letters are written backwards; each arm is compared with no "
        "attention at its own length. Of 5 letters nothing is claimed.",
        paper=BAHDANAU,
    ),
)
