"""A study's results as a table for a paper, in Markdown or LaTeX."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from attnlab.export.markup import Html, Latex, Markdown, Markup
from attnlab.export.paper_grid import grids
from attnlab.export.paper_table import PaperTable, paper_table
from attnlab.results.table import Cell
from attnlab.store import Store


def markdown(
    store: Store, study_id: str, metrics: Sequence[str] | None = None, *, pivot: bool = False
) -> str:
    """A table with a row per arm, its caption and what its marks mean; below them a row for each
    planned contrast.

    Each of `metrics` has columns of its own: the mean score with half the width of its 95 %
    interval, the chance level where there is one, the difference to the reference with its
    interval, and its corrected p. By default these are what the study is judged by, accuracy, and
    the attention on what was planted, where that is known. The best score is bold, of each group of
    arms that have the same reference.

    With `pivot`, a table per metric with a row and a column per value of the two parameters that
    the study varies; by default of what the study is judged by alone.

    Raises StoreError for an unknown study, SpecError for an unknown metric, and ExportError for a
    pivot of a study that doesn't vary exactly two parameters.
    """
    return "\n".join(in_markdown(each) for each in _tables(store, study_id, metrics, pivot))


def latex(
    store: Store, study_id: str, metrics: Sequence[str] | None = None, *, pivot: bool = False
) -> str:
    """The same as a `table` of LaTeX, which needs the package booktabs. Raises what `markdown`
    does."""
    tables = _tables(store, study_id, metrics, pivot)
    labels = [f"tab:{study_id}", *(f"tab:{study_id}-{n}" for n in range(2, len(tables) + 1))]
    return "\n".join(map(in_latex, tables, labels))


def _tables(
    store: Store, study_id: str, metrics: Sequence[str] | None, pivot: bool
) -> list[PaperTable]:
    return grids(store, study_id, metrics) if pivot else [paper_table(store, study_id, metrics)]


def in_markdown(table: PaperTable) -> str:
    """A table in GitHub's Markdown, its caption below it."""
    markup = Markdown()
    lines = [
        _bars(markup.text(heading) for heading in table.flat_head),
        _bars("---" if left else "---:" for left in table.is_text),
        *(_bars(_written(cell, markup) for cell in row) for row in (*table.rows, *table.contrasts)),
        "",
        markup.text(table.caption),
    ]
    return "\n".join(lines) + "\n"


def _bars(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def in_latex(table: PaperTable, label: str) -> str:
    """A table as LaTeX has it; `label` is what a text refers to it by."""
    markup = Latex()
    columns = "".join("l" if left else "r" for left in table.is_text)
    lines = [
        "% needs \\usepackage{booktabs}",
        r"\begin{table}",
        r"  \centering",
        r"  \small",
        rf"  \caption{{{markup.text(table.caption)}}}",
        rf"  \label{{{label}}}",
        rf"  \begin{{tabular}}{{{columns}}}",
        r"    \toprule",
        *(f"    {line}" for line in _spanning(table, markup)),
        f"    {_row(markup.text(heading) for heading in table.head)}",
        r"    \midrule",
        *(f"    {_row(_written(cell, markup) for cell in row)}" for row in table.rows),
        *([r"    \midrule"] if table.contrasts else []),
        *(f"    {_row(_written(cell, markup) for cell in row)}" for row in table.contrasts),
        r"    \bottomrule",
        r"  \end{tabular}",
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def in_html(table: PaperTable) -> str:
    """A table as HTML has it: `table` with a caption, and classes for numbers and words."""
    markup = Html()
    kinds = ["words" if left else "number" for left in table.is_text]

    def row(cells: Iterable[str], name: str) -> str:
        written = (
            f'<{name} class="{kind}">{cell}</{name}>'
            for kind, cell in zip(kinds, cells, strict=True)
        )
        return f"<tr>{''.join(written)}</tr>"

    rows = (*table.rows, *table.contrasts)
    return "\n".join(
        [
            "<table>",
            f"<caption>{markup.text(table.caption)}</caption>",
            f"<thead>{row(map(markup.text, table.flat_head), 'th')}</thead>",
            "<tbody>",
            *(row((_written(cell, markup) for cell in each), "td") for each in rows),
            "</tbody>",
            "</table>\n",
        ]
    )


def _spanning(table: PaperTable, markup: Latex) -> list[str]:
    """The titles above several columns each, and the rules below them."""
    if not any(title for title, _ in table.groups):
        return []
    cells, rules, first = [], [], 1
    for title, width in table.groups:
        if title:
            cells.append(rf"\multicolumn{{{width}}}{{c}}{{{markup.text(title)}}}")
            rules.append(rf"\cmidrule(lr){{{first}-{first + width - 1}}}")
        else:
            cells += [""] * width
        first += width
    return [_row(cells), " ".join(rules)]


def _row(cells: Iterable[str]) -> str:
    return f"{' & '.join(cells)} \\\\"


def _written(cell: Cell, markup: Markup) -> str:
    written = markup.text(cell.one_line)
    written = markup.bold(written) if cell.is_strong else written
    return markup.marked(written, cell.mark) if cell.mark else written
