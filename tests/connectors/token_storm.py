"""Run as a process: threads that all need the Zoho token at once, and again after Zoho refused it."""

import json
import sys
import threading

import redis
from cryptography.fernet import Fernet

from connectors.http import open_session
from connectors.zoho.oauth import Login, TokenStore, access_token


def main(told):
    client = redis.Redis.from_url(told["url"])
    store, session = TokenStore(client, Fernet(told["key"])), open_session("zoho")
    login = Login(*told["login"])
    start, got = threading.Barrier(told["threads"]), []

    def ask():
        start.wait()
        got.append(access_token(store, session, login, stale=told["stale"]).value)

    threads = [threading.Thread(target=ask) for _ in range(told["threads"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    client.close()
    json.dump(got, sys.stdout)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
