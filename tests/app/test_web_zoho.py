"""The door for Zoho's callbacks: whom it believes, which item it notes, and what it never keeps."""

import base64
import hashlib
import hmac
import io
import json
import time
from dataclasses import replace
from urllib.parse import urlencode

import pytest
from cryptography.fernet import Fernet

from app.believe import signed_by_zoho
from app.door import SETTLE, make_door
from app.settings import load
from app.web import LARGEST_RECORD, make_app
from ledger import history, links, sightings, work
from ledger.store import open_ledger
from tests.app.front import SECRETS
from tests.ledgers import give_tables

SECRET = "SecretOfZoho1234"
HOOK = {"X-Cartbooks-Secret": SECRET}
PATH = "/webhooks/zoho/main"
FORM = "application/x-www-form-urlencoded"

SETTINGS = """
data_dir = "{data}"
[connections.main]
store.store_hash = "abc"
zoho.organization_id = "1"
zoho.client_id = "c"
catalogue.items = "on"
{more}
[connections.off]
enabled = false
store.store_hash = "def"
zoho.organization_id = "2"
zoho.client_id = "c"
catalogue.items = "on"
[connections.without]
store.store_hash = "ghi"
zoho.organization_id = "3"
zoho.client_id = "c"
"""
ITEM = {"item": {"item_id": "460000000030001", "name": "Mug", "rate": 9.5, "group_id": ""}}
GROUPED = {"item": {"item_id": "460000000030002", "group_id": "460000000040001"}}


class Web:
    """The app as gunicorn would hold it, its ledger, and the nudges that it sent."""

    def __init__(self, directory, more=""):
        (directory / "c.toml").write_text(SETTINGS.format(data=directory, more=more))
        env = {
            **SECRETS,
            **{name.replace("MAIN", "WITHOUT"): value for name, value in SECRETS.items()},
            "CARTBOOKS_MAIN_ZOHO_WEBHOOK_SECRET": SECRET,
            "CARTBOOKS_OFF_ZOHO_WEBHOOK_SECRET": SECRET,
            "CARTBOOKS_WITHOUT_ZOHO_WEBHOOK_SECRET": SECRET,
            "CARTBOOKS_KEY": Fernet.generate_key().decode(),
            "REDIS_URL": "redis://127.0.0.1:1/0",
        }
        self.settings = load(directory / "c.toml", env)
        give_tables(self.settings.ledger_url)
        self.ledger = open_ledger(self.settings.ledger_url)
        self.nudges = []
        door = replace(make_door(self.settings), nudge=lambda *nudge: self.nudges.append(nudge))
        self.app = make_app(door)

    def post(self, body, headers=HOOK, path=PATH, kind="application/json"):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.app.test_client().post(path, data=data, headers=headers, content_type=kind)

    def noted(self):
        due = work.due(self.ledger, time.time() + SETTLE, 100, renudge_after=0.0)
        return sorted(work.find_id(self.ledger, row[0]).record for row in due)


@pytest.fixture
def web(tmp_path):
    return Web(tmp_path)


def signature(fields=(), body=b"", secret=SECRET):
    told = "".join(key + value for key, value in sorted(fields)).encode() + body
    return hmac.new(secret.encode(), told, hashlib.sha256)


# --- what is noted ---------------------------------------------------------------------------------------


def test_a_changed_item_is_noted_nudged_and_answered_with_nothing(web):
    answer = web.post(ITEM)
    assert (answer.status_code, answer.data) == (200, b"")
    row = work.find(web.ledger, "main", "items", "item:460000000030001")
    assert (row.state, row.urgent) == ("waiting", True)
    assert web.nudges == [("items.sync", row.id)]


