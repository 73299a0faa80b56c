"""Ablation: plan a study, watch it, and read its verdicts."""

from attnlab import imports  # which waits for all of attnlab, if another visitor began with it

with imports.importing("attnlab.ui.ablation", "attnlab.ui.own_modules"):
    from attnlab.ui import ablation, own_modules, server

with server.connected() as manager:
    own_modules.follow()
    study = ablation.shown_study(manager)
    ablation.heading(manager, study)
    if study is None:
        ablation.plan(manager)
    else:
        ablation.progress_and_verdicts(manager, study)
        ablation.take_away(manager, study)
