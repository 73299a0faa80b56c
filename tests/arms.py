"""What has to be written for a module of the catalogue, by its name alone or with what it needs."""

from attnlab import catalog
from attnlab.spec import ControlParameters


def written(entry, slot=None):
    """The short form of a module in a slot (by default any that it fits), by its defaults.

    A control of a module controls for the first one that it can.
    """
    if not issubclass(entry.params, ControlParameters):
        return entry.name
    slots = entry.fits if slot is None else {slot}
    fitting = (each for each in catalog.modules() if each.fits & slots and entry.params.takes(each))
    return f"{entry.name}:of={next(fitting).name}"


def fitting(slot):
    """The short form of every module that fits a slot."""
    return [written(entry, slot) for entry in catalog.modules() if slot in entry.fits]
