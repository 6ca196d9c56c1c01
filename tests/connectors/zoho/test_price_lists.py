"""Price lists: those for sales, each with all its items however Zoho pages them; webhooks where there are any."""

from decimal import Decimal

import pytest

from connectors.errors import NotOffered, Rejected, Temporary
from connectors.zoho.client import Zoho
from connectors.zoho.price_lists import get_price_list, list_price_lists
from connectors.zoho.webhooks import create_webhook, list_webhooks
from sandbox.zoho import many_items


def price_list(zoho, name, items=(), kind="sales"):
    body = {"name": name, "pricebook_type": "per_item", "sales_or_purchase_type": kind}
    rows = [{"item_id": item, "pricebook_rate": Decimal(n)} for n, item in enumerate(items)]
    return zoho.call("POST", "/pricebooks", body={**body, "pricebook_items": rows})["pricebook"][
        "pricebook_id"
    ]


@pytest.fixture
def items(world):
    return many_items.make(world.zoho, {"count": 401})


@pytest.mark.parametrize("filters", ["honoured", "ignored"])
def test_price_lists_for_sales_are_listed_active_or_not(zoho, world, items, filters):
    world.switches["zoho_filters"] = filters
    wholesale, old = price_list(zoho, "Wholesale", items[:1]), price_list(zoho, "Old", items[:1])
    price_list(zoho, "From suppliers", items[:1], kind="purchases")
    zoho.call("POST", f"/pricebooks/{old}/inactive")
    assert {row["pricebook_id"]: row["status"] for row in list_price_lists(zoho)} == {
        wholesale: "active",
        old: "inactive",
    }


@pytest.mark.parametrize("paging", ["all", "paged"])
@pytest.mark.parametrize("count", [1, 199, 200, 400, 401])
def test_a_price_list_comes_with_all_its_items_however_zoho_pages_them(zoho, world, items, paging, count):
    world.switches["zoho_pricebook_paging"] = paging
    whole = get_price_list(zoho, price_list(zoho, "Wholesale", items[:count]))
    assert [row["item_id"] for row in whole["pricebook_items"]] == items[:count]
    assert [row["pricebook_rate"] for row in whole["pricebook_items"]][:3] == [0, 1, 2][:count]
    assert whole["name"] == "Wholesale"


def test_a_price_list_that_is_gone_is_none(zoho, world, items):
    for status in (404, 400):
        world.switches["zoho_missing_status"] = status
        assert get_price_list(zoho, "460000000099999") is None


class Told(Zoho):
    """A Zoho whose answers are given, to show lists that no healthy server sends."""

    answers = ()

    def call(self, method, path, *, params=None, **how):
        answer = Told.answers[min(params["page"], len(Told.answers)) - 1]
        if isinstance(answer, Exception):
            raise answer
        return answer


def told(zoho, *answers):
    Told.answers = answers
    return Told(zoho.session, "", "1", zoho.tokens, zoho.login, zoho.budget)


def page(ids, context=None, **more):
    book = {"pricebook_id": "7", "name": "Wholesale", **more}
    answer = {"pricebook": {**book, "pricebook_items": [{"item_id": str(one)} for one in ids]}}
    return {**answer, "page_context": context} if context else answer


def context(number, more, size=2):
    return {"page": number, "per_page": size, "has_more_page": more}


def ids(book):
    return [row["item_id"] for row in book["pricebook_items"]]


def test_items_in_pages_that_nothing_tells_of_are_all_gathered(zoho):
    pages = [page(range(start, start + 10)) for start in (0, 10, 20)]
    assert len(ids(get_price_list(told(zoho, *pages, page([30, 31])), "7"))) == 32
    assert len(ids(get_price_list(told(zoho, *pages, page([])), "7"))) == 30
    assert len(ids(get_price_list(told(zoho, pages[0]), "7"))) == 10
    assert ids(get_price_list(told(zoho, page([])), "7")) == []


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("stands still", [page([1, 2], context(1, True)), page([1, 2], context(2, True))]),
        ("page 1 instead of 2", [page([1, 2], context(1, True)), page([1, 2], context(1, True))]),
        ("hole", [page([1], context(1, True)), page([2], context(2, False))]),
        ("changed", [page([1, 2], context(1, True)), page([3], context(2, False), name="Retail")]),
        ("deleted", [page([1, 2], context(1, True)), Rejected(404, 1002, "does not exist")]),
        ("another", [page([1, 2], pricebook_id="8")]),
        ("without their id", [page([""])]),
        ("no price list", [{"code": 0}]),
    ],
)
def test_a_price_list_that_cannot_be_proven_whole_is_not_believed(zoho, said, answers):
    with pytest.raises(Temporary, match=said):
        get_price_list(told(zoho, *answers), "7")


def test_webhooks_are_made_and_listed_in_books_only(zoho, inventory):
    body = {
        "webhook_name": "Cartbooks items",
        "entity": "item",
        "method": "POST",
        "url": "https://books.example/webhooks/zoho/main",
        "secret": "abcdefghijkl1234",
    }
    made = create_webhook(zoho, body)
    assert [row["webhook_id"] for row in list_webhooks(zoho)] == [made["webhook_id"]]
    with pytest.raises(NotOffered):
        list_webhooks(inventory)
    with pytest.raises(NotOffered):
        create_webhook(inventory, body)
