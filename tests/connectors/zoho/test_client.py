"""Zoho calls: the envelope, tokens that expire on the way, limits that are refused, lists that prove their end."""

import time
from dataclasses import replace
from decimal import Decimal

import pytest

from connectors.budget import Budget
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized, Unknown
from connectors.zoho.client import Zoho, is_missing, name_of
from connectors.zoho.contacts import create_contact, get_contact
from connectors.zoho.items import create_item, item_pages
from connectors.zoho.settings import organization, organizations, taxes
from sandbox.moods import moods_from

BOOKS = "/zoho/books"


def moods(world, *rows):
    world.moods.set(moods_from([{"path": BOOKS, **row} for row in rows]))


def books_calls(world):
    return [call for call in world.calls if call["path"].startswith(BOOKS)]


def test_the_organization_and_its_taxes_are_read(zoho, world):
    assert organization(zoho)["currency_code"] == "EUR"
    assert organization(replace(zoho, organization_id="1")) is None
    assert len(organizations(zoho)) == 1
    assert isinstance(taxes(zoho), list)


def test_amounts_come_as_exact_numbers_and_ids_as_text(zoho):
    item = create_item(zoho, {"name": "Chair", "sku": "CH-1", "rate": Decimal("54.55")})
    assert item["rate"] == Decimal("54.55")
    assert isinstance(item["rate"], (Decimal, int))
    assert isinstance(item["item_id"], str)


def test_without_an_address_the_host_that_the_login_names_is_used(zoho):
    assert organizations(replace(zoho, base_url=""))
    assert organizations(replace(zoho, base_url="", edition="inventory"))


def test_a_token_that_expired_on_the_way_is_replaced_once_and_the_call_made_again(zoho, world):
    organizations(zoho)
    world.zoho.logins.expire_all()
    create_contact(zoho, {"contact_name": "A Shop"})
    statuses = [call["status"] for call in books_calls(world)]
    assert statuses[1:] == [401, 201]
    assert world.zoho.logins.made == 2


def test_a_scope_that_is_missing_stops_the_connection_after_one_refresh(zoho, world):
    world.zoho.logins.set_scope("ZohoBooks.settings.READ")
    assert organizations(zoho)
    with pytest.raises(Unauthorized, match="scope") as refused:
        create_contact(zoho, {"contact_name": "A Shop"})
    assert refused.value.platform == "zoho"
    assert world.zoho.logins.made == 2


def test_a_refusal_carries_zohos_code_and_nothing_that_we_sent(zoho):
    create_contact(zoho, {"contact_name": "Jane Roe"})
    with pytest.raises(Rejected) as taken:
        create_contact(zoho, {"contact_name": "Jane Roe", "contact_persons": [{"email": "jane@example.com"}]})
    assert taken.value.code == 3062
    assert name_of(taken.value) == "name-taken"
    assert "jane" not in f"{taken.value} {taken.value.message} {taken.value.body}".lower()
    assert "already exists" in taken.value.message


@pytest.mark.parametrize("status", [404, 400])
def test_a_record_that_is_not_there_is_called_missing(zoho, world, status):
    world.switches["zoho_missing_status"] = status
    with pytest.raises(Rejected) as missing:
        get_contact(zoho, "460000000099999")
    assert is_missing(missing.value)


def test_the_wrong_organization_is_rejected_by_name(zoho):
    with pytest.raises(Rejected) as wrong:
        list(replace(zoho, organization_id="999").pages("/contacts", "contacts"))
    assert name_of(wrong.value) == "wrong-organization"


@pytest.mark.parametrize("kind", ["server_error", "html", "error_after", "reset_before", "reset_after"])
def test_trouble_on_the_way_is_later_for_reads_and_unknown_for_writes(zoho, world, kind):
    organizations(zoho)
    moods(world, {"kind": kind})
    with pytest.raises(Temporary):
        organizations(zoho)
    with pytest.raises(Unknown):
        create_contact(zoho, {"contact_name": "A Shop"})
    assert len(world.zoho.records["contacts"]) == (1 if kind in ("error_after", "reset_after") else 0)
    assert zoho.budget.usage().in_flight == 0


