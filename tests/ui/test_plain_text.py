"""Text that people typed reaches no widget that reads Markdown as it is: found in the source."""

import ast
import re
import unicodedata
from functools import partial
from pathlib import Path

from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from attnlab import ui
from attnlab.ui.plain_text import JOINER, plain, plain_but_bold, plain_lines

FOLDER = Path(ui.__file__).parent

# --- the source ---

READING = {
    **dict.fromkeys(("markdown", "caption", "info", "warning", "error", "success", "write"), 0),
    **dict.fromkeys(("title", "header", "subheader", "toast", "badge", "metric", "button"), 0),
    **dict.fromkeys(("download_button", "link_button", "checkbox", "toggle", "radio", "pills"), 0),
    **dict.fromkeys(("selectbox", "multiselect", "slider", "select_slider", "text_input"), 0),
    **dict.fromkeys(("text_area", "number_input", "segmented_control", "file_uploader"), 0),
    **dict.fromkeys(("expander", "popover", "spinner", "status", "dialog", "tabs", "table"), 0),
    **{"progress": 1, "page_link": 1},
}
"""What Streamlit reads as Markdown: the place of the argument in the call."""

KEYWORDS = ("label", "body", "help", "text", "captions", "delta")
OPTIONS = ("pills", "radio", "segmented_control", "select_slider")
"""Widgets whose options are read as Markdown, too."""

SAFE = {
    *("plain", "plain_lines", "plain_but_bold"),
    *("counted", "noun", "len", "command", "seeds_text", "duration_text", "when", "level_text"),
}
"""Functions that escape, and those of numbers and of words that stand in the source."""

OURS = {
    "ablation.py": "left, label, about, most, failed",
    "attention.py": "_epoch_caption(row, epoch, epochs), _why_empty(row)",
    "attended_examples.py": "label, number + 1, len(numbers)",
    "attended_over_time.py": "measures.ABOUT[name].help",
    "attention_development.py": "measures.ABOUT[name].help",
    "choices.py": "label",
    "claim_card.py": "heading, sentences, claim.title, claim.group, claim.claimed, claim.chosen, "
    "claim.reading, entry.made, again.made, MEANING[standing.word], _CHART_HELP, _TERMS_HELP, "
    "task.title, task.summary, arms, seeds, plan.runs, label, paper.citation, paper.link, "
    "paper.year, metric.title.lower(), metric.help, _time(entry, plan), each.made, packages",
    "claims.py": "each.claim.group, capitalised, marked(each.word), by_name[name].claim.title",
    "code.py": "kind.help",
    "csv_buttons.py": "title, what",
    "data.py": "', '.join(NAMED), _size(upload.size)",
    "data_choices.py": "title, about, told",
    "data_preview.py": "figures_text(found.chance, 4), found.called[1].capitalize()",
    "downloads.py": "label, about",
    "forms.py": "title(field), field.description, title, _short_number",
    "inspected_worth.py": "first.about['split'], told",
    "layer_look.py": "seed",
    "module_card.py": "entry.about.explanation, entry.title, family, takes, formula, "
    "charts.count_text(parameters), charts.count_text(macs), ', '.join(meanings), signs, "
    "entry.about.deviations, task.title.lower(), paper.citation, paper.link, paper.year, ways",
    "first_steps.py": "_text(now, row), at + 1, STEPS[at].title",
    "modules.py": "capitalised, INPUTS[slot].title, entry.summary, by_name[name].title, "
    "KINDS.__getitem__",
    "own_modules.py": "command(), FOLDER, VARIABLE, _ICONS[each.outcome]",
    "plan_arms.py": "BUILDERS.__getitem__, ABOUT[kind], forms.title(field).lower(), "
    "field.description",
    "plan_form.py": "own_tasks.HELP, count, known[metric].help, forms.title(fields['score']), "
    "fields['score'].description, wins, words.better, forms.title(fields['last']), "
    "fields['last'].description, forms.title(fields['most_seeds']), "
    "fields['most_seeds'].description",
    "plan_margin.py": "forms.title(field)",
    "plan_seeds.py": "NUMBER, PRECISION, Judging.model_fields['precision'].description, "
    "FIRST_STAGE",
    "planning.py": "study.runs + study.tuning_runs, first, chooses, study.tuning_runs, "
    "_time_text(answer), _of_what(study), _time_help(answer), "
    "capitalised(seeds_text(fresh.seeds)), "
    "capitalised(seeds_text(study.seeds)), _to_choose(fresh), _to_choose(study), warning",
    "playground.py": "shown",
    "prediction.py": "kept.right, kept.total, off",
    "replay.py": "epochs, label",
    "runs.py": "label, row.id",
    "own_input.py": "HEADINGS[asks]",
    "own_row.py": "MISSING",
    "turning.py": "what, number + 1, count, behind, label",
    "saving.py": "format.upper()",
    "setup.py": "own_tasks.HELP",
    "setup_arms.py": "position, role, label",
    "study_classes.py": "str.capitalize, MOST_ARMS",
    "study_contrasts.py": "label",
    "study_progress.py": "label",
    "study_views.py": "CELLS.__getitem__",
}
"""What else is put into such text, file by file: numbers, and words that stand in the source."""


