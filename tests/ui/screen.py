"""Finding things on a page of AppTest by what people see."""

FIELDS = ("slider", "select_slider", "number_input", "selectbox", "toggle", "text_input")


def field(app, label):
    """The one input with this label, whichever kind it is."""
    return _only([each for kind in FIELDS for each in app.get(kind)], label)


def button(app, label):
    """The one button with this label."""
    return _only(app.button, label)


def _only(found, label):
    matching = [each for each in found if each.label == label]
    assert len(matching) == 1, f"{len(matching)} called {label!r} of {[w.label for w in found]}"
    return matching[0]


def words(app):
    """All that the page says in text, captions and messages."""
    kinds = ("markdown", "caption", "info", "warning", "error", "badge")
    return "\n".join(str(each.value) for kind in kinds for each in app.get(kind))


def assert_well(app):
    """No traceback and no error message on the page."""
    assert not app.exception, app.exception
    assert not app.error, [each.value for each in app.error]


def tables(app):
    """The HTML on the page: the results table and the network."""
    return "\n".join(each.proto.body for each in app.get("html"))


def trained(app, store):
    """What pressing Train starts."""
    before = {row.id for row in store.studies()}
    button(app, "Train").click().run()
    assert_well(app)
    [row] = [row for row in store.studies() if row.id not in before]
    return row
