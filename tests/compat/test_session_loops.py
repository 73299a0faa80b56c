"""The loop of a session is opened when it is first used, and is a loop like any other then."""

import asyncio

import psutil
import pytest

from attnlab.compat.streamlit_server import LateLoop


def open_files():
    return psutil.Process().num_fds()


@pytest.fixture
def loop():
    made = LateLoop()
    yield made
    made.close()


def test_loop_that_nobody_uses_opens_nothing(loop):
    before = open_files()
    others = [LateLoop() for _ in range(10)]
    assert not any(each.is_closed() or each.is_running() for each in others)
    assert open_files() == before
    for each in others:
        each.close()
        assert each.is_closed()
        with pytest.raises(RuntimeError, match="closed"):
            each.time()


def test_used_loop_runs_what_it_is_given_and_frees_its_descriptors(loop):
    async def answer():
        await asyncio.sleep(0)
        return 42

    before = open_files()
    assert loop.run_until_complete(answer()) == 42
    assert loop.create_future().get_loop() is loop.opened()
    assert open_files() > before
    loop.run_until_complete(loop.shutdown_asyncgens())
    loop.close()
    assert loop.is_closed()
    assert open_files() == before


def test_every_call_of_a_loop_is_passed_on():
    own = {"opened", "is_running", "is_closed", "close"}
    public = {name for name in dir(asyncio.AbstractEventLoop) if not name.startswith("_")}
    assert {name for name in vars(LateLoop) if not name.startswith("_")} == public | own
