"""Files as people have them, each by the command from the file to a verdict.

That a table is the same in each of its forms, bit for bit, is held in tests/data/tables and
tests/tasks/test_own_number.py: here each table comes in another one.
"""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import django
import numpy as np
import pytest
from PIL import Image
from sklearn import datasets

from attnlab.resources import GUEST_REMARKS, PENGUINS, PULSES
from tests.data.tables.tables import written

LOCALES = Path(django.__file__).parent / "conf" / "locale"


def breast_cancer(folder):
    """As CSV with commas."""
    named("breast_cancer").to_csv(folder / "cells.csv", index=False)
    return folder / "cells.csv"


def wine(folder):
    """As CSV with semicolons and decimal commas, and a mark of UTF-8 before all."""
    options = {"sep": ";", "decimal": ",", "encoding": "utf-8-sig"}
    named("wine").to_csv(folder / "wine.csv", index=False, **options)
    return folder / "wine.csv"


def iris(folder):
    """As Parquet."""
    named("iris").to_parquet(folder / "iris.parquet")
    return folder / "iris.parquet"


def diabetes(folder):
    """As a sheet of Excel: a number to predict."""
    frame = datasets.load_diabetes(as_frame=True, scaled=False).frame
    frame.to_excel(folder / "diabetes.xlsx", index=False)
    return folder / "diabetes.xlsx"


def named(name):
    """A data set of scikit-learn with the names of its classes."""
    loaded = getattr(datasets, f"load_{name}")(as_frame=True)
    return loaded.frame.assign(target=loaded.target_names[loaded.target])


def digits(folder):
    """A thousand digits as JPEGs in a zip archive, each with its bounding box as a mask."""
    scans, labels = datasets.load_digits(return_X_y=True)
    random = np.random.default_rng(0)
    with zipfile.ZipFile(folder / "digits.zip", "w") as archive:
        for number in range(1000):
            image, mask = np.zeros((2, 16, 16), np.uint8)
            row, column = random.integers(0, 9, 2)
            box = slice(row, row + 8), slice(column, column + 8)
            image[box] = scans[number].reshape(8, 8) * 15.9
            mask[box] = 255
            for name, pixels, kind in (("images", image, "jpeg"), ("masks", mask, "png")):
                content = BytesIO()
                Image.fromarray(pixels).save(content, kind)
                ending = {"jpeg": "jpg"}.get(kind, kind)
                archive.writestr(f"{name}/{labels[number]}/{number}.{ending}", content.getvalue())
    return folder / "digits.zip"


def chinese(folder):
    """Remarks on an inn in Chinese, in the encoding of a Chinese Windows."""
    things, parts = ("房间", "早餐", "服务员", "网络", "位置"), ("今天", "这里的", "我们的", "昨晚")
    words = {"好": ("很干净", "非常好", "让人满意"), "差": ("很脏", "太差了", "让人失望")}
    random = np.random.default_rng(0)
    lines = ["评论,评价"]
    for number in range(120):
        kind = "好差"[number % 2]
        said = [str(random.choice(each)) for each in (parts, things, words[kind])]
        lines.append(f"{''.join(said)}。,{kind}")
    return written(folder / "remarks.csv", "\n".join(lines).encode("gb18030"))


def french(folder):
    """Django's own catalogue, English to French."""
    return LOCALES / "fr" / "LC_MESSAGES" / "django.po"


def simplified_chinese(folder):
    """Django's own catalogue, English to Chinese."""
    return LOCALES / "zh_Hans" / "LC_MESSAGES" / "django.po"


SAID = {"helps", "hurts", "no difference shown"}
SHORT = ("--set", "length=4", "most=150")
SERIES = ("--label", "kind", "--set", "series=series", "order=step")


@pytest.mark.parametrize(
    ("made", "arms", "options", "task", "chance"),
    [
        (breast_cancer, "none dense", (), "own-table", 71 / 113),
        (wine, "none feature-gate:ratio=2", (), "own-table", 14 / 36),
        (iris, "none dense", (), "own-table", 1 / 3),
        (diabetes, "none dense", (), "own-number", pytest.approx(77, abs=8)),
        (lambda _: PENGUINS, "none dense", ("--label", "species"), "own-table", 30 / 69),
        (
            digits,
            "none cbam-spatial",
            ("--set", "masks=masks", "size=16", "blocks=1", "width=4", "colour=false"),
            "image-folder",
            pytest.approx(0.1, abs=0.02),
        ),
        (
            lambda _: GUEST_REMARKS,
            "none attention-pool",
            ("--label", "sentiment"),
            "own-text",
            1 / 3,
        ),
        (chinese, "none attention-pool", ("--label", "评价"), "own-text", 0.5),
        (french, "none bahdanau", SHORT, "own-pairs", pytest.approx(0.43, abs=0.1)),
        (simplified_chinese, "none bahdanau", SHORT, "own-pairs", pytest.approx(0.3, abs=0.1)),
        (lambda _: PULSES, "none attention-pool", SERIES, "own-series", 0.5),
    ],
)
def test_from_a_file_to_a_verdict(attnlab, tmp_path, made, arms, options, task, chance):
    done = attnlab(
        *("run", "--data", made(tmp_path), "--arm", *arms.split(), *options),
        *("--seeds", 6, "--epochs", 1, "--json"),
    )
    assert done.code == 0, done.err
    told = json.loads(done.out)
    assert told["plan"]["task"]["name"] == task
    assert told["chance"] == chance
    reference, verdict = told["verdicts"]
    assert (reference["verdict"], reference["n"]) == ("reference", 6)
    assert verdict["verdict"] in SAID
    assert (verdict["pairs"], verdict["final"]) == (6, True)
