from decimal import Decimal

from ledger import links

KEY = ("organization", "contact", "4f2a")


def test_the_first_to_reserve_creates_and_the_others_see_who_does(ledger):
    assert links.reserve(ledger, *KEY, 1.0, "order 1").fresh
    second = links.reserve(ledger, *KEY, 2.0, "order 2")
    assert (second.fresh, second.state, second.holder, second.since) == (False, "creating", "order 1", 1.0)


def test_an_earlier_attempt_of_the_same_holder_is_not_fresh(ledger):
    links.reserve(ledger, *KEY, 1.0, "order 1")
    again = links.reserve(ledger, *KEY, 2.0, "order 1")
    assert (again.fresh, again.holder) == (False, "order 1")


def test_a_bound_link_is_found_by_key_and_by_id(ledger):
    links.reserve(ledger, *KEY, 1.0, "order 1")
    links.bind(ledger, *KEY, "777", {"address": "8", "total": Decimal("10.10")}, 2.0)
    link = links.get(ledger, *KEY)
    assert (link.state, link.id, link.holder) == ("linked", "777", "")
    assert link.extra == {"address": "8", "total": "10.10"}
    assert links.by_id(ledger, "organization", "contact", "777") == [link]
    assert links.reserve(ledger, *KEY, 3.0, "order 2") == link


def test_binding_again_replaces_what_was_there(ledger):
    links.bind(ledger, *KEY, "1", {"a": "b"}, 1.0)
    links.bind(ledger, *KEY, "2", {}, 2.0)
    assert links.get(ledger, *KEY).id == "2"
    assert links.get(ledger, *KEY).extra == {}
    assert links.by_id(ledger, "organization", "contact", "1") == []


def test_many_links_are_read_at_once(ledger):
    for n in range(3):
        links.bind(ledger, "organization", "item", f"sku-{n}", str(n), {}, 1.0)
    found = links.get_many(ledger, "organization", "item", [f"sku-{n}" for n in range(1_000)])
    assert {key: link.id for key, link in found.items()} == {"sku-0": "0", "sku-1": "1", "sku-2": "2"}
    assert links.get_many(ledger, "organization", "item", []) == {}


def test_only_the_holder_gives_a_reservation_back_and_nobody_a_link(ledger):
    links.reserve(ledger, *KEY, 1.0, "order 1")
    assert not links.release(ledger, *KEY, "order 2")
    assert links.release(ledger, *KEY, "order 1")
    assert links.get(ledger, *KEY) is None
    links.bind(ledger, *KEY, "7", {}, 2.0)
    assert not links.release(ledger, *KEY, "order 1")


def test_only_a_stale_reservation_is_taken_over_and_by_one(ledger):
    links.reserve(ledger, *KEY, 100.0, "order 1")
    assert links.take_over(ledger, *KEY, 110.0, "order 2", stale_before=100.0) is None
    assert links.take_over(ledger, *KEY, 200.0, "order 2", stale_before=140.0).holder == "order 2"
    assert links.take_over(ledger, *KEY, 200.0, "order 3", stale_before=140.0) is None
    links.bind(ledger, *KEY, "7", {}, 201.0)
    assert links.take_over(ledger, *KEY, 900.0, "order 3", stale_before=800.0) is None


def test_a_forgotten_link_can_be_reserved_again(ledger):
    links.bind(ledger, *KEY, "7", {}, 1.0)
    assert links.forget(ledger, *KEY)
    assert not links.forget(ledger, *KEY)
    assert links.reserve(ledger, *KEY, 2.0, "order 1").fresh


def test_scopes_and_kinds_are_apart(ledger):
    links.bind(ledger, "one", "contact", "k", "1", {}, 1.0)
    assert links.get(ledger, "two", "contact", "k") is None
    assert links.get(ledger, "one", "item", "k") is None


def test_many_links_are_bound_at_once_and_the_last_of_a_key_counts(ledger):
    links.bind(ledger, "shop", "variant", "5", "old", {"rate": "1"}, 1.0)
    rows = [(str(n), f"v{n}", {"rate": Decimal("1.10")}) for n in range(1_203)]
    links.bind_many(ledger, "shop", "variant", [*rows, ("7", "other", {})], 2.0)
    assert links.count(ledger, "shop", "variant") == 1_203
    assert links.get(ledger, "shop", "variant", "5").id == "v5"
    assert links.get(ledger, "shop", "variant", "5").extra == {"rate": "1.10"}
    assert links.get(ledger, "shop", "variant", "7").id == "other"
    links.bind_many(ledger, "shop", "variant", [], 3.0)


def test_a_walk_gives_every_linked_one_once_and_in_order(ledger):
    links.bind_many(ledger, "shop", "product", [(f"item:{n}", str(n), {}) for n in range(2_001)], 1.0)
    links.reserve(ledger, "shop", "product", "item:new", 1.0, "somebody")
    links.bind(ledger, "shop", "variant", "1", "1", {}, 1.0)
    keys = [link.key for link in links.walk(ledger, "shop", "product")]
    assert keys == sorted(f"item:{n}" for n in range(2_001))
    assert links.count(ledger, "shop", "product") == 2_001
    assert list(links.walk(ledger, "shop", "nothing")) == []


def test_who_walks_may_write_what_he_walks_over(ledger):
    links.bind_many(ledger, "shop", "product", [(str(n), "1", {}) for n in range(1_001)], 1.0)
    for link in links.walk(ledger, "shop", "product"):
        if link.key in {"0", "999"}:
            links.bind(ledger, "shop", "product", link.key, "2", {}, 2.0)
    assert len(links.by_id(ledger, "shop", "product", "2")) == 2


def test_links_to_many_ids_are_found_at_once(ledger):
    rows = [("a", "1", {}), ("b", "1", {}), ("c", "2", {})]
    links.bind_many(ledger, "shop", "variant", rows, 1.0)
    links.bind(ledger, "other", "variant", "d", "1", {}, 1.0)
    found = links.by_ids(ledger, "shop", "variant", [str(n) for n in range(1_000)])
    assert {their: [link.key for link in some] for their, some in found.items()} == {
        "1": ["a", "b"],
        "2": ["c"],
    }


def test_a_mark_adds_to_what_others_wrote_meanwhile_and_takes_away_what_it_says(ledger):
    links.bind(ledger, *KEY, "777", {"total": "10.00", "choice": "stop"}, 1.0)
    links.bind(
        ledger, *KEY, "777", {"total": "12.00", "choice": "stop"}, 2.0
    )  # while the marker was thinking
    assert links.mark(ledger, *KEY, "777", doubtful=True, choice=None)
    link = links.get(ledger, *KEY)
    assert (link.extra, link.since) == ({"total": "12.00", "doubtful": True}, 2.0)


def test_what_leads_elsewhere_by_now_is_not_marked(ledger):
    links.bind(ledger, *KEY, "778", {}, 1.0)
    assert not links.mark(ledger, *KEY, "777", doubtful=True)
    assert not links.mark(ledger, "organization", "contact", "none", "777", doubtful=True)
    assert links.get(ledger, *KEY).extra == {}
