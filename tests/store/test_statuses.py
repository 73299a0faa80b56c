"""What the statuses allow."""

from attnlab.store import ACTIVE, COMPLETE, RESUMABLE, Status


def test_a_study_is_active_or_has_ended():
    assert {*ACTIVE, *COMPLETE, *RESUMABLE} == set(Status)
    assert not set(ACTIVE) & {*COMPLETE, *RESUMABLE}


def test_only_a_study_with_failed_runs_is_complete_and_resumable():
    assert set(COMPLETE) & set(RESUMABLE) == {Status.FAILED}
