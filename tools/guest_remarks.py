"""Writes `data/guest-remarks.csv`, the example of the task `own-text`: remarks of hotel guests.

Run by `python -m tools.guest_remarks`. Each remark is made of clauses about different things; one
of them carries the feeling by a word or two, which stand in the column of keywords. Neutral remarks
have none: without them a network could tell one feeling by the absence of the other.
"""

from __future__ import annotations

import csv

import numpy as np

from attnlab.resources import GUEST_REMARKS

EACH = 150
"""Remarks of each feeling."""

THINGS = {
    "room": ("The room", "Our room", "The room on the second floor", "The corner room"),
    "breakfast": ("Breakfast", "The breakfast buffet", "The coffee at breakfast"),
    "staff": ("The staff", "The lady at the desk", "The young man at reception", "The porter"),
    "bed": ("The bed", "My bed", "The mattress"),
    "view": ("The view", "The view from the balcony", "The garden"),
    "bathroom": ("The bathroom", "The shower", "The water in the shower"),
}

FEELING: dict[str, dict[str, tuple[str, ...]]] = {
    "room": {
        "positive": ("was spotless", "was lovely and bright", "felt wonderfully calm"),
        "negative": ("was filthy", "smelled awful", "was noisy all night", "felt cramped"),
    },
    "breakfast": {
        "positive": ("was delicious", "was excellent", "tasted wonderful"),
        "negative": ("was tasteless", "was terrible", "tasted stale"),
    },
    "staff": {
        "positive": ("was charming", "could not have been kinder", "was helpful and friendly"),
        "negative": ("was rude", "was unfriendly", "ignored us"),
    },
    "bed": {
        "positive": ("was a dream", "was lovely", "was perfect"),
        "negative": ("was a disaster", "was awful", "was horrible"),
    },
    "view": {
        "positive": ("was stunning", "was beautiful", "delighted us"),
        "negative": ("was dreary", "disappointed us", "was ugly"),
    },
    "bathroom": {
        "positive": ("was spotless", "was excellent", "was perfect"),
        "negative": ("was mouldy", "was broken", "was filthy"),
    },
}

PLAIN = {
    "room": ("had two chairs and a lamp", "is next to the lift", "looks out on the street"),
    "breakfast": ("is served from seven", "is on the ground floor", "comes with juice and bread"),
    "staff": ("gave us the key", "speaks three languages", "wore a blue jacket"),
    "bed": ("stands by the window", "is one metre wide", "has two pillows"),
    "view": ("is to the north", "takes in the station", "was in the fog that day"),
    "bathroom": ("has a tub", "is down the hall", "is tiled in green"),
}

KEYWORDS = frozenset(
    {
        *("spotless", "lovely", "bright", "wonderfully", "calm", "delicious", "excellent"),
        *("wonderful", "charming", "kinder", "helpful", "friendly", "dream", "perfect"),
        *("stunning", "beautiful", "delighted", "filthy", "awful", "noisy", "cramped"),
        *("tasteless", "terrible", "stale", "rude", "unfriendly", "ignored", "disaster"),
        *("horrible", "dreary", "disappointed", "ugly", "mouldy", "broken"),
    }
)
"""The words that carry a feeling; no plain clause has one of them."""

OPENINGS = (
    "",
    "",
    "We stayed for two nights in May. ",
    "I was here for work. ",
    "This was our third visit. ",
    "We came by train with our children. ",
    "A short stop on the way south. ",
)
ENDINGS = (
    "",
    "",
    " The tram stops at the door.",
    " We left on Sunday.",
    " Parking is behind the house.",
    " It rained most of the time.",
)


def remarks() -> list[tuple[str, str, str]]:
    """Each remark with its feeling and its keywords, no two alike."""
    random = np.random.default_rng(7)
    rows: dict[str, tuple[str, str, str]] = {}
    for feeling in ("negative", "neutral", "positive"):
        found = 0
        while found < EACH:
            text, keywords = _remark(random, feeling)
            if text not in rows:
                rows[text] = (text, feeling, keywords)
                found += 1
    every = list(rows.values())
    return [every[place] for place in random.permutation(len(every))]


def _remark(random: np.random.Generator, feeling: str) -> tuple[str, str]:
    things = [str(each) for each in random.permutation(list(THINGS))[: random.integers(2, 5)]]
    clauses = [f"{random.choice(THINGS[thing])} {random.choice(PLAIN[thing])}" for thing in things]
    keywords = ""
    if feeling != "neutral":
        place = int(random.integers(len(things)))
        said = str(random.choice(FEELING[things[place]][feeling]))
        clauses[place] = f"{random.choice(THINGS[things[place]])} {said}"
        keywords = " ".join(word for word in said.split() if word in KEYWORDS)
    text = ". ".join(clauses)
    if len(clauses) > 2:
        last = clauses[-1]
        text = ". ".join(clauses[:-1]) + ", and " + last[0].lower() + last[1:]
    return f"{random.choice(OPENINGS)}{text}.{random.choice(ENDINGS)}", keywords


def main() -> None:
    """Write the file."""
    with open(GUEST_REMARKS, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("text", "sentiment", "keywords"))
        writer.writerows(remarks())


if __name__ == "__main__":
    main()
