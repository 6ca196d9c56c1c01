import pytest

from mappings import units
from mappings.errors import Unmappable
from tests.mappings.making import D


@pytest.mark.parametrize(
    ("amount", "unit", "store", "there"),
    [
        ("2", "lb", "KGS", "0.9072"),  # 2 × 453.59237 / 1000 = 0.90718474
        ("1", "kg", "LBS", "2.2046"),  # 1000 / 453.59237 = 2.20462…
        ("250", "g", "Ounces", "8.8185"),  # 250 / 28.349523125 = 8.81849…
        ("16", "oz", "LBS", "1"),  # 16 × 28.349523125 = 453.59237 exactly
        ("0.5", "kg", "Grams", "500"),
        ("1250", "kg", "Tonnes", "1.25"),
        ("0.35", "kg", "KGS", "0.35"),
        ("0.05", "g", "KGS", "0.0001"),  # 0.00005 is half of the last place: up
        ("0.04", "g", "KGS", "0"),
    ],
)
def test_a_weight_is_told_in_the_stores_unit_to_four_decimals(amount, unit, store, there):
    assert units.weight(D(amount), unit, store) == D(there)


@pytest.mark.parametrize(
    ("amount", "unit", "store", "there"),
    [
        ("10", "cm", "Inches", "3.9370"),  # 10 / 2.54 = 3.93700787…
        ("3", "in", "Centimeters", "7.62"),
        ("12.5", "cm", "Centimeters", "12.5"),
        ("0.01", "in", "Centimeters", "0.0254"),
    ],
)
def test_a_size_is_told_in_the_stores_unit_to_four_decimals(amount, unit, store, there):
    assert units.length(D(amount), unit, store) == D(there)


@pytest.mark.parametrize("unit", ["KG", " Kg ", "kg"])
def test_letter_case_and_blanks_of_a_unit_do_not_matter(unit):
    assert units.weight(D(1), unit, "Grams") == D(1000)


@pytest.mark.parametrize("unit", ["stone", "", "m"])
def test_an_unknown_unit_is_asked_about_and_not_guessed(unit):
    with pytest.raises(Unmappable) as held:
        units.weight(D(1), unit, "KGS")
    assert held.value.reason == "value-unfit"
    with pytest.raises(Unmappable):
        units.length(D(1), unit, "Inches")
    with pytest.raises(Unmappable):
        units.weight(D(1), "kg", "Pfund")
