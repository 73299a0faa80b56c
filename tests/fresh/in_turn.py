"""Carries out commands one after the other in this process; prints how each ended, as JSON.

Run by `test_commands`, which writes to standard input, for each command: its `words`, in which ID
stands for the study that its home has, its `folder`, and the folder that this is to begin as a
copy of, or null (`copied`).
"""

import contextlib
import io
import json
import os
import shutil
import sys
import traceback
from pathlib import Path

from attnlab.cli import main


def carry_out(words, folder, copied):
    if copied:
        shutil.copytree(copied, folder)
    os.environ["ATTNLAB_HOME"] = f"{folder}/home"
    os.chdir(folder)
    if "ID" in words:
        from attnlab.store import Store

        [study] = Store(Path(folder) / "home").studies()
        words = [study.id if word == "ID" else word for word in words]
    out, err = (io.TextIOWrapper(io.BytesIO(), write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main(words)
        except Exception:  # the test finds the traceback, and the other commands still run
            traceback.print_exc()
            code = None
    said = {"out": out, "err": err}
    return {"code": code, **{name: text.buffer.getvalue().decode() for name, text in said.items()}}


print(json.dumps([carry_out(**each) for each in json.load(sys.stdin)]))
