"""Who takes the callbacks of workflow rules, and how a test makes such rules."""

import json

from flask import Flask, request

SECRET = "abcDEF123456"
URL = "http://receiver/webhooks/zoho/main"
RULE = {"entity": "item", "url": URL}


class Receiver:
    """Takes callbacks of any method and answers as it is told."""

    def __init__(self):
        self.app = Flask("receiver")
        methods = ["POST", "PUT", "DELETE"]
        self.app.add_url_rule("/webhooks/zoho/main", view_func=self.take, methods=methods)
        self.seen = []
        self.status = 200

    def take(self):
        body = request.get_data()
        self.seen.append((request.method, dict(request.headers), request.query_string.decode(), body))
        return "", self.status

    def items(self):
        return [json.loads(body)["item"] for *_, body in self.seen]


def rule(client, **more):
    answer = client.http.post("/control/zoho/rules", json={**RULE, **more})
    assert answer.status_code == 200, answer.json
    return answer.json


def deliver(client):
    return client.org.courier.deliver_due()


def told(client):
    return client.http.get("/control/zoho/callbacks").json
