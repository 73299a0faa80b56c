"""What a change asks the server to draw again, read from the messages of a real browser."""

import pytest
from playwright.sync_api import expect

from attnlab.compat.streamlit import BackMsg

from .screen import TRAINED_MS, button, open_playground, press, settle, slider

pytestmark = pytest.mark.browser


def asked_reruns(page):
    """A list that grows with each rerun that a person's change asks for: its part, or ""."""
    asked = []

    def note(payload):
        if not isinstance(payload, bytes):
            return
        message = BackMsg.FromString(payload)
        if message.HasField("rerun_script") and not message.rerun_script.is_auto_rerun:
            asked.append(message.rerun_script.fragment_id)

    page.on("websocket", lambda socket: socket.on("framesent", note))
    return asked


def test_a_changed_setting_has_the_form_alone_drawn_again(address, new_page):
    page = new_page()
    asked = asked_reruns(page)
    open_playground(page, address)
    expect(button(page, "Train")).to_be_enabled(timeout=TRAINED_MS)  # whatever was trained last
    assert asked
    assert asked[0] == ""  # the page itself, when it was opened
    settle(page)
    before = len(asked)
    value = int(slider(page, "Classes").input_value())
    press(page, "Classes", "ArrowRight")
    expect(slider(page, "Classes")).to_have_value(str(value + 1))
    page.wait_for_timeout(500)
    changes = asked[before:]
    assert changes
    assert all(changes), "the whole page was drawn again"
