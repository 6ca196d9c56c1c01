"""The taxes of orders, set up in the books as a merchant would have done."""


def set_up_taxes(world, taxes):
    """Single taxes and groups, each once."""
    known = {row["tax_name"]: tax_id for tax_id, row in world.zoho.taxes.items()}
    for tax in taxes:
        if tax["name"] in known:
            continue
        if not tax["members"]:
            known[tax["name"]] = world.zoho.add_tax(tax["name"], tax["rate"])
            continue
        members = []
        for member in tax["members"]:
            if member["name"] not in known:
                known[member["name"]] = world.zoho.add_tax(member["name"], member["rate"])
            members.append(known[member["name"]])
        known[tax["name"]] = world.zoho.add_tax_group(tax["name"], members)
