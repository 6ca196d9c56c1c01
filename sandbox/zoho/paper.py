"""A document as a file: where a client asks for a PDF, one small page with its number and total."""

from sandbox.zoho.answers import Answer
from sandbox.zoho.call import Call, View


def or_paper(view: View, entity: str) -> View:
    """`view`, or what it shows as a PDF: ?accept=pdf, or the Accept header."""

    def answer(call: Call) -> Answer:
        shown = view(call)
        return _file(shown.payload[entity], entity) if _wanted(call) else shown

    return answer


def _wanted(call: Call) -> bool:
    return call.args.get("accept") == "pdf" or "application/pdf" in call.headers.get("Accept", "")


def _file(record: dict[str, object], entity: str) -> Answer:
    number = str(record[f"{entity}_number"])
    lines = (number, str(record["date"]), f"{record['total']} {record['currency_code']}")
    name = "".join(each for each in number if each.isalnum() or each in "-_") or entity
    headers = {"content-disposition": f'attachment; filename="{name}.pdf"'}
    return Answer({}, 200, headers, page(lines), "application/pdf;charset=UTF-8")


def page(lines: tuple[str, ...]) -> bytes:
    """A PDF of one page."""
    words = [line.encode("latin-1", "replace").translate(None, b"()\\") for line in lines]
    drawn = b"BT /F1 12 Tf 16 TL 72 770 Td " + b" ".join(b"(%s) Tj T*" % word for word in words) + b" ET"
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    made, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(made))
        made += b"%d 0 obj%s endobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % each for each in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    tail = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(made))
    return made + head + table + tail