@pytest.mark.parametrize(("order", "noted"), [("46905", ["46907"]), ("46906", []), ("", ["46907"])])
def test_goods_that_leave_for_a_sales_order_of_ours_are_noted_where_they_are_tracked(tmp_path, order, noted):
    web = Web(tmp_path, 'orders.tracking = "on"')
    links.bind(web.ledger, "main", "document", "abc:100:order:1", "46905", {}, 1.0)
    told = {"shipment_order": {"shipment_id": "46907", "salesorder_id": order}}
    assert web.post(told).status_code == 200
    assert web.noted() == noted
    assert [task for task, _ in web.nudges] == ["shipments.sync" for _ in noted]


INVOICE = {
    "invoice_id": "46901",
    "status": "sent",
    "total": 36.0,
    "last_modified_time": "2026-01-31T08:00:00+0000",
}


@pytest.fixture
def booked(web):
    """An order whose invoice is INVOICE, and that is at rest."""
    extra = {"number": "INV-1", "status": "sent", "total": "36.00", "fingerprint": "x"}
    links.bind(web.ledger, "main", "document", "abc:100:invoice:1", "46901", extra, 1.0)
    (row_id,) = work.note(web.ledger, "main", "orders", ["100"], 1.0)
    work.finish(web.ledger, work.claim(web.ledger, row_id, 1.0, 60.0), 1.0, state="done", outcome="posted")
    return row_id


@pytest.mark.parametrize("changed", [{"status": "void"}, {"total": 12}])
def test_a_document_of_ours_that_a_person_changed_puts_its_order_in_doubt_once(web, booked, changed):
    for _ in range(2):
        assert web.post({"invoice": {**INVOICE, **changed}}).status_code == 200
    assert web.nudges == [("orders.sync", booked)]
    assert links.get(web.ledger, "main", "document", "abc:100:invoice:1").extra["doubtful"] is True
    (event,) = history.of(web.ledger, "main", "orders", "100")
    assert event.detail == {"why": "Zoho called: document INV-1 has changed"}


@pytest.mark.parametrize(
    "told",
    [
        INVOICE,  # the echo of our own writing
        {**INVOICE, "status": "paid"},
        {**INVOICE, "invoice_id": "46902", "total": 1},
        {"invoice_id": "46901"},
        {**INVOICE, "total": "much"},
    ],
)
def test_what_is_as_we_wrote_it_or_not_ours_or_nonsense_troubles_no_order(web, booked, told):
    assert web.post({"invoice": told}).status_code == 200
    assert web.nudges == []
    assert work.find_id(web.ledger, booked).state == "done"


def test_items_of_one_group_are_one_piece_of_work(web):
    assert web.post(GROUPED).status_code == 200
    assert web.post({"item": {**GROUPED["item"], "item_id": "460000000030003"}}).status_code == 200
    assert web.noted() == ["group:460000000040001"]
    assert len(web.nudges) == 1


@pytest.mark.parametrize(
    "fields",
    [
        {"JSONString": json.dumps(GROUPED)},
        {"JSONString": json.dumps(GROUPED["item"])},
        {"item_id": "460000000030002", "group_id": "460000000040001", "name": "Mug"},
    ],
)
def test_a_form_says_it_as_well(web, fields):
    assert web.post(urlencode(fields).encode(), kind=FORM).status_code == 200
    assert web.noted() == ["group:460000000040001"]


def test_a_member_that_no_list_has_shown_yet_is_remembered_so_that_its_group_is_read_with_it(web):
    web.post(GROUPED)
    group, item = "group:460000000040001", GROUPED["item"]["item_id"]
    assert sightings.members(web.ledger, "main", "items", [group]) == {group: [item]}
    assert sightings.stamps(web.ledger, "main", "items", [item])[item].stamp == ""


def test_what_a_list_has_shown_of_a_member_stands(web):
    item = GROUPED["item"]["item_id"]
    sightings.see(web.ledger, "main", "items", [(item, "group:460000000040001", "stamp")], 1.0)
    web.post(GROUPED)
    assert sightings.stamps(web.ledger, "main", "items", [item])[item].stamp == "stamp"


