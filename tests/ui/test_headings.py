"""The headings of each page, as a screen reader lists them."""

import re
from itertools import pairwise

import pytest

from .screen import assert_well

PAGES = ["playground", "data", "claims", "ablation", "attention", "judge", "modules", "runs"]
SHOWING_A_STUDY = ["playground", "ablation", "attention"]


def levels(app):
    """The levels of the headings in the main part, from above."""
    found = (re.match(r"(#+) ", each.value) for each in app.main.markdown)
    return [len(each[1]) for each in found if each]


@pytest.mark.parametrize(
    ("page", "with_study"),
    [
        *(pytest.param(page, False, id=page) for page in PAGES),
        *(pytest.param(page, True, id=f"{page}, with a study") for page in SHOWING_A_STUDY),
    ],
)
def test_a_page_has_one_heading_of_the_first_level_and_skips_none(
    open_app, record, two_claims, page, with_study
):
    query = {"study": record()} if with_study else {}
    app = open_app(f"pages/{page}.py", **query)
    assert_well(app)
    found = levels(app)
    assert found.count(1) == 1
    assert found[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(found))
