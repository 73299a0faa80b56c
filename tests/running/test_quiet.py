"""Only known chatter is kept from the terminal: everything else comes through, also at an abort."""

import subprocess
import sys

import pytest

CHATTER = (
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR\n"
    "I0000 00:00:1795254295.611562   17848 port.cc:153] oneDNN custom operations are on.\n"
    "WARNING:tensorflow:5 out of the last 5 calls to <x> triggered tf.function retracing. T\n"
)
SERIOUS = (
    "E0000 00:00:1795254295.611562   17848 cuda_driver.cc:1] failed call to cuInit\n"
    "F0000 00:00:1795254295.611562   17848 cpu.cc:1] compiled to use AVX instructions\n"
    "W0000 00:00:1795254295.611562   17848 gpu.cc:1] Cannot dlopen some GPU libraries\n"
    "WARNING:tensorflow:something else\n"
    "I am not a log line\n"
    "without an end"
)


def run(code):
    program = f"import os\nfrom attnlab.running.quiet import without_chatter\n{code}"
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30
    )


def test_chatter_is_dropped_and_everything_else_kept():
    done = run(f"with without_chatter(): os.write(2, {(CHATTER + SERIOUS).encode()!r})")
    assert done.stderr == SERIOUS


def test_the_terminal_is_given_back():
    done = run(f"with without_chatter(): pass\nos.write(2, {CHATTER.encode()!r})")
    assert done.stderr == CHATTER


def test_last_words_before_an_abort_come_through():
    done = run(f"with without_chatter(): os.write(2, {SERIOUS.encode()!r}); os.abort()")
    assert done.returncode < 0
    assert done.stderr == SERIOUS


@pytest.mark.skipif(sys.platform == "win32", reason="descriptors of POSIX")
def test_a_closed_stderr_is_no_obstacle():
    assert run("os.close(2)\nwith without_chatter(): pass").returncode == 0
