"""Ray still prints by the function that attnlab replaces."""

import inspect

import pytest

from attnlab.compat.ray import keep_off_standard_output


@pytest.fixture
def worker(monkeypatch):
    import ray._private.worker as worker

    monkeypatch.setattr(worker, "print_to_stdstream", worker.print_to_stdstream)
    return worker


def test_what_ray_would_print_is_logged(worker, capsys, caplog):
    assert "print_to_stdstream(" in inspect.getsource(worker.listen_error_messages)
    data = {"lines": ["a node died"], "pid": "raylet", "is_err": False, "ip": "x", "job": None}
    keep_off_standard_output()
    with caplog.at_level("INFO"):
        worker.print_to_stdstream(data, ignore_prefix=False)
    assert "a node died" in caplog.text
    assert not capsys.readouterr().out
