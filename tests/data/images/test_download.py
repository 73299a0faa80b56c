"""Fetching an archive from a real server: whole, or not at all and with the reason."""

import threading
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from attnlab.data.images import CATS_AND_DOGS, ImageSetError, download, fetched

from .conftest import archived, usual

COUNTS = (("train", (3, 3)), ("validation", (2, 2)))
VARIABLE = "ATTNLAB_CATS_AND_DOGS_URL"


@pytest.fixture
def archive(tmp_path):
    """The bytes of an archive laid out as the real one, with fewer images."""
    base = "cats_and_dogs_filtered/"
    files = usual(3, f"{base}train/") | usual(2, f"{base}validation/")
    return archived(tmp_path / "served.zip", {f"{base}vectorize.py": b"x"} | files).read_bytes()


@pytest.fixture
def serve(monkeypatch):
    """A server on this machine: serve(body, promised=…, code=…); gives what it was asked."""
    servers = []

    def start(body, promised=None, code=200, stays=False):
        paths = []

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                paths.append(self.path)
                self.send_response(code)
                if promised is not False:
                    self.send_header("Content-Length", str(promised or len(body)))
                self.end_headers()
                self.wfile.write(body)
                if stays:
                    self.wfile.flush()
                    silent.wait(10)

            def log_message(self, *_):
                pass

        silent = threading.Event()
        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        servers.append((server, silent))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(VARIABLE, f"http://127.0.0.1:{server.server_port}/cats.zip")
        return paths

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield start
    for server, silent in servers:
        silent.set()
        server.shutdown()
        server.server_close()


@pytest.fixture
def preset():
    """The cats and dogs, but for their number."""
    return replace(CATS_AND_DOGS, counts=COUNTS)


def refusal(preset):
    """What is said when it cannot be had; nothing may be left of it then."""
    with pytest.raises(ImageSetError) as caught:
        fetched(preset)
    message = str(caught.value)
    assert f"Provide it by hand as {preset.path}" in message
    assert VARIABLE in message
    assert preset.address in message
    assert not preset.path.exists()
    assert not preset.path.parent.exists() or list(preset.path.parent.iterdir()) == []
    return message


def test_it_is_fetched_once_and_lies_in_the_folder_of_the_studies(serve, preset, archive, home):
    paths = serve(archive)
    seen = []
    path = fetched(preset, lambda received, total: seen.append((received, total)))
    assert path == home / "datasets" / "cats_and_dogs_filtered.zip"
    assert path.read_bytes() == archive
    assert seen[-1] == (len(archive), len(archive))
    assert fetched(preset) == path
    assert paths == ["/cats.zip"]
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_server_that_tells_no_length_will_do(serve, preset, archive):
    serve(archive, promised=False)
    seen = []
    assert fetched(preset, lambda received, total: seen.append(total)).read_bytes() == archive
    assert set(seen) == {None}


def test_a_transfer_that_breaks_off_leaves_nothing(serve, preset, archive):
    serve(archive[:-100], promised=len(archive))
    message = refusal(preset)
    assert f"broke off after {len(archive) - 100} of {len(archive)} bytes" in message
    serve(archive)
    assert fetched(preset).read_bytes() == archive


def test_a_cut_that_no_length_gives_away_is_found_by_the_content(serve, preset, archive):
    serve(archive[:-100], promised=False)
    assert "cannot be used" in refusal(preset)


def test_a_server_that_falls_silent_is_given_up(serve, preset, archive, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT", 0.3)
    serve(archive[:100], promised=len(archive), stays=True)
    assert "timed out" in refusal(preset)


def test_an_error_of_the_server_is_told(serve, preset):
    serve(b"", code=404)
    assert "the server answered 404 Not Found" in refusal(preset)


@pytest.mark.parametrize("promised", [None, False])
def test_what_is_too_large_is_not_taken(serve, preset, archive, promised):
    serve(archive, promised=promised)
    assert "larger than" in refusal(replace(preset, most_bytes=len(archive) - 1))


def test_another_content_is_not_taken(serve, preset, archive, tmp_path):
    serve(b"<html>Please log in</html>")
    assert "neither a folder nor a zip archive" in refusal(preset)
    others = usual(3, "train/") | usual(1, "validation/") | usual(1, "test/")
    serve(archived(tmp_path / "other.zip", others).read_bytes())
    assert "another set of images" in refusal(preset)


def test_without_a_network_it_says_how_to_provide_the_file(serve, preset, archive, monkeypatch):
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:9/cats.zip")  # nobody listens there
    assert "refused" in refusal(preset)
    preset.path.parent.mkdir(parents=True, exist_ok=True)
    preset.path.write_bytes(archive)  # by hand
    assert fetched(preset) == preset.path


def test_a_wrong_file_by_hand_is_named_and_left_alone(preset, monkeypatch):
    preset.path.parent.mkdir(parents=True)
    preset.path.write_bytes(b"something else")
    with pytest.raises(ImageSetError, match="cannot be used") as caught:
        fetched(preset)
    assert str(preset.path) in str(caught.value)
    assert preset.path.read_bytes() == b"something else"


def test_files_of_this_machine_are_no_addresses(preset, archive, tmp_path, monkeypatch):
    monkeypatch.setenv(VARIABLE, (tmp_path / "served.zip").as_uri())
    assert "https://" in refusal(preset)


def test_what_cannot_be_written_is_told(serve, preset, archive, home):
    serve(archive)
    home.mkdir()
    (home / "datasets").write_text("a file where the folder should be")
    with pytest.raises(ImageSetError, match="by hand"):
        fetched(preset)


def test_the_real_one_is_what_it_is_said_to_be():
    assert CATS_AND_DOGS.url.endswith("mledu-datasets/cats_and_dogs_filtered.zip")
    assert dict(CATS_AND_DOGS.counts) == {"train": (1000, 1000), "validation": (500, 500)}
    assert CATS_AND_DOGS.classes == ("cats", "dogs")
