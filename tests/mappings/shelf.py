"""A store of one product that takes plans as BigCommerce would, and remembers of them what we would."""

from dataclasses import replace
from itertools import count

from mappings.bigcommerce.products import Known, KnownVariant
from mappings.plans import resolve
from tests.mappings.goods import row, variant_row


class Shop:
    """One product on a shelf: takes a plan's steps as BigCommerce would, and remembers what we would remember."""

    def __init__(self, there=None, known=None):
        self.there, self.known, self.ids = there, known or Known(), count(1000)

    def take(self, product, plan):
        born = {}
        for step in plan.steps:
            body, target = resolve(step.body, born), resolve(step.target, born)
            answer = getattr(self, f"_{step.verb}_{step.kind}")(step, body, str(target))
            born[step.key] = {**answer, "id": answer.get("id")}
        self.known = replace(self.known, name=product.name, brand=product.brand)
        if not self.there["is_visible"]:
            return
        self.known = replace(self.known, hidden=False)

    def _create_product(self, step, body, _):
        self.there = row(id=next(self.ids), **{k: v for k, v in body.items() if k != "variants"})
        self.there["brand_id"] = 5 if body.get("brand_name") else 0
        self.there["custom_fields"] = [{"id": next(self.ids), **one} for one in body.get("custom_fields", ())]
        self.there["variants"] = []
        for told in body.get("variants") or [{"sku": body.get("sku", "")}]:
            values = [
                self._value(one["option_display_name"], one["label"]) for one in told.get("option_values", ())
            ]
            self.there["variants"].append(self._variant(told, values))
        if "sku" not in body:
            self.there["sku"] = ""
        pairs = zip(step.expect["variants"], self.there["variants"], strict=True)
        variants = {item_id: KnownVariant(str(made["id"])) for item_id, made in pairs}
        self.known = replace(self.known, product_id=str(self.there["id"]), variants=variants)
        return self.there

    def _variant(self, told, values):
        empty = variant_row(next(self.ids), "", price=None, product_id=self.there["id"])
        return empty | {k: v for k, v in told.items() if k != "option_values"} | {"option_values": values}

    def _value(self, name, label, value_id=None):
        for one in self.there["variants"]:
            for value in one["option_values"]:
                if (value["option_display_name"], value["label"]) == (name, label):
                    return value
        option = next(
            (value["option_id"] for one in self.there["variants"] for value in one["option_values"]
             if value["option_display_name"] == name), None,
        )  # fmt: skip
        return {
            "id": value_id or next(self.ids),
            "label": label,
            "option_id": option or next(self.ids),
            "option_display_name": name,
        }

    def _update_product(self, step, body, target):
        assert target == str(self.there["id"])
        assert body
        self.there |= body
        if "brand_name" in body:
            del self.there["brand_name"]
            self.there["brand_id"] = 6
        if "sku" in body:
            for one in self.there["variants"]:
                if not one["option_values"]:
                    one["sku"] = body["sku"]
        if step.expect.get("hides"):
            self.known = replace(self.known, hidden=True)
        return self.there

    def _update_variant(self, step, body, target):
        mine = next(one for one in self.there["variants"] if str(one["id"]) == target)
        assert body
        mine |= body
        item_id = step.key.removeprefix("variant:")
        before = self.known.variants.get(item_id)
        hidden = "hides" in step.expect or (
            before is not None and before.hidden and mine["purchasing_disabled"]
        )
        self.known = replace(
            self.known, variants={**self.known.variants, item_id: KnownVariant(target, hidden)}
        )
        return mine

    def _create_variant(self, step, body, target):
        assert target == str(self.there["id"])
        assert body["sku"].casefold() not in {str(one["sku"]).casefold() for one in self.there["variants"]}
        values = [
            self._value(one["option_display_name"], one["label"], one.get("id"))
            for one in body["option_values"]
        ]
        made = self._variant(body, values)
        self.there["variants"] = [one for one in self.there["variants"] if one["option_values"]] + [made]
        linked = {**self.known.variants, step.expect["item_id"]: KnownVariant(str(made["id"]))}
        self.known = replace(self.known, variants=linked)
        return made

    def _create_option_value(self, step, body, target):
        return {"id": next(self.ids)}

    def _create_option(self, step, body, target):
        assert not self.there["sku"]
        return {"id": next(self.ids)}

    def _create_image(self, step, body, target):
        self.there["images"] = [{"id": next(self.ids)}]
        self.known = replace(self.known, image=step.expect["image"])
        return self.there["images"][0]

    def _create_custom_field(self, step, body, target):
        self.there["custom_fields"].append({"id": next(self.ids), **body})
        return self.there["custom_fields"][-1]

    def _update_custom_field(self, step, body, target):
        mine = next(one for one in self.there["custom_fields"] if one["id"] == step.expect["id"])
        mine |= body
        return mine

    def _delete_custom_field(self, step, body, target):
        fields = self.there["custom_fields"]
        self.there["custom_fields"] = [one for one in fields if one["id"] != step.expect["id"]]
        return {"id": step.expect["id"]}
