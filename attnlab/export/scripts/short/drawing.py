"""The lines of a short script that draw the curves and the attention."""

from __future__ import annotations

from collections.abc import Sequence

from attnlab.modules.trace import Trace

CURVES = """
_, ({axes}) = plt.subplots(1, {count}, figsize=({width}, 4), layout="tight")
curves.plot(history.history["{metric}"], "-", history.history["val_{metric}"], "--")
curves.set(xlabel="epoch", ylabel="{title}")
curves.legend(["training", "validation"])
"""


def drawing_lines(
    weights: str, traces: Sequence[Trace], metric: str, *, texts: bool, is_brief: bool
) -> list[str]:
    """The code: the curve of a measure, and beside it what the weights of the test samples are.

    `weights` is the expression for these weights, "" where there are none; `texts` says whether
    what matters is at another place in each sample of a sequence; `is_brief` leaves the sample
    itself out.
    """
    title = metric.replace("_", " ")
    if not weights:
        text = CURVES.format(axes="curves", count=1, width=5, metric=metric, title=title)
        return [*text.replace("(curves)", "curves").strip("\n").split("\n"), "plt.show()"]
    place = next((n for n, each in enumerate(traces) if each.axis == "place"), 0)
    trace = traces[place]
    columns = 3 if trace.axis == "place" and not is_brief else 2
    axes = "curves, picture, seen" if columns == 3 else "curves, seen"
    text = CURVES.format(axes=axes, count=columns, width=5 * columns, metric=metric, title=title)
    lines = text.strip("\n").split("\n")
    chosen = f"[{place}]" if len(traces) > 1 else ""
    lines += [f"weights = np.asarray({weights}{chosen})  # {_shape(trace)}"]
    return [*lines, *_drawn(trace, texts)[-4 if columns == 3 else -2 :], "plt.show()"]


def _shape(trace: Trace) -> str:
    axes = {"place": "rows, columns"}
    leading = {"head": "heads", "query": "queries"}
    return ", ".join(
        [
            "samples",
            *(leading[each] for each in trace.leading),
            axes.get(trace.axis, f"{trace.axis}s"),
        ]
    )


def _drawn(trace: Trace, texts: bool) -> list[str]:
    if trace.axis == "place":
        return [
            'picture.imshow(x_test[0].mean(axis=-1), cmap="gray")',
            'picture.set(title="one test sample")',
            'seen.imshow(weights[0], cmap="viridis")  # the brighter, the more it counts',
            'seen.set(title="where the network looks")',
        ]
    if "query" in trace.leading:
        mean = ".mean(axis=0)" if "head" in trace.leading else ""
        note = "  # the mean of the heads" if mean else ""
        return [
            f"seen.imshow(weights[0]{mean}){note}",
            f'seen.set(xlabel="{trace.axis} it looks at", ylabel="{trace.axis} that looks")',
        ]
    mean = ".mean(axis=1)" if "head" in trace.leading else ""
    shown = f"weights{mean}[0]" if texts else f"weights{mean}.mean(axis=0)"
    over = "one test sample" if texts else "mean of the test samples"
    return [
        f"seen.bar(range(weights.shape[-1]), {shown})",
        f'seen.set(xlabel="{trace.axis}", ylabel="weight, {over}")',
    ]
