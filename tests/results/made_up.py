"""Results of rows that are made up instead of trained."""

from attnlab.results.comparing import Rules, compare_arms
from attnlab.results.frames import verdicts_frame
from attnlab.results.judge import result_of
from attnlab.results.model import StudyResult
from attnlab.results.rows import StudyRows
from attnlab.spec import METRICS, Judging

ACCURACY = METRICS["val_accuracy"]


def by_accuracy(study, runs, parameters=None, traces=None, measured=None):
    """A study judged by accuracy, as on the playground."""
    rows = StudyRows(runs, parameters or {}, traces=traces, trace_measures=measured)
    return result_of(study, ACCURACY, Judging(), rows, explain=False)


def verdicts(scores, arms, reference, **options):
    """The verdict table of arms that are known by their labels and scores alone."""
    arms = tuple(compare_arms(scores, arms, reference, Rules(**options)))
    return verdicts_frame(StudyResult(None, ACCURACY, Judging(), arms))
