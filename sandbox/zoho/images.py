"""The image of an item: uploaded as multipart, answered as bytes, named in lists by its document."""

from sandbox.zoho.answers import Answer, Refused, done, unknown_id
from sandbox.zoho.call import Call
from sandbox.zoho.item_views import tell
from sandbox.zoho.organization import Record

TYPES = {
    "gif": "image/gif",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "bmp": "image/bmp",
    "webp": "image/webp",
}
LARGEST = 7 * 1024 * 1024  # bytes
NAMES = ("image_document_id", "image_name", "image_type")


def upload(call: Call) -> Answer:
    """POST items/ID/image with the file in the field `image`; it takes the place of an older one."""
    item = call.find("items")
    file = call.files.get("image") or (call.body.get("image") if call.person else None)
    if file is None:
        raise Refused(4, "Invalid value passed for image")
    kind = file.name.rpartition(".")[2].lower()
    if kind not in TYPES or not 0 < len(file.content) <= LARGEST:
        raise Refused(2, "Invalid value passed for image")
    call.org.images.pop(item["image_document_id"], None)
    document_id = call.org.new_id()
    call.org.images[document_id] = file
    item.update(image_document_id=document_id, image_name=file.name, image_type=kind)
    _changed(call, item)
    return done("The item image has been uploaded.")


def get(call: Call) -> Answer:
    item = call.find("items")
    file = call.org.images.get(item["image_document_id"])
    if file is None:
        raise unknown_id()
    return Answer({}, content=file.content, content_type=TYPES[item["image_type"]])


def delete(call: Call) -> Answer:
    item = call.find("items")
    if call.org.images.pop(item["image_document_id"], None) is None:
        raise unknown_id()
    item.update(dict.fromkeys(NAMES, ""))
    _changed(call, item)
    return done("The item image has been deleted.")


def _changed(call: Call, item: Record) -> None:
    call.org.touched(item, call.person)
    tell(call, "edited", item)