def test_of_a_deleted_member_only_the_id_comes_and_its_group_is_noted(web):
    sightings.see(web.ledger, "main", "items", [("77", "group:8", "stamp")], 1.0)
    assert web.post({"item": {"item_id": "77"}}).status_code == 200
    assert web.noted() == ["group:8"]


def test_an_item_that_joins_a_group_is_noted_where_it_was_and_where_it_is(web):
    sightings.see(web.ledger, "main", "items", [("77", "item:77", "stamp")], 1.0)
    web.post({"item": {"item_id": "77", "group_id": "8"}})
    assert web.noted() == ["group:8", "item:77"]
    assert len(web.nudges) == 2


def test_chosen_fields_as_raw_json_and_in_the_address_say_it_as_well(web):
    assert web.post({"item_id": 460000000030005}).status_code == 200
    assert web.post(b"", path=f"{PATH}?item_id=460000000030006").status_code == 200
    assert web.noted() == ["item:460000000030005", "item:460000000030006"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"invoice": {"invoice_id": "9", "line_items": [{"item_id": "7"}]}}, "application/json"),
        ({"contact": {"contact_id": "9", "email": "ada@example.com"}}, "application/json"),
        (b"salesorder_id=9&total=12.00", FORM),
    ],
)
def test_other_records_are_none_of_this_doors_business(web, body, kind):
    assert web.post(body, kind=kind).status_code == 200
    assert web.noted() == []


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"item"', b"{}", b"[" * 100_000, b"\xff\xfe", b'{"item": {}}', b'{"item": []}',
     b'{"item": {"item_id": "12; DROP TABLE work"}}', b'{"item": {"item_id": true}}', b'{"item": {"item_id": "0"}}',
     b'{"item": {"item_id": "007"}}', b'{"item": {"item_id": "1", "group_id": "x"}}',
     b'{"item": {"item_id": "1234567890123456789012345"}}', b'{"item": {"item_id": {"a": 1}}}'],
)  # fmt: skip
def test_nonsense_is_refused_and_not_noted(web, body):
    assert web.post(body).status_code == 400
    assert web.noted() == []


def test_a_form_without_anything_of_ours_is_nonsense(web):
    assert web.post(b"hello=world", kind=FORM).status_code == 400
    assert web.post(b"JSONString=%7B", kind=FORM).status_code == 400


def test_a_whole_record_may_be_longer_than_a_callback_of_the_store_but_not_endless(web):
    long = {"item": {**ITEM["item"], "description": "x" * 100_000}}
    assert web.post(long).status_code == 200
    long["item"]["description"] = "x" * LARGEST_RECORD
    assert web.post(long).status_code == 413


def test_a_record_that_does_not_tell_its_length_is_measured_while_it_is_read(web):
    endless = io.BytesIO(b" " * (LARGEST_RECORD + 1))
    environ = {"wsgi.input_terminated": True, "CONTENT_LENGTH": "", "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = web.app.test_client().post(PATH, input_stream=endless, headers=HOOK, environ_overrides=environ)
    assert answer.status_code == 413


def test_where_items_are_off_or_the_connection_is_nothing_is_noted(web):
    assert web.post(ITEM, path="/webhooks/zoho/off").status_code == 200
    assert web.post(ITEM, path="/webhooks/zoho/without").status_code == 200
    assert web.noted() == []


def test_nobodys_data_is_kept_or_logged(web, tmp_path, caplog):
    caplog.set_level("DEBUG")
    person = {"item_id": "460000000030001", "name": "Ada's Mug", "last_modified_by": "ada@example.com"}
    web.post({"item": person})
    web.post({"item": person}, {**HOOK, "X-Zoho-Webhook-Signature": "wrong"})
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("ledger.db*"))
    for word in ("Ada", "ada@example.com"):
        assert word.encode() not in kept
        assert word not in caplog.text
    assert "does not match" in caplog.text


# --- who is believed -------------------------------------------------------------------------------------


