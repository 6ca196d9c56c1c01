from hypothesis import given
from hypothesis import strategies as st

from mappings.matching import pair


def item(item_id, sku):
    return {"item_id": item_id, "sku": sku, "name": "Mug"}


def variant(variant_id, sku, product_id=7):
    return {"id": variant_id, "product_id": product_id, "sku": sku, "name": "Mug"}


def test_a_pair_is_one_sku_whatever_its_case_and_blanks():
    pairs = pair([item("1", " ab-1 ")], [variant(11, "AB-1")])
    assert pairs.matched == (("1", "7", "11"),)
    assert (pairs.unmatched_items, pairs.unmatched_variants, pairs.ambiguous) == ((), (), ())


def test_blank_skus_match_nothing_and_equal_names_neither():
    rows = [item("1", ""), item("2", "  "), item("3", None)], [variant(11, ""), variant(12, None)]
    pairs = pair(*rows)
    assert (pairs.matched, pairs.ambiguous) == ((), ())
    assert (list(pairs.unmatched_items), list(pairs.unmatched_variants)) == rows


def test_a_sku_that_two_variants_bear_is_named_and_nobodys():
    pairs = pair([item("1", "A")], [variant(11, "a"), variant(12, "A", 8)])
    assert pairs.matched == ()
    (one,) = pairs.ambiguous
    assert (one.sku, one.item_ids, one.variant_ids) == ("A", ("1",), ("11", "12"))
    assert (len(pairs.unmatched_items), len(pairs.unmatched_variants)) == (1, 2)


def test_a_sku_that_two_items_bear_is_named_and_nobodys_even_without_a_product():
    pairs = pair([item("1", "A"), item("2", "a")], [])
    assert pairs.matched == ()
    assert pairs.ambiguous[0].item_ids == ("1", "2")
    assert pair([item("1", "A"), item("2", "a")], [variant(11, "A")]).matched == ()


def test_a_product_with_variants_is_matched_variant_by_variant():
    pairs = pair([item("1", "S"), item("2", "M")], [variant(11, "S"), variant(12, "M")])
    assert pairs.matched == (("1", "7", "11"), ("2", "7", "12"))


SKUS = st.lists(st.sampled_from(["", " ", "a", "A", "b", "B ", "c"]), max_size=7)


@given(SKUS, SKUS)
def test_everything_is_paired_once_or_left_over(theirs, ours):
    items = [item(str(n), sku) for n, sku in enumerate(theirs)]
    variants = [variant(100 + n, sku) for n, sku in enumerate(ours)]
    pairs = pair(items, variants)
    assert len(pairs.matched) + len(pairs.unmatched_items) == len(items)
    assert len(pairs.matched) + len(pairs.unmatched_variants) == len(variants)
    for item_id, _, variant_id in pairs.matched:
        sku = theirs[int(item_id)].strip().casefold()
        assert sku == ours[int(variant_id) - 100].strip().casefold() != ""
        assert [one.strip().casefold() for one in theirs].count(sku) == 1
        assert [one.strip().casefold() for one in ours].count(sku) == 1
