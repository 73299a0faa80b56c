"""A server that may open few files serves more pages than it could keep open.

The sessions speak as a browser does, without one: 30 of them at once would need 30 browsers.
"""

import os
import threading
import time

import psutil
import pytest

from benchmarks.campaign.pages import app, page

pytestmark = pytest.mark.browser

DESCRIPTORS, SESSIONS = 110, 30
"""With three for the loop of each session, as Streamlit has it, these sessions would not fit."""

LEFT_OVER = 25
"""Connections that are kept to the database are some of these."""


@pytest.mark.skipif(os.name != "posix", reason="descriptors are limited on POSIX systems alone")
def test_descriptors_of_closed_pages_come_back(tmp_path):
    with app(tmp_path / "home", DESCRIPTORS) as server:
        process = psutil.Process(server.process.pid)
        with page(server):
            before = process.num_fds()
        failures = []

        def look():
            try:
                with page(server, name="runs") as drawn:
                    failures.extend(drawn.errors)
                    everyone.wait(60)
            except Exception as error:
                failures.append(repr(error))
                everyone.abort()

        everyone = threading.Barrier(SESSIONS)
        threads = [threading.Thread(target=look) for _ in range(SESSIONS)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        assert failures == []
        deadline = time.monotonic() + 20
        while process.num_fds() > before + LEFT_OVER and time.monotonic() < deadline:
            time.sleep(0.1)
        assert process.num_fds() <= before + LEFT_OVER
    assert "Too many open files" not in server.log.read_text()
