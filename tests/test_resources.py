"""The files that come with attnlab are where it looks, and a missing one is an error."""

import pytest

from attnlab import resources
from attnlab.catalog.task_entries.folder import ImageFolderParameters, image_path
from attnlab.claims.shipped import shipped
from attnlab.data.images import ImageSetError


@pytest.mark.parametrize("path", [resources.APP, resources.CLAIMS, resources.DIGIT_IMAGES])
def test_each_file_is_there(path):
    assert resources.existing(path) == path


def test_a_missing_file_is_named_with_what_to_do(tmp_path):
    with pytest.raises(resources.MissingFileError, match=r"nothing\.json is missing.*install"):
        resources.existing(tmp_path / "nothing.json")


def test_claims_whose_file_is_missing_are_not_taken_for_claims_not_run(tmp_path):
    with pytest.raises(resources.MissingFileError, match=r"claims\.json is missing"):
        shipped(tmp_path / "claims.json")


def test_example_images_that_are_missing_are_an_error_of_the_image_set(tmp_path, monkeypatch):
    monkeypatch.setattr(
        "attnlab.catalog.task_entries.folder.DIGIT_IMAGES", tmp_path / "digit-images.zip"
    )
    with pytest.raises(ImageSetError, match=r"digit-images\.zip is missing"):
        image_path(ImageFolderParameters())
