"""Run as a process: threads that call Zoho as fast as the budget lets them, for some seconds and some calls."""

import json
import sys
import threading
import time

import redis
from cryptography.fernet import Fernet

from connectors.budget import Budget
from connectors.errors import OutOfBudget
from connectors.http import open_session
from connectors.zoho.client import Zoho
from connectors.zoho.oauth import Login, TokenStore
from connectors.zoho.settings import taxes


def main(told):
    client = redis.Redis.from_url(told["url"])
    root = told["root"]
    login = Login(
        "com", "1000.SANDBOX", "zoho-sandbox-secret", "1000.sandbox-refresh", f"{root}/zoho/accounts"
    )
    budget = Budget(client, "10234695", pace=told["pace"], zone="Europe/Berlin")
    tokens = TokenStore(client, Fernet(told["key"]))
    zoho = Zoho(open_session("zoho"), f"{root}/zoho/books/v3", "10234695", tokens, login, budget)
    end, made = time.monotonic() + told["seconds"], []
    threads = [
        threading.Thread(target=_call_on, args=(zoho, end, told["least"], made))
        for _ in range(told["threads"])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    json.dump(len(made), sys.stdout)


def _call_on(zoho, end, least, made):
    while time.monotonic() < end or len(made) < least:
        try:
            taxes(zoho)
            made.append(1)
        except OutOfBudget as refused:
            time.sleep(min(0.2, max(0.0, refused.until - time.time())))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
