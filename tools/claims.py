"""Do the claims of the gallery survive? The numbers that the page Claims shows as precomputed.

Every claim's own study is trained, with as many seeds as its question takes. `--write` puts what
came of it into `data/claims.json` and writes `docs/claims.md` anew; what they have of other claims
stays. `--replicate` trains the same studies at seeds of their own beside what is in the file, which
is how a claim comes to be contradicted. NAMES train some claims alone; `--judge-again` trains none,
and judges what is in the file by the rules of today; `--document` only writes `docs/claims.md`.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import itertools
import platform
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import attnlab
from attnlab.claims import BY_NAME, Claim, claim_numbers
from attnlab.claims.outcome import ClaimOutcome, Standing
from attnlab.claims.shipped import (
    PATH,
    Shipped,
    judged_again,
    rows_of,
    scores_of,
    shipped,
    write,
)
from attnlab.claims.story import can_show
from attnlab.jobs.timing import duration_text
from attnlab.results.judge import judge
from attnlab.spec import Study
from attnlab.wording import seeds_text

DOCUMENT = Path(__file__).parents[1] / "docs" / "claims.md"
HEAD = """# Which claims survive?

What the page Claims shows as precomputed: each claim's own study, small enough for a desk, judged
by [paired seeds and an exact test](verdicts.md). Differences are arm minus reference, with the
interval that agrees with the word, in percentage points.

- A claim *survives* if every one of its comparisons was shown, each at 0.05: where all must be,
  none needs a correction. It *survived once* if fresh seeds did not show it again. It came out
  *partly* if some of them were shown after Holm's correction, and *not shown* if none was.
- A claim that nothing differs, or rises, has a *margin*: it survives if the difference is shown to
  be smaller. It is *not contradicted* if neither that nor the opposite was shown.
- The *opposite was seen once* if a comparison was shown to come out the other way, after Holm's
  correction over all comparisons of the claim, by one set of seeds. The claim is *contradicted* if
  the same comparison did so again on fresh seeds.

An interval lies inside what is claimed exactly when the comparison is *as claimed*, and outside
exactly when it is *the other way*: so its two ends may be of different levels, that where the claim
would fail and that where its opposite would. What holds here may be otherwise at the size of
ImageNet, and the other way about.
"""

LIBRARIES = ("tensorflow", "keras", "numpy")


def main() -> None:
    """Train and print, and write if asked to, each claim as soon as it is done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", help="only these claims")
    parser.add_argument("--seeds", type=int, help="how many seeds; default: what each claim plans")
    parser.add_argument(
        "--replicate",
        action="store_true",
        help="train them at the seeds of the replication, beside what is in data/claims.json",
    )
    parser.add_argument(
        "--write", action="store_true", help="put them into data/claims.json and docs/claims.md"
    )
    parser.add_argument(
        "--judge-again",
        action="store_true",
        help="train nothing: judge the scores in data/claims.json by the rules of today",
    )
    parser.add_argument(
        "--document",
        action="store_true",
        help="train nothing: write docs/claims.md anew from data/claims.json",
    )
    options = parser.parse_args()
    unknown = [name for name in options.names if name not in BY_NAME]
    if unknown:
        parser.error(f"no such claim: {', '.join(unknown)}; there are {', '.join(BY_NAME)}")
    if options.document:
        DOCUMENT.write_text(document(shipped(PATH)), encoding="utf-8")
        return
    for name in options.names or BY_NAME:
        claim = BY_NAME[name]
        before = shipped(PATH).get(name) if PATH.exists() else None
        entry = _entry(claim, before, options)
        if entry is None:
            print(
                f"\n{claim.title}: not in {PATH.name} as it is planned now, so left out", flush=True
            )
            continue
        print("\n".join(lines(claim, entry)), flush=True)
        if options.write:
            write({name: entry}, PATH)
            DOCUMENT.write_text(document(shipped(PATH)), encoding="utf-8")


def _entry(claim: Claim, before: Shipped | None, options: argparse.Namespace) -> Shipped | None:
    """The entry asked for; None where there are no first seeds to judge again, or to replicate."""
    if options.judge_again:
        return judged_again(claim, before) if before and before.fits(claim) else None
    if not options.replicate:
        return made(claim, claim.shipped_plan(options.seeds), command(claim, options.seeds))
    if before is None or not before.fits(claim):
        return None
    plan = claim.replication_plan(options.seeds)
    again = made(claim, plan, command(claim, options.seeds, replicate=True))
    return replace(before, replication=again)


def made(claim: Claim, plan: Study, command: str) -> Shipped:
    """Train the study of a claim in a folder that is thrown away; return what it gave."""
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
        seeds=len(plan.seeds),
        first_seed=plan.seeds[0],
        seconds=round(seconds, 1),
        made=datetime.now(UTC).date().isoformat(),
        command=command,
        versions=versions(),
        verdicts={metric: rows_of(each) for metric, each in results.items()},
        scores={metric: scores_of(each) for metric, each in results.items()},
    )


