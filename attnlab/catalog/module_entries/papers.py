"""Papers that several modules come from."""

from __future__ import annotations

from attnlab.spec import Paper

HU = Paper(
    "Hu, Shen & Sun: Squeeze-and-excitation networks", 2018, "https://arxiv.org/abs/1709.01507"
)
WOO = Paper(
    "Woo et al.: CBAM, convolutional block attention module",
    2018,
    "https://arxiv.org/abs/1807.06521",
)
VASWANI = Paper(
    "Vaswani et al.: Attention is all you need", 2017, "https://arxiv.org/abs/1706.03762"
)
LUONG = Paper(
    "Luong et al.: Effective approaches to attention-based neural machine translation",
    2015,
    "https://arxiv.org/abs/1508.04025",
)
BAHDANAU = Paper(
    "Bahdanau et al.: Neural machine translation by jointly learning to align and translate",
    2015,
    "https://arxiv.org/abs/1409.0473",
)
