"""What is wrong with a capsule."""

from __future__ import annotations

from attnlab.wording import printable, shortened

_LONGEST_MESSAGE = 1_500


class CapsuleError(Exception):
    """For a file that is no capsule, or a damaged one; the message names it and says why, in one
    line without control characters."""

    def __init__(self, message: object = "") -> None:
        line = printable(" ".join(str(message).split()))
        super().__init__(shortened(line, _LONGEST_MESSAGE))
