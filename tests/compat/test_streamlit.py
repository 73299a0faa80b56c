"""Streamlit's containers, messages and older way of pages; `tests/browser` has the selectors."""

import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from attnlab.compat.streamlit import (
    BackMsg,
    Container,
    ForwardMsg,
)
from tests.frameworks import manifests_read_once

PAGE = """
import streamlit as st
from attnlab.compat.streamlit import stop_using_pages_folder, uses_pages_folder

st.write("the page, alone" if uses_pages_folder() else "the page")
if st.session_state.get("leave") and uses_pages_folder():
    stop_using_pages_folder()
    st.rerun()
"""
APP = """
import streamlit as st

st.write("the app")
st.navigation([st.Page("pages/one.py", default=True)]).run()
"""


def shown(app):
    assert not app.exception
    return [each.value for each in app.markdown]


def test_a_page_runs_without_the_app_until_the_folder_is_left(tmp_path):
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "one.py").write_text(PAGE)
    script = tmp_path / "app.py"
    script.write_text(APP)
    app = AppTest.from_file(str(script), default_timeout=60)  # each run is a fresh server's
    app.switch_page("pages/one.py")
    assert shown(app.run()) == ["the page, alone"]
    app.session_state["leave"] = True
    assert shown(app.run()) == ["the app", "the page"]


def test_what_is_installed_is_read_once_and_not_for_each_session(monkeypatch):
    read = []
    monkeypatch.setattr(manifest_scanner, "scan_component_manifests", lambda: read.append(1) or [])

    def open_two():
        for _ in range(2):
            app = AppTest.from_string("import streamlit as st\nst.write('x')", default_timeout=60)
            assert shown(app.run()) == ["x"]
        return len(read)

    assert open_two() == 2
    with manifests_read_once():
        assert open_two() == 3


def test_containers_are_of_the_class_that_is_named():
    assert all(isinstance(each, Container) for each in (st.container(), st.empty()))


def test_messages_have_the_fields_that_are_read():
    asked = BackMsg()
    asked.rerun_script.fragment_id = "part"
    read = BackMsg.FromString(asked.SerializeToString())
    assert read.HasField("rerun_script")
    assert not read.rerun_script.is_auto_rerun
    answer = ForwardMsg()
    answer.metadata.run.fragment_ids.append("part")
    answer.script_finished = ForwardMsg.FINISHED_EARLY_FOR_RERUN
    assert ForwardMsg.FromString(answer.SerializeToString()).WhichOneof("type") == "script_finished"
    assert "new_session" in ForwardMsg.DESCRIPTOR.fields_by_name
