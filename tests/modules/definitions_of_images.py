"""What the further modules for images compute, written down a second time in NumPy.

As in `definitions`. Gates of every place of every channel (B, H, W, C) have functions of their own:
the scores are two means of them, and the outputs need them whole.
"""

import numpy as np

from .definitions import HIDDEN, batch_norm, dense, layer_norm, normalised, relu, sigmoid


def convolved(x, kernel, dilation=1):
    """`x` (B, H, W, D) under a kernel (k, k, D, E), with zeros around it."""
    reach = dilation * (len(kernel) // 2)
    padded = np.pad(x, [(0, 0), (reach, reach), (reach, reach), (0, 0)])
    height, width = x.shape[1:3]
    return sum(
        padded[:, dilation * i : dilation * i + height, dilation * j : dilation * j + width]
        @ kernel[i, j]
        for i in range(len(kernel))
        for j in range(len(kernel))
    )


def ese(w, x, options, training, moved):
    gate = HIDDEN[options.get("gate", "hard_sigmoid")]
    return [gate(dense(w, "score", x.mean(axis=(1, 2))))]


def ceca(w, x, options, training, moved):
    kernel, z = w["conv/kernel"][:, 0, 0], x.mean(axis=(1, 2))
    reach = len(kernel) // 2
    return [sigmoid(sum(k * np.roll(z, reach - i, axis=1) for i, k in enumerate(kernel)))]


def gct(w, x, options, training, moved):
    embedded = w["alpha"] * np.sqrt((x**2).sum(axis=(1, 2)) + 1e-5)
    competing = embedded / np.sqrt((embedded**2).mean(axis=1, keepdims=True) + 1e-5)
    return [0.5 + 0.5 * np.tanh(w["gamma"] * competing + w["beta"])]


def twice_weighed(w, x, scores, options, training, moved):
    return 2 * x * scores[0][:, None, None]


def _paths(w, x, options, training, moved):
    half = -(-x.shape[-1] // 2)
    parts = (x[..., :half], x[..., half:]) if options.get("split", True) else (x, x)
    return [
        relu(
            batch_norm(
                w,
                f"{name}_norm",
                convolved(part, w[f"{name}/kernel"], dilation),
                1e-5,
                training,
                moved,
            )
        )
        for name, part, dilation in zip(("near", "far"), parts, (1, 2), strict=True)
    ]


def selective_kernel(w, x, options, training, moved):
    squeezed = sum(_paths(w, x, options, training, moved)).mean(axis=(1, 2))
    hidden = relu(batch_norm(w, "norm", dense(w, "reduce", squeezed), 1e-5, training, moved))
    near, far = np.split(dense(w, "select", hidden), 2, axis=1)
    return [normalised(np.stack([near, far], axis=-1), options)[..., 1]]


def selected(w, x, scores, options, training, moved):
    near, far = _paths(w, x, options, training, moved)
    share = scores[0][:, None, None]
    return near + share * (far - near)


def _context_layers(w, name, c):
    hidden = layer_norm(w, f"{name}_norm", dense(w, f"{name}_reduce", c), 1e-6)
    return dense(w, f"{name}_expand", relu(hidden))


def _context(x, places):
    return np.einsum("bhw,bhwc->bc", places, x)


def global_context(w, x, options, training, moved):
    scores = dense(w, "score", x)[..., 0]
    places = normalised(scores.reshape(len(x), -1), options).reshape(scores.shape)
    if options.get("fuse") == "add":
        return [places]
    return [places, sigmoid(_context_layers(w, "scale", _context(x, places)))]


def fused(w, x, scores, options, training, moved):
    fuse = options.get("fuse", "scale")
    outputs = x if fuse == "add" else x * scores[1][:, None, None]
    if fuse != "scale":
        outputs = outputs + _context_layers(w, "shift", _context(x, scores[0]))[:, None, None]
    return outputs


def _nearest(gathered, size):
    height, width = size
    rows = [i * gathered.shape[1] // height for i in range(height)]
    columns = [j * gathered.shape[2] // width for j in range(width)]
    return gathered[:, rows][:, :, columns]


def gather_excite(w, x, options, training, moved):
    extent, size, z = options.get("extent", 0), x.shape[1:3], x
    if not options.get("weights"):
        z = x.mean(axis=(1, 2), keepdims=True)
        if extent:
            middles = [range(0, side, extent) for side in size]

            def around(middle):
                return slice(max(middle - extent + 1, 0), middle + extent)

            rows = [
                [x[:, around(i), around(j)].mean((1, 2)) for j in middles[1]] for i in middles[0]
            ]
            z = np.moveaxis(np.array(rows), 2, 0)
    elif not extent:
        z = np.einsum("bhwc,hwc->bc", x, w["gather_1/kernel"][..., 0])[:, None, None]
        z = batch_norm(w, "gather_norm_1", z, 1e-5, training, moved)
    else:
        for number in range(1, {2: 1, 4: 2, 8: 3}[extent] + 1):
            kernel = w[f"gather_{number}/kernel"][..., 0]
            z = convolved(
                z if number == 1 else relu(z), kernel[:, :, :, None] * np.eye(z.shape[-1])
            )
            z = batch_norm(w, f"gather_norm_{number}", z[:, ::2, ::2], 1e-5, training, moved)
    if options.get("mlp", True):
        z = dense(w, "expand", relu(dense(w, "reduce", z)))
    return sigmoid(_nearest(z, size))


def bam(w, x, options, training, moved):
    def norm(name, z):
        return relu(batch_norm(w, name, z, 1e-5, training, moved))

    channels = norm("channel_norm", dense(w, "channel_reduce", x.mean(axis=(1, 2))))
    channels = dense(w, "channel_expand", channels)
    places = norm("place_norm", dense(w, "place_reduce", x))
    for number in (1, 2):
        seen = convolved(places, w[f"conv_{number}/kernel"], options.get("dilation", 4))
        places = norm(f"conv_norm_{number}", seen + w[f"conv_{number}/bias"])
    return sigmoid(channels[:, None, None] + dense(w, "place_score", places))


def simam(w, x, options, training, moved):
    distance = (x - x.mean(axis=(1, 2), keepdims=True)) ** 2
    variance = x.var(axis=(1, 2), ddof=1, keepdims=True)
    return sigmoid(distance / (4 * (variance + options.get("regularisation", 1e-4))) + 0.5)


def triplet(w, x, options, training, moved):
    total = 0
    for name, axis in (("places", 3), ("columns", 1), ("rows", 2)):
        sides = np.stack([x.max(axis=axis), x.mean(axis=axis)], axis=-1)
        looked = convolved(sides, w[f"{name}_conv/kernel"])
        gate = sigmoid(batch_norm(w, f"{name}_norm", looked, 1e-5, training, moved))[..., 0]
        total = total + np.expand_dims(gate, axis)
    return total / 3


def coordinate(w, x, options, training, moved):
    rows, columns = x.mean(axis=2), x.mean(axis=1)
    strips = dense(w, "reduce", np.concatenate([rows, columns], axis=1))
    strips = batch_norm(w, "norm", strips, 1e-5, training, moved)
    strips = strips * np.clip(strips + 3, 0, 6) / 6
    rows, columns = strips[:, : x.shape[1]], strips[:, x.shape[1] :]
    gates = sigmoid(dense(w, "rows", rows)), sigmoid(dense(w, "columns", columns))
    return np.einsum("bhc,bwc->bhwc", *gates)


def _filtered(w, name, strip):
    kernel = w[f"{name}_conv/kernel"][:, 0, :, 0]  # (k, C)
    reach = len(kernel) // 2
    padded = np.pad(strip, [(0, 0), (reach, reach), (0, 0)])
    return sum(padded[:, i : i + strip.shape[1]] * each for i, each in enumerate(kernel))


def ela(w, x, options, training, moved):
    gates = []
    for name, axis in (("rows", 2), ("columns", 1)):
        z = _filtered(w, name, x.mean(axis=axis))
        z = (z - z.mean(axis=(1, 2), keepdims=True)) / np.sqrt(
            z.var(axis=(1, 2), keepdims=True) + 1e-5
        )
        z = z * w[f"{name}_norm/gamma"] + w[f"{name}_norm/beta"]
        gates.append(sigmoid(z * sigmoid(z)))
    return np.einsum("bhc,bwc->bhwc", *gates)


def strip(w, x, options, training, moved):
    rows, columns = _filtered(w, "rows", x.mean(axis=2)), _filtered(w, "columns", x.mean(axis=1))
    return sigmoid(rows[:, :, None] + columns[:, None])


def means_of(gate):
    """The definition of the scores of a gate (B, H, W, C): its means of channels and of places."""

    def scores(w, x, options, training, moved):
        whole = gate(w, x, options, training, moved)
        return [whole.mean(axis=(1, 2)), whole.mean(axis=-1)]

    return scores


def gated_by(gate, added=0):
    """What a layer gives with such a gate, with the inputs added to it or not."""

    def outputs(w, x, scores, options, training, moved):
        return x * (added + gate(w, x, options, training, {}))

    return outputs


def _in_a_row(x):
    return x.reshape(len(x), -1, x.shape[-1])


def _non_local_weights(w, x, options):
    products = np.einsum(
        "bqd,bkd->bqk", _in_a_row(dense(w, "query", x)), _in_a_row(dense(w, "key", x))
    )
    return normalised(products / np.sqrt(x.shape[-1]), options)


def _double_weights(w, x, options):
    return normalised(np.swapaxes(_in_a_row(dense(w, "gather", x)), 1, 2), options)


def _external_weights(w, x, options):
    products = dense(w, "keys", dense(w, "query", x))
    return normalised(np.swapaxes(_in_a_row(products), 1, 2), options)


def _mean_of(weights):
    def scores(w, x, options, training, moved):
        return [weights(w, x, options).mean(axis=1).reshape(x.shape[:-1])]

    return scores


double_attention = _mean_of(_double_weights)


def non_local(w, x, options, training, moved):
    looked(w, x, [], options, training, moved)
    return _mean_of(_non_local_weights)(w, x, options, training, moved)


def external(w, x, options, training, moved):
    remembered(w, x, [], options, training, moved)
    return _mean_of(_external_weights)(w, x, options, training, moved)


def looked(w, x, scores, options, training, moved):
    values = _in_a_row(dense(w, "value", x))
    seen = (_non_local_weights(w, x, options) @ values).reshape(*x.shape[:-1], -1)
    return x + batch_norm(w, "norm", dense(w, "combine", seen), 1e-5, training, moved)


def dealt(w, x, scores, options, training, moved):
    summaries = _double_weights(w, x, options) @ _in_a_row(dense(w, "value", x))
    deal = normalised(_in_a_row(dense(w, "deal", x)), options)
    return x + dense(w, "combine", (deal @ summaries).reshape(*x.shape[:-1], -1))


def remembered(w, x, scores, options, training, moved):
    weights = _external_weights(w, x, options)
    weights = weights / (1e-9 + weights.sum(axis=1, keepdims=True))
    places = np.swapaxes(weights, 1, 2).reshape(*x.shape[:-1], -1)
    seen = dense(w, "combine", dense(w, "values", places))
    return relu(x + batch_norm(w, "norm", seen, 1e-5, training, moved))
