"""How a page is printed: what it says, and not the form it was made with."""

from __future__ import annotations

from attnlab.compat.streamlit import BUTTON, CHART, MAIN_BLOCK, SIDEBAR

PRINT_STYLE = f"""@media print {{
@page {{margin: 14mm}}
{SIDEBAR}, {BUTTON} {{display: none}}
{MAIN_BLOCK} {{padding: 0; max-width: none}}
{CHART}, figure, .lab-table tr, .lab-layer, .lab-card {{break-inside: avoid}}
{CHART} svg, {CHART} canvas {{max-width: 100%; height: auto}}
h1, h2, h3, h4 {{break-after: avoid}}
.lab-table, .lab-scroll {{overflow: visible; max-height: none}}
.lab-table table {{font-size: 0.7rem}}
.lab-table td {{white-space: normal; padding: 4px 6px}}
.lab-scroll th {{position: static}}
}}
"""
"""Rules that hold on paper alone: nothing is cut off at an edge, nor divided in its middle."""
