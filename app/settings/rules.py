"""Hands a merchant's choices to the mappings in their own words."""

from dataclasses import fields
from typing import Any

from app.settings.model import CatalogueSettings, Connection, OrderSettings, StockSettings
from mappings.rules import (
    ENDINGS,
    Assignment,
    BookRules,
    CatalogueRules,
    Fee,
    OrderRules,
    Override,
    ServiceSkus,
    StockRules,
)

PRICE_BASIS = {"inclusive": True, "exclusive": False, "hold": None}


def order_rules(connection: Connection) -> OrderRules:
    """How this connection's orders are read."""
    given = _shared(connection.orders, OrderRules)
    given["statuses"] = connection.orders.statuses | connection.orders.estimate_statuses
    given["price_basis_fallback"] = PRICE_BASIS[connection.orders.price_basis_fallback]
    return OrderRules(**given)


def book_rules(connection: Connection, store_zone: str = "UTC") -> BookRules:
    """How this connection's books are written; `store_zone` (IANA) counts where none is set."""
    given = _shared(connection.orders, BookRules)
    given |= _documents(connection.orders)
    given["skus"] = ServiceSkus(**connection.orders.skus)
    given["gateway_fees"] = {method: Fee(*fee) for method, fee in connection.orders.gateway_fees.items()}
    given["endings"] = {ending: getattr(connection.orders, ending) for ending in ENDINGS}
    return BookRules(
        **given,
        store_hash=connection.store.store_hash,
        goods_from=_goods_from(connection.stock),
        edition=connection.zoho.edition,  # type: ignore[arg-type]
        state=connection.zoho.state,
        time_zone=connection.schedule.time_zone or store_zone,
    )


def catalogue_rules(connection: Connection) -> CatalogueRules:
    """How this connection's items become products, and its price lists price lists."""
    given = _shared(connection.catalogue, CatalogueRules)
    given["assignments"] = tuple(Assignment(*one) for one in connection.catalogue.assignments)
    return CatalogueRules(**given, track=connection.stock.on)


def stock_rules(connection: Connection) -> StockRules:
    """Which figure of Zoho is stock in the store, and where."""
    given = _shared(connection.stock, StockRules)
    given["overrides"] = {
        sku.strip().casefold(): Override(skip=True) if one == "skip" else Override(buffer=int(one))
        for sku, one in connection.stock.overrides.items()
    }
    return StockRules(**given)


def _documents(chosen: OrderSettings) -> dict[str, str]:
    """What books an order in the end, and when that follows on a sales order; "" where there is one document only."""
    if chosen.document == "sales_order_then_invoice":
        return {"document": "invoice", "invoice_when": chosen.invoice_when}
    return {"document": chosen.document, "invoice_when": ""}


def _goods_from(chosen: StockSettings) -> str:
    """Where stock is shown by location, orders take from one that feeds the location which the store sells from."""
    feeding = (place for place, number in chosen.locations.items() if number == chosen.order_location)
    return next(feeding, "") if chosen.on else ""


def _shared(
    chosen: OrderSettings | CatalogueSettings | StockSettings,
    rules: type[OrderRules | BookRules | CatalogueRules | StockRules],
) -> dict[str, Any]:
    """The choices that both sides call by the same name."""
    named = vars(chosen)
    return {field.name: named[field.name] for field in fields(rules) if field.name in named}
