"""Reads a file with tasks and checks what is in it, inside a worker process.

Whatever the file does, what comes out is a sentence that names its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attnlab.imports import module as imported
from attnlab.own_modules.report import CheckedModule, CheckedPromise
from attnlab.own_tasks.checks import CHECKS, NOTES, RefusedTaskError, TriedTask
from attnlab.own_tasks.declaring import DECLARED
from attnlab.own_tasks.report import TaskReport
from attnlab.spec import OwnSource, OwnTask, SpecError
from attnlab.spec.own_errors import where


def checked(text: str, path: str) -> Iterator[str | TaskReport]:
    """Check a file: what is done next, in words, and at the end the report."""
    source = OwnSource(text, path)
    known = source.provide()
    yield f"running {source.file}"
    try:
        brought = imported(source.module)
    except BaseException as error:  # such as sys.exit() in the file
        yield TaskReport(source, problem=where(error, known))
        return
    draws = [each for each in vars(brought).values() if DECLARED in getattr(each, "__dict__", {})]
    if not draws:
        yield TaskReport(
            source,
            problem=f"{source.file} has no task: put @task(...) above a function, with "
            "`from attnlab.own_tasks import task`",
        )
        return
    tasks = []
    for draw in draws:
        declared = dict(getattr(draw, DECLARED))
        findings: list[CheckedPromise] = []
        for each in _findings(draw, declared, known):
            if isinstance(each, str):
                yield f"checking that {declared['name']} {each}"
            else:
                findings.append(each)
        tasks.append(CheckedModule(declared, tuple(findings)))
    yield TaskReport(source, tuple(tasks))


def _findings(
    draw: Any, declared: dict[str, Any], source: OwnSource
) -> Iterator[str | CheckedPromise]:
    """What is checked next, and what was found of it, in turn; ends with what makes the rest
    meaningless."""
    try:
        tried = TriedTask(draw, OwnTask(source, declared))
    except SpecError as error:
        yield CheckedPromise("declares itself", "refused", f"cannot be used as declared: {error}")
        return
    for promise, check in CHECKS:
        yield promise
        try:
            for doing in check(tried) or ():
                yield f"{promise} {doing}"
        except BaseException as error:  # the function may raise anything
            is_told = isinstance(error, (RefusedTaskError, SpecError))
            says = str(error) if is_told else f"fails: {where(error, source)}"
            yield CheckedPromise(promise, "refused", says)
            return
        yield CheckedPromise(promise, "passed")
    for promise, note in NOTES:
        yield promise
        says = note(tried)
        yield CheckedPromise(promise, "note" if says else "passed", says)
