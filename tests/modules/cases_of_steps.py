"""The further layers between the steps of a sequence under test, as in `cases`."""

from attnlab import modules

from . import definitions
from . import definitions_of_steps as defined
from .case import STEPS, Case, variant

DEFAULTS = (
    Case(
        "additive-self",
        modules.AdditiveSelfAttention,
        defined.additive_self,
        STEPS,
        outputs=defined.summed,
    ),
    Case("linear", modules.LinearAttention, defined.linear, STEPS, outputs=definitions.attended),
    Case(
        "relative",
        modules.RelativeSelfAttention,
        defined.relative,
        STEPS,
        outputs=defined.attended_with_distances,
        idle=("key/bias",),
    ),
)
VARIANTS = (
    variant(DEFAULTS, "additive-self", units=5),
    variant(DEFAULTS, "additive-self", normaliser="entmax", temperature=0.5),
    variant(DEFAULTS, "linear", heads=2, norm="batch"),
    variant(DEFAULTS, "relative", heads=2, reach=2, norm="batch"),
    variant(DEFAULTS, "relative", normaliser="sparsemax", temperature=0.5),
)
