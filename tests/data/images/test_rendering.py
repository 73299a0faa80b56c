"""Pictures of any shape as squares: stretched, cropped or padded, and their masks alike."""

import numpy as np
import pytest
from PIL import Image

from attnlab.data.images.rendering import Rendering


def bars(wide=True):
    """Twelve by four pixels (or four by twelve): black, then white in the middle third, black."""
    values = np.zeros((4, 12), np.uint8)
    values[:, 4:8] = 255
    return values if wide else values.T


@pytest.mark.parametrize("wide", [True, False])
def test_a_long_picture_is_stretched_cropped_or_padded(wide):
    picture = Image.fromarray(bars(wide))
    shown = {
        fit: Rendering(12, False, "grey", fit).of(picture)[..., 0]
        for fit in ("stretch", "crop", "pad")
    }
    if not wide:
        shown = {fit: image.T for fit, image in shown.items()}
    assert (shown["stretch"][:, 5:7] == 255).all()
    assert (shown["stretch"][:, :3] == 0).all()
    assert (shown["crop"] == 255).all()
    assert (shown["pad"][[0, 3, 8, 11]] == 128).all()
    assert (shown["pad"][4:8] == bars()).all()


@pytest.mark.parametrize("fit", ["stretch", "crop", "pad"])
@pytest.mark.parametrize("times", [1, 3])
def test_a_mask_is_laid_out_as_its_image_is_whatever_its_size(fit, times):
    mask = bars().astype(bool).repeat(times, 0).repeat(times, 1)
    how = Rendering(12, False, "black", fit)
    assert (how.of_mask(mask) == (how.of(Image.fromarray(bars()))[..., 0] > 127)).all()


def test_a_small_mark_stays_and_none_stays_none():
    marked = np.zeros((300, 300), bool)
    assert not Rendering(10, False).of_mask(marked).any()
    marked[151, 33] = True
    small = Rendering(10, False).of_mask(marked)
    assert np.argwhere(small).tolist() == [[5, 1]]


def test_a_picture_of_one_row_is_padded():
    line = Rendering(8, True, "none", "pad").of(Image.new("RGB", (500, 1), "red"))
    assert (line.sum(axis=(1, 2)) > 0).tolist() == [False] * 3 + [True] + [False] * 4
