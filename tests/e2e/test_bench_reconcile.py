"""The bench of the comparison counts what it says it counts."""

import json

import pytest

from tests.e2e.test_bench import bench


@pytest.mark.processes
@pytest.mark.timeout(300)
def test_every_promise_on_calls_is_kept_by_a_comparison_of_a_few_hundred():
    """401 orders: 2 pages of 250 and one of refunds; 3 pages of 200 and one of credit notes."""
    ran = bench("--orders", "401", "--json", name="reconcile.py")
    assert ran.returncode == 0, ran.stderr
    rows = {row["name"]: row for row in json.loads(ran.stdout)["figures"]}
    assert (rows["all equal"]["store"], rows["all equal"]["zoho"]) == (3, 4)
    assert rows["10 documents are missing"]["unexplained"] == 10