def test_widgets_are_given_words_of_ours_or_escaped_text():
    found = [
        f"{path.name}:{line} {ast.unparse(argument)}"
        for path in sorted(FOLDER.glob("*.py"))
        for line, argument in _unsafe(path)
    ]
    assert not found, "escape with `plain`, or name as ours above:\n" + "\n".join(found)


def test_widgets_are_called_by_their_name_so_that_the_source_shows_what_they_are_given():
    for path in sorted(FOLDER.glob("*.py")):
        tree = ast.parse(path.read_text())
        called = {id(each.func) for each in ast.walk(tree) if isinstance(each, ast.Call)}
        called |= {id(each) for each in _decorators(tree)}
        for each in ast.walk(tree):
            match each:
                case ast.Attribute(value=ast.Name(id="st"), attr=name) if name in READING:
                    assert id(each) in called, f"{path.name}:{each.lineno}"
                case ast.Call(func=ast.Name(id="getattr"), args=[ast.Name(id="st"), *_]):
                    raise AssertionError(f"{path.name}:{each.lineno}")
                case ast.ImportFrom(module="streamlit"):
                    raise AssertionError(f"{path.name}:{each.lineno}")


def _decorators(tree):
    functions = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef))
    return [decorator for function in functions for decorator in function.decorator_list]


def _unsafe(path):
    tree = ast.parse(path.read_text())
    ours = {text.strip() for text in _split(OURS.get(path.name, ""))}
    for function in [each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef)]:
        assigned = _assigned(function)
        for call, argument in _read(tree, function):
            if not _is_safe(argument, ours, assigned):
                yield call.lineno, argument


def _split(text):
    """At the commas outside of brackets."""
    return (
        [ast.unparse(each) for each in ast.parse(f"({text},)").body[0].value.elts] if text else []
    )


def _assigned(function):
    """What each name of a function is set to, by name; None for what a loop or `with` sets."""
    found = {}
    for each in ast.walk(function):
        match each:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.setdefault(name, []).append(value)
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                for name, value in zip(names, values, strict=True):
                    found.setdefault(ast.unparse(name), []).append(value)
            case ast.Name(id=name, ctx=ast.Store()):
                found.setdefault(name, [])
    return found


def _read(tree, function):
    """The calls of widgets in a function, each with an argument that Streamlit reads."""
    modules = {
        alias.asname or alias.name
        for each in ast.walk(tree)
        if isinstance(each, ast.ImportFrom) and (each.module or "").startswith("attnlab")
        for alias in each.names
    }
    for call in ast.walk(function):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            continue
        name, of = call.func.attr, call.func.value
        if name not in READING or (isinstance(of, ast.Name) and of.id in modules):
            continue
        yield from ((call, each) for each in call.args[READING[name] : READING[name] + 1])
        given = {each.arg: each.value for each in call.keywords}
        yield from ((call, given[keyword]) for keyword in KEYWORDS if keyword in given)
        if name == "metric":
            yield call, call.args[1]
        if name in OPTIONS:
            shown = given.get("format_func", *call.args[1:2])
            yield call, shown.body if isinstance(shown, ast.Lambda) else shown


