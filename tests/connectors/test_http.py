"""The one session: exact numbers, time-outs, and what a lost connection means for a read and for a write."""

import socket
import threading
import time
from decimal import Decimal

import pytest

from connectors.errors import NeverSent, Rejected, Temporary, Unknown
from connectors.http import Response, dumps, open_session, retry_after, send, unheard


class Peer:
    """A server on a socket that answers every connection with the same bytes, slowly if asked."""

    def __init__(self, *pieces, pause=0.0):
        self.pieces, self.pause = pieces, pause
        self.asked = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            with connection:
                self._answer(connection)

    def _answer(self, connection):
        try:
            self.asked.append(_request(connection))
            for piece in self.pieces:
                connection.sendall(piece)
                time.sleep(self.pause)
        except OSError:
            return

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def _request(connection):
    text = connection.recv(65536)
    head, _, body = text.partition(b"\r\n\r\n")
    lengths = [int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    length = sum(lengths)
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


@pytest.fixture
def peer():
    peers = []

    def start(*pieces, pause=0.0):
        peers.append(Peer(*pieces, pause=pause))
        return peers[-1]

    yield start
    for each in peers:
        each.close()


def answer(body, status="200 OK", headers=""):
    head = f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n{headers}Connection: close"
    return f"{head}\r\n\r\n{body}".encode()


def get(url, **how):
    return send(open_session("zoho", read=how.pop("read", 5.0), connect=1.0), "GET", url, write=False, **how)


def post(url, **how):
    return send(open_session("zoho", read=how.pop("read", 5.0), connect=1.0), "POST", url, write=True, **how)


def test_amounts_are_read_and_sent_digit_for_digit(peer):
    there = peer(answer('{"total": 0.1, "big": 12345678901234567.89, "n": 3}'))
    body = get(there.url).body
    assert body == {"total": Decimal("0.1"), "big": Decimal("12345678901234567.89"), "n": 3}
    post(there.url, body={"rate": Decimal("10.10"), "lines": [Decimal("1E+2")], "name": "Zoë 🎁"})
    assert b'{"rate": 10.10, "lines": [100], "name": "Zo\\u00eb \\ud83c\\udf81"}' in there.asked[1]


@pytest.mark.parametrize("amount", [1.5, Decimal("NaN"), Decimal("Infinity")])
def test_a_float_is_never_sent_because_money_might_be_in_it(amount):
    with pytest.raises(TypeError):
        dumps({"rate": amount})


def test_who_calls_is_told_and_counted(peer):
    there, calls = peer(answer("{}")), []
    session = open_session("zoho", on_call=lambda *call: calls.append(call))
    send(session, "GET", there.url, write=False, entity="invoices", purpose="find")
    assert b"User-Agent: Cartbooks/" in there.asked[0]
    assert b"(pid " in there.asked[0]
    assert calls[0][:5] == ("zoho", "invoices", "find", "GET", 200)


def test_nobody_listening_means_that_nothing_was_sent():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(NeverSent):
        post(f"http://127.0.0.1:{port}/")
    with pytest.raises(NeverSent):
        get("http://name.invalid/")


def test_a_connection_lost_after_a_write_leaves_its_result_unknown(peer):
    there = peer()
    with pytest.raises(Unknown):
        post(there.url)
    with pytest.raises(Temporary) as read:
        get(there.url)
    assert not isinstance(read.value, NeverSent)


def test_an_answer_that_breaks_off_was_not_heard(peer):
    there = peer(answer('{"code": 0}').replace(b"Length: 11", b"Length: 99"))
    with pytest.raises(Unknown):
        post(there.url)


def test_an_answer_that_never_begins_ends_at_the_read_time_out(peer):
    there = peer(b"", pause=60.0)
    began = time.monotonic()
    with pytest.raises(Unknown):
        post(there.url, read=0.3)
    assert time.monotonic() - began < 30.0


def test_an_answer_that_drips_for_ever_ends_at_the_deadline(peer):
    there = peer(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n", *[b"x"] * 1200, pause=0.05)
    session = open_session("zoho", connect=0.1, read=0.2)
    began = time.monotonic()
    with pytest.raises(Temporary):
        send(session.__class__("zoho", session.http, 0.1, 0.2, 0.5), "GET", there.url, write=False)
    assert time.monotonic() - began < 30.0


def test_no_address_with_its_query_is_in_an_error(peer):
    there = peer()
    with pytest.raises(Temporary) as lost:
        get(f"{there.url}/contacts", params={"email": "jane@example.com"})
    assert "jane" not in f"{lost.value!r} {lost.value.__cause__!r}"
    assert lost.value.__suppress_context__


def test_a_file_is_sent_as_a_form_beside_its_fields(peer):
    there = peer(answer("{}"))
    post(
        there.url,
        form={"is_thumbnail": "true"},
        files={"image_file": ("a.png", b"\x89PNG\x00\xff", "image/png")},
    )
    head, _, body = there.asked[0].partition(b"\r\n\r\n")
    assert b"Content-Type: multipart/form-data; boundary=" in head
    assert b'name="is_thumbnail"\r\n\r\ntrue\r\n' in body
    assert b'filename="a.png"\r\nContent-Type: image/png\r\n\r\n\x89PNG\x00\xff\r\n' in body


def test_a_file_is_read_as_it_is_and_no_further_than_allowed(peer):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n"
    there = peer(head + b"Content-Length: 4\r\n\r\n", b"\x89\x00\xffP")
    assert get(there.url, most=4).content == b"\x89\x00\xffP"
    endless = peer(head + b"Content-Length: 100000000\r\n\r\n", *[b"x" * 1000] * 3000, pause=0.02)
    began = time.monotonic()
    cut = get(endless.url, most=3000)
    assert (cut.is_cut, cut.content, cut.status) == (True, b"", 200)
    assert time.monotonic() - began < 30.0


def test_a_refusal_that_comes_instead_of_a_file_is_understood(peer):
    body = '{"code": 1002, "message": "no image"}'
    there = peer(answer(body, "404 Not Found", "Content-Type: application/json;charset=UTF-8\r\n"))
    refused = get(there.url, most=1000)
    assert (refused.is_json, refused.body["code"], refused.content) == (True, 1002, b"")


def test_a_redirect_is_not_followed_and_cookies_are_not_kept(peer):
    there = peer(answer("{}", "302 Found", "Location: http://127.0.0.1:1/\r\nSet-Cookie: a=b\r\n"))
    session = open_session("zoho")
    for _ in range(2):
        assert send(session, "POST", there.url, write=True).status == 302
    assert b"Cookie" not in there.asked[1]


def response(status, body=None, *, empty=False, headers=()):
    return Response(status, dict(headers), body, body is not None, empty)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_server_error_means_later_for_a_read_and_unknown_for_a_write(status):
    assert isinstance(unheard("Zoho", response(status), write=False), Temporary)
    assert isinstance(unheard("Zoho", response(status, {"code": 1000}), write=True), Unknown)


@pytest.mark.parametrize("status", [501, 505, 302])
def test_what_will_never_work_is_rejected_at_once(status):
    assert isinstance(unheard("Zoho", response(status), write=True), Rejected)
    assert isinstance(unheard("Zoho", response(status), write=False), Rejected)


def test_a_page_of_html_with_status_200_proves_nothing():
    assert isinstance(unheard("Zoho", response(200), write=True), Unknown)
    assert isinstance(unheard("Zoho", response(200), write=False), Temporary)


def test_a_real_answer_is_an_answer():
    for status in (200, 201, 400, 401, 404, 422, 429):
        assert unheard("Zoho", response(status, {}), write=True) is None
    assert unheard("BigCommerce", response(204, empty=True), write=True) is None


def test_the_longest_wait_that_is_asked_for_counts():
    assert retry_after({"Retry-After": "3", "X-Retry-After": "7"}) == 7.0
    assert retry_after({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}) is None
    assert unheard("Zoho", response(503, headers=[("Retry-After", "9")]), write=False).retry_after == 9.0