def command(claim: Claim, seeds: int | None, *, replicate: bool = False) -> str:
    """What makes the entry of this claim again, or its replication."""
    more = "" if seeds in (None, claim.seeds) else f" --seeds {seeds}"
    again = " --replicate" if replicate else ""
    return f"python -m tools.claims {claim.name} --write{again}{more}"


def versions() -> dict[str, str]:
    """Of Python, attnlab and what it trains with."""
    found = {name: importlib.metadata.version(name) for name in LIBRARIES}
    return {"python": platform.python_version(), "attnlab": attnlab.__version__, **found}


def lines(claim: Claim, entry: Shipped) -> Iterator[str]:
    """What is printed of a claim: its word, then every comparison of every check."""
    standing = entry.standing(claim)
    yield f"\n{claim.title}: {standing.word.upper()}"
    for what, outcome, made in _sets(entry, standing):
        yield f"  {what} ({duration_text(made.seconds)}): {outcome.word}. {outcome.sentence}"
        for check in outcome.checks:
            yield f"    {check.metric.title}, expected {check.check.expected}: {check.word}"
            for arm in check.arms:
                difference, p = claim_numbers.difference(arm, check.metric), claim_numbers.p(arm)
                yield f"      {arm.label} against {arm.against}: {difference}, {p}: {arm.word}"


def _sets(entry: Shipped, standing: Standing) -> Iterator[tuple[str, ClaimOutcome, Shipped]]:
    """The first seeds, and those of the replication, each with what became of the claim."""
    yield seeds_text(_seeds(entry)).capitalize(), standing.first, entry
    if standing.again and entry.replication:
        yield seeds_text(_seeds(entry.replication)).capitalize(), standing.again, entry.replication


def _seeds(entry: Shipped) -> range:
    return range(entry.first_seed, entry.first_seed + entry.seeds)


def document(entries: Mapping[str, Shipped]) -> str:
    """The table of replications, then the claims in their groups, with their numbers."""
    known = [
        (claim, entries[claim.name])
        for claim in BY_NAME.values()
        if claim.name in entries and entries[claim.name].fits(claim)
    ]
    parts = [HEAD, *_replications(known)]
    for group, claims in itertools.groupby(known, key=lambda each: each[0].group):
        parts.append(f"## {group}\n")
        for claim, entry in claims:
            parts.extend(_section(claim, entry))
    waiting = [claim for claim in BY_NAME.values() if claim not in [each for each, _ in known]]
    if waiting:
        parts.append("## Not run yet\n")
        parts.extend(f"- {claim.title} ({claim.seeds} seeds planned)" for claim in waiting)
        parts.append("")
    return "\n".join(parts)


def _replications(known: Sequence[tuple[Claim, Shipped]]) -> Iterator[str]:
    """Each claim's word from either set of seeds, and whether they are the same."""
    yield "## From two sets of seeds\n"
    standings = [(claim, entry, entry.standing(claim)) for claim, entry in known]
    pairs = [each for _, _, each in standings if each.again]
    if pairs:
        alike = sum(bool(each.replicates) for each in pairs)
        yield f"{alike} of {len(pairs)} claims have the same word from both sets of seeds.\n"
    else:
        yield "The second set has not been trained yet.\n"
    yield "| claim | first seeds | word | other seeds | word | the same | together |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for claim, entry, standing in standings:
        again = entry.replication if standing.again else None
        other = _span(again) if again else "–"
        word = standing.again.word if standing.again else "–"
        same = {None: "–", True: "yes", False: "**no**"}[standing.replicates]
        yield (
            f"| {claim.title} | {_span(entry)} | {standing.first.word} | {other} | {word} | {same} "
            f"| {standing.word} |"
        )
    yield ""


def _span(entry: Shipped) -> str:
    seeds = _seeds(entry)
    return f"{seeds[0]}–{seeds[-1]}"


def _section(claim: Claim, entry: Shipped) -> Iterator[str]:
    standing = entry.standing(claim)
    yield f"### {claim.title}: {standing.word}\n"
    yield f"{claim.claimed}\n"
    for what, outcome, made in _sets(entry, standing):
        yield f"{what}: {outcome.word}. {outcome.sentence}\n"
        yield "| measured by | arm | against | difference | p | |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for check in outcome.checks:
            for arm in check.arms:
                p = claim_numbers.p_alone(arm)
                difference = claim_numbers.difference(arm, check.metric)
                yield (
                    f"| {check.metric.title} | {arm.label} | {arm.against} | {difference} | {p} "
                    f"| {arm.word} |"
                )
        packages = ", ".join(f"{name} {version}" for name, version in made.versions.items())
        yield f"\n{made.seeds} seeds, {made.made}: `{made.command}`, {packages}.\n"
    yield " ".join(filter(None, [can_show(standing.first), claim.chosen, claim.reading])) + "\n"


if __name__ == "__main__":
    main()
