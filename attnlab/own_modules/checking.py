"""Reads a file with modules and checks what is in it, inside a worker process.

Whatever the file does, what comes out is a sentence that names its line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attnlab.imports import module as imported
from attnlab.own_modules.declaring import DECLARED
from attnlab.own_modules.report import CheckedModule, CheckedPromise, Report
from attnlab.spec import OwnModule, OwnSource, SpecError, load
from attnlab.spec.own_errors import first_line, where


def checked(text: str, path: str) -> Iterator[str | Report]:
    """Check a file: what is done next, in words, and at the end the report."""
    source = OwnSource(text, path)
    known = source.provide()
    yield f"running {source.file}"
    try:
        brought = imported(source.module)
    except BaseException as error:  # such as sys.exit() in the file
        yield Report(source, problem=where(error, known))
        return
    kinds = [each for each in vars(brought).values() if DECLARED in getattr(each, "__dict__", {})]
    if not kinds:
        yield Report(
            source,
            problem=f"{source.file} has no module: put @module(...) above a class, with "
            "`from attnlab.own_modules import module`",
        )
        return
    modules = []
    for kind in kinds:
        declared = dict(getattr(kind, DECLARED))
        findings: list[CheckedPromise] = []
        for each in _findings(kind, declared, known):
            if isinstance(each, str):
                yield f"checking that {declared['name']} {each}"
            else:
                findings.append(each)
        declared["stacks"] = all(each.outcome != "note" for each in findings)
        modules.append(CheckedModule(declared, tuple(findings)))
    yield Report(source, tuple(modules))


def _findings(
    kind: type, declared: dict[str, Any], source: OwnSource
) -> Iterator[str | CheckedPromise]:
    """What is checked next, and what was found of it, in turn; ends with what makes the rest
    meaningless."""
    checks = load("attnlab.own_modules.checks:CHECKS")
    refused, subject_of = (
        load("attnlab.own_modules.subject:Refused"),
        load("attnlab.own_modules.subject:TriedLayer"),
    )
    sizes = load("attnlab.own_modules.subject:SIZES")
    try:
        entry = OwnModule(source, declared).entry
        entry.params()
        for slot in declared["fits"]:
            subject = subject_of(kind, declared, slot, sizes[slot][0])
            _ = (
                subject.output,
                load("attnlab.spec.arithmetic:worked_out")(declared["count"], subject.values),
            )
    except SpecError as error:
        yield CheckedPromise("declares itself", "refused", f"cannot be used as declared: {error}")
        return
    subjects = [subject_of(kind, declared, slot, sizes[slot][0]) for slot in declared["fits"]]
    for promise, check in checks:
        of = [each for each in subjects if promise != "respects masks" or "T" in each.sizes]
        if not of:
            continue
        yield promise
        try:
            for subject in of:
                check(subject)
        except BaseException as error:  # the layer may raise anything
            says = str(error) if isinstance(error, refused) else f"fails: {where(error, source)}"
            yield CheckedPromise(promise, "refused", says)
            return
        yield CheckedPromise(promise, "passed")
    together = load("attnlab.own_modules.checks:TOGETHER")
    yield together
    try:
        for subject in subjects:
            load("attnlab.own_modules.network_checks:seeds")(subject)
    except BaseException as error:
        reason = f"stacked, it {error}" if isinstance(error, refused) else first_line(error)
        says = f"its seeds are trained one by one, which takes longer ({reason})"
        yield CheckedPromise(together, "note", says)
    else:
        yield CheckedPromise(together, "passed")
