"""Run as a process: threads pretend calls as fast as the budget lets them, and tell when each was made."""

import json
import random
import sys
import threading
import time

import redis

from connectors.budget import Budget
from connectors.errors import OutOfBudget


def main(told):
    client = redis.Redis.from_url(told["url"])
    budget = Budget(client, told["organization"], **told["limits"])
    calls, end = [], time.monotonic() + told["seconds"]
    threads = [
        threading.Thread(target=_call_on, args=(budget, told, calls, end)) for _ in range(told["threads"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    json.dump(calls, sys.stdout)


def _call_on(budget, told, calls, end):
    while time.monotonic() < end:
        asked = time.monotonic()
        try:
            with budget.permit(told["lane"], max_wait=1.0):
                began = time.monotonic()
                time.sleep(random.uniform(0, told["latency"]))  # the way there
                arrived = time.monotonic()
                time.sleep(random.uniform(0, told["latency"]))  # the way back
                calls.append({"asked": asked, "began": began, "arrived": arrived, "ended": time.monotonic()})
        except OutOfBudget as refused:
            time.sleep(max(0.0, min(0.2, refused.until - time.time())))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
