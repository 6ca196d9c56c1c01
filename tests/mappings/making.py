"""Orders for the tests, as small as the question allows; every figure is ours."""

from datetime import UTC, datetime
from decimal import Decimal

from mappings.records import Address, Customer, Line, Order, Payment, TaxRate
from mappings.rules import BookRules
from mappings.zoho.orders import Found, FoundContact, Organization, ZohoTax

D = Decimal
VAT20 = TaxRate("VAT", D(20))
TAXES = (
    ZohoTax("t20", "VAT", D(20)),
    ZohoTax("t7", "Reduced", D(7)),
    ZohoTax("t9c", "CGST", D(9)),
    ZohoTax("t9s", "SGST", D(9)),
    ZohoTax("g18", "GST18", D(18), "tax_group", ("t9c", "t9s")),
)
RULES = BookRules("hash")


def product(number=1, inc="12.0000", tax="2.0000", quantity=1, **more):
    """An order product as v2 answers it, exclusive figures derived from inclusive ones."""
    ex, pieces = D(str(inc)) - D(str(tax)), max(D(str(quantity)), D(1))
    return {
        "id": number,
        "product_id": 70 + number,
        "variant_id": 170 + number,
        "name": f"Thing {number}",
        "sku": f"SKU-{number}",
        "type": "physical",
        "quantity": quantity,
        "base_price": str(ex / pieces),
        "price_ex_tax": str(ex / pieces),
        "price_inc_tax": str(D(str(inc)) / pieces),
        "total_ex_tax": str(ex),
        "total_inc_tax": str(inc),
        "total_tax": str(tax),
        "applied_discounts": [],
        "discounted_total_inc_tax": str(inc),
    } | more


def bundle(products=None, total=None, tax=None, taxes=(), transactions=(), **order):
    """A bundle whose totals are the sums of its products unless said otherwise."""
    rows = [product()] if products is None else products
    inc = sum((D(row["discounted_total_inc_tax"]) for row in rows), D(0)) if total is None else D(total)
    charged = sum((D(row["total_tax"]) for row in rows), D(0)) if tax is None else D(tax)
    return {
        "order": {
            "id": 112,
            "status_id": 11,
            "customer_id": 5,
            "date_created": "Tue, 28 Apr 2026 23:30:00 +0000",
            "date_modified": "Tue, 28 Apr 2026 23:31:00 +0000",
            "is_tax_inclusive_pricing": False,
            "total_inc_tax": str(inc),
            "total_ex_tax": str(inc - charged),
            "total_tax": str(charged),
            "payment_method": "Bank Deposit",
            "payment_status": "",
            "default_currency_code": "EUR",
            "currency_code": "EUR",
            "external_order_id": "",
            "staff_notes": "",
            "gift_certificate_amount": "0.0000",
            "store_credit_amount": "0.0000",
            "billing_address": {
                "first_name": "Ada",
                "last_name": "Example",
                "email": "Ada@Example.com",
                "street_1": "1 Test Street",
                "city": "Sampleton",
                "zip": "12345",
                "country": "Germany",
                "country_iso2": "DE",
            },
        }
        | order,
        "products": rows,
        "taxes": list(taxes),
        "transactions": list(transactions),
    }


def tax_row(rate, number=1, name="VAT", kind="item", **more):
    return {"name": name, "rate": str(rate), "order_product_id": number, "line_item_type": kind} | more


def line(key="product:1", net="10.00", tax="2.00", rates=(VAT20,), quantity=1, kind="product", **more):
    known = {"product_id": "71", "variant_id": "171", "sku": "SKU-1"} if kind == "product" else {}
    empty = {"product_id": None, "variant_id": None, "sku": ""}
    return Line(
        key=key,
        kind=kind,
        name=more.pop("name", "Thing"),
        description=more.pop("description", ""),
        quantity=D(quantity),
        net=D(net),
        tax=D(tax),
        rates=tuple(rates),
        **(empty | known | more),
    )


ADDRESS = Address(
    first_name="Ada",
    last_name="Example",
    street_1="1 Test Street",
    city="Sampleton",
    zip="12345",
    country="Germany",
    country_code="DE",
)


def order(*lines, inclusive=False, currency="EUR", places=2, tax=None, **more):
    kept = lines or (line(),)
    known = {
        "id": "112",
        "status_id": 11,
        "created": datetime(2026, 4, 28, 23, 30, tzinfo=UTC),
        "customer": Customer("5", "Ada@Example.com", "Ada", "Example", "", "", ADDRESS),
        "shipping_address": None,
        "payments": (),
        "external_order_id": "",
    }
    charged = sum((one.tax for one in kept), D(0)) if tax is None else D(tax)
    total = sum((one.gross for one in kept), D(0))
    figures = {"currency": currency, "places": places, "inclusive": inclusive, "lines": kept}
    return Order(**(known | figures | {"total": total, "tax": charged} | more))


def money(amount, key="900", account="", method="credit_card", reference="gw-1"):
    return Payment(key, method, D(amount), datetime(2026, 4, 28, 23, 45, tzinfo=UTC), reference, account)


def found(rounding="entity_level", line_discounts="amount", **more):
    """Everything is there but the document."""
    organization = Organization(
        tax_rounding=rounding,
        line_discounts=line_discounts,
        currencies={"EUR": "c-eur", "USD": "c-usd", "JPY": "c-jpy", "KWD": "c-kwd"},
        base_currency="EUR",
    )
    items = {"variant:171": "i-1", "variant:172": "i-2", "sku:SHIPPING": "i-s", "sku:CUSTOM": "i-c"}
    known = {"contact": FoundContact("con-1"), "items": items, "taxes": TAXES, "organization": organization}
    return Found(**(known | more))
