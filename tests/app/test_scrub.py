import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scrub import scrubber

ZOHO = "1000.0123456789abcdef0123456789abcdef.fedcba9876543210fedcba9876543210"


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("no contact for jane.doe+shop@example.co.uk, held", "no contact for [e-mail], held"),
        ("GET /contacts?email=jane%40example.com&page=1", "GET /contacts?email=[e-mail]&page=1"),
        (f"refresh with {ZOHO} failed", "refresh with [token] failed"),
        ("Authorization: Zoho-oauthtoken abc.def", "Authorization: Zoho-oauthtoken [token]"),
        ("redis://:pass-word@127.0.0.1:6379/0", "redis://[secret]@127.0.0.1:6379/0"),
        ("refresh_token=abc123&grant_type=x", "refresh_token=[token]&grant_type=x"),
        ('{"access_token": "abc123", "ok": 1}', '{"access_token": "[token]", "ok": 1}'),
        ("the store said hush-hush-1", "the store said [secret]"),
    ],
)  # fmt: skip
def test_people_and_secrets_are_taken_out_of_text(said, kept):
    assert scrubber(["hush-hush-1"])(said) == kept


@pytest.mark.parametrize(
    "said",
    [
        "order 1001 posted as INV-000123, total 59.97 EUR, key abc123:1001:invoice:0",
        "tax-differs: 0.03 beyond the limit of 0.02 (VAT 20)",
        "https://api.bigcommerce.com/stores/abc123/v2/orders/1001",
        "worker1@host: ready.",
    ],
)
def test_ids_amounts_and_reasons_stay(said):
    assert scrubber()(said) == said


def test_names_of_fields_decide_at_any_depth():
    said = {
        "order": 7,
        "customer": [{"first_name": "Jane", "email": "", "deep": ({"zoho_token": b"x"},)}],
        "ok": True,
    }
    assert scrubber()(said) == {
        "order": 7,
        "customer": [{"first_name": "[dropped]", "email": "", "deep": [{"zoho_token": "[dropped]"}]}],
        "ok": True,
    }


@settings(max_examples=50)
@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)
    )
)
def test_any_value_can_be_scrubbed_and_a_known_secret_never_stays(value):
    shown = repr(scrubber(["s3cr3t-value"])({"said": [value, "x s3cr3t-value y"]}))
    assert "s3cr3t-value" not in shown
