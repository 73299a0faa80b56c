"""Ray still prints, and finds its address, by what attnlab reaches into."""

import inspect

import pytest
import ray._private.services as services
import ray._private.utils as utils
import ray._private.worker as worker

from attnlab.compat.ray import address_of_this_machine, is_client, keep_off_standard_output


def test_what_ray_would_print_is_logged(monkeypatch, capsys, caplog):
    monkeypatch.setattr(worker, "print_to_stdstream", worker.print_to_stdstream)
    assert "print_to_stdstream(" in inspect.getsource(worker.listen_error_messages)
    data = {"lines": ["a node died"], "pid": "raylet", "is_err": False, "ip": "x", "job": None}
    keep_off_standard_output()
    with caplog.at_level("INFO"):
        worker.print_to_stdstream(data, ignore_prefix=False)
    assert "a node died" in caplog.text
    assert not capsys.readouterr().out


@pytest.fixture
def address_file(monkeypatch, tmp_path):
    """Where Ray writes the address of the cluster that it has started on this machine."""
    file = tmp_path / "ray_current_cluster"
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    monkeypatch.setattr(services, "find_gcs_addresses", set)  # others may run on this machine
    monkeypatch.setattr(utils, "get_ray_address_file", lambda temp_dir: str(file))
    return file


def test_the_address_of_this_machine_is_what_ray_would_take(address_file, monkeypatch):
    assert address_of_this_machine() is None
    address_file.write_text("127.0.0.1:6379\n")
    assert address_of_this_machine() == "127.0.0.1:6379"
    monkeypatch.setenv("RAY_ADDRESS", "ray://head:10001")
    assert address_of_this_machine() == "ray://head:10001"


def test_a_process_that_is_not_connected_is_no_client():
    assert not is_client()
