"""Pictures of what is training, made ahead of the pages that show them.

Making a chart takes a page longer than anything else it does. For a study that trains it would be
done every second, and a widget changed meanwhile would wait for it. So a thread of its own makes
the next one, at a low priority, and a page takes the latest there is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from attnlab.jobs.priority import yield_to_pages

log = logging.getLogger(__name__)

WATCHED_SECONDS = 10.0
"""A picture that no page requested in this time is watched no more."""

LOOK_SECONDS = 0.1


@dataclass
class _Picture:
    value: Any
    make: Callable[[], Any]
    version: Callable[[], Hashable]
    made_of: Hashable
    made_at: float
    requested_at: float
    rest: float


class RenderCache:
    """Keeps the latest of each picture, and makes those being watched anew as they change."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pictures: dict[Hashable, _Picture] = {}
        self._thread: threading.Thread | None = None

    def latest(
        self,
        key: Hashable,
        make: Callable[[], Any],
        version: Callable[[], Hashable],
        rest: float,
    ) -> Any:
        """The picture of this name, made here only if there is none yet.

        `version` says what state of the numbers `make` would show; `rest` for how many seconds it
        is left alone once made: pages want the interpreter too.
        """
        now = time.monotonic()
        with self._lock:
            picture = self._pictures.get(key)
            if picture is not None:
                picture.make, picture.requested_at, picture.rest = make, now, rest
                return picture.value
        made_of = version()
        picture = _Picture(make(), make, version, made_of, now, now, rest)
        with self._lock:
            self._pictures[key] = picture
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._renew_watched, name="attnlab-render", daemon=True
                )
                self._thread.start()
        return picture.value

    def _renew_watched(self) -> None:
        """Renew the watched pictures until there is none."""
        yield_to_pages()
        while True:
            with self._lock:
                now = time.monotonic()
                for key, picture in list(self._pictures.items()):
                    if now - picture.requested_at > WATCHED_SECONDS:
                        del self._pictures[key]
                watched = list(self._pictures.items())
                if not watched:
                    self._thread = None
                    return
            for key, picture in watched:
                self._renew(key, picture)
            time.sleep(LOOK_SECONDS)

    def _renew(self, key: Hashable, picture: _Picture) -> None:
        if time.monotonic() - picture.made_at < picture.rest:
            return
        try:
            now_of = picture.version()
            if now_of != picture.made_of:
                picture.value = picture.make()
            picture.made_of = now_of
        except Exception:  # the page that asks next makes it itself, and says what is wrong
            log.exception("picture %s could not be made", key)
            with self._lock:
                self._pictures.pop(key, None)
        picture.made_at = time.monotonic()