def _is_safe(text, ours, assigned):
    """Whether all of the text stands in the source, is escaped, or is a number."""
    safe = partial(_is_safe, ours=ours, assigned=assigned)
    if ast.unparse(text) in ours:
        return True
    match text:
        case ast.Constant() | ast.Name(id="plain"):
            return True
        case ast.Name(id=name):
            values = assigned.get(name)
            return bool(values) and all(_is_safe(each, ours, {}) for each in values)
        case ast.Call(func=ast.Name(id=name)) if name in SAFE:
            return True
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="join"), args=[items]):
            return safe(items)
        case (
            ast.Call(func=ast.Name(id="list"), args=[items])
            | ast.Call(func=ast.Attribute(attr="fromkeys"), args=[items])
        ):
            return safe(items)
        case ast.Call(func=ast.Name(id="filter"), args=[ast.Constant(value=None), items]):
            return safe(items)
        case ast.GeneratorExp(elt=item) | ast.ListComp(elt=item):
            return safe(item)
        case ast.FormattedValue(value=value, format_spec=spec):
            return spec is not None or safe(value)
        case ast.IfExp(body=first, orelse=second) | ast.BinOp(left=first, right=second):
            return safe(first) and safe(second)
        case ast.JoinedStr(values=parts) | ast.BoolOp(values=parts) | ast.List(elts=parts):
            return all(map(safe, parts))
    return False


# --- what comes of it ---

COMMONMARK = MarkdownIt("commonmark").enable(["table", "strikethrough"])
WORDS = st.sampled_from(
    [
        *r"*_`[]()<>$&~|:\!#-+=.@/{}^1ab ",
        *("http://x.org", "www.x.org", "a@x.org", ":smile:", ":material/home:", ":red[", "lt;"),
        *("-->", " <- ", "<b>", "&amp;", "1. ", "# ", "\n", "\n\n", "    ", "é", "\x1b", "\u202e"),
    ]
)
TYPED = st.one_of(st.lists(WORDS, max_size=14).map("".join), st.text(max_size=20))
LATER = re.compile(
    r"https?://|www\.|@[-\w]+\.|:[\w+-]+:|:material[/_]|(?<!\S)(<->|->|<-|--|[<>~]=)(?!\S)", re.I
)
"""What Streamlit looks for in the text after Markdown has been read (its 1.67)."""


@given(TYPED)
def test_escaped_text_is_one_paragraph_of_nothing_but_itself(text):
    tokens = COMMONMARK.parse(plain(text))
    assert [token.type for token in tokens] in ([], ["paragraph_open", "inline", "paragraph_close"])
    shown = _shown(tokens[1]) if tokens else ""
    assert shown == " ".join("".join(map(_visible, " ".join(text.split()))).split())


@given(TYPED)
def test_escaped_text_is_itself_within_a_sentence(text):
    bold = COMMONMARK.parse(f"**a {plain(text)} b** c {plain(text)} d")[1]
    seen = " ".join("".join(map(_visible, " ".join(text.split()))).split())
    assert _shown(bold) == " ".join(f"a {seen} b c {seen} d".split())
    assert {each.type for each in bold.children} <= {*TEXT, "strong_open", "strong_close"}


@given(TYPED)
@example(":smile:\n_:smile:")  # what stands on two lines is not one word
def test_nothing_is_found_in_escaped_text_afterwards(text):
    parts = COMMONMARK.parseInline(plain(text))[0].children
    shown = "".join(each.content or "\n" * (each.type == "hardbreak") for each in parts)
    assert not LATER.search(shown)


def test_our_own_lists_and_bold_words_stay():
    assert plain_lines("2 failed:\n\n- *a*\n- b") == "2 failed:\n\n- \\*a\\*\n- b"
    assert plain_but_bold("for 1, **$a** helps; **b**.") == "for 1, **\\$a** helps; **b**."


TEXT = {"text", "text_special", "hardbreak", "softbreak"}


def _shown(inline):
    words = "".join(each.content or " " * (each.type == "hardbreak") for each in inline.children)
    assert {each.type for each in inline.children} <= {*TEXT, "strong_open", "strong_close"}
    return " ".join(words.replace(JOINER, "").split())


def _visible(letter):
    """A letter as it is, one that no screen can show as Python writes it, no joiner."""
    unseen = (
        unicodedata.category(letter) in ("Cc", "Cs") or letter in "\u202a\u202b\u202c\u202d\u202e"
    )
    unseen = unseen or letter in "\u2066\u2067\u2068\u2069"
    return letter.encode("unicode_escape").decode() if unseen else letter.replace(JOINER, "")
