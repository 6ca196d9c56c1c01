"""What `explain` and the order's page tell: everything that happened, in its order, and nobody's data."""

import json
import sqlite3
import time

import pytest

from app.door import make_door
from app.story import story_of
from app.telling_words import sentence_of
from app.web import make_app
from connectors.exchange import Exchange
from ledger import history, links, work
from mappings.reasons import HOLD_REASONS
from tasks import memory, tally
from tests.app.front import SIMPLE
from tests.app.test_web import ORDER, Web

PERSON = {
    "email": "perpetua.quill@inkwell.example",
    "first_name": "Perpetua",
    "last_name": "Quillfeather",
    "company": "Inkwellington",
    "phone": "0555 271828",
    "street_1": "Nibgasse 31415",
    "city": "Blotterdam",
    "zip": "ZQ9 8XY",
}
TRACES = (*PERSON.values(), "perpetua", "quill", "inkwell", "271828", "blotter", "nibgasse")


def happenings(shop, order):
    return shop.told("explain", "order", order)["happenings"]


def hold(shop, order, reason, what="it is so", remedy="Mend it"):
    (row_id,) = work.note(shop.ledger, "main", "orders", [order], time.time())
    claim = work.claim(shop.ledger, row_id, time.time(), 60.0)
    work.finish(
        shop.ledger, claim, time.time(), state="held", outcome="held", reason=reason, what=what, remedy=remedy
    )


def test_a_posted_order_tells_who_asked_what_was_planned_each_call_and_its_documents(shop):
    order = shop.place()
    assert shop.run("explain", "order", order).exit_code == 1
    shop.run("sync", "order", order)
    told = shop.told("explain", "order", order)
    events = [one["event"] for one in told["happenings"]]
    assert events[0] == "noted"
    assert [event for event in events if event not in ("call", "create", "send", "mark")] == [
        "noted",
        "plan",
        "posted",
        "calls",
    ]
    times = [one["at"] for one in told["happenings"]]
    assert times == sorted(times)
    (plan,) = (one for one in told["happenings"] if one["event"] == "plan")
    assert f"create invoice {order}:invoice:1" in plan["sentence"]
    assert any("total 36.00" in sentence for sentence in plan["more"])
    calls = [one["call"] for one in told["happenings"] if one["event"] == "call"]
    made = [call for call in calls if (call["method"], call["path"]) == ("POST", "/invoices")]
    assert [(call["platform"], call["status"], call["code"]) for call in made] == [("Zoho", 201, "0")]
    assert len(calls) == len([call for call in shop.calls() if "/control" not in call["path"]])
    assert not any("?" in call["path"] for call in calls)
    assert "invoice" in {paper["what"] for paper in told["papers"]}
    assert told["stands"] == f"Order {order} is in the books as invoice INV-000001. There is nothing to do."
    said = shop.run("explain", "order", order).stdout
    assert "a person asked for it" in said
    assert f"the store: GET /v2/orders/{order}, HTTP 200" in said
    assert "Zoho: POST /invoices, HTTP 201" in said


def test_a_second_look_says_that_nothing_had_changed(shop):
    order = shop.place()
    for _ in range(2):
        shop.run("sync", "order", order)
    assert "nothing had changed since" in happenings(shop, order)[-1]["sentence"]


def test_a_held_order_ends_with_what_a_person_can_do_and_what_frees_it(shop):
    order = shop.place(taxes=False)
    shop.run("sync", "order", order)
    stands = shop.told("explain", "order", order)["stands"]
    assert stands.startswith(f"Order {order} waits for a person (tax-unmapped): ")
    assert "It goes on by itself when a tax or a currency changes in Zoho" in stands
    shop.run("retry", order)
    assert "a person said retry" in shop.run("explain", "order", order).stdout


@pytest.mark.parametrize("reason", HOLD_REASONS)
def test_every_reason_to_hold_ends_in_whole_sentences(shop_settings, reason):
    settings, ledger = shop_settings
    (row_id,) = work.note(ledger, "main", "orders", ["7"], 1.0)
    work.finish(ledger, work.claim(ledger, row_id, 1.0, 60.0), 2.0, state="held", outcome="held", reason=reason,
                what="it is so", remedy="Mend it")  # fmt: skip
    stands = story_of(settings.connections[0], ledger, "7", 3.0).stands
    assert stands.startswith(f"Order 7 waits for a person ({reason}): it is so. Mend it. It ")
    assert stands.endswith(".")


@pytest.fixture(scope="module")
def shop_settings(tmp_path_factory):
    from app.settings import load
    from ledger.store import migrate, open_ledger
    from tests.app.front import SECRETS, SETTINGS
    from tests.lab import KEY

    directory = tmp_path_factory.mktemp("story")
    path = directory / "cartbooks.toml"
    text = SETTINGS.format(pace=1, data=directory, url="http://127.0.0.1:1", public="", more="")
    path.write_text(text)
    settings = load(path, {**SECRETS, "CARTBOOKS_KEY": KEY})
    migrate(settings.ledger_url)
    return settings, open_ledger(settings.ledger_url)


def test_a_skipped_order_and_one_that_was_taken_back_need_nobody(shop):
    order = shop.place({**SIMPLE, "status_id": 5, "payment": {"style": "authorised"}})
    shop.run("sync", "order", order)
    stands = shop.told("explain", "order", order)["stands"]
    assert "by the rule status" in stands
    assert stands.endswith("There is nothing to do.")
    booked = shop.place()
    shop.run("sync", "order", booked)
    ledger, key = shop.ledger, f"sandbox:{booked}:invoice:1"
    link = links.get(ledger, "main", memory.DOCUMENT, key)
    links.bind(ledger, "main", memory.DOCUMENT, key, link.id, {**link.extra, "ended": "void"}, time.time())
    assert "taken back in the books" in shop.told("explain", "order", booked)["stands"]


