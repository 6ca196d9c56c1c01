"""Items: whole walks or none, what changed while others change, details by id, images."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from connectors.budget import Budget
from connectors.errors import OutOfBudget, Rejected, Temporary, Unauthorized
from connectors.http import Response, send
from connectors.zoho.client import Zoho
from connectors.zoho.items import get_item, item_details, item_image, item_pages, modified
from connectors.zoho.oauth import access_token
from sandbox.moods import moods_from
from sandbox.zoho import many_items
from tests.days import today

AGO = timedelta(hours=1)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def make(world, count):
    bodies = [{"name": f"Item {n:04}", "sku": f"S-{n}", "rate": Decimal(n)} for n in range(count)]
    return many_items.make(world.zoho, {"items": bodies})


def changed_at(world, item_id, moment):
    world.zoho.records["items"][item_id]["last_modified_time"] = moment.strftime("%Y-%m-%dT%H:%M:%S%z")
    world.zoho.changes += 1


def ids(pages):
    return [row["item_id"] for page in pages for row in page.rows]


def list_calls(world):
    return [call for call in world.calls if call["path"].endswith("/items") and call["method"] == "GET"]


@pytest.fixture
def now():
    return datetime.now(UTC).replace(microsecond=0)


def test_every_item_of_every_status_is_walked_in_pages(zoho, world):
    made = make(world, 401)
    zoho.call("POST", f"/items/{made[3]}/inactive")
    world.calls.clear()
    pages = list(item_pages(zoho))
    assert [(page.number, len(page.rows), page.last) for page in pages] == [
        (1, 200, False),
        (2, 200, False),
        (3, 1, True),
    ]
    assert ids(pages) == made
    assert {row["status"] for page in pages for row in page.rows} == {"active", "inactive"}
    assert len(list_calls(world)) == 3
    # some lists leave out what is inactive where nothing is said
    assert all("filter_by=Status.All" in call["query"] for call in list_calls(world))


def test_a_stopped_walk_goes_on_at_its_page(zoho, world):
    made = make(world, 401)
    assert ids(item_pages(zoho, first_page=3)) == made[400:]
    assert [(page.rows, page.last) for page in item_pages(zoho, first_page=9)] == [([], True)]


def test_what_changed_since_is_told_oldest_change_first(zoho, world, now):
    made = make(world, 10)
    for n, item in enumerate(made):
        changed_at(world, item, now - timedelta(hours=10 - n))
    changed_at(world, made[0], now)
    world.calls.clear()
    pages = list(item_pages(zoho, since=now - timedelta(hours=3, minutes=30)))
    assert ids(pages) == [made[7], made[8], made[9], made[0]]
    assert [page.last for page in pages] == [True]
    (call,) = list_calls(world)
    assert "filter_by=Status.All" in call["query"]


@pytest.mark.parametrize("inclusive", [True, False])
def test_what_changed_in_the_very_second_of_a_reopened_place_is_not_missed(zoho, world, now, inclusive):
    world.switches["zoho_modified_inclusive"] = inclusive
    made = make(world, 420)
    for n, item in enumerate(made):
        changed_at(world, item, now - AGO + timedelta(seconds=(n + 1) // 2))  # pairs over a page's edge
    pages = list(item_pages(zoho, since=now - 2 * AGO))
    assert ids(pages) == made
    assert [page.last for page in pages] == [False, False, True]


def test_an_item_that_changes_while_the_changed_are_read_pushes_none_out(zoho, world, now):
    made = make(world, 420)
    for n, item in enumerate(made):
        changed_at(world, item, now - AGO + timedelta(seconds=n))
    walk = item_pages(zoho, since=now - 2 * AGO)
    seen = ids([next(walk)])
    for item in made[:5]:  # they leave the first page for the end: all others move up by five
        changed_at(world, item, now)
    seen += ids(walk)
    assert set(seen) == set(made)
    assert seen[-5:] == made[:5]


def test_more_items_than_a_page_holds_may_change_in_one_second(zoho, world, now):
    made = make(world, 650)
    for n, item in enumerate(made):
        changed_at(world, item, now - AGO - timedelta(seconds=0 if 100 <= n < 620 else 60 * (n < 100)))
    world.calls.clear()
    assert set(ids(item_pages(zoho, since=now - 2 * AGO))) == set(made)
    assert len(list_calls(world)) <= 5


def test_many_items_that_change_within_seconds_are_not_read_again_and_again(zoho, world, now):
    made = make(world, 1000)
    for n, item in enumerate(made):
        changed_at(world, item, now - AGO + timedelta(seconds=n // 250))
    world.calls.clear()
    assert set(ids(item_pages(zoho, since=now - 2 * AGO))) == set(made)
    assert len(list_calls(world)) <= 6


def test_a_list_that_ignores_its_filter_is_read_whole_and_filtered_here(zoho, world, now):
    world.switches["zoho_filters"] = "ignored"
    made = make(world, 210)
    for item in made[:205]:
        changed_at(world, item, now - 3 * AGO)
    pages = list(item_pages(zoho, since=now - AGO))
    assert ids(pages) == made[205:]
    assert [page.last for page in pages] == [True]
    assert [(page.rows, page.last) for page in item_pages(zoho, since=now + AGO)] == [([], True)]


class Told(Zoho):
    """A Zoho whose answers are given, to show lists that no healthy server sends."""

    answers = ()
    asked = ()

    def call(self, method, path, *, params=None, **how):
        Told.asked.append(params)
        return Told.answers.pop(0) if len(Told.answers) > 1 else Told.answers[0]


def told(zoho, *answers):
    Told.answers, Told.asked = list(answers), []
    return Told(zoho.session, "", "1", zoho.tokens, zoho.login, zoho.budget)


def answer(rows, page=1, more=False):
    told = [{"item_id": str(item), "last_modified_time": at} for item, at in rows]
    context = {"page": page, "per_page": len(rows), "has_more_page": more}
    return {"code": 0, "items": told, "page_context": context}


def at(second):
    return f"2026-03-01T10:00:{second:02}+0100"


SINCE = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_a_list_of_changes_that_is_not_sorted_is_not_believed(zoho):
    zoho = told(
        zoho,
        answer([(1, at(5)), (2, at(1))], more=True),
        answer([(1, at(5)), (2, at(1))], page=1, more=True),
        answer([(3, "2026-01-01T10:00:00+0100"), (4, at(9))], page=2),
    )
    assert ids(item_pages(zoho, since=SINCE)) == ["2", "1", "4"]
    assert "last_modified_time" not in Told.asked[1]


def test_of_changes_sorted_out_here_none_is_told_before_all_are_known(zoho):
    early = answer([(1, at(9)), (2, at(5))], more=True)
    walk = item_pages(told(zoho, early, early, answer([(3, at(1))], page=7)), since=SINCE)
    with pytest.raises(Temporary):
        next(walk)


def test_a_list_of_changes_that_loses_its_order_on_the_way_proves_nothing(zoho):
    pages = answer([(1, at(1)), (2, at(5))], more=True), answer([(4, at(9)), (3, at(5))])
    with pytest.raises(Temporary, match="no longer sorted"):
        list(item_pages(told(zoho, *pages), since=SINCE))


def test_a_list_of_changes_that_stands_still_is_not_walked_for_ever(zoho):
    first = answer([(1, at(1)), (2, at(1))], more=True)
    second = answer([(1, at(1)), (2, at(1))], page=2, more=True)
    third = answer([(1, at(1)), (2, at(1))], page=3, more=True)
    with pytest.raises(Temporary, match="stands still"):
        list(item_pages(told(zoho, first, second, third), since=SINCE))


@pytest.mark.parametrize("since", [None, SINCE])
def test_a_short_page_with_more_behind_it_is_a_hole(zoho, since):
    page = answer([(1, at(1))], more=True)
    page["page_context"]["per_page"] = 200
    with pytest.raises(Temporary, match="hole"):
        list(item_pages(told(zoho, page), since=since))


def test_when_an_item_changed_is_told_in_the_organizations_zone():
    assert modified({"last_modified_time": "2026-03-01T10:00:00+0530"}) == datetime(
        2026, 3, 1, 4, 30, tzinfo=UTC
    )
    assert modified({"last_modified_time": ""}) is modified({}) is None
    assert modified({"last_modified_time": "2026-03-01T10:00:00"}) is None


@pytest.mark.parametrize(("limit", "calls"), [(100, 3), (50, 7), (200, 3)])
def test_details_come_a_hundred_a_call_or_as_many_as_zoho_takes(zoho, world, limit, calls):
    world.switches["zoho_itemdetails_limit"] = limit
    made = make(world, 210)
    world.calls.clear()
    found = item_details(zoho, [*made, made[0], "460000000099999"])
    assert list(found) == made
    assert found[made[7]]["rate"] == 7
    assert "package_details" in found[made[7]]
    assert len([call for call in world.calls if call["path"].endswith("/itemdetails")]) == calls
    assert item_details(zoho, []) == {}


def test_details_of_others_than_were_asked_for_prove_nothing(zoho):
    with pytest.raises(Temporary, match="other items"):
        item_details(told(zoho, {"code": 0, "items": [{"item_id": "9"}]}), ["1"])
    with pytest.raises(Temporary, match="no items"):
        item_details(told(zoho, {"code": 0}), ["1"])


class Picky(Zoho):
    """A Zoho that refuses the whole call for one id among them."""

    refusal = None

    def call(self, method, path, *, params=None, **how):
        asked = params["item_ids"].split(",")
        if "bad" in asked:
            raise Picky.refusal
        return {"items": [{"item_id": one} for one in asked]}


def test_one_id_that_zoho_refuses_hides_none_of_the_others(zoho):
    picky = Picky(zoho.session, "", "1", zoho.tokens, zoho.login, zoho.budget)
    wanted = [*(str(n) for n in range(30)), "bad", *(str(n) for n in range(30, 60))]
    Picky.refusal = Rejected(400, 2006, "Item does not exist.")
    assert set(item_details(picky, wanted)) == set(wanted) - {"bad"}
    for refusal in (
        Rejected(400, 2, "Invalid value passed for item_ids"),
        Rejected(400, 1000, "Internal error"),
    ):
        Picky.refusal = refusal
        with pytest.raises(Rejected):
            item_details(picky, wanted)


def test_an_item_that_does_not_exist_is_none(zoho, world):
    (item,) = make(world, 1)
    assert get_item(zoho, item)["sku"] == "S-0"
    for status in (404, 400):
        world.switches["zoho_missing_status"] = status
        assert get_item(zoho, "460000000099999") is None


def upload(zoho, item, content, name="picture.png"):
    token = access_token(zoho.tokens, zoho.session, zoho.login).value
    return send(
        zoho.session, "POST", f"{zoho.base_url}/items/{item}/image", write=True,
        params={"organization_id": "10234695"}, headers={"Authorization": f"Zoho-oauthtoken {token}"},
        files={"image": (name, content, "image/png")},
    )  # fmt: skip


def test_an_image_comes_byte_for_byte_with_its_type(inventory, counted, world):
    item, bare = make(world, 2)
    assert upload(inventory, item, PNG).status == 200
    assert item_image(inventory, item) == (PNG, "image/png")
    assert counted[-1][1:5] == ("items", "read", "GET", 200)
    assert item_image(inventory, bare) is None
    assert item_image(inventory, "460000000099999") is None


def test_an_image_is_paid_from_the_budget_like_every_call(inventory, world):
    (item,) = make(world, 1)
    upload(inventory, item, PNG)
    item_image(inventory, item)  # after it we know what others used
    used = inventory.budget.usage().day_used
    item_image(inventory, item)
    assert inventory.budget.usage().day_used == used + 1
    world.zoho.logins.set_scope("ZohoInventory.settings.READ")
    with pytest.raises(Unauthorized):
        item_image(inventory, item)


@pytest.mark.parametrize("mood", ["server_error", "html", "reset_before"])
def test_an_image_that_does_not_come_is_no_missing_image(inventory, world, mood):
    (item,) = make(world, 1)
    upload(inventory, item, PNG)
    world.moods.set(moods_from([{"path": "/zoho/inventory", "kind": mood}]))
    with pytest.raises(Temporary):
        item_image(inventory, item)


class Gateway(Zoho):
    """A Zoho behind a gateway that says OK and means something else."""

    def _answer(self, method, path, **how):
        return Response(200, {"Content-Type": "text/html; charset=utf-8"}, None, False, False, "", b"<html>")


def test_a_page_of_html_is_no_image(zoho):
    with pytest.raises(Temporary):
        item_image(Gateway(zoho.session, "", "1", zoho.tokens, zoho.login, zoho.budget), "1")


def test_a_type_is_read_from_the_image_where_its_name_says_another(inventory, world):
    (item,) = make(world, 1)
    upload(inventory, item, b"\xff\xd8\xff\xe0" + b"x" * 100, "wrong.png")
    assert item_image(inventory, item)[1] == "image/jpeg"


def test_a_file_that_is_larger_than_allowed_is_refused_and_not_read(inventory, world):
    (item,) = make(world, 1)
    upload(inventory, item, PNG)
    with pytest.raises(Rejected) as large:
        inventory.fetch(f"/items/{item}/image", most=len(PNG) - 1)
    assert large.value.code == "too-large"
    assert inventory.fetch(f"/items/{item}/image", most=len(PNG)) == (PNG, "image/png")


def test_the_catalogue_leaves_the_orders_reserve_of_the_day(zoho, valkey, world):
    make(world, 3)
    budget = Budget(
        valkey, "10234695", per_day=1000, pace=zoho.budget.pace, zone="Europe/Berlin", needed=lambda: 400
    )
    budget.restore(today("Europe/Berlin"), 499, None)
    catalogue = replace(zoho, budget=budget, lane="catalogue")
    assert len(ids(item_pages(catalogue))) == 3
    with pytest.raises(OutOfBudget) as refused:
        list(item_pages(catalogue))
    assert refused.value.until == pytest.approx(budget.usage().resets_at)
    assert len(ids(item_pages(replace(zoho, budget=budget)))) == 3
