"""Zoho in a hundred lines, without HTTP: what a plan writes, what it may not, and what is remembered of it.

It refuses what Zoho refuses (credit on a draft, more than is open, a void document with money on it), and it answers
`found` as the service would: from memory alone, with the document read only where `asks` wanted it.
"""

from dataclasses import replace
from decimal import Decimal

from mappings.plans import resolve
from mappings.zoho.found import FoundContact, FoundDocument, FoundNote
from mappings.zoho.orders import asks, plan
from mappings.zoho.totals import predict
from tests.mappings.making import TAXES, found

ZERO = Decimal(0)


class Refused(AssertionError):
    """Zoho would not have done this."""


class Books:
    def __init__(self, rules, **organization):
        self.rules, self.organization = rules, organization
        self.items = {"sku:SHIPPING": "i-s"}
        self.documents, self.notes, self.payments, self.generations = {}, {}, {}, {}
        self.prints, self.mark, self.next = {}, "", 1
        self.reads = 0

    # what is remembered, and what is read

    def found(self, order):
        told = found(
            items=self.items,
            contact=FoundContact("con-1"),
            document=self.remembered(),
            payments={key: payment["id"] for key, payment in self.payments.items()},
            recorded={key: payment["amount"] for key, payment in self.payments.items()},
            notes={name: self.found_note(name) for name in self.notes},
            marked=self.mark,
            **self.organization,
        )
        if "document" in asks(order, told, self.rules):
            self.reads += 1
            told = replace(told, document=replace(told.document, read=self.documents[told.document.id]))
        return told

    def remembered(self):
        if not self.generations:
            return None
        newest = max(self.generations)
        identity = self.generations[newest]
        document = self.documents[identity]
        credited = "credited" if f"reversal:{newest}" in self.notes else ""
        status = document["status"] if document["status"] in ("draft", "void") else "sent"
        return FoundDocument(
            identity,
            document["number"],
            status=status,
            customer_id="con-1",
            fingerprint=self.prints[identity],
            generation=newest,
            ended="void" if status == "void" else credited,
        )

    def found_note(self, name):
        note = self.notes[name]
        return FoundNote(
            note["key"],
            note["id"],
            note["id"],
            "open",
            note["total"],
            frozenset(note["repaid"]),
            frozenset(note["applied"]),
            balance_of(note),
        )

    # what is written

    def sync(self, order, *, dies_after=None):
        """Plan and carry out; a worker that dies does only the first steps. Returns the steps that were planned."""
        steps = plan(order, self.found(order), self.rules).steps
        born = {}
        for step in steps[:dies_after]:
            ready = replace(
                step,
                body=resolve(step.body, born),
                target=resolve(step.target, born),
                expect=resolve(step.expect, born),
            )
            born[step.key] = getattr(self, f"{step.verb}_{step.kind}")(ready) or {}
        return steps

    def new_id(self):
        self.next += 1
        return str(self.next)

    def reckon(self, body):
        rounding = self.organization.get("rounding", "entity_level")
        totals = predict(body, TAXES, rounding, self.organization.get("places", 2))
        rows = [
            {
                **row,
                "line_item_id": row.get("line_item_id") or self.new_id(),
                "discount": row.get("discount", 0),
            }
            for row in body["line_items"]
        ]
        return {**body, "line_items": rows, "total": totals.total, "tax_total": totals.tax_total}

    def create_item(self, step):
        self.items[step.expect["item"]] = identity = f"i{self.new_id()}"
        return {"id": identity}

    def create_invoice(self, step):
        identity = self.new_id()
        assert step.key.rsplit(":", 2)[1] == "invoice"
        generation = int(step.key.rsplit(":", 1)[1])
        assert generation not in self.generations, "the key is unique"
        document = self.reckon(step.body) | {"number": f"INV-{generation}", "status": "draft"}
        document |= {"currency_code": step.expect["currency"], "paid": {}, "credited": {}}
        self.documents[identity] = document
        self.generations[generation] = identity
        self.prints[identity] = step.expect["fingerprint"]
        assert document["total"] == step.expect["total"]
        self.settle(document)
        return {"id": identity, "number": document["number"]}

    def amend_invoice(self, step):
        before = self.documents[step.target]
        known = {row["line_item_id"] for row in before["line_items"]}
        assert {row["line_item_id"] for row in step.body["line_items"] if "line_item_id" in row} <= known
        assert not before["paid"], "what is paid is not rewritten"
        assert not before["credited"], "what is credited is not rewritten"
        after = self.reckon({**before, **step.body})
        assert after["total"] == step.expect["total"]
        self.documents[step.target] = after
        self.prints[step.target] = step.expect["fingerprint"]
        self.settle(after)

    def send_invoice(self, step):
        document = self.documents[step.target]
        assert document["status"] == "draft"
        document["status"] = "sent"
        self.settle(document)

    def void_invoice(self, step):
        document = self.documents[step.target]
        if document["paid"] or document["credited"]:
            raise Refused("money or credit is on it")
        document["status"] = "void"
        self.settle(document)

    def create_payment(self, step):
        body, key = step.body, step.expect["payment"]
        assert key not in self.payments, "recorded once"
        self.payments[key] = {"id": self.new_id(), "amount": body["amount"]}
        for part in body.get("invoices", ()):
            document = self.documents[part["invoice_id"]]
            if part["amount_applied"] > document["balance"] or document["status"] == "void":
                raise Refused("24016")
            if document["status"] == "draft":
                document["status"] = "sent"
            document["paid"][key] = part["amount_applied"]
            self.settle(document)

    def delete_payment(self, step):
        key = next(key for key, payment in self.payments.items() if payment["id"] == step.target)
        del self.payments[key]
        for document in self.documents.values():
            document["paid"].pop(key, None)
            self.settle(document)

    def create_credit_note(self, step):
        name = step.key.split(":", 2)[2]
        assert name not in self.notes, "the key is unique"
        assert step.expect["invoice"] in self.documents
        note = self.reckon(step.body) | {"key": step.key, "id": self.new_id(), "repaid": {}, "applied": {}}
        assert note["total"] == step.expect["total"], (name, note["total"], step.expect["total"])
        assert abs(note["tax_total"] - step.expect["tax"]) <= self.rules.adjustment_limit
        self.notes[name] = note
        return {"id": note["id"]}

    def note_of(self, step):
        return next(note for note in self.notes.values() if note["id"] == step.target)

    def apply_credit_note(self, step):
        note, part = self.note_of(step), step.body["invoices"][0]
        document, amount = self.documents[part["invoice_id"]], part["amount_applied"]
        if document["status"] in ("draft", "void", "paid") or amount <= 0:
            raise Refused("12005")
        if amount > document["balance"] or amount > balance_of(note):
            raise Refused("24016")
        assert part["invoice_id"] not in note["applied"]
        note["applied"][part["invoice_id"]] = document["credited"][step.key] = amount
        self.settle(document)

    def refund_credit_note(self, step):
        note, amount = self.note_of(step), step.body["amount"]
        if not 0 < amount <= balance_of(note):
            raise Refused("2")
        key = step.key.rsplit(":", 1)[1].partition("-")[2]
        assert key not in note["repaid"]
        note["repaid"][key] = amount

    def mark_order(self, step):
        self.mark = step.body["value"]

    def settle(self, document):
        paid, credited = sum(document["paid"].values(), ZERO), sum(document["credited"].values(), ZERO)
        open_ = document["total"] - paid - credited
        document |= {"payment_made": paid, "credits_applied": credited}
        document["balance"] = ZERO if document["status"] == "void" else open_
        if document["status"] not in ("draft", "void"):
            document["status"] = "paid" if not open_ else "sent"

    # what a judge asks

    def live(self):
        credited = {self.generations[int(name[9:])] for name in self.notes if name.startswith("reversal:")}
        return [
            identity
            for identity, document in self.documents.items()
            if document["status"] != "void" and identity not in credited
        ]

    def net(self):
        booked = sum((one["total"] for one in self.documents.values() if one["status"] != "void"), ZERO)
        return booked - sum((note["total"] for note in self.notes.values()), ZERO)

    def open(self):
        return sum((one["balance"] for one in self.documents.values()), ZERO)

    def credit(self):
        return sum((balance_of(note) for note in self.notes.values()), ZERO)

    def repaid(self):
        return sum((amount for note in self.notes.values() for amount in note["repaid"].values()), ZERO)

    def counts(self):
        return len(self.documents), len(self.notes), len(self.payments)


def balance_of(note):
    return note["total"] - sum((*note["applied"].values(), *note["repaid"].values()), ZERO)