def test_nothing_that_is_told_or_kept_names_a_person(shop):
    described = {
        **SIMPLE,
        "customer": {"id": 0, **PERSON},
        "shipping": {"cost": "4.90", "tax": "20", "address": PERSON},
        "message": "Leave it with Perpetua Quillfeather, Nibgasse 31415",
    }
    posted, held = shop.place(described), shop.place({**described, "error": "0.50"})
    for order in (posted, held):
        shop.run("sync", "order", order)
    hold(shop, "999", "rejected", what=f"the platform says that {PERSON['email']} is taken")
    kept = "\n".join(sqlite3.connect(shop.directory / "ledger.db").iterdump())
    said = "".join(
        shop.run("explain", "order", order, *more).output
        for order in (posted, held, "999")
        for more in ((), ("--json",))
    )
    page = make_app(make_door(shop.settings)).test_client()
    said += "".join(page.get(f"/orders/main/{order}").text for order in (posted, held, "999"))
    assert len(said) > 2000
    for trace in TRACES:
        assert trace.casefold() not in said.casefold(), trace
        assert trace.casefold() not in kept.casefold(), trace


def test_a_callback_is_told_with_its_scope_and_a_burst_of_them_once(tmp_path, valkey, valkey_url):
    web = Web(tmp_path, valkey_url)
    for _ in range(3):
        assert web.post(ORDER).status_code == 200
    order = str(ORDER["data"]["id"])
    (event,) = history.of(web.ledger, "main", "orders", order)
    assert (event.event, event.detail) == ("noted", {"by": "callback", "scope": ORDER["scope"]})


def test_the_orders_page_tells_the_same_and_the_overview_leads_to_it(shop):
    order = shop.place(taxes=False)
    shop.run("sync", "order", order)
    client = make_app(make_door(shop.settings)).test_client()
    assert f'<a href="/orders/main/{order}">main {order}</a>' in client.get("/").text
    page = client.get(f"/orders/main/{order}").text
    assert "waits for a person (tax-unmapped)" in page
    assert f"GET /v2/orders/{order}" in page
    assert client.get("/orders/other/7").status_code == 404
    assert "has not been seen" in client.get("/orders/main/7").text


def test_a_path_keeps_its_ids_and_drops_what_is_neither_id_nor_word():
    for path, kept in (
        ("/bigcommerce/stores/abc/v2/orders/100/products", "/v2/orders/100/products"),
        ("/stores/abc/v3/orders/100/payment_actions/refunds", "/v3/orders/100/payment_actions/refunds"),
        ("/zoho/books/v3/invoices/460000000000123", "/invoices/460000000000123"),
        ("/inventory/v1/items", "/items"),
        ("/books/v3/contacts/ada@example.com/x", "/contacts/…/x"),
        ("/books/v3/contacts/Ada%20Example", "/contacts/…"),
    ):
        assert tally.plain_path(path) == kept


def test_the_calls_of_a_run_are_counted_all_and_kept_up_to_a_limit():
    with tally.tallied() as calls:
        for number in range(tally.MOST + 5):
            tally.count("zoho", "x")
            tally.keep(Exchange("zoho", "GET", f"/books/v3/items/{number}", 200, "0", 0.01))
    assert calls.counts == {"zoho": tally.MOST + 5}
    assert len(calls.rows) == tally.MOST
    assert calls.rows[0][1:] == ["z", "GET", "/items/0", 200, "0", 10]
    assert json.dumps(calls.rows)
    tally.keep(Exchange("zoho", "GET", "/", 200, "", 0.0))  # nobody counts
    assert len(calls.rows) == tally.MOST


@pytest.mark.parametrize(
    ("event", "detail", "said"),
    [
        ("noted", {"by": "callback", "scope": "store/order/updated"}, "the store called: store/order/updated"),
        ("noted", {"by": "look"}, "a look at the store's list found a change"),
        ("put off", {"why": "no calls left", "until": 0}, "put off until 1970-01-01 00:00:00 UTC: no calls left"),
        ("held", {"reason": "overpaid", "what": "65 of 60"}, "held for a person (overpaid): 65 of 60"),
        ("skipped", {"reason": "gone", "what": ""}, "skipped (gone): the record is not there any more"),
        ("void", {"kind": "invoice", "key": "abc:100:void:1", "id": "46"}, "made void invoice 100:void:1 (id 46)"),
        ("accept", {"kind": "estimate", "key": "abc:100:accept:1", "id": "47"},
         "accepted estimate 100:accept:1 (id 47)"),
        ("not answered", {"kind": "estimate", "key": "abc:100:accept:1", "id": "47", "why": "it is deleted"},
         "left estimate 100:accept:1 (id 47) as it was: it is deleted"),
        ("mark later", {"why": "Temporary"}, "the mark in the store is tried again later (Temporary)"),
        ("no price list", {"why": "refused with code 5"}, "no price list: refused with code 5"),
        ("something new", {}, "something new"),
        ("calls", {"zoho": "2", "bigcommerce": "9"}, "looked: calls 9 to the store and 2 to Zoho"),
        ("calls", {"bigcommerce": "9", "nothing_new": True}, "looked: calls 9 to the store; nothing had changed since"),
    ],
)  # fmt: skip
def test_each_event_has_its_words(event, detail, said):
    assert sentence_of(event, detail)[0] == said


def test_a_history_of_before_calls_were_kept_is_told_too(shop):
    history.append(shop.ledger, "main", "orders", "7", 5.0, "calls", {"zoho": "2"})
    assert [one["sentence"] for one in happenings(shop, "7")] == ["looked: calls 2 to Zoho"]
