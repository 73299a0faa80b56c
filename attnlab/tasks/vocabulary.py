"""The words of the text tasks."""

from __future__ import annotations

FEELINGS: dict[str, tuple[str, ...]] = {
    "joy": ("happy", "glad", "delighted", "cheerful", "merry", "thrilled", "joyful", "pleased"),
    "anger": ("angry", "furious", "cross", "enraged", "bitter", "annoyed", "mad", "outraged"),
    "fear": ("afraid", "scared", "anxious", "terrified", "nervous", "uneasy", "worried", "alarmed"),
    "sadness": ("sad", "gloomy", "tearful", "sorry", "lonely", "unhappy", "grieving", "downcast"),
    "surprise": ("amazed", "startled", "stunned", "puzzled", "baffled", "awed", "shocked", "dazed"),
}
"""The words that carry each class."""

_PLAIN = """
the a an and or but so then when while before after again still also only just even never always
in on at by to from with over under near behind between through across around along beside into
we they she he you it who that this these those some any many few all both each every other was
were is are had has have did does will would could should may might must can went came saw said
told asked took gave made found left kept held put ran sat stood walked looked turned called
house street train window table door garden river letter story market morning evening winter
summer doctor teacher neighbour friend brother sister child people village city road bridge
bread coffee paper book lamp chair clock coat box key ball boat tree stone field hill rain snow
old new small large long short early late slow quick green red blue white quiet open round plain
two three seven ten once twice often perhaps maybe almost rather quite very here there outside
"""
PLAIN = tuple(_PLAIN.split())
"""Words that say nothing about the class."""

CLASS_NAMES = tuple(FEELINGS)
PADDING = ""
WORDS = (PADDING, *PLAIN, *(word for words in FEELINGS.values() for word in words))
"""The word of every token; token 0 is padding."""

KEYWORDS_EACH = 8
FIRST_KEYWORD = 1 + len(PLAIN)
