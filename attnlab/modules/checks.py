"""The errors of the attention layers: what was expected, and what was received."""

from collections.abc import Iterable


def check_whole(name: str, value: int, low: int) -> None:
    """Raise ValueError unless `value` is a whole number of at least `low`."""
    if isinstance(value, bool) or not isinstance(value, int) or value < low:
        raise ValueError(f"{name} must be a whole number of at least {low}, received {value!r}")


def check_share(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a share that may be dropped: at least 0 and below 1."""
    if not 0 <= value < 1:
        raise ValueError(f"{name} must be at least 0 and below 1, received {value!r}")


def check_positive(name: str, value: float) -> None:
    """Raise ValueError unless `value` is a finite number above 0."""
    if not 0 < value < float("inf"):
        raise ValueError(f"{name} must be a number above 0, received {value!r}")


def check_choice(name: str, value: object, known: Iterable[object]) -> None:
    """Raise ValueError unless `value` is one of `known`."""
    known = tuple(known)
    if value not in known:
        listing = ", ".join(map(repr, known))
        raise ValueError(f"{name} must be one of {listing}, received {value!r}")


def check_kernel(name: str, value: int) -> None:
    """Raise ValueError unless `value` is an odd whole number, so that the kernel has a middle."""
    check_whole(name, value, low=1)
    if value % 2 == 0:
        raise ValueError(f"{name} must be odd, received {value!r}")
