"""Text that people typed, in a real browser: nothing of it is fetched, linked or set as a formula.
Its study is the newest one, so this comes last. `tests/ui/test_names.py` has every address.

And the server of these tests answers to no foreign host name.
"""

import base64
import os
import socket
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

from attnlab import Study
from attnlab.compat.streamlit_server import REFUSED
from attnlab.store import EpochRecord, Owner, Store

from .screen import go_to, settle

pytestmark = pytest.mark.browser

EVIL = "evil.test"
TEXT = f"![x](//{EVIL}/a) http://{EVIL} [y](//{EVIL}) $z^2$ :red[w] <b>b</b>"
"""At most 80 characters, as names are."""

SEEN = "$z^2$ :red[w] <b>b</b>"
"""Of it, the part that is on the page letter by letter: an address has a joiner within."""

WHOLE = f"{TEXT} ![x](http://{EVIL}/b.png) www.{EVIL} me@{EVIL} <img src=http://{EVIL}/c> :smile:"
FOUND = ", ".join(
    (
        f"a[href*='{EVIL}']",
        f"img[src*='{EVIL}']",
        ".katex:has-text('z')",
        ".stMarkdownColoredText:text-is('w')",
        "b:text-is('b')",
    )
)


def test_names_labels_paths_and_errors_are_shown_as_they_are(
    address, new_page, server_home, tmp_path
):
    study, table = recorded(server_home), own_table(tmp_path)
    page, asked = new_page(width=1440), []
    page.on("request", lambda request: asked.append(request.url))
    look(page, f"{address}?{urlencode({'study': WHOLE})}")
    look(page, f"{address}data?{urlencode({'data': table})}")
    expect(page.get_by_test_id("stMetric").first).to_be_visible()
    look(page, f"{address}ablation?study={study}")
    expect(page.get_by_text(SEEN).first).to_be_visible()
    expect(page.get_by_text("seed 2: ![x]")).to_contain_text(SEEN)
    expect(page.get_by_text("seed 2: ![x]")).to_be_visible()
    go_to(page, "Playground")
    expect(page.get_by_text(SEEN).first).to_be_visible()
    look(page)
    hosts = {urlsplit(url).hostname for url in asked if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(address).hostname}


def look(page, url=None):
    if url:
        page.goto(url)
        expect(page.get_by_test_id("stMarkdown").first).to_be_visible()
    settle(page)
    assert page.locator(FOUND).count() == 0, url
    assert page.get_by_test_id("stException").count() == 0, url


def recorded(home):
    """A study as training would have left it, with the text wherever people can type: its id."""
    store = Store(home)
    arms = ["none", {"module": "feature-gate", "label": TEXT}]
    plan = Study(task="planted-features", arms=arms, seeds=3, epochs=1)
    study_id = store.create_study(plan, name=TEXT)
    store.set_note(study_id, WHOLE)
    store.acquire(study_id, Owner.current())
    for arm in plan.arms:
        store.describe_arm(study_id, arm.label, [], 900, 90)
        for seed in plan.seeds:
            store.start_run(study_id, arm.label, seed)
            if arm.label == TEXT and seed == plan.seeds[-1]:
                store.fail_run(study_id, arm.label, seed, WHOLE)
                continue
            numbers = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5}
            done = EpochRecord(arm=arm.label, seed=seed, epoch=1, seconds=0.5, **numbers, traces=[])
            store.record_epochs(study_id, [done])
            store.finish_run(study_id, arm.label, seed, 1.5, None, {"accuracy": 0.5, "loss": 1.0})
    store.release(study_id)
    store.close()
    return study_id


def own_table(folder):
    """The path of a table with the text in its name, its columns and its classes."""
    path = folder / f"{TEXT.replace('/', '|')}.csv"
    quoted = [f'"{TEXT} {end}"' for end in "ab"]
    rows = [f"{n},{n % 3},{quoted[n % 2]}" for n in range(40)]
    path.write_text("\n".join([f'"{TEXT}","$y$",kind', *rows]))
    return path


def test_no_page_and_no_socket_for_a_foreign_host_name(address):
    port = urlsplit(address).port
    for host in (f"localhost:{port}", "127.0.0.1", "[::1]"):
        assert [status(port, host, path) for path in ("/", "/_stcore/stream")] == [200, 101]
    for host in (f"{EVIL}:{port}", f"localhost.{EVIL}", "192.0.2.1", "", "*"):
        assert [status(port, host, path) for path in ("/", "/_stcore/stream")] == [421, 403]
        assert REFUSED.encode() in answer(port, host, "/ablation")


def status(port, host, path):
    return int(answer(port, host, path).split()[1])


def answer(port, host, path):
    """What the server answers to one request under this host name, for a page or a socket."""
    key = base64.b64encode(os.urandom(16)).decode()
    upgrade = f"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
    is_socket = path.endswith("stream")
    head = f"GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n"
    head += f"Connection: {'Upgrade' if is_socket else 'close'}\r\n{upgrade if is_socket else ''}"
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"{head}\r\n".encode())
        received = b""
        while more := connection.recv(4096):
            received += more
            if is_socket:
                break
    return received
