"""Image sets that do not fit into memory: speed beside tf.data, memory, the wait before training.

20,000 JPEGs are written once (fewer with `--images`). A study with the default network then trains
for an epoch by the command, whose lines are timed and whose processes' memory is read. After that
its epochs and those of `model.fit` on a tf.data pipeline (read, decode, batch, prefetch) take turns
in one process, with the same network, threads, and numbers of training and validation images. A
second pipeline keeps its decoded images in a file, as attnlab does.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import psutil
from PIL import Image

from attnlab import Study
from benchmarks.report import print_table

IMAGES, QUICK_IMAGES, EPOCHS = 20_000, 2_000, 3
SIZE, CLASSES = 128, ("one", "two")
BATCH = 32
MIB = 2**20


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--images", type=int, help=f"how many are written ({IMAGES})")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"how many each ({EPOCHS})")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_IMAGES} images, two epochs")
    parser.add_argument("--only", choices=("command", "speed"), help="leave out the other part")
    parser.add_argument("--no-cached", action="store_true", help="without the second pipeline")
    options = parser.parse_args()
    count = options.images or (QUICK_IMAGES if options.quick else IMAGES)
    epochs = 2 if options.quick else options.epochs
    os.environ["ATTNLAB_STREAM_FROM"] = "100"  # so that fewer images stream, too
    with tempfile.TemporaryDirectory() as folder:
        images = Path(folder) / "images"
        write(images, count)
        if options.only != "speed":
            os.environ["ATTNLAB_HOME"] = f"{folder}/command"
            by_command(images)
        if options.only != "command":
            os.environ["ATTNLAB_HOME"] = f"{folder}/speed"
            speed(images, epochs, cached=not options.no_cached)


def write(folder: Path, count: int) -> None:
    """Write so many JPEGs of two classes: smooth noise, with a darker corner in one of them."""
    random = np.random.default_rng(0)
    for name in CLASSES:
        (folder / name).mkdir(parents=True)
    for number in range(count):
        label = number % len(CLASSES)
        small = random.integers(0, 256, (16, 16, 3), dtype=np.uint8)
        small[8 * label : 8 * label + 4, :4] //= 2
        image = Image.fromarray(small).resize((SIZE, SIZE), Image.Resampling.BICUBIC)
        image.save(folder / CLASSES[label] / f"{number}.jpg", quality=90)


def plan(images: Path, epochs: int) -> Study:
    """The default network on these images."""
    task = {"data": str(images), "size": SIZE, "most": 10_000}
    return Study(task=task, arms=["none"], seeds=1, epochs=epochs, batch_size=BATCH)


# --- memory, and what a person waits for ---


def by_command(images: Path) -> None:
    """Train for an epoch by the command; print what its processes hold, and when it says what."""
    file = images.parent / "study.yaml"
    file.write_text(plan(images, 1).to_yaml())
    began = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "attnlab", "run", str(file)],
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    held = _Held(process.pid)
    seen: dict[str, float] = {}
    assert process.stderr is not None  # it is a pipe
    for line in process.stderr:
        for word in ("Study", "Reading images", "Images stream", "epoch 1 of 1"):
            if word in line:
                seen.setdefault(word, time.monotonic() - began)
    if process.wait() != 0:
        raise RuntimeError("the study has failed")
    held.end()
    rows = [
        ["first words", f"{seen['Study']:.1f} s"],
        ["first progress of the reading", f"{seen.get('Reading images', 0):.1f} s"],
        ["all images are decoded", f"{seen['Images stream']:.1f} s"],
        ["progress of the first epoch", f"{seen['epoch 1 of 1']:.1f} s"],
        ["all of it", f"{time.monotonic() - began:.1f} s"],
        ["largest process", f"{held.largest / MIB:.0f} MiB resident"],
        ["all processes, shared pages once", f"{held.together / MIB:.0f} MiB resident"],
    ]
    print_table("A study of an epoch by the command", ["what", "when, or how much"], rows)


@dataclass
class _Held:
    """Reads the most that a process and its children hold, until it is told to end."""

    pid: int
    largest: int = 0
    together: int = 0
    _ended: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._thread = threading.Thread(target=self._read)
        self._thread.start()

    def _read(self) -> None:
        while not self._ended.wait(0.1):
            try:
                parent = psutil.Process(self.pid)
                found = [each.memory_full_info() for each in [parent, *parent.children(True)]]
            except psutil.Error:  # one has just ended
                continue
            self.largest = max(self.largest, *(each.rss for each in found))
            self.together = max(self.together, sum(each.pss for each in found))

    def end(self) -> None:
        """Read no more."""
        self._ended.set()
        self._thread.join()


# --- speed ---


Taken = tuple[float, float]
"""Seconds of an epoch, and those of the processor."""


def speed(images: Path, epochs: int, cached: bool) -> None:
    """Train by turns, an epoch each, and print images a second and ratios.

    On a machine with other work the ratio of the processor's seconds is the one to trust.
    """
    os.environ["TF_NUM_INTRAOP_THREADS"] = str(len(os.sched_getaffinity(0)))
    ways: dict[str, Callable[[], Iterator[None]]] = {
        "tf.data": lambda: piped(images, epochs),
        "attnlab": lambda: streamed(images, epochs),
    }
    if cached:
        ways["tf.data, cached"] = lambda: piped(images, epochs, images.parent / "cache")
    running = {name: way() for name, way in ways.items()}
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(epochs):
        for name, each in running.items():
            began, worked = time.perf_counter(), time.process_time()
            next(each)
            taken[name].append((time.perf_counter() - began, time.process_time() - worked))
    passed = sum(1 for _ in images.rglob("*.jpg")) * 4 / 5  # trained on and validated
    rows = [
        [name, f"{passed / each[0][0]:.0f}", f"{passed / _later(each, 0):.0f}"]
        + [f"{ratio:.2f}" for ratio in _ratios(taken["tf.data"], each)]
        for name, each in taken.items()
    ]
    head = ["by", "first epoch", "best later", "of tf.data", "by processor", "all epochs"]
    print_table(f"Images a second, {passed:.0f} an epoch, {epochs} epochs", head, rows)


def _later(taken: list[Taken], which: int) -> float:
    """The shortest of the epochs after the first: what disturbs an epoch only makes it longer."""
    return min(each[which] for each in taken[1:] or taken)


def _ratios(baseline: list[Taken], own: list[Taken]) -> tuple[float, float, float]:
    """How many times as fast as the baseline: later epochs, these by the processor, and all."""
    seconds, processor = (_later(baseline, which) / _later(own, which) for which in (0, 1))
    return seconds, processor, sum(each[0] for each in baseline) / sum(each[0] for each in own)


def streamed(images: Path, epochs: int) -> Iterator[None]:
    """Epochs of attnlab, of which the first has everything before it."""
    from attnlab.training.runtime import load_tensorflow

    load_tensorflow()
    from attnlab.training.engine import train
    from attnlab.training.events import EpochEnd

    study = plan(images, epochs)
    arm = study.arms[0]
    task, training = study.task_of(arm), study.training_of(arm)
    for event in train(arm, study.seeds, task=task, training=training):
        if isinstance(event, EpochEnd):
            yield


def piped(images: Path, epochs: int, cache: Path | None = None) -> Iterator[None]:
    """Epochs of `model.fit` on a pipeline of tf.data."""
    from attnlab.training.runtime import load_tensorflow

    load_tensorflow()
    import keras

    from attnlab.backbones import build

    study = plan(images, epochs)
    network = build(study.task, study.arms[0].module)
    training = study.training
    network.model.compile(
        keras.optimizers.Adam(training.learning_rate),
        keras.losses.BinaryCrossentropy(from_logits=True),
        metrics=[keras.metrics.BinaryAccuracy(threshold=0.0)],
    )
    train, validation = _pipelines(images, cache)
    for epoch in range(epochs):
        network.model.fit(
            train, initial_epoch=epoch, epochs=epoch + 1, validation_data=validation, verbose=0
        )
        yield


def _pipelines(images: Path, cache: Path | None) -> tuple[Any, Any]:
    """Three fifths of the images in another order every epoch, and a fifth for validation."""
    import tensorflow as tf

    files = np.array(sorted(map(str, images.rglob("*.jpg"))))
    files = np.random.default_rng(0).permutation(files)
    labels = np.array([Path(file).parent.name == CLASSES[1] for file in files], np.float32)
    part = len(files) // 5

    def decoded(file: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.io.decode_jpeg(tf.io.read_file(file), channels=3), label

    def scaled(image: tf.Tensor, label: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        return tf.cast(tf.ensure_shape(image, [None, SIZE, SIZE, 3]), tf.float32) / 255, label

    def pipeline(chosen: slice, shuffle: bool) -> tf.data.Dataset:
        made = tf.data.Dataset.from_tensor_slices((files[chosen], labels[chosen]))
        many = len(files[chosen])
        if shuffle and cache is None:
            made = made.shuffle(many, seed=0)
        made = made.map(decoded, num_parallel_calls=tf.data.AUTOTUNE)
        if cache is not None:
            made = made.cache(f"{cache}-{chosen.start}")
            made = made.shuffle(1_000, seed=0) if shuffle else made
        made = made.batch(BATCH if shuffle else 128)
        return made.map(scaled, num_parallel_calls=tf.data.AUTOTUNE).prefetch(tf.data.AUTOTUNE)

    return pipeline(slice(0, 3 * part), True), pipeline(slice(3 * part, 4 * part), False)


if __name__ == "__main__":
    main()
