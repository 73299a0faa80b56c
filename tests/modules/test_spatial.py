import numpy as np
import pytest

from attnlab.modules import CBAMSpatial


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({}, 98),
        ({"kernel_size": 3}, 18),
        ({"kernel_size": 5}, 50),
        ({"batch_norm": True}, 102),
        ({"kernel_size": 3, "batch_norm": True}, 22),
        ({"pooling": "avg"}, 49),
        ({"kernel_size": 3, "pooling": "max"}, 9),
        ({"kernel_size": 3, "pooling": "avg", "batch_norm": True}, 13),
    ],
)
@pytest.mark.parametrize("channels", [1, 24, 512])
def test_parameters_depend_on_kernel_and_pooling_alone(options, count, channels):
    layer = CBAMSpatial(**options)
    layer.build((None, 8, 8, channels))
    assert layer.count_params() == count


def test_images_of_any_size_fit_one_layer():
    layer = CBAMSpatial()
    layer.build((None, None, None, 3))
    for size in [(4, 9), (16, 2)]:
        outputs, scores = layer(np.ones((2, *size, 3), "float32"), return_attention_scores=True)
        assert outputs.shape == (2, *size, 3)
        assert scores.shape == (2, *size)


def test_an_unknown_pooling_says_what_was_expected_and_received():
    with pytest.raises(ValueError, match="'both', 'avg', 'max', received 'mean'"):
        CBAMSpatial(pooling="mean")


@pytest.mark.parametrize(
    ("kernel", "message"),
    [(4, "kernel_size must be odd, received 4"), (0, "at least 1, received 0")],
)
def test_bad_kernels_say_what_was_expected_and_received(kernel, message):
    with pytest.raises(ValueError, match=message):
        CBAMSpatial(kernel_size=kernel)
