"""Deeds that tests of credits have alike."""


def note_of(client, customer, lines, *, edition="books/v3", invoice=None, **more):
    query = {"invoice_id": invoice} if invoice else {}
    body = {"customer_id": customer, "line_items": lines, **more}
    return client.ok("POST", "/creditnotes", body, edition=edition, **query)["creditnote"]


def sent(client, customer, lines, **more):
    invoice = client.invoice(customer, lines, **more)
    client.ok("POST", f"/invoices/{invoice['invoice_id']}/status/sent")
    return invoice


def invoice_now(client, invoice_id):
    return client.ok("GET", f"/invoices/{invoice_id}")["invoice"]


def note_now(client, note_id):
    return client.ok("GET", f"/creditnotes/{note_id}")["creditnote"]
