"""Gates from what rows and columns of an image sum up to."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries.flow import batch_norm, by_channel, dense, lane, weighed
from attnlab.catalog.module_entries.shared import IMAGE, ratio_field
from attnlab.spec import About, ModuleEntry, Paper, Parameters, Shape, Step, Symbol, choice

_FILTERED = "How many neighbouring rows or columns decide a weight."


class CoordinateParameters(Parameters):
    """Rows and columns through one hidden layer."""

    ratio: int = ratio_field(32)


class ELAParameters(Parameters):
    """Rows and columns, each through a filter and a norm."""

    kernel_size: Literal[3, 5, 7] = choice(7, title="Kernel size", help=_FILTERED)


class StripParameters(Parameters):
    """Rows and columns, each through a filter."""

    kernel_size: Literal[3, 5, 7] = choice(3, title="Kernel size", help=_FILTERED)


def _coordinate_flow(params: CoordinateParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, channels = shape
    units, strips = max(8, channels // params.ratio), height + width
    return (
        Step("means of rows and of columns", (strips, channels)),
        dense(channels, units, rows=(strips,), bias=False),
        batch_norm((strips, units), "batch norm, hard swish"),
        *lane("rows", dense(units, channels, "rows: dense, sigmoid", rows=(height,), bias=False)),
        *lane(
            "columns", dense(units, channels, "columns: dense, sigmoid", rows=(width,), bias=False)
        ),
        Step("row times column", shape, weighs=True),
        weighed(shape),
    )


def _filters(params: ELAParameters | StripParameters, shape: Shape) -> tuple[Step, Step]:
    height, width, channels = shape
    return (
        by_channel((height, channels), params.kernel_size, "rows: mean, filter of each channel"),
        by_channel((width, channels), params.kernel_size, "columns: mean, filter of each channel"),
    )


def _ela_flow(params: ELAParameters, shape: Shape) -> tuple[Step, ...]:
    steps: list[Step] = []
    for name, filtered in zip(("rows", "columns"), _filters(params, shape), strict=True):
        label = "norm of all, silu, sigmoid"
        normed = Step(label, filtered.shape, parameters=2 * shape[-1])
        steps += lane(name, filtered, normed)
    return *steps, Step("row times column", shape, weighs=True), weighed(shape)


def _strip_flow(params: StripParameters, shape: Shape) -> tuple[Step, ...]:
    gate = Step("row plus column, sigmoid", shape, weighs=True)
    rows, columns = _filters(params, shape)
    return *lane("rows", rows), *lane("columns", columns), gate, weighed(shape)


def _filter_symbols(params: ELAParameters | StripParameters, shape: Shape) -> tuple[Symbol, ...]:
    return (
        Symbol("C", shape[-1], "channels"),
        Symbol("k", params.kernel_size, "kernel size"),
    )


STRIPS = (
    ModuleEntry(
        name="coordinate",
        title="Coordinate attention",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=CoordinateParameters,
        layer="attnlab.modules.strips:CoordinateAttention",
        summary="Gates every place by its row and its column, through a shared hidden layer.",
        about=About(
            explanation="Averages over the whole image forget where something was. Here each row "
            "and each column is averaged on its own, so that a place is known by the two it lies "
            "in. A hidden layer that both share sees all channels, and each place is multiplied by "
            "the gate of its row and that of its column.",
            formula=(
                r"f = \mathrm{hswish}\big(\mathrm{norm}(W_1 [\mathrm{mean}_w(x);"
                r" \mathrm{mean}_h(x)])\big)",
                r"r = \sigma(W_r f_h), \quad c = \sigma(W_c f_w)",
                r"y = x \odot r \odot c",
            ),
            flow=_coordinate_flow,
            count="3*C*h + 4*h",
            symbols=lambda params, shape: (
                Symbol("C", shape[-1], "channels"),
                Symbol(
                    "h", max(8, shape[-1] // params.ratio), "hidden units: C / ratio, at least 8"
                ),
            ),
            papers=(
                Paper(
                    "Hou et al.: Coordinate attention for efficient mobile network design",
                    2021,
                    "https://arxiv.org/abs/2103.02907",
                ),
            ),
            deviations="Without biases, as in PyTorch Image Models. Its hidden width is the "
            "multiple of 8 next to a 24th of the channels; here it is a 32nd, at least 8, as in "
            "the paper. Up to 287 channels both are 8.",
            task="planted-location",
        ),
        source="Hou et al. 2021 (arXiv 2103.02907)",
    ),
    ModuleEntry(
        name="ela",
        title="Efficient local attention",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=ELAParameters,
        layer="attnlab.modules.strips:EfficientLocalAttention",
        summary="Gates every place by its row and its column, by short filters.",
        about=About(
            explanation="As in coordinate attention, each row and each column is averaged on its "
            "own. A short filter runs along them, in each channel alone, so that no narrow layer "
            "mixes the channels. After a normalisation, each place is multiplied by the gate of "
            "its row and that of its column.",
            formula=(
                r"r = \sigma\big(\mathrm{silu}(\mathrm{norm}(\mathrm{conv}_k(\mathrm{mean}_w(x))))"
                r"\big)",
                r"c = \sigma\big(\mathrm{silu}(\mathrm{norm}(\mathrm{conv}_k(\mathrm{mean}_h(x))))"
                r"\big)",
                r"y = x \odot r \odot c",
            ),
            flow=_ela_flow,
            count="2*k*C + 4*C",
            symbols=_filter_symbols,
            papers=(
                Paper(
                    "Xu & Wan: ELA, efficient local attention for deep convolutional networks",
                    2024,
                    "https://arxiv.org/abs/2403.01123",
                ),
            ),
            deviations="As in PyTorch Image Models, silu stands before the sigmoid, and all "
            "channels are normalised as one group; the paper has no silu and 16 groups.",
            task="planted-location",
        ),
        source="Xu & Wan 2024 (arXiv 2403.01123)",
    ),
    ModuleEntry(
        name="strip",
        title="Strip attention",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=StripParameters,
        layer="attnlab.modules.strips:StripAttention",
        summary="Gates every place by the sum of what its row and its column say.",
        about=About(
            explanation="Each row and each column is averaged, a long and narrow strip at a time, "
            "which suits what is long and narrow itself. A short filter runs along the rows and "
            "another one along the columns, in each channel alone. Their sum at a place goes "
            "through a sigmoid and becomes its gate.",
            formula=(
                r"r = \mathrm{conv}_k(\mathrm{mean}_w(x)), \quad"
                r" c = \mathrm{conv}_k(\mathrm{mean}_h(x))",
                r"y = x \odot \sigma(r + c)",
            ),
            flow=_strip_flow,
            count="2*k*C",
            symbols=_filter_symbols,
            papers=(
                Paper(
                    "Hou et al.: Strip pooling, rethinking spatial pooling for scene parsing",
                    2020,
                    "https://arxiv.org/abs/2003.13328",
                ),
            ),
            deviations="The minimal form of PyTorch Image Models: filters of each channel alone. "
            "In the paper convolutions mix the channels, before and after the sum, with batch "
            "norm.",
            task="planted-location",
        ),
        source="Hou et al. 2020 (arXiv 2003.13328)",
    ),
)
