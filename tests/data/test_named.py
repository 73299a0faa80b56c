"""Data sets by name: scikit-learn's as they are, Keras's from a server, whole or not at all."""

import gzip
import io
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest
from sklearn.datasets import load_wine

from attnlab import TaskSpec
from attnlab.data import named
from attnlab.data.tables import TableError
from attnlab.spec import SpecError
from attnlab.tasks import carrying, make


def spec(name):
    return TaskSpec.model_validate({"data": name})


@pytest.fixture
def serve(monkeypatch):
    """A server on this machine with these files; gives what it was asked."""
    monkeypatch.setattr(named, "_failed", {})
    asked, servers = [], []

    def start(files):
        class Answer(BaseHTTPRequestHandler):
            def do_GET(self):
                asked.append(self.path)
                body = files.get(self.path.rsplit("/", 1)[-1])
                self.send_response(404 if body is None else 200)
                self.end_headers()
                self.wfile.write(body or b"")

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv(named.ADDRESS, f"http://127.0.0.1:{server.server_port}/sets/")
        return asked

    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_a_table_of_sklearn_needs_no_network(home):
    task = spec("sklearn:wine")
    assert (task.name, task.params.data) == ("own-table", "sklearn:wine")
    assert task.title == "Your table (sklearn:wine)"
    found, wine = make(task, 0), load_wine()
    assert task.input_names == tuple(wine.feature_names)
    assert task.entry.split_sizes(task.params).total == len(wine.target)
    assert task.params.classes == found.classes == 3
    assert spec("sklearn:breast-cancer").params.data == "sklearn:breast_cancer"
    assert spec("sklearn:diabetes").name == "own-number"
    assert [path.name for path in (home / "datasets").iterdir()][:1]


def test_images_of_keras_are_fetched_once(home, serve):
    file = io.BytesIO()
    x = np.random.default_rng(0).integers(0, 256, (40, 28, 28)).astype(np.uint8)
    y = np.arange(40) % 2
    np.savez(file, x_train=x[:30], y_train=y[:30], x_test=x[30:], y_test=y[30:])
    asked = serve({"mnist.npz": file.getvalue()})
    task = spec("keras:mnist")
    assert (task.name, asked) == ("own-arrays", [])  # nothing is fetched before it is needed
    data = make(task, 0)
    assert [len(part) for part in (data.train, data.validation, data.test)] == [24, 6, 10]
    assert make(task, 1).train.x.shape == (24, 28, 28, 1)
    assert asked == ["/sets/mnist.npz"]
    assert task.entry.fingerprint
    sent = carrying.carried(task)
    (home / "datasets" / "keras-mnist.npz").unlink()
    sent.install()
    try:
        assert len(make(task, 2).test) == 10
    finally:
        sent.remove()
    assert len(asked) == 1


def test_images_in_the_format_of_mnist_are_read(home, serve):
    def idx(array):
        sizes = b"".join(size.to_bytes(4, "big") for size in array.shape)
        return gzip.compress(bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes())

    x = np.random.default_rng(0).integers(0, 256, (12, 9, 9)).astype(np.uint8)
    y = (np.arange(12) % 2).astype(np.uint8)
    serve(
        {
            "train-images-idx3-ubyte.gz": idx(x),
            "train-labels-idx1-ubyte.gz": idx(y),
            "t10k-images-idx3-ubyte.gz": idx(x[:5]),
            "t10k-labels-idx1-ubyte.gz": idx(y[:5]),
        }
    )
    data = make(spec("keras:fashion_mnist"), 0)
    assert len(data.test) == 5
    assert sorted(data.test.x.sum(axis=(1, 2, 3))) == pytest.approx(
        sorted(x[:5].sum(axis=(1, 2)) / 255)
    )


def test_what_can_not_be_fetched_is_told_at_once_the_second_time(home, serve):
    asked = serve({})
    for _ in range(2):
        with pytest.raises(TableError, match=r"the server answered 404.*provide it by hand as"):
            make(spec("keras:mnist"), 0)
    assert asked == ["/sets/mnist.npz"]
    assert not list((home / "datasets").iterdir())


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("keras:boston_housing", "there is no data set 'keras:boston_housing'"),
        ("keras:imdb", "text as numbers of words"),
        ("sklearn:irises", "the known ones are sklearn:iris"),
    ],
)
def test_names_without_data_are_told(name, told):
    with pytest.raises(SpecError, match=told):
        spec(name)
