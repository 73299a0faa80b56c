"""Claims about CBAM, from its paper, at desk size: see `attnlab.claims.on_images`."""

from __future__ import annotations

from attnlab.catalog.module_entries.papers import WOO
from attnlab.claims.claim import FIRST_SEED, Check, Claim, enlarged, planned

GROUP = "Images"

_ACCURACY = "val_accuracy"

_LOOKED = "Noise and epochs were chosen by looking at seeds 0 to 9."
_TRIED = "Sizes and epochs were tried on seeds 0 to 5."

_CHANNELS = {"name": "planted-channels", "channels": 32, "noise": 1.6, "samples": 1600}
"""Two channels of 32 show the class, under so much noise that no arm comes near 100 %."""

_PLACES = {"name": "planted-location", "size": 16, "samples": 1400}
"""A glyph at one place of a noisy image."""

_CLUTTER = {"name": "cluttered-digits", "size": 16, "samples": 1400}
"""A digit among fragments of others."""

_CBAM = "cbam:batch_norm=true,ratio=4"

ON_CBAM = (
    Claim(
        name="average-and-maximum-beat-either",
        title="Average and maximum together beat either alone",
        group=GROUP,
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
        seeds=30,
        first_seed=FIRST_SEED + 430,
        chosen=enlarged(_LOOKED, 240, 16),
        reading="The reference has both; arms below zero are those the claim expects to lose.",
        paper=WOO,
    ),
    Claim(
        name="channel-first-beats-the-reverse",
        title="Channel then spatial attention beats the reverse",
        group=GROUP,
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
        seeds=48,
        first_seed=FIRST_SEED + 100,
        chosen=enlarged(_LOOKED, 0, 12),
        reading="The published difference is a tenth of a point; compare it with what "
        "these seeds can show. Whether a network finds the glyph at all differs by seed.",
        paper=WOO,
    ),
    Claim(
        name="a-wide-spatial-kernel-beats-a-narrow-one",
        title="A spatial kernel of 7 beats one of 3",
        group=GROUP,
        claimed="On ImageNet, CBAM made fewer errors when its spatial attention looked at 7 by 7 "
        "places than at 3 by 3, however it summed up the channels.",
        study=planned(_CLUTTER, {"Kernel 7": _CBAM, "Kernel 3": f"{_CBAM},kernel_size=3"}, 12),
        checks=(Check(_ACCURACY, ("Kernel 3",), "lower", "accuracy is lower with a kernel of 3"),),
        seeds=60,
        first_seed=FIRST_SEED + 100,
        chosen=enlarged(_TRIED, 0, 12),
        reading="The images here have 16 by 16 places, so that 7 by 7 is a fifth of all; those of "
        "the paper have up to 56 by 56.",
        paper=WOO,
    ),
    Claim(
        name="cbam-beats-as-many-plain-parameters",
        title="CBAM is worth more than its parameters",
        group=GROUP,
        claimed="On ImageNet, CBAM made fewer errors than the same network without it. Its authors "
        "call its parameters negligible; plain layers with as many were not tried.",
        study=planned(
            _CLUTTER, {"Plain layers": "matched:of=cbam:batch_norm=true;ratio=4", "CBAM": _CBAM}, 12
        ),
        checks=(
            Check(
                _ACCURACY,
                ("CBAM",),
                "higher",
                "accuracy is higher with CBAM than with plain layers of as many parameters",
            ),
        ),
        seeds=60,
        first_seed=FIRST_SEED + 180,
        chosen=enlarged(_TRIED, 60, 12),
        reading="The reference is our control: two plain layers in place of the attention, which "
        "weigh nothing.",
        paper=WOO,
    ),
)
