"""Reads a file with modules and checks what is in it, inside a worker process.

Whatever the file does, what comes out is a sentence that names its line.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from attnlab.imports import module as imported
from attnlab.own_modules.declaring import DECLARED
from attnlab.own_modules.report import CheckedModule, CheckedPromise, Report
from attnlab.spec import OwnModule, OwnSource, SpecError, load
from attnlab.spec.own_backbones import is_own_backbone
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
            "`from attnlab.own_modules import module`, or @backbone(...) above a function",
        )
        return
    modules = []
    for kind in kinds:
        declared = dict(getattr(kind, DECLARED))
        findings: list[CheckedPromise] = []
        find = _network_findings if is_own_backbone(declared) else _findings
        for each in find(kind, declared, known):
            if isinstance(each, str):
                yield f"checking that {declared['name']} {each}"
            else:
                findings.append(each)
        declared["stacks"] = all(each.outcome != "note" for each in findings)
        modules.append(CheckedModule(declared, tuple(findings)))
    yield Report(source, tuple(modules))


def _findings(
    kind: Any, declared: dict[str, Any], source: OwnSource
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
    yield load("attnlab.own_modules.checks:TOGETHER")

    def all_stack() -> None:
        for subject in subjects:
            load("attnlab.own_modules.network_checks:seeds")(subject)

    yield _together(all_stack)


def _network_findings(
    function: Any, declared: dict[str, Any], source: OwnSource
) -> Iterator[str | CheckedPromise]:
    """The same of a network; what is known of its slots once it was built is added to what is
    `declared`."""
    checks, refused, tried = (
        load(f"attnlab.own_modules.backbone_checks:{name}")
        for name in ("CHECKS", "Refused", "TriedNetwork")
    )
    subject = tried(source, declared)
    try:
        subject.own.check()
    except SpecError as error:
        yield CheckedPromise("declares itself", "refused", f"cannot be used as declared: {error}")
        return
    for promise, check in checks:
        yield promise
        try:
            check(subject)
        except BaseException as error:  # the function may raise anything
            says = str(error) if isinstance(error, refused) else f"fails: {where(error, source)}"
            yield CheckedPromise(promise, "refused", says)
            return
        yield CheckedPromise(promise, "passed")
    declared |= subject.found()
    if load("attnlab.own_modules.backbone_checks:may_stack")(subject):
        yield load("attnlab.own_modules.checks:TOGETHER")
        yield _together(lambda: load("attnlab.own_modules.backbone_checks:seeds")(subject))


def _together(check: Callable[[], None]) -> CheckedPromise:
    """Whether seeds are trained together, which nothing has to keep."""
    promise = load("attnlab.own_modules.checks:TOGETHER")
    try:
        check()
    except BaseException as error:
        refused = isinstance(error, load("attnlab.own_modules.subject:Refused"))
        reason = f"stacked, it {error}" if refused else first_line(error)
        says = f"its seeds are trained one by one, which takes longer ({reason})"
        return CheckedPromise(promise, "note", says)
    return CheckedPromise(promise, "passed")
