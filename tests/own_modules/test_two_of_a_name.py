"""Networks and modules of one name: in two versions, and beside each other."""

from attnlab.own_modules.library import LIBRARY
from attnlab.spec import REGISTRY, OwnSource, titles_of

from .conftest import GATE, spoiled
from .test_backbones import FEATURES, NET, planned


def test_arms_in_two_versions_of_a_network_have_titles_of_their_own(write, home):
    assert LIBRARY.bring(write(NET)).passed
    old = planned().task.own_backbone
    new = type(old)(OwnSource(NET + "# more\n", old.source.path), old.declared)
    REGISTRY.keep(new)
    both = [f"eca@backbone={each.spelled}" for each in (old, new)]
    titles = titles_of(planned(*both, "se:ratio=2", backbone="cnn"))
    title = "Efficient channel attention, backbone"
    assert [titles[each] for each in both] == [f"{title} {each.spelled}" for each in (old, new)]
    assert titles_of(planned(both[0], backbone="cnn"))[both[0]] == f"{title} tiny-net"
    controls = [f"frozen-random:of=eca@backbone={each.spelled}" for each in (old, new)]
    assert len(set(titles_of(planned(*both, *controls)).values())) == 5
    beside = planned("eca", both[1])
    assert len(set(titles_of(beside).values())) == len(beside.arms)
    REGISTRY.brought_backbones._versions.pop(new.key)


def test_a_module_and_a_network_of_one_name_come_and_go_by_themselves(write):
    network = spoiled(FEATURES, ('fits="features"', 'fits="features", name="tanh-gate"'))

    def there(text):
        report = LIBRARY.bring(write(text))
        assert report.passed, str(report)
        return "tanh-gate" in REGISTRY.own, "tanh-gate" in REGISTRY.backbones

    assert there(GATE + network) == (True, True)
    assert there(network) == (False, True)
    assert there(GATE) == (True, False)
    other, third = write(network, "other.py"), write(network, "third.py")
    assert LIBRARY.bring(other).passed, "what another file has of this name is a module"
    refused = LIBRARY.bring(third)
    assert f"{other} has a network 'tanh-gate' already" in refused.why
    both = LIBRARY.bring(write(GATE + network, "third.py"))
    assert [len(each.refusals) for each in both.modules] == [1, 1]
    assert "mine.py has a module 'tanh-gate' already" in both.modules[0].refusals[0]
