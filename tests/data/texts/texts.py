"""Small sets of texts."""

import csv
import io

from attnlab.data.texts.options import Reading, Source
from attnlab.data.texts.ready import ready_texts

CHINESE = (
    ("这家饭店的菜非常好吃", "好"),
    ("服务员态度很差，菜也很难吃", "坏"),
    ("我们在北京吃了三次，都很满意", "好"),
    ("等了两个小时，太失望了", "坏"),
)
JAPANESE = (
    ("この店の料理はとてもおいしいです", "良"),
    ("店員の態度がひどかった", "悪"),
    ("また行きたいと思います", "良"),
    ("二時間も待たされました", "悪"),
)


def table(rows, names=("text", "label")):
    """Rows as CSV."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([names, *rows])
    return file.getvalue()


def repeated(pairs, times=4):
    """These texts several times, each with a number of its own."""
    return [(f"{text} {number}", label) for number in range(times) for text, label in pairs]


def ready(path, *, reading=None, **source):
    """The texts at a path, made ready."""
    return ready_texts(path, Source(**source), Reading(**(reading or {})))


def files(pairs, encoding="utf-8", base=""):
    """Texts as files in folders: {"good/0.txt": b"…"}."""
    return {
        f"{base}{label}/{number}.txt": text.encode(encoding)
        for number, (text, label) in enumerate(pairs)
    }
