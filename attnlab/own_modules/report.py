"""What was found when a file with modules was checked, as a person reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from attnlab.spec import OwnSource, SpecError
from attnlab.spec.own import Own
from attnlab.spec.own_backbones import is_own_backbone
from attnlab.spec.own_modules import own_of
from attnlab.wording import counted

Outcome = Literal["passed", "refused", "note"]

_MARKS: Mapping[str, str] = {"passed": "ok", "refused": "no", "note": "note"}


@dataclass(frozen=True)
class CheckedPromise:
    """One promise of a module, whether it keeps it, and what was seen."""

    promise: str
    outcome: Outcome
    says: str = ""


@dataclass(frozen=True)
class CheckedModule:
    """A module of a file, or a network: what it declares, and what was found."""

    declared: Mapping[str, Any]
    findings: tuple[CheckedPromise, ...]

    @property
    def name(self) -> str:
        """What it calls itself."""
        return str(self.declared["name"])

    @property
    def is_backbone(self) -> bool:
        """Whether it is a network."""
        return is_own_backbone(self.declared)

    @property
    def coded(self) -> str:
        """What the file calls it: its class, or its function."""
        return str(self.declared["function" if self.is_backbone else "class"])

    @property
    def passed(self) -> bool:
        """Whether nothing was refused."""
        return all(each.outcome != "refused" for each in self.findings)

    @property
    def refusals(self) -> list[str]:
        """What was refused."""
        return [each.says for each in self.findings if each.outcome == "refused"]

    @property
    def notes(self) -> list[str]:
        """What is worth knowing of a module that was taken."""
        return [each.says for each in self.findings if each.outcome == "note"]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CheckedModule:
        """What `to_json` of a report gave of one."""
        return cls(data["declared"], tuple(CheckedPromise(*each) for each in data["findings"]))


@dataclass(frozen=True)
class Report:
    """A file that was read: its modules, or the `problem` that it could not be read for."""

    source: OwnSource
    modules: tuple[CheckedModule, ...] = ()
    problem: str = ""

    @property
    def passed(self) -> bool:
        """Whether all of the file can be used."""
        return not self.problem and all(each.passed for each in self.modules)

    @property
    def why(self) -> str:
        """What is wrong with it, in a line for each module; empty where nothing is."""
        if self.problem:
            return self.problem
        return "\n".join(
            f"{self.source.file}: {each.name} {'; '.join(each.refusals)}"
            for each in self.modules
            if not each.passed
        )

    @property
    def brought(self) -> tuple[Own, ...]:
        """What passed."""
        return tuple(self.own(dict(each.declared)) for each in self.modules if each.passed)

    def own(self, declared: Mapping[str, Any]) -> Own:
        """What is declared so in such a file."""
        return own_of(self.source, declared)

    def refused(self, own: Own, promise: str, says: str) -> Report:
        """The same with one finding more of something that is in it."""
        added = CheckedPromise(promise, "refused", says)
        modules = (
            replace(each, findings=(*each.findings, added))
            if self.own(each.declared) == own
            else each
            for each in self.modules
        )
        return replace(self, modules=tuple(modules))

    def to_json(self) -> dict[str, Any]:
        """All but the source, as JSON values."""
        return {
            "problem": self.problem,
            "modules": [
                {
                    "declared": dict(each.declared),
                    "findings": [[one.promise, one.outcome, one.says] for one in each.findings],
                }
                for each in self.modules
            ],
        }

    @classmethod
    def from_json(cls, source: OwnSource, data: Any) -> Report:
        """What `to_json` gave. Raises SpecError for anything else."""
        try:
            modules = tuple(CheckedModule.from_json(each) for each in data["modules"])
            return cls(source, modules, str(data["problem"]))
        except (KeyError, TypeError, IndexError):
            raise SpecError("this is no report that attnlab wrote down") from None

    def __str__(self) -> str:
        if self.problem:
            return f"{self.source.path}\n  {self.problem}"
        lines = [self.source.path]
        for each in self.modules:
            refused = len(each.refusals)
            said = f"{counted(refused, 'promise')} not kept" if refused else "all promises kept"
            lines += ["", f"{each.name}: {said}"]
            for one in each.findings:
                lines.append(f"  {_MARKS[one.outcome]:<4}  {one.promise}")
                if one.says:
                    lines.append(f"        {one.says}")
        return "\n".join(lines)
