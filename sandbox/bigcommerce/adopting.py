"""A placed order brings its customer and its products along when the store does not know them yet."""

from typing import Any

from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.store import Bundle, Json
from sandbox.world import World


def adopt(world: World, bundle: Bundle) -> None:
    store, order = world.bigcommerce, bundle["order"]
    customer_id = int(order.get("customer_id") or 0)
    if customer_id and customer_id not in store.customers:
        store.customers[customer_id] = customer_of(world, customer_id, order.get("billing_address") or {})
    for line in bundle["products"]:
        product_id = int(line.get("product_id") or 0)
        if product_id and not line.get("gift_certificate_id"):
            _adopt_line(world, product_id, line)


def customer_of(world: World, customer_id: int, billing: Json) -> Json:
    now = iso(world.clock.now()).replace("+00:00", "Z")
    return {
        "id": customer_id,
        "authentication": {"force_password_reset": False},
        "company": billing.get("company", ""),
        "customer_group_id": 0,
        "email": billing.get("email", ""),
        "first_name": billing.get("first_name", ""),
        "last_name": billing.get("last_name", ""),
        "notes": "",
        "phone": billing.get("phone", ""),
        "registration_ip_address": "",
        "tax_exempt_category": "",
        "date_created": now,
        "date_modified": now,
        "accepts_product_review_abandoned_cart_emails": False,
        "origin_channel_id": 1,
        "channel_ids": None,
    }


def _adopt_line(world: World, product_id: int, line: Json) -> None:
    store = world.bigcommerce
    product = store.products.get(product_id) or product_of(world, product_id, line)
    variant_id = int(line.get("variant_id") or 0)
    if variant_id and all(variant["id"] != variant_id for variant in product["variants"]):
        product["variants"].append(variant_of(product_id, variant_id, line))
    if not product["variants"]:
        product["variants"].append(variant_of(product_id, store.new_id("variant"), line))
    store.products[product_id] = product


def product_of(world: World, product_id: int, told: Json) -> Json:
    """A catalogue product; `told` may be an order line or the body of a create call."""
    now = iso(world.clock.now())
    price = told.get("price", told.get("base_price", 0))
    product: Json = {
        "id": product_id,
        "name": told.get("name", f"Product {product_id}"),
        "type": told.get("type", "physical"),
        "sku": told.get("sku", ""),
        "description": "",
        "weight": number(told.get("weight", 0)),
        "width": number(told.get("width", 0)),
        "depth": number(told.get("depth", 0)),
        "height": number(told.get("height", 0)),
        "price": number(price),
        "cost_price": number(told.get("cost_price", 0)),
        "retail_price": 0,
        "sale_price": 0,
        "map_price": 0,
        "tax_class_id": 0,
        "product_tax_code": "",
        "calculated_price": number(price),
        "categories": [],
        "brand_id": 0,
        "option_set_id": None,
        "option_set_display": "right",
        "inventory_level": 0,
        "inventory_warning_level": 0,
        "inventory_tracking": "none",
        "reviews_rating_sum": 0,
        "reviews_count": 0,
        "total_sold": 0,
        "fixed_cost_shipping_price": 0,
        "is_free_shipping": False,
        "is_visible": True,
        "is_featured": False,
        "related_products": [-1],
        "warranty": "",
        "bin_picking_number": "",
        "layout_file": "",
        "upc": told.get("upc", ""),
        "mpn": "",
        "gtin": "",
        "date_last_imported": None,
        "search_keywords": "",
        "availability": "available",
        "availability_description": "",
        "gift_wrapping_options_type": "any",
        "gift_wrapping_options_list": [],
        "sort_order": 0,
        "condition": "New",
        "is_condition_shown": False,
        "order_quantity_minimum": 0,
        "order_quantity_maximum": 0,
        "page_title": "",
        "meta_keywords": [],
        "meta_description": "",
        "date_created": now,
        "date_modified": now,
        "view_count": 0,
        "preorder_release_date": None,
        "preorder_message": "",
        "is_preorder_only": False,
        "is_price_hidden": False,
        "price_hidden_label": "",
        "custom_url": {"url": f"/product-{product_id}/", "is_customized": False},
        "base_variant_id": None,
        "open_graph_type": "product",
        "open_graph_title": "",
        "open_graph_description": "",
        "open_graph_use_meta_description": True,
        "open_graph_use_product_name": True,
        "open_graph_use_image": True,
        "variants": [],
        "options": [],
        "modifiers": [],
        "images": [],
        "custom_fields": [],
        "bulk_pricing_rules": [],
        "videos": [],
    }
    return product


def variant_of(product_id: int, variant_id: int, told: Json) -> Json:
    return {
        "id": variant_id,
        "product_id": product_id,
        "sku": told.get("sku", ""),
        "sku_id": None,
        "price": None,
        "calculated_price": number(told.get("base_price", told.get("price", 0))),
        "sale_price": None,
        "retail_price": None,
        "map_price": None,
        "weight": None,
        "calculated_weight": number(told.get("weight", 0)),
        "width": None,
        "height": None,
        "depth": None,
        "is_free_shipping": False,
        "fixed_cost_shipping_price": None,
        "purchasing_disabled": False,
        "purchasing_disabled_message": "",
        "image_url": "",
        "cost_price": 0,
        "upc": told.get("upc", ""),
        "mpn": "",
        "gtin": "",
        "inventory_level": 0,
        "inventory_warning_level": 0,
        "bin_picking_number": "",
        "option_values": [],
    }


def number(value: Any) -> int | float:
    """A catalogue amount: a JSON number with at most four decimals."""
    if value is None or value == "":
        return 0
    amount = round(float(value), 4)
    return int(amount) if amount == int(amount) else amount
