"""Write the pairs that the task `own-pairs` shows unless told otherwise: numbers in words.

    python -m tools.number_words

Every whole number from 1 to 1,000 in English and in French, as people write them in France: hyphens
below a hundred, and "et" before un and onze.
"""

from __future__ import annotations

from attnlab.resources import NUMBER_WORDS

_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["_", "_", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_FRENCH_ONES = [
    "zéro",
    "un",
    "deux",
    "trois",
    "quatre",
    "cinq",
    "six",
    "sept",
    "huit",
    "neuf",
    "dix",
    "onze",
    "douze",
    "treize",
    "quatorze",
    "quinze",
    "seize",
    "dix-sept",
    "dix-huit",
    "dix-neuf",
]
_FRENCH_TENS = [
    "_",
    "_",
    "vingt",
    "trente",
    "quarante",
    "cinquante",
    "soixante",
    "soixante",
    "quatre-vingt",
    "quatre-vingt",
]


def english(number: int) -> str:
    """A number from 1 to 1,000 in English words."""
    if number == 1000:
        return "one thousand"
    hundreds, rest = divmod(number, 100)
    parts = [f"{_ONES[hundreds]} hundred"] if hundreds else []
    if rest:
        parts.append(_below_hundred(rest))
    return " and ".join(parts)


def french(number: int) -> str:
    """A number from 1 to 1,000 in French words."""
    if number == 1000:
        return "mille"
    hundreds, rest = divmod(number, 100)
    parts = []
    if hundreds:
        many = "" if hundreds == 1 else f"{_FRENCH_ONES[hundreds]} "
        parts.append(f"{many}cent" + ("s" if hundreds > 1 and not rest else ""))
    if rest:
        parts.append(_french_below_hundred(rest))
    return " ".join(parts)


def _below_hundred(number: int) -> str:
    if number < 20:
        return _ONES[number]
    tens, ones = divmod(number, 10)
    return _TENS[tens] + (f"-{_ONES[ones]}" if ones else "")


def _french_below_hundred(number: int) -> str:
    if number < 20:
        return _FRENCH_ONES[number]
    tens, ones = divmod(number, 10)
    base = _FRENCH_TENS[tens]
    ones += 10 if tens in (7, 9) else 0
    if number == 80:
        return "quatre-vingts"
    if not ones:
        return base
    joint = " et " if ones in (1, 11) and tens < 8 else "-"
    return f"{base}{joint}{_FRENCH_ONES[ones]}"


def main() -> None:
    """Write the file."""
    lines = ["english\tfrench", *(f"{english(n)}\t{french(n)}" for n in range(1, 1001))]
    NUMBER_WORDS.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
