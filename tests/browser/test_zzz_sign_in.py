"""Two people who sign in with a real provider, each in a browser of their own: what one made the
other sees and cannot delete. They have a server for themselves, as signing in is set up in its
secrets."""

import pytest
from playwright.sync_api import expect

from attnlab import Study
from attnlab.store import EpochRecord, Owner, Person, Store

from .conftest import served

pytestmark = pytest.mark.browser

oidc_provider = pytest.importorskip(
    "tests.browser.oidc_provider", reason="signing in takes Authlib", exc_type=ModuleNotFoundError
)

SECRETS = """[auth]
redirect_uri = "http://127.0.0.1:{{port}}/oauth2callback"
cookie_secret = "a long secret that only this test knows"
client_id = "{client}"
client_secret = "{secret}"
server_metadata_url = "{issuer}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def issuer():
    with oidc_provider.provided() as issuer:
        yield issuer


@pytest.fixture(scope="module")
def asking(issuer, tmp_path_factory):
    """The address of a server that asks who comes, and its folder."""
    folder = tmp_path_factory.mktemp("asking")
    path = folder / "secrets.toml"
    path.write_text(
        SECRETS.format(client=oidc_provider.CLIENT, secret=oidc_provider.SECRET, issuer=issuer)
    )
    with served(folder, secrets=path) as address:
        yield address, folder / "home"


def test_what_one_made_the_other_sees_and_cannot_delete(asking, issuer, new_page):
    address, home = asking
    study_id = recorded(home, Person(issuer, "number-of-ada", "ada@example.org"))
    pages = {}
    for who in ("bob", "ada"):
        pages[who] = page = new_page()
        cookie = {"name": oidc_provider.COOKIE, "value": who, "url": issuer}
        page.context.add_cookies([cookie])
        page.goto(f"{address}runs?find={study_id}")
        expect(page.get_by_text("Sign in to attnlab")).to_be_visible()
        expect(page.get_by_test_id("stDataFrame")).to_have_count(0)
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_text(f"Signed in as {who}")).to_be_visible()
        page.wait_for_url(f"{address}runs?find={study_id}")
        tick_all(page)
    bob, ada = pages["bob"], pages["ada"]
    expect(bob.get_by_role("button", name="Delete")).to_be_disabled()
    expect(bob.get_by_text("Made by ada")).to_be_visible()
    ada.get_by_role("button", name="Delete").click()
    ada.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(ada.get_by_text("Nothing has been trained here yet.")).to_be_visible()
    store = Store(home)
    assert store.count_studies() == 0
    store.close()
    ada.get_by_role("button", name="Sign out").click()
    expect(ada.get_by_text("Sign in to attnlab")).to_be_visible()


def tick_all(page):
    """Tick every study of the table, by the box in its head."""
    table = page.get_by_test_id("stDataFrame")
    expect(table).to_be_visible()
    table.click(position={"x": 18, "y": 18})


def recorded(home, person):
    """A study of the person as training would have left it: its id."""
    store = Store(home)
    plan = Study(task="planted-features", arms=["none"], seeds=1, epochs=1)
    study_id = store.as_person(person).create_study(plan, name="of one")
    store.acquire(study_id, Owner.current())
    store.describe_arm(study_id, "none", [], 900, 90)
    store.start_run(study_id, "none", 0)
    numbers = {"loss": 1.0, "accuracy": 0.5, "val_loss": 1.0, "val_accuracy": 0.5}
    done = EpochRecord(arm="none", seed=0, epoch=1, seconds=0.5, **numbers, traces=[])
    store.record_epochs(study_id, [done])
    store.finish_run(study_id, "none", 0, 1.5, None, {"accuracy": 0.5, "loss": 1.0})
    store.release(study_id)
    store.close()
    return study_id
