"""What in an image set may mislead is said, with names, counts and what to do."""

from attnlab.data.images import listing
from attnlab.data.images.advice import advice
from data.images.conftest import noise, png, usual


def said(put, files, most=None):
    return advice(listing(put(files)), most)


def test_a_good_set_is_passed_in_silence(put):
    assert said(put, usual(5)) == []


def test_uneven_classes_are_told_with_their_counts(put):
    files = {f"cats/{n}.png": noise(n) for n in range(19)}
    [sentence] = said(put, {**files, **{f"dogs/{n}.png": noise(99 + n) for n in range(5)}})
    assert sentence.startswith(
        "cats has 19 images, and dogs 5: always answering cats is right in 79%"
    )
    assert "balanced accuracy" in sentence


def test_small_classes_are_named(put):
    assert said(put, usual(4)) == [
        "cats and dogs have fewer than 5 images: add some, or leave the class out"
    ]


def test_copies_over_the_split_are_named(put):
    train, held_out = usual(6, base="train/"), usual(6, base="validation/")
    other = {name: noise(number) for number, name in enumerate(held_out)}
    assert said(put, {**train, **other}) == []
    other["validation/dogs/2.png"] = train["train/dogs/0.png"]
    [sentence] = said(put, {**train, **other})
    assert sentence == (
        "1 image in more than one split (train/dogs/0.png = validation/dogs/2.png): what was "
        "learned by heart then counts as right; keep one copy of each"
    )


def test_copies_that_a_seed_may_part_are_named_and_those_in_two_classes(put):
    files = {**usual(6), "dogs/copy.png": usual(6)["dogs/3.png"], "dogs/cat.png": png(10)}
    parted, two_classes = said(put, files)
    told = "2 images there more than once (cats/0.png = dogs/cat.png; dogs/3.png = dogs/copy.png)"
    assert parted.startswith(told)
    assert two_classes.startswith("1 image in more than one class (cats/0.png = dogs/cat.png)")


def test_what_is_not_read_is_not_looked_at(put):
    assert said(put, {**usual(6), "dogs/copy.png": usual(6)["dogs/3.png"]}, most=5) == []
