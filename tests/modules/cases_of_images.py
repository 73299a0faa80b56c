"""The further layers for images under test, as in `cases`."""

from attnlab import modules

from . import definitions_of_images as defined
from .case import Case, variant


def _gate(name, layer, gate, added=0):
    return Case(name, layer, defined.means_of(gate), outputs=defined.gated_by(gate, added))


DEFAULTS = (
    Case("ese", modules.EffectiveSqueezeExcite, defined.ese),
    Case("ceca", modules.CircularEfficientChannelAttention, defined.ceca),
    Case("gct", modules.GatedChannelTransform, defined.gct, outputs=defined.twice_weighed),
    Case(
        "selective-kernel",
        modules.SelectiveKernel,
        defined.selective_kernel,
        outputs=defined.selected,
    ),
    Case(
        "global-context",
        modules.GlobalContext,
        defined.global_context,
        outputs=defined.fused,
        idle=("score/bias",),
    ),
    _gate("gather-excite", modules.GatherExcite, defined.gather_excite),
    _gate("bam", modules.BAM, defined.bam, added=1),
    _gate("simam", modules.SimAM, defined.simam),
    _gate("triplet", modules.TripletAttention, defined.triplet),
    _gate("coordinate", modules.CoordinateAttention, defined.coordinate),
    _gate("ela", modules.EfficientLocalAttention, defined.ela),
    _gate("strip", modules.StripAttention, defined.strip),
    Case(
        "non-local",
        modules.NonLocal,
        defined.non_local,
        outputs=defined.looked,
        idle=("key/bias",),
    ),
    Case(
        "double-attention",
        modules.DoubleAttention,
        defined.double_attention,
        outputs=defined.dealt,
        idle=("gather/bias",),
    ),
    Case(
        "external",
        modules.ExternalAttention,
        defined.external,
        outputs=defined.remembered,
        idle=("query/bias",),
    ),
)

_OPTIONS = {
    "ese": [{"gate": "sigmoid"}],
    "ceca": [{"kernel_size": 1}, {"kernel_size": 7}],
    "selective-kernel": [
        {"ratio": 2, "split": False},
        {"normaliser": "entmax", "temperature": 0.5},
    ],
    "global-context": [
        {"ratio": 4, "fuse": "add"},
        {"ratio": 4, "fuse": "both", "normaliser": "sparsemax", "temperature": 0.3},
    ],
    "gather-excite": [
        {"extent": 2, "ratio": 4},
        {"extent": 4, "mlp": False},
        {"weights": True, "ratio": 4},
        {"extent": 8, "weights": True, "mlp": False},
    ],
    "bam": [{"ratio": 4, "dilation": 2}],
    "simam": [{"regularisation": 0.1}],
    "triplet": [{"kernel_size": 3}],
    "coordinate": [{"ratio": 2}],
    "ela": [{"kernel_size": 3}],
    "strip": [{"kernel_size": 5}],
    "non-local": [{"ratio": 2, "normaliser": "sparsemax", "temperature": 2.0}],
    "double-attention": [{"ratio": 6, "normaliser": "entmax", "temperature": 0.5}],
    "external": [{"memory": 5, "normaliser": "entmax", "temperature": 2.0}],
}
VARIANTS = tuple(
    variant(DEFAULTS, name, **options) for name, several in _OPTIONS.items() for options in several
)
