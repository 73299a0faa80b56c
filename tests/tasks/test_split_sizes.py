"""What a task declares of the splits of its fixed data set is what a seed gets."""

import pytest

from attnlab.catalog import tasks
from attnlab.spec import TaskSpec
from attnlab.tasks import make

FIXED = [
    "digits",
    "digits:classes=4",
    "digits:imbalance=10",
    "tabular",
    "tabular:dataset=iris",
    "tabular:dataset=wine,imbalance=2",
    "image-folder",
    "image-folder:most=30,share=0.3",
    "image-folder:imbalance=5",
    "own-table",
    "own-table:missing=drop,share=0.3",
    "own-table:imbalance=5",
    "own-pairs",
    "own-pairs:most=100,share=0.3",
    "own-series",
    "own-series:imbalance=5",
    "own-number",
    "own-arrays",
    "own-arrays:imbalance=5,share=0.3",
    "own-number:missing=drop,share=0.3",
    "own-text",
    "own-text:share=0.3,imbalance=5",
]


def test_every_task_with_a_fixed_data_set_says_how_it_is_split():
    for entry in tasks():
        sizes = entry.split_sizes(entry.params())
        assert (sizes is not None) == (entry.fixed_data is not None), entry.name


@pytest.mark.parametrize("short", FIXED)
def test_the_splits_are_as_large_as_declared(short):
    task = TaskSpec.model_validate(short)
    sizes = task.entry.split_sizes(task.params)
    data = make(task, 3)
    assert (sizes.validation, sizes.test) == (len(data.validation), len(data.test))
    if getattr(task.params, "imbalance", 1) == 1:
        assert sizes.train == len(data.train)
        assert sizes.total == len(data.train) + len(data.validation) + len(data.test)
    else:  # which samples are left out depends on the seed
        assert sizes.train == pytest.approx(len(data.train), rel=0.12)
    assert sizes.drawn_anew


def test_a_folder_that_cannot_be_read_has_no_sizes():
    task = TaskSpec.model_validate("image-folder:source=folder,path=/nowhere")
    assert task.entry.split_sizes(task.params) is None
