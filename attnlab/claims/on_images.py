"""Claims from papers on images, at desk size: the comparison is theirs, the network is small.

What they found on ImageNet may well be so there and not here; each claim says what was compared
where.
"""

from __future__ import annotations

from attnlab.claims.claim import FIRST_SEED, Check, Claim, enlarged, planned
from attnlab.spec import REGISTRY, Paper

GROUP = "Images"

_ACCURACY = "val_accuracy"
_POINT = 0.01
_SE_PAPER, _ECA_PAPER = (REGISTRY.module(name).about.papers[0] for name in ("se", "eca"))
_MOBILE_PAPER = Paper(
    "Howard et al.: Searching for MobileNetV3", 2019, "https://arxiv.org/abs/1905.02244"
)

_LOOKED = "Noise and epochs were chosen by looking at seeds 0 to 9."

_CHANNELS = {"name": "planted-channels", "channels": 32, "noise": 1.6, "samples": 1600}
"""Two channels of 32 show the class, under so much noise that no arm comes near 100 %."""

_DIGITS = {"name": "digits", "width": 32, "blocks": 3, "label_noise": 0.3}
"""Real digits. Three training labels of ten are wrong, so that no arm comes near 100 %. Slots have
32, 64 and 128 channels: at the last, the adaptive kernel is wider than at the others."""

_RATIOS = {f"Ratio {ratio}": f"se:ratio={ratio}" for ratio in (2, 4, 8, 16, 32)}
_FIXED = {f"Kernel {width}": f"eca:kernel_size={width}" for width in (3, 5, 7)}

ON_IMAGES = (
    Claim(
        name="any-squeeze-and-excitation-beats-none",
        title="Any squeeze-and-excitation beats none",
        group=GROUP,
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
        seeds=50,
        first_seed=FIRST_SEED + 320,
        chosen=enlarged(_LOOKED, 0, 12),
        reading="The task suits the module: 2 of 32 channels carry the answer, the rest is noise.",
        paper=_SE_PAPER,
    ),
    Claim(
        name="the-ratio-hardly-matters",
        title="The reduction ratio hardly matters between 4 and 16",
        group=GROUP,
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
                "accuracy at ratio 8 and 16 is that at ratio 4, within a point",
                margin=_POINT,
            ),
        ),
        seeds=60,
        first_seed=FIRST_SEED + 370,
        chosen=enlarged(_LOOKED, 60, 24),
        reading="A difference below a point counts as none; the published ones are 0.01 and 0.03.",
        paper=_SE_PAPER,
    ),
    Claim(
        name="averages-squeeze-better-than-maxima",
        title="Squeezing by averages beats squeezing by maxima",
        group=GROUP,
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
        seeds=24,
        first_seed=FIRST_SEED + 120,
        chosen=_LOOKED,
        reading="The reference squeezes by averages; the arm below zero is the one the claim "
        "expects to lose.",
        paper=_SE_PAPER,
    ),
    Claim(
        name="a-hard-sigmoid-is-as-good",
        title="A hard sigmoid gates as well as a smooth one",
        group=GROUP,
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
                "accuracy with a hard sigmoid is that with a smooth one, within a point",
                margin=_POINT,
            ),
        ),
        seeds=40,
        first_seed=FIRST_SEED + 180,
        chosen=_LOOKED,
        reading="A difference below a point counts as none: it is what other seeds would change "
        "anyway.",
        paper=_MOBILE_PAPER,
    ),
    Claim(
        name="the-adaptive-kernel-beats-fixed-ones",
        title="ECA's adaptive kernel beats fixed ones",
        group=GROUP,
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
        seeds=40,
        first_seed=FIRST_SEED + 100,
        chosen=enlarged(_LOOKED, 0, 20),
        reading="At 32, 64 and 128 channels the adaptive kernel is 3, 3 and 5: the fixed one of 3 "
        "differs at one slot alone.",
        paper=_ECA_PAPER,
    ),
    Claim(
        name="eca-beats-squeeze-and-excitation",
        title="ECA beats squeeze-and-excitation with a handful of parameters",
        group=GROUP,
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
        seeds=30,
        first_seed=FIRST_SEED + 60,
        chosen=_LOOKED,
        reading="The reference is squeeze-and-excitation at ratio 16, the one of its paper.",
        paper=_ECA_PAPER,
    ),
    Claim(
        name="squeezing-costs-accuracy",
        title="Squeezing channels together costs accuracy",
        group=GROUP,
        claimed="The paper on efficient channel attention blames the bottleneck of "
        "squeeze-and-excitation: on ImageNet, one dense layer as wide as the channels was more "
        "accurate than two with a bottleneck of ratio 16 between them.",
        study=planned(_CHANNELS, {"Ratio 1": "se:ratio=1", "Ratio 16": "se:ratio=16"}, 15),
        checks=(
            Check(
                _ACCURACY,
                ("Ratio 16",),
                "lower",
                "accuracy is lower with a bottleneck of ratio 16 than without one",
            ),
        ),
        seeds=20,
        first_seed=FIRST_SEED + 300,
        chosen=_LOOKED,
        reading="Here ratio 1 has two layers, as squeeze-and-excitation does, and no bottleneck; "
        "the paper took one layer. With 32 channels, ratio 16 leaves two hidden units.",
        paper=_ECA_PAPER,
    ),
)
