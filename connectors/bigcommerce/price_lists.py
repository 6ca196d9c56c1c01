"""Price lists of a store, their records per variant and currency, and who they are for; not in every plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from connectors.bigcommerce.client import BigCommerce, is_missing, pages_v3
from connectors.errors import NotOffered, Rejected, Unauthorized

PATH = "/v3/pricelists"
RECORDS = 1000  # that one call writes
ASSIGNMENTS = 25  # that one call makes
IN_ADDRESS = 200  # ids in one address


def price_lists(store: BigCommerce) -> list[dict[str, Any]]:
    """Every price list: id, name, active. Raises NotOffered where the plan has none."""
    with _offered():
        return list(pages_v3(store, PATH, purpose="list"))


def create_price_list(store: BigCommerce, name: str, active: bool = True) -> dict[str, Any]:
    """The new price list; a name that is taken is Rejected (status 409)."""
    with _offered():
        body = {"name": name, "active": active}
        return dict(store.call("POST", PATH, body=body, purpose="create")["data"])


def update_price_list(
    store: BigCommerce, price_list_id: int | str, body: Mapping[str, Any]
) -> dict[str, Any]:
    """Writes the given keys: name, active."""
    return dict(store.call("PUT", f"{PATH}/{price_list_id}", body=dict(body), purpose="update")["data"])


def records(store: BigCommerce, price_list_id: int | str) -> Iterator[dict[str, Any]]:
    """Every record with its bulk pricing tiers, 250 a page; `currency` comes in lower case."""
    path, params = f"{PATH}/{price_list_id}/records", {"include": "bulk_pricing_tiers"}
    return pages_v3(store, path, params, identity=_which, purpose="list")


def put_records(store: BigCommerce, price_list_id: int | str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Up to 1000 records are as given afterwards, be they there or not; one call at a time per store.

    Those that are refused are told by `refused(error)`; their neighbours may be written. Sending again is
    safe.
    """
    if len(rows) > RECORDS:
        raise ValueError(f"one call writes {RECORDS} records at most, not {len(rows)}")
    path = f"{PATH}/{price_list_id}/records"
    answer = store.call("PUT", path, body=[dict(row) for row in rows], entity="records", purpose="update")
    if isinstance(answer, Mapping) and answer.get("batch_errors"):
        raise Rejected(207, 207, "some price list records were refused", answer)


def refused(error: Rejected) -> list[dict[str, Any]]:
    """What a refused batch says of single records: rows of `data` (which one) and `field_errors`."""
    told = error.body.get("batch_errors") if isinstance(error.body, Mapping) else None
    return [dict(row) for row in told if isinstance(row, Mapping)] if isinstance(told, list) else []


def delete_records(
    store: BigCommerce, price_list_id: int | str, variant_ids: Sequence[int | str], currency: str
) -> None:
    """Remove these variants' records in one currency; none named, none removed."""
    for start in range(0, len(variant_ids), IN_ADDRESS):
        some = ",".join(str(one) for one in variant_ids[start : start + IN_ADDRESS])
        params = {"variant_id:in": some, "currency": currency}
        path = f"{PATH}/{price_list_id}/records"
        store.call("DELETE", path, params=params, entity="records", purpose="delete")


def assignments(store: BigCommerce, price_list_id: int | str) -> list[dict[str, Any]]:
    """Which customer groups and channels have this price list, re-checked here."""
    rows = pages_v3(store, f"{PATH}/assignments", {"price_list_id": price_list_id}, purpose="list")
    return [row for row in rows if str(row.get("price_list_id")) == str(price_list_id)]


def create_assignments(store: BigCommerce, rows: Sequence[Mapping[str, Any]]) -> None:
    """Rows of price_list_id, customer_group_id, channel_id."""
    for start in range(0, len(rows), ASSIGNMENTS):
        some = [dict(row) for row in rows[start : start + ASSIGNMENTS]]
        store.call("POST", f"{PATH}/assignments", body=some, purpose="create")


def delete_assignment(store: BigCommerce, assignment_id: int | str) -> None:
    store.call("DELETE", f"{PATH}/assignments", params={"id": assignment_id}, purpose="delete")


def _which(row: Mapping[str, Any]) -> tuple[Any, Any]:
    return row.get("variant_id"), str(row.get("currency") or "").lower()


@contextmanager
def _offered() -> Iterator[None]:
    """What a plan without price lists answers is not documented: a refusal of the list itself counts as that."""
    try:
        yield
    except Unauthorized as error:
        if error.status != 403:
            raise
        raise NotOffered("this store's plan (or its token) does not include price lists (HTTP 403)") from None
    except Rejected as error:
        if not is_missing(error):
            raise
        raise NotOffered("this store's plan does not include price lists (HTTP 404)") from None
