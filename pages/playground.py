"""Playground: pick attention modules, train them, and see what they look at."""

from attnlab import imports  # which waits for all of attnlab, if another visitor began with it

with imports.importing(
    "attnlab.ui.network", "attnlab.ui.own_modules", "attnlab.ui.playground", "attnlab.ui.samples"
):
    from attnlab.ui import network, own_modules, playground, samples, server

with server.connected() as manager:
    own_modules.follow()
    study = playground.shown_study(manager)
    playground.setup_form(manager, study)
    playground.heading(manager, study)
    if study is not None:
        playground.progress_and_results(manager, study)
        if not playground.shows_single_samples_first(manager.store, study):
            samples.single_samples(manager, study)
        network.network_of_arms(manager, study)
        playground.take_away(manager, study)