@pytest.mark.parametrize("code", [43, 44])
def test_a_refused_minute_silences_every_process(zoho, world, valkey, code):
    world.switches.update({"zoho_minute_code": code, "zoho_block_seconds": 60})
    organizations(zoho)
    world.zoho.meter.blocked_until = world.clock.epoch() + 30
    with pytest.raises(OutOfBudget) as refused:
        taxes(zoho)
    assert refused.value.until - time.time() > 25
    made = len(books_calls(world))
    other = replace(zoho, budget=Budget(valkey, "10234695", pace=zoho.budget.pace))
    with pytest.raises(OutOfBudget):
        create_contact(other, {"contact_name": "A Shop"})
    assert len(books_calls(world)) == made


def test_a_day_that_is_used_up_at_noon_ends_all_calls_until_midnight(zoho, world):
    world.zoho.per_day = 5
    zoho = replace(zoho, finishing=True)
    for number in range(5):
        create_contact(zoho, {"contact_name": f"Shop {number}"})
    with pytest.raises(OutOfBudget) as spent:
        create_contact(zoho, {"contact_name": "Shop 6"})
    assert spent.value.until == pytest.approx(zoho.budget.usage().resets_at)
    assert [call for call in world.calls if call["rejected_by_limit"]] == []


def test_a_quota_used_up_by_others_is_believed(zoho, world, valkey):
    organizations(zoho)
    world.zoho.meter.used = {"all": 9999}
    world.zoho.meter.day = world.zoho.today().isoformat()
    taxes(zoho)
    assert zoho.budget.usage().day_used == 10000
    with pytest.raises(OutOfBudget):
        taxes(zoho)


def test_too_many_at_once_is_a_short_silence(zoho, world):
    organizations(zoho)
    world.zoho.meter.in_flight = 10
    with pytest.raises(OutOfBudget) as busy:
        taxes(zoho)
    assert busy.value.until - time.time() < 3
    world.zoho.meter.in_flight = 0
    time.sleep(0.01)
    taxes(zoho)


def test_a_long_list_is_read_page_by_page_to_its_end(zoho, world):
    for number in range(401):
        create_item(zoho, {"name": f"Item {number:03}", "sku": f"SKU-{number}", "rate": Decimal(1)})
    world.calls.clear()
    assert len({row["item_id"] for page in item_pages(zoho) for row in page.rows}) == 401
    assert len(books_calls(world)) == 3
    rows = zoho.pages("/items", "items", {"sort_column": "created_time", "sort_order": "D"})
    seen = [next(rows)["item_id"]]
    create_item(
        zoho, {"name": "Newest", "sku": "SKU-N", "rate": Decimal(1)}
    )  # pushes a row over the page's edge
    seen += [row["item_id"] for row in rows]
    assert len(seen) == len(set(seen)) == 401


class Told(Zoho):
    """A Zoho whose answers are given, to show lists that no healthy server sends."""

    answers = ()

    def call(self, method, path, *, params=None, **how):
        number = int(params["page"])
        return self.answers[min(number, len(self.answers)) - 1]


def told(zoho, *answers):
    Told.answers = answers
    return Told(zoho.session, "", "1", zoho.tokens, zoho.login, zoho.budget)


def page(number, ids, more, **extra):
    rows = [{"item_id": str(each)} for each in ids]
    return {
        "code": 0,
        "items": rows,
        "page_context": {"page": number, "per_page": 2, "has_more_page": more, **extra},
    }


def test_a_list_that_stands_still_is_not_walked_for_ever(zoho):
    with pytest.raises(Temporary, match="stands still"):
        list(told(zoho, page(1, [1, 2], True), page(2, [1, 2], True)).pages("/items", "items"))


def test_a_list_that_answers_another_page_than_asked_is_not_believed(zoho):
    with pytest.raises(Temporary, match="page 1 instead of 2"):
        list(told(zoho, page(1, [1, 2], True), page(1, [3, 4], False)).pages("/items", "items"))


def test_a_short_page_in_the_middle_is_a_hole(zoho):
    with pytest.raises(Temporary, match="hole"):
        list(told(zoho, page(1, [1], True), page(2, [2, 3], False)).pages("/items", "items"))


def test_an_answer_without_the_list_is_no_empty_list(zoho):
    with pytest.raises(Temporary, match="no items"):
        list(told(zoho, {"code": 0}).pages("/items", "items"))


def test_rows_that_cannot_be_told_apart_are_not_taken_for_one(zoho):
    with pytest.raises(Temporary, match="rows without"):
        list(told(zoho, {"code": 0, "items": [{"name": "a"}, {"name": "b"}]}).pages("/items", "items"))
