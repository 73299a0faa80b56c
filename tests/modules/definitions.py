"""What each module computes, written down a second time in NumPy, from its weights.

A definition takes the weights by their path inside the layer, the inputs, the layer's options and
whether it is training. It returns its score tensors in a list, and leaves in `moved` what batch
normalisation makes of its moving statistics. A second function says what the layer gives, from the
weights, the inputs, those scores and the rest. Inputs are a list where the layer takes several.
"""

from __future__ import annotations

import numpy as np

HIDDEN = {
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "tanh": np.tanh,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True),
    "swish": lambda x: x / (1 + np.exp(-x)),
    "hard_sigmoid": lambda x: np.clip(x + 3, 0, 6) / 6,
}
sigmoid, softmax, relu = HIDDEN["sigmoid"], HIDDEN["softmax"], HIDDEN["relu"]
ALPHA = {"sparsemax": 2.0, "entmax": 1.5}


def normalised(scores, options):
    """Weights that sum to one. Those of entmax have a threshold, which is halved in on here."""
    scores = scores / options.get("temperature", 1.0)
    alpha = ALPHA.get(options.get("normaliser", "softmax"))
    if alpha is None:
        return softmax(scores)
    scores = (alpha - 1) * scores
    low, high = scores.max(-1, keepdims=True) - 1, scores.max(-1, keepdims=True)
    for _ in range(60):
        middle = (low + high) / 2
        weights = np.maximum(scores - middle, 0) ** (1 / (alpha - 1))
        above = weights.sum(-1, keepdims=True) > 1
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return weights


def weights(layer):
    """All weights of a layer in float64, by their path below the layer's own name."""
    return {weight.path.split("/", 1)[1]: np.asarray(weight, "float64") for weight in layer.weights}


def weighed(inputs, scores):
    """The inputs times each score tensor, of shape (B, D), (B, C) or (B, H, W)."""
    for score in scores:
        if score.ndim == inputs.ndim - 1:
            inputs = inputs * score[..., None]
        elif inputs.ndim == 4:
            inputs = inputs * score[:, None, None, :]
        else:
            inputs = inputs * score
    return inputs


def weighed_inputs(w, x, scores, options, training, moved):
    return weighed(x, scores)


def dense(w, name, x):
    return x @ w[f"{name}/kernel"] + w.get(f"{name}/bias", 0)


def batch_norm(w, name, x, epsilon, training, moved):
    mean, variance = w[f"{name}/moving_mean"], w[f"{name}/moving_variance"]
    if training:
        axes = tuple(range(x.ndim - 1))
        batch_mean, batch_variance = x.mean(axis=axes), x.var(axis=axes)
        moved[f"{name}/moving_mean"] = 0.99 * mean + 0.01 * batch_mean
        moved[f"{name}/moving_variance"] = 0.99 * variance + 0.01 * batch_variance
        mean, variance = batch_mean, batch_variance
    scaled = (x - mean) / np.sqrt(variance + epsilon)
    return scaled * w[f"{name}/gamma"] + w[f"{name}/beta"]


def dense_attention(w, x, options, training, moved):
    for number in range(1, options.get("depth", 0) + 1):
        x = HIDDEN[options.get("activation", "relu")](dense(w, f"hidden_{number}", x))
    return [normalised(dense(w, "score", x), options)]


def multi_head_dense(w, x, options, training, moved):
    heads = range(1, options.get("heads", 4) + 1)
    scores = np.stack([dense(w, f"score_{head}", x) for head in heads], axis=1)
    return [normalised(scores, options)]


def weighed_by_the_mean_of_heads(w, x, scores, options, training, moved):
    return x * scores[0].mean(axis=1)


def bottleneck_dense(w, x, options, training, moved):
    return [normalised(dense(w, "score", relu(dense(w, "reduce", x))), options)]


def feature_gate(w, x, options, training, moved):
    return [sigmoid(dense(w, "score", relu(dense(w, "reduce", x))))]


def squeeze_excite(w, x, options, training, moved):
    z = x.max(axis=(1, 2)) if options.get("squeeze") == "max" else x.mean(axis=(1, 2))
    hidden = HIDDEN[options.get("activation", "relu")](dense(w, "reduce", z))
    return [HIDDEN[options.get("gate", "sigmoid")](dense(w, "expand", hidden))]


def se_layer(w, x, options, training, moved):
    z = dense(w, "reduce", x.mean(axis=(1, 2)))
    hidden = relu(batch_norm(w, "reduce_norm", z, 1e-3, training, moved))
    logits = dense(w, "expand", hidden)
    return [sigmoid(batch_norm(w, "expand_norm", logits, 1e-3, training, moved))]


def efficient_channel_attention(w, x, options, training, moved):
    kernel = w["conv/kernel"][:, 0, 0]
    reach = len(kernel) // 2
    padded = np.pad(x.mean(axis=(1, 2)), [(0, 0), (reach, reach)])
    channels = x.shape[-1]
    return [sigmoid(sum(k * padded[:, i : i + channels] for i, k in enumerate(kernel)))]


def cbam_channel(w, x, options, training, moved, at=""):
    def mlp(z):
        return dense(w, f"{at}expand", relu(dense(w, f"{at}reduce", z)))

    average, maximum = mlp(x.mean(axis=(1, 2))), mlp(x.max(axis=(1, 2)))
    alone = {"avg": average, "max": maximum}
    return [sigmoid(alone.get(options.get("pooling"), average + maximum))]


