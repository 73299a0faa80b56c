"""Where a server is open to others, what they name on a page leads into shared folders alone."""

import hashlib
import os
from functools import partial

import pytest

from attnlab.data.paths import only_in
from attnlab.data.shared_folders import is_loopback, shared_folders
from attnlab.spec import REGISTRY, SpecError, Study, TaskSpec
from attnlab.ui import links

OWN = {name: entry.path for name, entry in REGISTRY.tasks.items() if entry.path}
REFUSED = "in none of them: upload the data instead"


@pytest.fixture
def folders(tmp_path):
    """A shared folder and another one, each with a table; from the one a link leads to the
    other."""
    shared, other = tmp_path / "shared", tmp_path / "shared-not"
    for folder in (shared, other):
        folder.mkdir()
        rows = [f"{n},{n % 3},{'ab'[n % 2]}" for n in range(40)]
        (folder / "t.csv").write_text("\n".join(["x,y,kind", *rows]))
    (shared / "link.csv").symlink_to(other / "t.csv")
    return shared, other


@pytest.mark.parametrize("task", OWN)
def test_every_task_of_own_data_refuses_other_paths_and_says_not_what_is_there(task, folders):
    shared, other = folders
    source = {"source": "folder"} if task == "image-folder" else {}
    elsewhere = (other / "t.csv", other / "none", shared / ".." / other.name, shared / "link.csv")
    with only_in([shared]):
        for path in (*map(str, elsewhere), f"file://{other}/t.csv", f"'{other}'", "~", "/"):
            with pytest.raises(SpecError, match=REFUSED):
                TaskSpec.model_validate({"name": task, OWN[task]: path, **source})
        TaskSpec.model_validate({"name": task, OWN[task]: str(shared), **source})
    TaskSpec.model_validate({"name": task, OWN[task]: str(other), **source})


def test_arms_masks_and_links_are_no_way_around(folders):
    shared, other = folders
    own = {"name": "own-table", "data": str(shared / "t.csv"), "label": "kind"}
    masked = {"name": "image-folder", "source": "folder", "path": str(shared)}
    other_arm = {"module": "none", "set": {"data": str(other / "t.csv")}, "label": "b"}
    ways = [
        lambda: Study(task=own, arms=["none", other_arm]),
        lambda: Study(task=own, arms=["none"], also_on=[{**own, "data": str(other / "t.csv")}]),
        lambda: TaskSpec.model_validate({**masked, "masks": str(other)}),
        lambda: TaskSpec.model_validate({**masked, "masks": f"../{other.name}"}),
        lambda: links.from_query({"task": ["own-table"], "data": [str(other / "t.csv")]}),
        lambda: links.from_query({"task": [f"image-folder:source=folder,path={other}"]}),
    ]
    digest = hashlib.sha256((other / "t.csv").read_bytes()).hexdigest()[:16]
    images = {"name": "image-folder", "source": "folder", "path": str(shared)}
    for named in (f"{other}/t.csv", f"{other}/t.csv#{digest}", f"{other}/none#{'0' * 16}"):
        saved = {"backbone": "saved", "saved": named, "after": "conv"}
        weighed = {"backbone": "resnet50", "weights": "file", "weights_file": named}
        for network in (saved, weighed):
            ways.append(partial(TaskSpec.model_validate, {**images, **network}))
    with only_in([shared]):
        Study(task=own, arms=["none"])
        for way in ways:
            with pytest.raises(SpecError, match=REFUSED):
                way()


def test_this_machine_has_no_limit_unless_folders_are_named(tmp_path, monkeypatch):
    monkeypatch.delenv("ATTNLAB_DATA", raising=False)
    for address in ("localhost", "127.0.0.1", "127.9.9.9", "::1"):
        assert is_loopback(address)
        assert shared_folders(tmp_path, address) is None
    for address in (None, "0.0.0.0", "::", "192.0.2.1", "localhost.example.org", ""):
        assert not is_loopback(address)
        assert shared_folders(tmp_path, address) == [tmp_path / "uploads"]
    monkeypatch.setenv("ATTNLAB_DATA", f"{tmp_path}/a{os.pathsep}{tmp_path}/b")
    wanted = [tmp_path / "uploads", tmp_path / "a", tmp_path / "b"]
    assert shared_folders(tmp_path, "localhost") == wanted
