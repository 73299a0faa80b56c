"""What texts that a network wrote are worth beside the right ones, by sacrebleu.

It computes BLEU as papers report it, with their tokenisers: numbers of other implementations are
not comparable (Post 2018, "A Call for Clarity in Reporting BLEU Scores").
"""

from __future__ import annotations

from collections.abc import Sequence

from attnlab.data.pairs.tokens import kind_of, scripts_of
from attnlab.imports import importing

KANA = ("HIRAGANA", "KATAKANA")


def text_measures(written: Sequence[str], right: Sequence[str]) -> dict[str, float]:
    """BLEU of one to four words in a row and chrF of one to six characters, both 0 to 100, of texts
    against the right ones, one for each. Nothing where there is no text.

    Sources: Papineni et al. 2002; Popović 2015.
    """
    if not right:
        return {}
    with importing("sacrebleu.metrics"):  # which only a run of texts needs
        from sacrebleu.metrics import BLEU, CHRF
    bleu = BLEU(tokenize=bleu_tokenizer(right), force=True)
    references = [list(right)]
    return {
        "bleu": float(bleu.corpus_score(list(written), references).score),
        "chrf": float(CHRF().corpus_score(list(written), references).score),
    }


def bleu_tokenizer(texts: Sequence[str]) -> str:
    """What sacrebleu cuts these texts into words with: "zh" for Chinese, single characters for
    other scripts without spaces, else "13a", which is usual."""
    if kind_of(texts) == "words":
        return "13a"
    scripts = scripts_of(texts)
    return "zh" if scripts["CJK"] and not any(scripts[each] for each in KANA) else "char"
