"""What tests alone reach of the frameworks beyond their public names."""

import functools
import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from streamlit.components.v2 import manifest_scanner
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.testing.v1 import AppTest


def select_in_chart(app: AppTest, chart_id: str, selection: dict) -> None:
    """Run the page as after a click into a chart; `AppTest` has no widget for one."""
    states = app._tree.get_widget_states()
    states.widgets.append(
        WidgetState(id=chart_id, string_value=json.dumps({"selection": selection}))
    )
    app._run(states)


@contextmanager
def manifests_read_once() -> Iterator[None]:
    """Have Streamlit read about every installed package once, and not for each new session.

    It has no setting for that, and the reading takes longer than most pages.
    """
    with pytest.MonkeyPatch.context() as patch:
        once = functools.cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", once)
        yield


def keras_layer_checks():
    """Keras's own checks of a layer, which it does not offer publicly."""
    from keras.src import testing  # here: tests of pages need no Keras

    return testing.TestCase("run_layer_test").run_layer_test
