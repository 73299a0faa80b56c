"""What the further modules between steps compute, written down a second time in NumPy."""

import numpy as np

from .definitions import after_residual, by_head, dense, normalised


def additive_self(w, x, options, training, moved):
    asked, offered = dense(w, "query", x), dense(w, "key", x)
    logits = [  # one step after the other
        dense(w, "compare", np.tanh(asked[:, i : i + 1] + offered))[..., 0]
        for i in range(x.shape[1])
    ]
    return [normalised(np.stack(logits, axis=1), options)]


def summed(w, x, scores, options, training, moved):
    return np.einsum("bqt,btd->bqd", scores[0], x)


def _positive(z):
    return np.where(z > 0, z + 1, np.exp(np.minimum(z, 0)))


def linear(w, x, options, training, moved):
    heads = options.get("heads", 4)
    pairs = zip(
        by_head(dense(w, "query", x), heads), by_head(dense(w, "key", x), heads), strict=True
    )
    products = [_positive(q) @ np.swapaxes(_positive(k), 1, 2) for q, k in pairs]
    scores = np.stack(products, axis=1)
    return [scores / scores.sum(axis=-1, keepdims=True)]


def _vector(w, name, i, j, options):
    reach = options.get("reach", 8)
    return w[name][max(-reach, min(reach, j - i)) + reach]


def relative(w, x, options, training, moved):
    heads, steps = options.get("heads", 4), range(x.shape[1])
    queries, keys = (by_head(dense(w, name, x), heads) for name in ("query", "key"))
    logits = np.zeros((len(x), heads, len(steps), len(steps)))
    for head in range(heads):
        for i in steps:
            for j in steps:
                key = keys[head][:, j] + _vector(w, "key_positions", i, j, options)
                logits[:, head, i, j] = (queries[head][:, i] * key).sum(axis=-1)
    return [normalised(logits / np.sqrt(x.shape[-1] // heads), options)]


def attended_with_distances(w, x, scores, options, training, moved):
    heads, steps = options.get("heads", 4), range(x.shape[1])
    values = by_head(dense(w, "value", x), heads)
    contexts = [np.zeros(value.shape) for value in values]
    for head in range(heads):
        for i in steps:
            for j in steps:
                value = values[head][:, j] + _vector(w, "value_positions", i, j, options)
                contexts[head][:, i] += scores[0][:, head, i, j, None] * value
    added = x + dense(w, "combine", np.concatenate(contexts, axis=-1))
    return after_residual(w, "attention_norm", added, options, training, moved)
