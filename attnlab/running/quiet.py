"""Keeps a few known lines of TensorFlow's chatter off the terminal, and nothing else.

TensorFlow writes informational lines straight to file descriptor 2, whatever its log level.
Run as a script, this file is the filter: it copies standard input to standard error without those
lines. It is a separate process, so that TensorFlow's last lines before an abort still arrive.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

CHATTER = re.compile(
    rb"WARNING: All log messages before absl::InitializeLog\(\) is called are written to STDERR"
    rb"|I\d{4} [\d:.]+\s+\d+ \S+\.cc:\d+\] "  # absl's I: for information
    # Every arm traces its own network; TensorFlow takes them for one that is traced too often.
    rb"|WARNING:tensorflow:\d+ out of the last \d+ calls to .* triggered tf\.function retracing"
)
_STDERR = 2
_PATIENCE_SECONDS = 2


@contextmanager
def without_chatter() -> Iterator[None]:
    """Filter file descriptor 2 of this process while the block runs."""
    try:
        real = os.dup(_STDERR)
    except OSError:  # closed: there is nothing to keep quiet
        yield
        return
    process = subprocess.Popen(
        [sys.executable, "-I", "-S", __file__],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        start_new_session=True,  # Ctrl-C is for us alone
    )
    assert process.stdin is not None  # it is a pipe
    os.dup2(process.stdin.fileno(), _STDERR)
    process.stdin.close()
    try:
        yield
    finally:
        os.dup2(real, _STDERR)  # closes the pipe: the filter comes to its end
        os.close(real)
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:  # a child of ours still holds the pipe
            process.kill()
            process.wait()


def _filter() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin.buffer:
        if not CHATTER.match(line):
            sys.stderr.buffer.write(line)
            sys.stderr.buffer.flush()


if __name__ == "__main__":
    _filter()
