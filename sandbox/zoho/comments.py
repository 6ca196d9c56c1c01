"""Comments on documents and contacts, the system's own among them: that the record was made."""

from datetime import datetime
from typing import Any

from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call, View
from sandbox.zoho.money import flag, text
from sandbox.zoho.organization import IDS, Record

LISTS = {"salesorders"}  # whose answers show the one comment in a list


def listed(module: str) -> View:
    """The newest first."""

    def answer(call: Call) -> Answer:
        record = call.find(module)
        rows = [_made(call, module, record), *_of(call, record[IDS[module]])]
        key = "contact_comments" if module == "contacts" else "comments"
        context = {"page": 1, "per_page": 200, "has_more_page": False, "applied_filter": "Status.All"}
        context |= {"sort_column": "contact_name", "sort_order": "D"}
        more = {"page_context": context} if module == "contacts" else {}
        return done("success", **{key: rows[::-1]}, **more)

    return answer


def add(module: str) -> View:
    def answer(call: Call) -> Answer:
        record_id = call.find(module)[IDS[module]]
        told = _told(call)
        row = _row(call, module, record_id, comment_id=call.org.new_id(), comment_type="internal", **told)
        _of(call, record_id).append(row)
        return Answer({"code": 0, "message": "Comments added.", "comment": _one(module, row)}, 201)

    return answer


def change(module: str) -> View:
    def answer(call: Call) -> Answer:
        row = _found(call, module)
        row.update(_told(call))
        return done("Comment has been updated.", comment=_one(module, row))

    return answer


def delete(module: str) -> View:
    def answer(call: Call) -> Answer:
        _of(call, call.ids["id"]).remove(_found(call, module))
        return done("The comment has been deleted.")

    return answer


def _of(call: Call, record_id: str) -> list[Record]:
    return call.org.comments.setdefault(record_id, [])


def _told(call: Call) -> dict[str, Any]:
    description = text(call.body, "description", 2000).strip()
    if not description:
        raise Refused(4, "Invalid value passed for description")
    shared = flag(call.body, "show_comment_to_clients", False)
    return {"description": description, "show_comment_to_clients": shared}


def _found(call: Call, module: str) -> Record:
    call.find(module)
    for row in _of(call, call.ids["id"]):
        if row["comment_id"] == call.ids["comment"]:
            return row
    raise unknown_id()


def _made(call: Call, module: str, record: Record) -> Record:
    """What the system says of the record's birth; its id is the record's own."""
    record_id, born = record[IDS[module]], datetime.strptime(record["created_time"], "%Y-%m-%dT%H:%M:%S%z")
    told = {"comment_type": "system", "description": "Created.", "show_comment_to_clients": False}
    if module == "contacts":
        told |= {"contact_name": record["contact_name"], "is_entity_deleted": False}
    return _row(call, module, record_id, comment_id=record_id, born=born, **told)


def _row(call: Call, module: str, record_id: str, *, born: datetime | None = None, **more: Any) -> Record:
    when = born or call.org.now()
    return {
        IDS[module]: record_id,
        "commented_by_id": call.org.user_id,
        "commented_by": call.org.user,
        "date": when.date().isoformat(),
        "date_description": "",
        "time": when.strftime("%I:%M %p").removeprefix("0"),
        "operation_type": "Added",
        "transaction_id": "",
        "transaction_type": module.removesuffix("s"),
        **more,
    }


def _one(module: str, row: Record) -> Record | list[Record]:
    return [row] if module in LISTS else row
