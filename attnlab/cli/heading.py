"""What a study is, in the lines above its results."""

from __future__ import annotations

from attnlab.analysis.rounding import level_text, number_text
from attnlab.cli.text import plain
from attnlab.spec import Study, Training, metric_of
from attnlab.store import Status, StudyRow
from attnlab.wording import counted, seeds_text, spaced, unusual_settings


def heading(row: StudyRow) -> list[str]:
    """Its name and progress, who made it, its tasks, its seeds and how it is trained."""
    study, training = row.study, row.study.training
    name = f" “{row.name}”" if row.name else ""
    lines = [
        f"Study {row.id}{name}: {row.status}, {row.counts[Status.FINISHED]} of {row.runs} runs",
        *([f"Made by {row.made_by}"] if row.made_by else []),
    ]
    if not study.has_several_tasks:
        lines.append(_task_line(study))
        return [
            *lines,
            f"{counted(len(study.seeds), 'seed')} ({seeds_text(study.seeds)}), "
            f"{counted(training.epochs, 'epoch')}, {_training_words(study)}; "
            f"{_guessing(study)}",
        ]
    for part in study.parts:
        lines.append(f"{_task_line(part)}: {_training_words(part)}; {_guessing(part)}")
    lines.append(
        f"{counted(len(study.seeds), 'seed')} ({seeds_text(study.seeds)}) on each, "
        f"{counted(training.epochs, 'epoch')}"
    )
    return lines


def _task_line(study: Study) -> str:
    task, used = study.task, study.task.params.told()
    settings = ", ".join(f"{key} {plain(value)}" for key, value in used.items() if value != "")
    return f"{task.entry.title} ({settings})" if settings else task.entry.title


def _guessing(study: Study) -> str:
    levels = [study.task_of(arm).chance for arm in study.arms]
    if study.task.has_accuracy:
        return f"guessing is right {level_text(levels)} of the time"
    title = metric_of(study.task, study.task.main_metric).title
    return f"{title} of always saying the mean: {number_text(levels)}"


def _training_words(study: Study) -> str:
    training = study.training
    unusual = unusual_settings(
        training.in_use(),
        Training.model_validate(study.task.entry.training),
        except_for=("epochs", "batch_size", "learning_rate"),
    )
    others = [f", {spaced(name)} {plain(value)}" for name, value in unusual.items()]
    return f"batch size {training.batch_size}, learning rate {_rate(study)}{''.join(others)}"


def _rate(study: Study) -> str:
    if study.tuning is None:
        return plain(study.training.learning_rate)
    return "to be chosen for each arm" if study.awaits_tuning else "chosen for each arm"
