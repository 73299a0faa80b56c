"""Papers that modules of several families come from."""

from __future__ import annotations

from attnlab.spec import Paper

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
