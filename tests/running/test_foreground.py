"""What each press of Ctrl-C does while a study trains."""

import signal
import threading

import pytest

from attnlab.running.foreground import _stopped_by_interrupt


def test_the_first_asks_the_second_raises_and_later_ones_leave_the_tidying_alone():
    stop, heard = threading.Event(), []
    before = signal.getsignal(signal.SIGINT)
    with _stopped_by_interrupt(stop, lambda: heard.append("once")) as interrupted:
        assert not interrupted.is_set()
        signal.raise_signal(signal.SIGINT)
        assert stop.is_set()
        assert interrupted.is_set()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)
    assert heard == ["once"]
    assert signal.getsignal(signal.SIGINT) is before
