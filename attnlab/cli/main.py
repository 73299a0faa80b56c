"""Runs a command: from its arguments to an exit code, with one line for any error."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Sequence

from attnlab.cli import own_modules, own_tasks
from attnlab.cli.arguments import parser
from attnlab.cli.commands import BAD_INPUT, COMMANDS, INTERRUPTED
from attnlab.cli.output import tell
from attnlab.cli.plans import UsageError
from attnlab.spec import SpecError


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code.

    0 when every run finished, 1 when some failed, another process stopped the study or a replay
    drifted or had nothing to compare with, 2 on bad input or when nothing can be kept, 130 on
    Ctrl-C.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # a terminal without ± shows ? instead
            stream.reconfigure(errors="replace")
    try:
        given = parser().parse_args(argv)
        own_modules.bring(given)
        own_tasks.bring(given)
        return COMMANDS[given.command](given)
    except SystemExit as end:  # after --help and --version, and at the end of the app
        return int(end.code or 0)
    except (UsageError, SpecError) as error:
        tell(str(error))
        return BAD_INPUT
    except KeyboardInterrupt:
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # a further one would end the ending
        tell("interrupted")
        return INTERRUPTED
    except Exception as error:
        if not _is_expected(error):
            raise
        tell(str(error))
        return BAD_INPUT


def _is_expected(error: Exception) -> bool:
    """Whether it is one of the errors whose message is meant for people.

    Looked up only when something went wrong: their modules bring the database along.
    """
    from attnlab.capsules import CapsuleError
    from attnlab.export import ExportError
    from attnlab.jobs.estimate import TrialError
    from attnlab.resources import MissingFileError
    from attnlab.store import StoreError
    from attnlab.workers import WorkersError

    expected = (
        CapsuleError,
        ExportError,
        MissingFileError,
        StoreError,
        TrialError,
        WorkersError,
    )
    return isinstance(error, expected)
