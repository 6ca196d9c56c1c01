"""Images of products and variants: by URL in JSON, or uploaded as a form, at most 8 MB each."""

import hashlib
from collections.abc import Callable

from flask import request
from werkzeug.wrappers import Response

from sandbox.bigcommerce.answers import nothing, refuse_v3, v3_body, v3_data, v3_list
from sandbox.bigcommerce.product_checks import MOST_IMAGES
from sandbox.bigcommerce.product_filters import trimmer
from sandbox.bigcommerce.shapes import iso
from sandbox.bigcommerce.shelf import found, part_of, touched
from sandbox.bigcommerce.store import Json
from sandbox.world import World

LARGEST, LARGEST_OF_VARIANT = 8 * 1024 * 1024, 1024 * 1024
TYPES = (
    "image/bmp",
    "image/gif",
    "image/jpeg",
    "image/png",
    "image/vnd.wap.wbmp",
    "image/x-xbitmap",
    "image/webp",
)
SIZES = {"url_zoom": "1280.1280", "url_standard": "386.513", "url_thumbnail": "220.290", "url_tiny": "44.58"}
VIEW = Callable[..., Response]


def routes(world: World) -> list[tuple[str, str, VIEW]]:
    root = "/catalog/products/<int:product_id>/images"
    one = f"{root}/<int:image_id>"
    return [
        ("GET", root, lambda product_id, **_: listed(world, product_id)),
        ("POST", root, lambda product_id, **_: created(world, product_id)),
        ("GET", one, lambda **ids: v3_data(trimmer()(_image(world, **ids)))),
        ("PUT", one, lambda **ids: changed(world, **ids)),
        ("DELETE", one, lambda **ids: deleted(world, **ids)),
    ]


def _image(world: World, product_id: int, image_id: int) -> Json:
    return part_of(found(world, product_id), "images", image_id, "image")


def listed(world: World, product_id: int) -> Response:
    return v3_list(found(world, product_id)["images"], world.switches, show=trimmer())


def created(world: World, product_id: int) -> Response:
    product = found(world, product_id)
    if request.mimetype == "multipart/form-data":
        row = _uploaded(world, product)
    else:
        row = add_image(world, product, v3_body())
    touched(world, product, told=len(product["images"]) == 1)  # hooks hear of the first image only
    return v3_data(row)


def _uploaded(world: World, product: Json) -> Json:
    file = request.files.get("image_file")
    if file is None:
        raise refuse_v3(422, "image_file must be present if uploading by file")
    content = file.read()
    if file.mimetype not in TYPES:
        raise refuse_v3(422, "The image file type is not supported", {"image_file": file.mimetype})
    if not content or len(content) > LARGEST:
        raise refuse_v3(422, "The image file is empty or larger than 8 MB", {"image_file": "wrong size"})
    flag = str(request.form.get("is_thumbnail", "")).lower() in ("1", "true")
    row = _new(world, product, {**request.form, "is_thumbnail": flag}, file.filename or "image")
    digest = hashlib.sha256(content).hexdigest()
    world.bigcommerce.image_files[row["id"]] = {
        "image_id": row["id"], "product_id": product["id"], "bytes": len(content), "sha256": digest
    }  # fmt: skip
    return row


def add_image(world: World, product: Json, body: Json) -> Json:
    """An image by its URL, which nobody fetches here; one that cannot be fetched is a 400."""
    url = body.get("image_url")
    if not url:
        raise refuse_v3(422, "image_url must be present if uploading by url")
    if len(str(url)) > 255:
        raise refuse_v3(422, "JSON data is missing or invalid", {"image_url": "at most 255 characters"})
    if not str(url).startswith(("http://", "https://")):
        raise refuse_v3(400, "The image could not be downloaded")
    row = _new(world, product, body, str(url).rsplit("/", 1)[-1])
    row["image_url"] = row["url_standard"]
    return row


def _new(world: World, product: Json, body: Json, name: str) -> Json:
    images = product["images"]
    if len(images) >= MOST_IMAGES:
        raise refuse_v3(422, f"A product has at most {MOST_IMAGES} images.")
    number = world.bigcommerce.new_id("image")
    stem, _, kind = name.partition("?")[0].rpartition(".")
    path = f"/products/{product['id']}/images/{number}/{stem or kind}"
    row: Json = {
        "id": number,
        "product_id": product["id"],
        "is_thumbnail": not images or bool(body.get("is_thumbnail")),
        "sort_order": int(body.get("sort_order") or len(images)),
        "description": str(body.get("description") or ""),
        "image_file": f"a/{number}/{stem or kind}__{number}.{kind}",
        **{key: f"https://cdn.example{path}.{size}.{kind}?c=1" for key, size in SIZES.items()},
        "date_modified": iso(world.clock.now()),
    }
    _only_thumbnail(images, row)
    images.append(row)
    return row


def _only_thumbnail(images: list[Json], row: Json) -> None:
    if row["is_thumbnail"]:
        for other in images:
            other["is_thumbnail"] = other is row


def changed(world: World, product_id: int, image_id: int) -> Response:
    row, body = _image(world, product_id, image_id), v3_body()
    row.update({key: body[key] for key in ("description", "sort_order", "is_thumbnail") if key in body})
    product = found(world, product_id)
    _only_thumbnail(product["images"], row)
    row["date_modified"] = iso(world.clock.now())
    touched(world, product, told=False)
    return v3_data(row)


def deleted(world: World, product_id: int, image_id: int) -> Response:
    product, row = found(world, product_id), _image(world, product_id, image_id)
    product["images"].remove(row)
    if row["is_thumbnail"] and product["images"]:
        product["images"][0]["is_thumbnail"] = True
    world.bigcommerce.image_files.pop(image_id, None)
    touched(world, product, told=False)
    return nothing()


def of_variant(world: World, variant: Json) -> Response:
    """One image per variant, shown when it is chosen; a large upload is answered by a plain 500."""
    if request.mimetype == "multipart/form-data":
        file = request.files.get("image_file")
        if file is None or file.mimetype not in TYPES:
            raise refuse_v3(422, "Image was not valid", {"image_file": "missing or of a wrong type"})
        if len(file.read()) > LARGEST_OF_VARIANT:
            raise refuse_v3(500, "The image file is larger than 1 MB")
        url = f"https://cdn.example/product_images/attribute_rule_images/{variant['id']}_source.png"
    else:
        url = str(v3_body().get("image_url") or "")
        if not url.startswith(("http://", "https://")):
            raise refuse_v3(400, "The image could not be downloaded")
    variant["image_url"] = url
    touched(world, found(world, variant["product_id"]))
    return v3_data({"image_url": url})
