"""Texts: a column of a table, or a folder of files for each class, with a label to predict.

Knows files, texts and words, no tasks. `collecting.text_set` reads the texts and says how they are
divided; `words` cuts them into tokens; `ready.ready_texts` gives each seed its vocabulary and
arrays, with statistics of the training split alone; `inspecting.inspect_texts` says all that before
anything trains. Faults are SpecErrors: a TableError, or an ImageSetError for files in folders.
Importing this package imports none of the libraries that read files or cut words.
"""

from attnlab.data.texts.options import USUAL_READING, Reading, Source, could_be_texts

__all__ = ["USUAL_READING", "Reading", "Source", "could_be_texts"]
