"""The budget against a Zoho that counts for itself, over real sockets and from several processes."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from sandbox import create_app

ROOT = Path(__file__).parents[3]
PACE = 20.0


@pytest.fixture
def app():
    return create_app(pace=PACE, latency=0.05, callback_threads=0)


@pytest.mark.processes
def test_three_processes_calling_for_three_minutes_are_never_refused(world, valkey, valkey_url, port):
    told = {"url": valkey_url, "root": f"http://127.0.0.1:{port}", "pace": PACE, "seconds": 9.0, "threads": 6}
    told["least"] = 60  # of each: in no minute of Zoho's are 180 allowed
    told["key"] = Fernet.generate_key().decode()
    command = [sys.executable, "-m", "tests.connectors.zoho_storm", json.dumps(told)]
    running = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    made = []
    for process in running:
        out, _ = process.communicate(timeout=200)
        assert process.returncode == 0
        made.append(int(out))
    calls = [call for call in world.calls if call["path"].startswith("/zoho/books")]
    assert [call for call in calls if call["rejected_by_limit"]] == []
    assert {call["status"] for call in calls} == {200}
    assert world.zoho.meter.most_in_flight <= 8
    assert min(made) >= 60
    assert len({call["agent"] for call in calls}) == 3
    assert world.zoho.logins.made == 1
