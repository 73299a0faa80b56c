"""What keeps a run from being inspected."""


class InspectionError(ValueError):
    """Raised for a run, or settings, that cannot be inspected; the message is for people."""
