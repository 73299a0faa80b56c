"""The command line: `attnlab`, or `python -m attnlab`."""

from attnlab.cli.main import main

__all__ = ["main"]