@pytest.mark.parametrize("headers", [{}, {"X-Cartbooks-Secret": ""}, {"X-Cartbooks-Secret": SECRET[:-1]}])
def test_a_stranger_is_told_nothing_and_not_noted(web, headers):
    signed = {**headers, "X-Zoho-Webhook-Signature": signature(body=json.dumps(ITEM).encode()).hexdigest()}
    for path in (PATH, "/webhooks/zoho/nobody"):
        answers = [web.post(ITEM, headers, path), web.post(ITEM, signed, path)]
        assert {(answer.status_code, answer.data) for answer in answers} == {(401, b"unknown sender")}
    assert web.noted() == []


def test_the_stores_secret_opens_only_the_stores_door(web):
    assert web.post(ITEM, {"X-Cartbooks-Secret": SECRETS["CARTBOOKS_MAIN_WEBHOOK_SECRET"]}).status_code == 401


BODY = json.dumps(ITEM).encode()
SPELLINGS = {
    "hex": lambda mac: mac.hexdigest(),
    "HEX": lambda mac: mac.hexdigest().upper(),
    "base64": lambda mac: base64.b64encode(mac.digest()).decode(),
}


@pytest.mark.parametrize("spelled", SPELLINGS)
def test_a_signature_is_believed_in_each_of_its_possible_spellings(web, spelled):
    given = SPELLINGS[spelled](signature(body=BODY))
    assert web.post(BODY, {**HOOK, "X-Zoho-Webhook-Signature": given}).status_code == 200


def test_fields_of_the_address_are_signed_in_front_of_the_body_in_the_order_of_their_names(web):
    path = f"{PATH}?source=zoho&event=edited%20now"
    given = signature([("source", "zoho"), ("event", "edited now")], BODY).hexdigest()
    assert web.post(BODY, {**HOOK, "X-Zoho-Webhook-Signature": given}, path).status_code == 200
    given = signature([], BODY).hexdigest()
    assert web.post(BODY, {**HOOK, "X-Zoho-Webhook-Signature": given}, path).status_code == 401


def test_the_values_of_a_form_are_signed_as_they_read_not_as_they_travel(web):
    fields = {"item_id": "7", "name": "Mug & spoon, 50 % off"}
    given = {**HOOK, "X-Zoho-Webhook-Signature": signature(fields.items()).hexdigest()}
    assert web.post(urlencode(fields).encode(), given, kind=FORM).status_code == 200
    fields["item_id"] = "8"
    assert web.post(urlencode(fields).encode(), given, kind=FORM).status_code == 401


def test_the_example_of_the_documentation_is_put_together_as_it_says():
    body = b'{"created_date":"2019-03-06","event_id":"5675"}'
    fields = [("subscription_id", "90343"), ("name", "basic")]
    told = b"namebasicsubscription_id90343" + body
    given = hmac.new(SECRET.encode(), told, hashlib.sha256).hexdigest()
    assert signed_by_zoho(SECRET, fields, body, given)


@pytest.mark.parametrize(
    "given", ["", "ä", "0" * 64, "AAAA", signature(body=BODY, secret="x" * 16).hexdigest()]
)
def test_a_wrong_signature_is_refused_whatever_else_is_right(web, given):
    assert web.post(BODY, {**HOOK, "X-Zoho-Webhook-Signature": given}).status_code == 401
    assert web.noted() == []


def test_whether_a_signature_counts_is_a_setting(tmp_path):
    good = {**HOOK, "X-Zoho-Webhook-Signature": signature(body=BODY).hexdigest()}
    bad = {**HOOK, "X-Zoho-Webhook-Signature": "0" * 64}
    told = {}
    for setting in ("off", "when_present", "required"):
        (tmp_path / setting).mkdir()
        web = Web(tmp_path / setting, f'zoho.webhook_signature = "{setting}"')
        told[setting] = [web.post(BODY, headers).status_code for headers in (HOOK, good, bad)]
    assert told == {"off": [200, 200, 200], "when_present": [200, 200, 401], "required": [401, 200, 401]}
