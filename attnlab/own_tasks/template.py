"""The file that a new task begins with, and its test."""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template

from attnlab.catalog.task_entries.own_task import On
from attnlab.spec import SpecError, shown
from attnlab.wording import capitalised

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")


@dataclass(frozen=True)
class _Inputs:
    """What differs between the templates of different inputs."""

    summary: str
    shape: str
    said: str
    truth: str
    size: str
    bounds: str
    body: str
    arm: str
    more: str = ""


KINDS: Mapping[On, _Inputs] = {
    "features": _Inputs(
        summary="Columns of noise, two of which decide: their signs agree, or do not",
        shape="features",
        said="(N, D): so many numbers",
        truth="the two columns that decide",
        size="features",
        bounds='12, low=4, high=64, help="How many columns each sample has."',
        body="""    x = random.normal(size=(samples, features)).astype("float32")  # (N, D)
    y = (x[:, 0] * x[:, 1] > 0).astype("int32")  # (N,): the class, from 0
    truth = np.arange(features) < 2  # (D,): the same in every sample""",
        arm="dense",
    ),
    "image": _Inputs(
        summary="Noise with a bright square; the class is whether it is filled or hollow",
        shape="size, size, 1",
        said="(N, H, W, C): height, width and channels",
        truth="the place of the square",
        size="size",
        bounds='16, low=12, high=32, step=4, help="Width and height in pixels."',
        body="""    x = 0.3 * random.normal(size=(samples, size, size, 1)).astype("float32")
    y = random.integers(0, 2, samples)  # (N,): the class, from 0
    truth = np.zeros((samples, size, size), bool)  # (N, H, W): another place in every sample
    for image, mark, label in zip(x, truth, y, strict=True):
        row, column = random.integers(0, size - 4, 2)
        image[row : row + 5, column : column + 5] += 1
        if label:
            image[row + 1 : row + 4, column + 1 : column + 4] -= 1
        mark[row : row + 5, column : column + 5] = True""",
        arm="cbam-spatial:batch_norm=true",
    ),
    "channels": _Inputs(
        summary="Channels of noise, one of which is brighter on one side: which side is the class",
        shape="8, 8, channels",
        said="(N, H, W, C): height, width and channels",
        truth="the channel that tells",
        size="channels",
        bounds='8, low=4, high=32, help="How many channels each image has."',
        body="""    x = random.normal(size=(samples, 8, 8, channels)).astype("float32")
    y = random.integers(0, 2, samples)  # (N,): the class, from 0
    x[:, :, :4, 0] += np.where(y == 0, 0.5, 0)[:, None, None]
    x[:, :, 4:, 0] += np.where(y == 1, 0.5, 0)[:, None, None]
    truth = np.arange(channels) < 1  # (C,): the same in every sample""",
        arm="se:ratio=4",
    ),
    "steps": _Inputs(
        summary="Steps of noise, one of which is marked: its sign is the class",
        shape="steps, 2",
        said="(N, T, C): so many numbers at each step",
        truth="the marked step",
        size="steps",
        bounds='20, low=6, high=80, help="How long each sequence is."',
        body="""    x = random.normal(size=(samples, steps, 2)).astype("float32")  # (N, T, C)
    x[:, :, 1] = 0
    marked = random.integers(0, steps, samples)
    x[np.arange(samples), marked, 1] = 1
    y = (x[np.arange(samples), marked, 0] > 0).astype("int32")  # (N,): the class, from 0
    truth = x[:, :, 1] > 0  # (N, T): another step in every sample""",
        arm="attention-pool",
    ),
    "text": _Inputs(
        summary="Texts of plain words with one word that tells the class",
        shape="length",
        said="(N, T): so many tokens; 0 is padding",
        truth="the word that tells",
        size="length",
        bounds='20, low=6, high=80, help="How many words each text has."',
        body="""    x = random.integers(1, 41, (samples, length))  # (N, T): plain words are 1 to 40
    y = random.integers(0, 2, samples)  # (N,): the class, from 0
    place = random.integers(0, length, samples)
    x[np.arange(samples), place] = 41 + y  # two words tell
    truth = x > 40  # (N, T): another word in every sample""",
        arm="attention-pool",
        more="    tokens=43,  # how many words there are, padding included\n",
    ),
}
"""By what the inputs are."""

_TASK = Template('''"""A task of my own: $title.

Change it, save it, and look: the playground of `$command app` reads it again.
Check it with:

    $command check $path
    python -m pytest $test
"""

import numpy as np

from attnlab.own_tasks import number, task


@task(
    on="$on",  # what the inputs are, and so which network there is
    shape="$shape",  # of one input: $said
    classes=2,  # how many answers there are, numbered from 0
$more    samples="samples",  # how many samples there are in all: arithmetic over the parameters
    truth="$truth",  # what attention should find; leave it out if nobody knows
    name="$name",  # what plans and the command line call it
    title="$title",
    parameters={  # a slider each; what the function takes besides the seed
        "$size": number($bounds),
        "samples": number(3_000, low=500, high=10_000, step=500, help="How many are drawn."),
    },
    arms=("none", "$arm"),  # the experiment to begin with
    training={"epochs": 15},
)
def $function(seed, $size, samples):
    """$summary."""
    random = np.random.default_rng(seed)  # every number from here: the same seed, the same data
$body
    # Without "split": three fifths for training, then a fifth each for validation and test.
    return {"x": x, "y": y, "truth": truth}
''')

_TEST = Template('''"""$title keeps its promises, and is what it says."""

from pathlib import Path

import numpy as np

from attnlab.own_tasks import arrays, check

FILE = Path(__file__).with_name("$file")


def test_it_keeps_the_promises_of_a_task():
    report = check(FILE)
    assert report.passed, str(report)


def test_both_classes_are_as_common():
    drawn = arrays(FILE, "$function", 0, $size=$least, samples=2_000)
    assert abs(np.mean(drawn["y"]) - 0.5) < 0.05
    assert drawn["truth"].any()
''')


def files_for(name: str, on: On, folder: Path, command: str) -> dict[Path, str]:
    """The text of a task's file and of its test, by path. Raises SpecError for a name that none can
    have."""
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise SpecError(
            f"a task's name is small letters, digits and dashes such as two-columns, got "
            f"{shown(name)}"
        )
    kind, words = KINDS[on], re.split("[-_]", name)
    function = "_".join(words)
    path, test = folder / f"{function}.py", folder / f"test_{function}.py"
    values = {
        **vars(kind),
        "name": "-".join(words),
        "title": capitalised(" ".join(words)),
        "function": function,
        "on": on,
        "command": command,
        "path": path,
        "test": test,
        "file": path.name,
        "least": kind.bounds.partition(",")[0],
    }
    return {path: _TASK.substitute(values), test: _TEST.substitute(values)}
