"""Small files of pairs of texts."""

import numpy as np

PO = """\
# Translators of Zoo
msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

#: zoo/models.py:12
msgid "The %(animal)s sleeps."
msgstr "Le %(animal)s dort."

#, fuzzy
msgid "Lion"
msgstr "Lionne"

msgid "Tiger"
msgstr ""

msgctxt "colour"
msgid "orange"
msgstr "orangé"

msgctxt "fruit"
msgid "orange"
msgstr "orange"

#, python-format
msgid "%d cage"
msgid_plural "%d cages"
msgstr[0] "%d cage à ouvrir"
msgstr[1] "%d cages à ouvrir"

msgid ""
"A long "
"line"
msgstr "Une longue ligne"

#~ msgid "Dodo"
#~ msgstr "Dronte"
"""

SENTENCES = [
    ("Go.", "Va !", "CC-BY 2.0 #1"),
    ('"Who is it?" "It\'s me."', "« Qui est-ce ? » « C'est moi. »", "CC-BY 2.0 #2"),
    ("Go.", "Bouge !", "CC-BY 2.0 #3"),
    ("I'm OK.", "Je vais bien.", "CC-BY 2.0 #4"),
    ('He said "no".', "Il a dit « non ».", "CC-BY 2.0 #5"),
]
TATOEBA = "".join("\t".join(row) + "\n" for row in SENTENCES)

ANIMALS = ("cat", "dog", "cow", "hen", "pig", "fox")
ANIMAUX = ("chat", "chien", "vache", "poule", "cochon", "renard")
VERBS = {"sees": "voit", "likes": "aime", "hears": "entend", "finds": "trouve"}


def drawn(count, seed=0):
    """So many pairs in English and French, and the book they are from, as TSV with names."""
    random = np.random.default_rng(seed)
    lines = {}
    while len(lines) < count:
        first, second = random.integers(0, len(ANIMALS), 2)
        verb = str(random.choice(list(VERBS)))
        number = int(random.integers(1, 90))
        english = f"{number} : the {ANIMALS[first]} {verb} the {ANIMALS[second]}."
        french = f"{number} : le {ANIMAUX[first]} {VERBS[verb]} le {ANIMAUX[second]}."
        lines[english] = f"{english}\t{french}\tbook {number % 7}"
    return "\n".join(["english\tfrench\tbook", *lines.values()]) + "\n"
