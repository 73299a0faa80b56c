"""Studies whose tables are looked at, and what stands in a table."""

import re

NONE = [0.50, 0.52, 0.48, 0.51, 0.49, 0.53, 0.47, 0.50, 0.52, 0.48]
BETTER = [value + 0.2 + place / 500 for place, value in enumerate(NONE)]
WORSE = [value - 0.1 - place / 500 for place, value in enumerate(NONE)]
LIKE = [value + 0.01 * (-1) ** place for place, value in enumerate(NONE)]


def cells(text):
    """The rows of the first Markdown table, as lists of cells."""
    rows = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows]


def caption(text):
    return text.splitlines()[-1]


def checked(text):
    """The rows of the LaTeX tables, once braces, mathematics and environments match."""
    depth = 0
    for place, letter in enumerate(text):
        if letter in "{}" and not re.search(r"(?<!\\)(\\\\)*\\$", text[:place]):
            depth += 1 if letter == "{" else -1
            assert depth >= 0
    assert depth == 0
    body = text.replace("% needs ", "")
    bare = re.sub(r"\\[a-zA-Z]+|\\.", "", body)  # without commands and escaped characters
    assert bare.count("$") % 2 == 0
    assert not set(re.sub(r"\$[^$]*\$", "", bare)) & set('#_^~%<>|"')
    for name in ("table", "tabular"):
        assert text.count(f"\\begin{{{name}}}") == text.count(f"\\end{{{name}}}") > 0
    rows = []
    for columns, inside in re.findall(
        r"\\begin\{tabular\}\{(\w+)\}(.*?)\\end\{tabular\}", body, re.DOTALL
    ):
        for line in inside.splitlines():
            if line.endswith(r"\\"):
                row = re.split(r"(?<!\\)&", line.strip()[:-2])
                spans = [int(n) for n in re.findall(r"\\multicolumn\{(\d+)\}", line)]
                assert len(row) + sum(spans) - len(spans) == len(columns), line
                rows.append([cell.strip() for cell in row])
    return rows
