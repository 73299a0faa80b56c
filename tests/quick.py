"""The tests that are run between two edits: those that load no TensorFlow and start no program.

With `--quick`, a test is skipped at the moment it imports TensorFlow or Keras, or starts another
Python. So nobody has to mark a test, and a new one is on the right side by what it does. Tests that
draw whole pages or charts take more than all others together: of each file the first are run. And
the few that compute or write for a second and more are named in `LONG`.
"""

import signal
import subprocess
import sys
import threading
from collections import Counter
from contextlib import contextmanager

import pytest

HEAVY = ("keras", "tensorflow")
PAGES_A_FILE = 1
CHARTS_A_FILE = 4
LONG = {
    "analysis/test_collapses.py": ["of_normal_scores_hardly_an_arm_has_one"],
    "analysis/test_equivalence.py": ["they_agree_where_subsets_are_counted_or_drawn"],
    "analysis/test_flips.py": ["they_agree_at_levels_next_to_p_in_whatever_order"],
    "analysis/test_max_t.py": [
        "an_interval_leaves_zero_out_exactly_when_its_arm_is_shown",
        "joint_coverage_and_false_alarms",
        "neither_order_nor_the_sign_of_all_changes_anything",
        "of_one_arm_it_is_the_sign_flip_test",
        "p_is_that_of_all_flips",
        "they_agree_at_any_number_of_seeds_and_of_two_decimals",
    ],
    "analysis/test_max_t_power.py": ["power_is_the_share_of_verdicts"],
    "analysis/test_profiles.py": ["the_interquartile_mean_is_the_trimmed_mean"],
    "analysis/test_several_tasks.py": [
        "it_covers_where_tasks_differ",
        "that_is_as_many_as_holm_rejects",
    ],
    "capsules/test_reading.py": [
        "a_good_one_gives_the_plan_the_versions_and_the_tables",
        "what_it_holds_besides_is_left_alone",
    ],
    "capsules/test_writing.py": [
        "a_study_of_one_arm_has_all_figures_too",
        "a_study_of_which_nothing_was_trained_has_a_capsule_too",
        "it_has_the_plan_the_tables_and_the_figures",
        "the_same_study_gives_the_same_bytes",
        "weights_of_attention_come_back_to_the_last_bit",
    ],
    "claims/test_generator.py": ["the_document_is_of_the_numbers_that_are_shipped"],
    "claims/test_outcome.py": [
        "no_interval_contradicts_its_word",
        "no_shipped_interval_contradicts_its_word",
    ],
    "claims/test_shipped.py": [
        "shipped_numbers_say_how_they_came_about_and_follow_from_their_scores"
    ],
    "compat/test_private_doors.py": ["nothing_but_compat_reaches_beyond_public_names"],
    "data/pairs/test_preparing.py": ["tokens_give_back_the_text"],
    "data/tables/test_faults.py": [
        "a_wide_table_is_read_within_seconds",
        "odd_tables_raise_nothing_but_table_errors",
    ],
    "data/tables/test_formats.py": ["every_form_of_a_data_set_gives_the_same_arrays_bit_for_bit"],
    "data/test_damaged.py": ["whatever_is_brought_is_used_or_refused"],
    "export/test_figures.py": ["a_png_is_twice_as_many_pixels_on_white"],
    "results/test_performance.py": ["every_metric_has_its_words_on_every_surface"],
    "store/test_backups.py": ["killed_restore_leaves_the_state_of_before_or_the_new_one"],
    "store/test_damage.py": ["damaged_cell_is_of_one_study"],
    "store/test_sharing.py": ["threads_share_a_store_without_errors_or_loss"],
    "tasks/test_fresh_samples.py": ["they_show_no_scan_that_training_or_validation_shows"],
    "tasks/test_labels.py": [
        "drawn_tasks_keep_their_number_of_samples_and_its_shares_at_every_seed",
        "more_noise_replaces_the_same_labels_by_the_same_classes_and_others",
        "noise_replaces_its_share_of_the_training_labels_and_nothing_else",
        "training_classes_have_their_shares",
    ],
    "test_calibration.py": ["every_path_is_reported_beside_what_p_alone_would_say"],
    "test_campaign.py": [
        "a_damaged_column_that_is_not_found_or_shows_elsewhere_is_broken",
        "the_fuzzing_finds_a_planted_fault",
    ],
    "test_imports.py": ["functions_import_behind_the_lock"],
    "test_verdict_pictures.py": ["a_picture_says_what_the_tool_draws"],
    "ui/test_links.py": ["every_module_comes_back"],
}
"""By file, the tests of a second and more, or of as much in all their cases."""


def is_long(nodeid):
    """Whether `LONG` names this test."""
    path, _, name = nodeid.removeprefix("tests/").partition("::")
    return name.partition("[")[0].removeprefix("test_") in LONG.get(path, ())


class Quick:
    """A plugin that skips, in this process, whatever is not quick."""

    def __init__(self):
        self.in_a_test = False
        self.wanted = ""  # what a thread of the test wanted

    def enforce(self):
        sys.meta_path.insert(0, self)
        signal.signal(signal.SIGUSR1, self.end_the_test)
        start = subprocess.Popen.__init__

        def guarded(process, args, *others, **options):
            command = args if isinstance(args, str) else str(args[0])
            if command == sys.executable:
                self.skip("starts another Python")
            start(process, args, *others, **options)

        subprocess.Popen.__init__ = guarded

    def pytest_collection_modifyitems(self, items):
        drawn = Counter()
        for item in items:
            what, most = self.draws(item)
            drawn[item.path] += bool(what)
            if what and drawn[item.path] > most:
                item.add_marker(pytest.mark.skip(reason=f"not quick: it draws {what}"))
            elif is_long(item.nodeid):
                item.add_marker(pytest.mark.skip(reason="not quick: it takes long"))

    def draws(self, item):
        """What a test draws, or nothing, and of how many tests of its file that is looked at."""
        if "open_app" in item.fixturenames:
            return "whole pages", PAGES_A_FILE
        return "a chart" if item.path.parent.name == "charts" else "", CHARTS_A_FILE

    def find_spec(self, name, path=None, target=None):
        """As a finder of modules that is asked first: finds nothing, but ends who asks."""
        if name.partition(".")[0] in HEAVY:
            self.skip(f"imports {name}")

    def skip(self, reason):
        if threading.current_thread() is threading.main_thread():
            pytest.skip(f"not quick: it {reason}", allow_module_level=True)
        # The test waits for what this thread will never do: a signal ends its waiting.
        self.wanted = reason
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)
        raise ImportError(f"not quick: it {reason}")

    def end_the_test(self, *_):
        if self.in_a_test:
            pytest.skip(f"not quick: a thread of it {self.wanted}")

    @contextmanager
    def within_a_test(self):
        self.in_a_test, self.wanted = True, ""
        try:
            yield
        except Exception:
            if self.wanted:
                pytest.skip(f"not quick: a thread of it {self.wanted}")
            raise
        finally:
            self.in_a_test = False

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_setup(self, item):
        with self.within_a_test():
            return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item):
        with self.within_a_test():
            return (yield)
