"""Does anything get in, does anything get lost? Kills, full disks, damage, hostile files, load.

    python -m benchmarks.campaign [--only LINE ...] [--quick] [--seed N] [--minutes N | --hours N]

One line a thing that was tried, with a figure: how often a promise of docs/trust.md was broken.
"""
