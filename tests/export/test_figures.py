"""Figures: a chart as PNG or SVG on white, and the numbers behind it."""

import io
import re
import subprocess
import sys

import altair as alt
import numpy as np
import pandas as pd
import pytest
from PIL import Image

from attnlab.charts import forest, forest_spec
from attnlab.export import ExportError, figure, figure_data_csv
from tests.charts.verdict_rows import (
    result_of,
    verdicts,
)

ROWS = pd.DataFrame({"x": [1.0, 2.0], "y": [3.0, 4.0]})
CHART = alt.Chart(ROWS).mark_point().encode(x="x:Q", y="y:Q")


def picture(content):
    return Image.open(io.BytesIO(content))


@pytest.fixture(scope="module")
def png():
    return figure(forest(result_of(verdicts())), width=500)


def test_a_png_is_twice_as_many_pixels_on_white(png):
    image = picture(png)
    assert image.format == "PNG"
    assert image.width == pytest.approx(1000, abs=4)
    assert image.convert("RGB").getpixel((2, 2)) == (255, 255, 255)
    assert len(np.unique(np.asarray(image.convert("RGB")).reshape(-1, 3), axis=0)) > 50


def test_an_svg_has_the_words_of_the_chart():
    text = figure(forest(result_of(verdicts())), "svg").decode()
    assert text.startswith("<svg")
    for words in ("helps", "+3.1 (+1.2 to +5.0)", "CBAM, ratio 8", "percentage points"):
        assert words in text
    assert "Liberation Sans, Arial" in text


def test_a_spec_with_frames_gives_the_same_figure_as_the_chart():
    chart, spec = forest(result_of(verdicts())), forest_spec(result_of(verdicts()))
    drawn = [re.sub(rb"view_\w+", b"view", figure(own, "svg")) for own in (chart, spec)]
    assert drawn[0] == drawn[1]


def test_a_figure_looks_the_same_whatever_the_theme_of_the_chart():
    dark = CHART.configure(background="#0E1117", font="Papyrus")
    assert figure(dark, "svg") == figure(CHART, "svg")


def test_another_format_is_refused():
    with pytest.raises(ExportError, match="png or svg, got 'pdf'"):
        figure(CHART, "pdf")


@pytest.mark.parametrize("spec", [{"mark": "nonsense"}, {"layer": 3}])
def test_what_cannot_be_drawn_is_an_export_error(spec):
    with pytest.raises(ExportError, match="cannot draw the figure: ") as caught:
        figure(spec)
    assert "\n" not in str(caught.value)
    assert " at " not in str(caught.value)


def test_a_chart_that_is_not_valid_is_an_export_error():
    with pytest.raises(ExportError, match="cannot draw"):
        figure(alt.Chart(ROWS))  # without a mark


def test_nothing_is_fetched():
    chart = alt.Chart("https://example.com/a.csv").mark_point().encode(x="x:Q")
    with pytest.raises(ExportError, match=r"not allowed.*example\.com"):
        figure(chart)


def test_a_missing_converter_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "vl_convert", None)
    with pytest.raises(ExportError, match="vl-convert-python"):
        figure(CHART)


def test_the_numbers_come_back_at_full_resolution():
    frame = verdicts().assign(score=0.1234567890123456)
    again = pd.read_csv(io.StringIO(figure_data_csv(frame)))
    assert list(again) == list(frame)
    assert set(again["score"]) == {0.1234567890123456}
    assert again["total_parameters"].tolist() == frame["total_parameters"].tolist()


def test_importing_export_brings_no_charts_along():
    program = (
        "import attnlab.export, sys\n"
        "print(sorted({'altair', 'vl_convert', 'streamlit', 'tensorflow'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
