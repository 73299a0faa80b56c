"""The layers of a chart over the epochs, with their rows."""


def spec(chart):
    return chart.to_dict()


def layers(chart, mark):
    found = spec(chart)
    return [
        {**layer, "rows": found["datasets"][layer["data"]["name"]]}
        for layer in found["layer"]
        if layer["mark"]["type"] == mark
    ]


def lines(chart):
    """The layers of seeds (thin) and of means, distinguished by their dash encoding."""
    drawn = layers(chart, "line")
    return (
        [layer for layer in drawn if "strokeDash" not in layer["encoding"]],
        [layer for layer in drawn if "strokeDash" in layer["encoding"]],
    )