def cbam_spatial(w, x, options, training, moved, at=""):
    kernel = w[f"{at}conv/kernel"]  # (k, k, 2, 1), (k, k, 1, 1) of one pooling
    reach = len(kernel) // 2
    mean, maximum = x.mean(axis=-1, keepdims=True), x.max(axis=-1, keepdims=True)
    both = np.concatenate([mean, maximum], axis=-1)
    maps = {"avg": mean, "max": maximum}.get(options.get("pooling"), both)
    padded = np.pad(maps, [(0, 0), (reach, reach), (reach, reach), (0, 0)])
    height, width = x.shape[1:3]
    logits = sum(
        padded[:, i : i + height, j : j + width] @ kernel[i, j]
        for i in range(len(kernel))
        for j in range(len(kernel))
    )
    if options.get("batch_norm"):
        logits = batch_norm(w, f"{at}norm", logits, 1e-5, training, moved)
    return [sigmoid(logits)[..., 0]]


def cbam(w, x, options, training, moved):
    def channel(x):
        return cbam_channel(w, x, options, training, moved, at="channel/")

    def spatial(x):
        return cbam_spatial(w, x, options, training, moved, at="spatial/")

    order = options.get("order", "channel-first")
    if order == "parallel":
        return channel(x) + spatial(x)
    if order == "spatial-first":
        places = spatial(x)
        return channel(weighed(x, places)) + places
    channels = channel(x)
    return channels + spatial(weighed(x, channels))


def attention_pool(w, x, options, training, moved):
    query = w["query/kernel"][:, 0]
    return [normalised(x @ query / np.sqrt(len(query)), options)]


def hierarchical_pool(w, x, options, training, moved):
    return [normalised(dense(w, "context", np.tanh(dense(w, "hidden", x)))[..., 0], options)]


def last_query(w, x, options, training, moved):
    last = x[:, -1]
    if options.get("score") == "bahdanau":
        added = dense(w, "query", last)[:, None] + dense(w, "key", x)
        return [normalised(dense(w, "compare", np.tanh(added))[..., 0], options)]
    return [normalised(np.einsum("bd,btd->bt", last, dense(w, "key", x)), options)]


def step_dense(w, x, options, training, moved):
    return [_by_feature(w, x, options).mean(axis=1)]


def _by_feature(w, x, options):
    return normalised(dense(w, "score", np.swapaxes(x, 1, 2)), options)  # (B, D, T)


def weighed_steps(w, x, scores, options, training, moved):
    shared = options.get("shared")
    return x * (scores[0][..., None] if shared else np.swapaxes(_by_feature(w, x, options), 1, 2))


def pooled(w, x, scores, options, training, moved):
    return np.einsum("bt,btd->bd", scores[0], x)


def combined_with_the_last(w, x, scores, options, training, moved):
    context = pooled(w, x, scores, options, training, moved)
    return np.tanh(dense(w, "combine", np.concatenate([context, x[:, -1]], axis=-1)))


def chosen(w, x, scores, options, training, moved):
    return np.stack([steps[np.argmax(score)] for steps, score in zip(x, scores[0], strict=True)])


def by_head(x, heads):
    """(B, T, D) to a list of (B, T, D / h), one for each head."""
    return np.split(x, heads, axis=-1)


def self_attention(w, x, options, training, moved):
    heads = options.get("heads", 4)
    queries, keys = (by_head(dense(w, name, x), heads) for name in ("query", "key"))
    width = x.shape[-1] // heads
    logits = [q @ np.swapaxes(k, 1, 2) / np.sqrt(width) for q, k in zip(queries, keys, strict=True)]
    return [normalised(np.stack(logits, axis=1), options)]


def layer_norm(w, name, x, epsilon):
    centred = x - x.mean(axis=-1, keepdims=True)
    scaled = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + epsilon)
    return scaled * w[f"{name}/gamma"] + w[f"{name}/beta"]


def attended(w, x, scores, options, training, moved):
    values = by_head(dense(w, "value", x), options.get("heads", 4))
    contexts = [scores[0][:, head] @ value for head, value in enumerate(values)]
    added = x + dense(w, "combine", np.concatenate(contexts, axis=-1))
    return after_residual(w, "attention_norm", added, options, training, moved)


def after_residual(w, name, x, options, training, moved):
    if options.get("norm") == "batch":
        return batch_norm(w, name, x, 1e-3, training, moved)
    return layer_norm(w, name, x, 1e-6)


def encoded(w, x, scores, options, training, moved):
    seen = attended(w, x, scores, options, training, moved)
    added = seen + dense(w, "reduce", relu(dense(w, "expand", seen)))
    return after_residual(w, "feed_forward_norm", added, options, training, moved)


def uniform(w, x, options, training, moved):
    positions = x.shape[1] if x.ndim == 3 else x.shape[-1]
    alike = sigmoid(w["openness"]) if "openness" in w else 1 / positions
    return [np.full((len(x), positions), alike)]


def uniformly(w, x, scores, options, training, moved):
    if x.ndim == 3 and options.get("kind") == "distribution":
        return x.mean(axis=1)
    return x * scores[0][0, 0]
