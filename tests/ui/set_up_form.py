"""What a set-up in the form of the playground is, for tests."""

from attnlab.ui import links


def linked(study):
    """The query of the link to a set-up, as AppTest takes it."""
    query = {}
    for name, value in links.to_query(study):
        query.setdefault(name, []).append(value)
    return query


def of_arms(app, label):
    """The buttons with this label in the menus of the arms, from the first arm that has it."""
    return [each for each in app.button if each.label == label]
