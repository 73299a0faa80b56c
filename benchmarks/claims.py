"""Do the claims of the gallery survive? The numbers that the page Claims shows as precomputed.

Every claim's own study is trained, ten seeds each. `--write` puts what came of it into
`data/claims.json`; what that has of other claims stays. NAMES train some claims alone.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import platform
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import attnlab
from attnlab.claims import BY_NAME, SEEDS, Claim
from attnlab.claims.outcome import outcome
from attnlab.claims.shipped import Shipped, rows_of, scores_of, write
from attnlab.jobs.timing import in_words
from attnlab.judged import judged

LIBRARIES = ("tensorflow", "keras", "numpy")


def main() -> None:
    """Train and print, and write if asked to, each claim as soon as it is done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these claims")
    parser.add_argument(
        "--seeds", type=int, default=SEEDS, help=f"how many seeds; default: {SEEDS}"
    )
    parser.add_argument("--write", action="store_true", help="put them into data/claims.json")
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BY_NAME]
    if unknown:
        parser.error(f"no such claim: {', '.join(unknown)}; there are {', '.join(BY_NAME)}")
    for name in options.names or BY_NAME:
        claim = BY_NAME[name]
        entry = made(claim, options.seeds)
        print("\n".join(lines(claim, entry)), flush=True)
        if options.write:
            write({name: entry})


def made(claim: Claim, seeds: int = SEEDS) -> Shipped:
    """Train the study of a claim in a folder that is thrown away; return what it gave."""
    plan = claim.plan(seeds)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as home:
        result = attnlab.run(plan, name=claim.title, home=home, progress=True)
        seconds = time.monotonic() - begun
        found = {metric: judged(result.store, result.id, metric) for metric in claim.metrics}
        result.store.close()
    return Shipped(
        plan=plan.hash,
        seeds=seeds,
        seconds=round(seconds, 1),
        made=datetime.now(UTC).date().isoformat(),
        command=command(claim, seeds),
        versions=versions(),
        verdicts={metric: rows_of(each) for metric, each in found.items()},
        scores={metric: scores_of(each) for metric, each in found.items()},
    )


def command(claim: Claim, seeds: int) -> str:
    """What makes the entry of this claim again."""
    more = "" if seeds == SEEDS else f" --seeds {seeds}"
    return f"python -m benchmarks.claims {claim.name} --write{more}"


def versions() -> dict[str, str]:
    """Of Python, attnlab and what it trains with."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "attnlab": attnlab.__version__, **found}


def lines(claim: Claim, entry: Shipped) -> Iterator[str]:
    """What is printed of a claim: its word, then every arm of every check."""
    came = outcome(claim, entry.tables())
    yield f"\n{claim.title}: {came.word.upper()} ({in_words(entry.seconds)})"
    yield f"  {came.sentence}"
    for check in came.checks:
        yield f"  {check.metric.title}, expected {check.check.expected}: {check.word}"
        for arm in check.arms:
            yield f"    {arm.label} against {arm.against}: {arm.word}. {arm.basis}"


if __name__ == "__main__":
    main()
