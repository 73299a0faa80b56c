"""What is on a page is put where its sentence says, or the page is refused."""

import pytest

from tests.guides import Block, blocks, commands, put

FILE = 'ONE = 1\n\nTABLE = {\n    "a": 1,\n}\n\n\nclass Last:\n    x: int = 1\n'
PAGE = """
In `some.py`, as an item of the dictionary
`TABLE`:

```python
"b": 2
```

```
make test  # all of them
```
"""


@pytest.mark.parametrize(
    ("where", "code", "expected"),
    [
        ("At the end of `some.py`:", "x = 2\n", FILE + "\n\nx = 2\n"),
        ("And in `some.py`, above the class `Last`:", "y\n", FILE.replace("cl", "y\n\n\ncl")),
        (
            "In `some.py`, as an item of the dictionary `TABLE`:",
            '"b": 2\n',
            FILE.replace('    "a"', '    "b": 2,\n    "a"'),
        ),
        (
            "In `some.py`, as the last item of the dictionary `TABLE`:",
            '"b": 2\n',
            FILE.replace("}\n", '    "b": 2,\n}\n'),
        ),
        (
            "In `some.py`, below the line `x: int = 1`:",
            "z: int = 2\n",
            FILE + "    z: int = 2\n",
        ),
        ("In `some.py`, in place of the line `ONE = 1`:", "ONE = 3\n", FILE.replace("1", "3", 1)),
    ],
)
def test_code_goes_where_the_sentence_says(tmp_path, where, code, expected):
    (tmp_path / "some.py").write_text(FILE)
    put(Block(where, code), tmp_path)
    assert (tmp_path / "some.py").read_text() == expected


def test_a_new_file_must_not_be_there(tmp_path):
    block = Block("The new file `some.py`:", "x = 1\n")
    put(block, tmp_path)
    with pytest.raises(AssertionError, match="there already"):
        put(block, tmp_path)


def test_a_page_has_blocks_and_commands():
    [block] = blocks(PAGE)
    assert block.sentence == "In `some.py`, as an item of the dictionary `TABLE`:"
    assert block.file == "some.py"
    assert commands(PAGE) == ["make test"]


def test_a_block_without_a_place_is_refused():
    with pytest.raises(AssertionError, match="no place"):
        _ = Block("It looks like this:", "x = 1").place
