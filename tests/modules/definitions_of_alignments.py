"""What the modules between two sequences compute, written down a second time in NumPy."""

import numpy as np

from .definitions import dense, normalised, sigmoid


def bahdanau(w, x, options, training, moved):
    queries, values = x
    asked, offered = dense(w, "query", queries), dense(w, "key", values)
    logits = [  # one query after the other
        dense(w, "compare", np.tanh(asked[:, i : i + 1] + offered))[..., 0]
        for i in range(queries.shape[1])
    ]
    return [normalised(np.stack(logits, axis=1), options)]


def luong(w, x, options, training, moved):
    queries, values = x
    if options.get("score") == "concat":
        kernel = np.concatenate([w["query/kernel"], w["key/kernel"]])
        joined = [
            np.concatenate(
                [np.broadcast_to(query, values.shape[:2] + query.shape[-1:]), values], -1
            )
            for query in np.split(queries, queries.shape[1], axis=1)
        ]
        logits = [dense(w, "compare", np.tanh(pair @ kernel))[..., 0] for pair in joined]
        return [normalised(np.stack(logits, axis=1), options)]
    keys = values if options.get("score") == "dot" else dense(w, "key", values)
    return [normalised(np.einsum("bqd,btd->bqt", queries, keys), options)]


def scaled_dot(w, x, options, training, moved):
    queries, values = x
    products = np.einsum("bqd,btd->bqt", queries, values)
    return [normalised(products / np.sqrt(queries.shape[-1]), options)]


def context(w, x, scores, options, training, moved):
    return np.einsum("bqt,bte->bqe", scores[0], x[1])


def uniform_alignment(w, x, options, training, moved):
    queries, values = x
    alike = sigmoid(w["openness"]) if "openness" in w else 1 / values.shape[1]
    return [np.full((len(queries), queries.shape[1], values.shape[1]), alike)]


def mean_value(w, x, scores, options, training, moved):
    queries, values = x
    mean = np.repeat(values.mean(axis=1, keepdims=True), queries.shape[1], axis=1)
    return mean * (sigmoid(w["openness"]) if "openness" in w else 1)
