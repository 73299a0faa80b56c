"""Text in every query parameter reaches the page escaped: `tests/browser/test_zz_names.py` shows
what a browser makes of it."""

import re

import pytest

TEXT = "![x](http://evil.test/a) [y](//evil.test) $z^2$ :red[w] *b*"

LINKS = [
    (None, {"study": TEXT}),
    (None, {"task": TEXT}),
    *((None, {"task": "planted-features", name: TEXT}) for name in ("arm", "seeds", "epochs")),
    (None, {"task": "planted-features", TEXT: "1"}),
    (None, {"task": "own-table", "data": f"/{TEXT}"}),
    ("pages/ablation.py", {"study": TEXT}),
    *(("pages/modules.py", {name: TEXT}) for name in ("family", "input", "module")),
    ("pages/data.py", {"data": f"/{TEXT}"}),
    ("pages/data.py", {"data": f"sklearn:{TEXT}"}),
    ("pages/runs.py", {"find": TEXT, "status": TEXT, "of": TEXT, "sort": TEXT}),
]


@pytest.mark.parametrize(("page", "query"), LINKS)
def test_what_a_link_says_is_escaped(open_app, page, query):
    app = open_app(page, **query)
    assert not app.exception
    read = [*app.markdown, *app.caption, *app.warning, *app.error, *app.info]
    for text in (re.sub(r"\\[^\w\s]", "", each.value) for each in read):
        for sign in ("![x](", "[y](", "$z", ":red[", " *b*"):
            assert sign not in text
    if page != "pages/runs.py" and "data" not in query:  # the inputs alone have it there
        assert any("evil.test" in each.value for each in read)
