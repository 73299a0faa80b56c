"""What stands on the Modules page, for tests."""

from attnlab import catalog


def pills(app, label):
    (found,) = [each for each in app.get("button_group") if each.label == label]
    return found


def listed(app):
    """The titles in the list of modules."""
    return list(app.radio[0].options)


def address(app):
    """The query parameters, each with all of its values."""
    given = app.query_params.items()
    return {name: value if isinstance(value, list) else [value] for name, value in given}


def names(titles):
    by_title = {entry.title: entry.name for entry in catalog.modules()}
    return [by_title[title] for title in titles]
