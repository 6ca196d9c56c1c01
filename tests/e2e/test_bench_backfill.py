"""The bench of the back-fill counts what it says it counts."""

import json

import pytest

from tests.e2e.test_bench import bench


@pytest.mark.processes
@pytest.mark.timeout(300)
def test_every_promise_on_calls_is_kept_by_a_back_fill_of_a_few():
    """30 orders of one customer: 2 calls each, 2 for the customer, 5 for the organization and the item; one page."""
    ran = bench("--orders", "30", "--json", name="backfill.py")
    assert ran.returncode == 0, ran.stderr
    rows = {row["name"]: row for row in json.loads(ran.stdout)["figures"]}
    first = rows["orders of the past"]
    assert first["zoho"] == 2 * 30 + 2 + 5
    assert (first["lists"], first["details"]) == (1, 6 * 30)
    assert rows["once more"]["zoho"] == 0
