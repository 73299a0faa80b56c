"""Do the claims of the gallery survive? The numbers that the page Claims shows as precomputed.

Every claim's own study is trained, ten seeds each. `--write` puts what came of it into
`data/claims.json` and writes `docs/claims.md` anew; what they have of other claims stays. NAMES
train some claims alone; `--judge-again` trains none, and judges what is in the file by the rules of
today.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import itertools
import platform
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import attnlab
from attnlab.analysis.rounding import difference_text, p_text
from attnlab.analysis.statistics import LEVEL
from attnlab.claims import BY_NAME, CLAIMS, SEEDS, Claim
from attnlab.claims.claim import FIRST_SEED
from attnlab.claims.outcome import outcome
from attnlab.claims.shipped import (
    PATH,
    Shipped,
    judged_again,
    rows_of,
    scores_of,
    shipped,
    write,
)
from attnlab.jobs.timing import duration_text
from attnlab.results.judge import judge

DOCUMENT = Path(__file__).parents[1] / "docs" / "claims.md"
HEAD = """# Which claims survive?

What the page Claims shows as precomputed: each claim's own study, small enough for a desk, with the
verdicts of [paired seeds and an exact test](verdicts.md). Differences are arm minus reference, with
their 95 % intervals, in percentage points. A claim *survives* if all that it says was shown. Where
it expects no difference, or no rise, and none was shown, it is *not contradicted*: there may be one
too small for these seeds. It came out *partly* if some of its comparisons did as claimed; it is
*contradicted* if one was shown to come out the other way, and *not shown* if none showed a
difference where one is claimed. What holds here may be otherwise at the size of ImageNet, and the
other way about.
"""

LIBRARIES = ("tensorflow", "keras", "numpy")


def main() -> None:
    """Train and print, and write if asked to, each claim as soon as it is done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these claims")
    parser.add_argument(
        "--seeds", type=int, default=SEEDS, help=f"how many seeds; default: {SEEDS}"
    )
    parser.add_argument(
        "--write", action="store_true", help="put them into data/claims.json and docs/claims.md"
    )
    parser.add_argument(
        "--judge-again",
        action="store_true",
        help="train nothing: judge the scores in data/claims.json by the rules of today",
    )
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BY_NAME]
    if unknown:
        parser.error(f"no such claim: {', '.join(unknown)}; there are {', '.join(BY_NAME)}")
    for name in options.names or BY_NAME:
        claim = BY_NAME[name]
        entry = (
            judged_again(claim, shipped(PATH)[name])
            if options.judge_again
            else made(claim, options.seeds)
        )
        print("\n".join(lines(claim, entry)), flush=True)
        if options.write:
            write({name: entry}, PATH)
            DOCUMENT.write_text(document(shipped(PATH)), encoding="utf-8")


def made(claim: Claim, seeds: int = SEEDS) -> Shipped:
    """Train the study of a claim in a folder that is thrown away; return what it gave."""
    plan = claim.shipped_plan(seeds)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        result = attnlab.run(plan, name=claim.title, home=home, progress=True)
        seconds = time.monotonic() - begun
        results = {
            metric: judge(result.store, result.id, metric, is_planned=True)
            for metric in claim.metrics
        }
        result.store.close()
    return Shipped(
        plan=plan.hash,
        seeds=seeds,
        first_seed=FIRST_SEED,
        seconds=round(seconds, 1),
        made=datetime.now(UTC).date().isoformat(),
        command=command(claim, seeds),
        versions=versions(),
        verdicts={metric: rows_of(each) for metric, each in results.items()},
        scores={metric: scores_of(each) for metric, each in results.items()},
    )


def command(claim: Claim, seeds: int) -> str:
    """What makes the entry of this claim again."""
    more = "" if seeds == SEEDS else f" --seeds {seeds}"
    return f"python -m tools.claims {claim.name} --write{more}"


def versions() -> dict[str, str]:
    """Of Python, attnlab and what it trains with."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "attnlab": attnlab.__version__, **found}


def lines(claim: Claim, entry: Shipped) -> Iterator[str]:
    """What is printed of a claim: its word, then every arm of every check."""
    came = outcome(claim, entry.results(claim))
    yield f"\n{claim.title}: {came.word.upper()} ({duration_text(entry.seconds)})"
    yield f"  {came.sentence}"
    for check in came.checks:
        yield f"  {check.metric.title}, expected {check.check.expected}: {check.word}"
        for arm in check.arms:
            yield f"    {arm.label} against {arm.against}: {arm.word}. {arm.basis}"


def document(entries: Mapping[str, Shipped]) -> str:
    """The claims in their groups: what was claimed, what came of it, and the numbers."""
    parts = [HEAD]
    for group, claims in itertools.groupby(CLAIMS, key=lambda claim: claim.group):
        parts.append(f"## {group}\n")
        for claim in claims:
            if claim.name in entries:
                parts.extend(_section(claim, entries[claim.name]))
    return "\n".join(parts)


def _section(claim: Claim, entry: Shipped) -> Iterator[str]:
    came = outcome(claim, entry.results(claim))
    versions = ", ".join(f"{name} {version}" for name, version in entry.versions.items())
    yield f"### {claim.title}: {came.word}\n"
    yield f"{claim.claimed} {came.sentence}\n"
    yield "| measured by | arm | against | difference | corrected p | |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for check in came.checks:
        factor = 100 if check.metric.share else 1
        for arm in check.arms:
            ends = (factor * value for value in (arm.difference, arm.low, arm.high))
            yield (
                f"| {check.metric.title} | {arm.label} | {arm.against} | {difference_text(*ends)} "
                f"| {p_text(arm.p, LEVEL).removeprefix('p = ').removeprefix('p ')} | {arm.word} |"
            )
    yield f"\n{entry.seeds} seeds, {entry.made}: `{entry.command}`, {versions}.\n"


if __name__ == "__main__":
    main()
