"""Code as text, with the quotes, numbers and line breaks that people have."""

from __future__ import annotations

import ast
import io
import re
import textwrap
import tokenize

from attnlab.export.scripts.literals import INDENT, WIDTH

OPENING, CLOSING = "([{", ")]}"


def printed(node: ast.stmt) -> str:
    """A statement as text, no line longer than `WIDTH` where that can be helped."""
    text = ast.unparse(ast.fix_missing_locations(node)).replace(" # type: ", "  # ")
    text = re.sub(r"^(class .*:)\n\n(?=    def )", r"\1\n", text)
    return "\n".join(wrapped(_usual(line)) for line in text.split("\n"))


def wrapped(line: str) -> str:
    """A line, at its widest brackets on several ones if it is too long."""
    if len(line) <= WIDTH:
        return line
    margin = line[: len(line) - len(line.lstrip())]
    if line.lstrip().startswith(('"""', "#")):
        return _text_wrapped(line, margin)
    line = line.split("  # ")[0]
    pairs = [each for each in _pairs(line) if each[1] > each[0] + 1]
    if len(line) <= WIDTH or not pairs:
        return line
    start, end = pairs[-1]
    if start >= WIDTH or len(margin) + len(line) - start > 2 * WIDTH:
        start, end = max(pairs, key=lambda each: each[1] - each[0])
    head, inside, tail = line[: start + 1], line[start + 1 : end], line[end:]
    together = f"{margin}{INDENT}{inside}"
    if len(together) <= WIDTH:
        return f"{head}\n{together}\n{margin}{tail}"
    loop = _split(inside, " for ")
    parts = [f"{each}," for each in _split(inside, ",")]
    if len(loop) > 1:
        parts = [loop[0], *(f"for {each}" for each in loop[1:])]
    elif len(parts) == 1:
        parts = [inside]
    each = "\n".join(wrapped(f"{margin}{INDENT}{part}") for part in parts)
    return f"{head}\n{each}\n{margin}{tail}"


def _text_wrapped(line: str, margin: str) -> str:
    begin = "# " if line.lstrip().startswith("#") else ""
    lines = textwrap.wrap(line.strip(), WIDTH - len(margin), subsequent_indent=begin)
    if not begin and len(lines) > 1:
        lines[-1] = lines[-1].removesuffix('"""')
        lines.append('"""')
    return "\n".join(f"{margin}{each}" for each in lines if each)


def _usual(line: str) -> str:
    """A line with double quotes, short numbers, and no brackets that change nothing."""
    if line.lstrip().startswith(('"""', "#")):
        return line
    margin = line[: len(line) - len(line.lstrip())]
    text = line.strip()
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except tokenize.TokenError:
        return line
    for each in reversed(tokens):
        new = each.string
        if each.type == tokenize.NUMBER:
            new = _number(each.string)
        if each.type == tokenize.STRING and each.string[0] == "'" and '"' not in each.string:
            new = f'"{each.string[1:-1]}"'
        text = text[: each.start[1]] + new + text[each.end[1] :]
    text = re.sub(r" \*\* ?\(-([\d.]+)\)", r"**-\1", text)
    text = re.sub(r"(?<=[ \[]):(?=self\.)|(?<=self\.near):(?=\])", _spaced, text)
    return margin + _without_double(_bare(text))


def _spaced(found: re.Match[str]) -> str:
    """The colon of a part of an array, beside an expression."""
    before = found.string[: found.start()]
    return " :" if not before.endswith((" ", "[")) else ": "


def _bare(text: str) -> str:
    """A tuple that is assigned or returned without its brackets."""
    found = re.match(r"(return|[\w., ]+ =) (?=\()", text)
    if found is None:
        return text
    _, end = next(each for each in _pairs(text[found.end() :]) if each[0] == 0)
    inside = text[found.end() + 1 : found.end() + end]
    rest = text[found.end() + end + 1 :]
    if (rest and not rest.startswith("  #")) or len(_split(inside, ",")) < 2:
        return text
    if len(_split(inside, " for ")) > 1 or len(text) > WIDTH - 8:
        return text
    return text[: found.end()] + inside + rest


def _without_double(text: str) -> str:
    """A loop as the only argument of a function, in one pair of brackets."""
    while found := re.search(r"\w\(\(", text):
        start = found.end() - 1
        begin, end = next(each for each in _every_pair(text) if each[0] == start)
        if text[end + 1 : end + 2] != ")" or len(_split(text[begin + 1 : end], " for ")) < 2:
            return text
        text = text[:begin] + text[begin + 1 : end] + text[end + 1 :]
    return text


def _number(text: str) -> str:
    if re.fullmatch(r"[1-9]0{5,}\.0", text):
        return f"{text[0]}e{len(text) - 3}"
    return re.sub(r"e([+-]?)0+(\d)", r"e\1\2", text)


def _every_pair(line: str) -> list[tuple[int, int]]:
    """Where each pair of brackets opens and closes, in the order in which they close."""
    pairs: list[tuple[int, int]] = []
    open_at: list[int] = []
    quoted = ""
    for place, character in enumerate(line):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character == '"':
            quoted = character
        elif character in OPENING:
            open_at.append(place)
        elif character in CLOSING:
            pairs.append((open_at.pop(), place))
    return pairs


def _pairs(line: str) -> list[tuple[int, int]]:
    """The outer pairs of brackets."""
    every = _every_pair(line)
    return [one for one in every if not any(o[0] < one[0] and one[1] < o[1] for o in every)]


def _split(text: str, at: str) -> list[str]:
    """A text at what stands between its outer brackets."""
    outer = _pairs(text)
    parts, begin, place = [], 0, 0
    while (place := text.find(at, place)) >= 0:
        if not any(start < place < end for start, end in outer):
            parts.append(text[begin:place].strip())
            begin = place + len(at)
        place += len(at)
    return [each for each in (*parts, text[begin:].strip()) if each]
