"""What a refused adjustment says, in the words that are known and in some that could come."""

import pytest

from connectors.bigcommerce.inventory import Refusal, refusals
from connectors.errors import Rejected


def said(*texts, **body):
    return refusals(Rejected(422, 422, "refused", {"status": 422, "title": texts[0], "errors": {}, **body}))


PRODUCT = "is tracked by product, please update stock by product id"
VARIANT = "is tracked by variant, please update stock by variant id"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (f"[Item with variant_id 106 {PRODUCT}]", ["tracked-by-product variant_id 106"]),
        (
            f"[Item with variant_id 106 {PRODUCT}, Item with variant_id 107 {PRODUCT}]",
            ["tracked-by-product variant_id 106", "tracked-by-product variant_id 107"],
        ),
        (
            f"[Item with variant_id 1 {PRODUCT}][Item with product_id 2 {VARIANT}]",
            ["tracked-by-product variant_id 1", "tracked-by-variant product_id 2"],
        ),
        (
            "Items with identity: [product_id 113] requires absolute adjustment before relative",
            ["needs-absolute product_id 113"],
        ),
        (
            "Items with identity: [product_id 1, 2, sku A B-1] require an absolute adjustment first",
            ["needs-absolute product_id 1", "needs-absolute product_id 2", "needs-absolute sku A B-1"],
        ),
        (
            "Unknown items: [sku A, sku B] and variant_id 3",
            ["unknown sku A", "unknown sku B", "unknown variant_id 3"],
        ),
        ("Invalid variant_id 9", ["unknown variant_id 9"]),
        (f"Item with variant_id 5 at location_id 1 {PRODUCT}", ["tracked-by-product variant_id 5"]),
        (
            "Item with variant_id 4 is in trouble. Item with sku 'X 5' does not exist",
            ["other variant_id 4", "unknown sku X 5"],
        ),
        ("Payload contains invalid fields", []),
        (f"Item with variant_id {PRODUCT}", []),
    ],
)
def test_what_a_refusal_says_is_understood(text, named):
    wanted = [Refusal(*one.split(" ", 2)) for one in named]
    assert said(text) == wanted
    assert said("Refused", detail=text) == wanted
    assert said("Refused", errors={"0": [text]}) == wanted
    assert refusals(Rejected(422, 422, "refused", text)) == wanted


def test_a_sentence_that_is_told_twice_counts_once():
    text = "Items with identity: [product_id 113] not found"
    assert said(text, detail=text) == [Refusal("unknown", "product_id", "113")]
    assert refusals(Rejected(422, 422, "refused", None)) == []
