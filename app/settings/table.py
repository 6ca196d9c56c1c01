"""The one table of settings: what can be set, how it reads, what holds if nobody says anything."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Setting:
    """One key of cartbooks.toml. `kind` names the parser in kinds.py; `default` is already parsed."""

    path: str  # below the file, or below [connections.NAME] in PER_CONNECTION
    kind: str
    default: Any
    about: str
    choices: tuple[str, ...] = ()
    required: bool = False
    within: tuple[str, str] | None = None  # least and most, both allowed


DATA_CENTERS = ("com", "eu", "in", "com.au", "jp", "ca", "com.cn", "sa")
EDITIONS = ("auto", "global", "us", "ca", "uk", "eu", "in", "au", "gcc")
ENDED = ("reverse", "keep", "hold")
SKUS = {"shipping": "SHIPPING", "handling": "HANDLING", "wrapping": "WRAPPING", "fee": "FEE",
        "gift_certificate": "GIFT-CERTIFICATE", "custom": "CUSTOM", "refund": "REFUND"}  # fmt: skip
OWNERSHIP = {"name": "follow", "price": "follow", "cost": "follow", "identifiers": "follow",
             "custom_fields": "follow", "description": "create", "brand": "create", "weight": "create",
             "dimensions": "create", "image": "create", "tax_class": "create", "categories": "create"}  # fmt: skip


GLOBAL: tuple[Setting, ...] = (
    Setting("data_dir", "path", "data", "Directory of the ledger, the embedded Redis and beat's memory."),
    Setting("log_level", "choice", "INFO", "How much is logged.", ("DEBUG", "INFO", "WARNING", "ERROR")),
    Setting("pace", "number", Decimal(1),
            "Limit windows run this many times faster. Leave it at 1 unless you talk to the sandbox.",
            within=("1", "1000")),
    Setting("web.host", "text", "127.0.0.1", "Address on which the web app listens."),
    Setting("web.port", "whole", 8000, "Port of the web app; the variable PORT wins.",
            within=("0", "65535")),
    Setting("flower.port", "whole", 5555, "Port of Flower, always on 127.0.0.1.", within=("0", "65535")),
    Setting("flower.user", "text", "cartbooks", "Name to log in to Flower with."),
)  # fmt: skip

PER_CONNECTION: tuple[Setting, ...] = (
    Setting("enabled", "flag", True, "Off: nothing of this connection is swept, taken or sent."),
    Setting("store.store_hash", "text", "", "The hash in the store's API path.", required=True),
    Setting("store.base_url", "url", "", "The store's API; default https://api.bigcommerce.com/stores/HASH."),
    Setting("store.webhook_signature", "choice", "when_present",
            "Whether a callback without a signature is believed on its secret header alone.",
            ("when_present", "required")),
    Setting("store.public_url", "url", "",
            "Where BigCommerce reaches our web app (https, port 443). Empty: no callbacks, sweeps only."),
    Setting("zoho.organization_id", "text", "", "Number of the Zoho organization.", required=True),
    Setting("zoho.data_center", "choice", "com", "Data centre in which the organization lives.",
            DATA_CENTERS),
    Setting("zoho.product", "choice", "books", "Which of Zoho's two products keeps the documents.",
            ("books", "inventory")),
    Setting("zoho.client_id", "text", "", "Client id of the Self Client in Zoho's API console.",
            required=True),
    Setting("zoho.base_url", "url", "", "API root instead of the data centre's own (the sandbox)."),
    Setting("zoho.accounts_url", "url", "", "OAuth root instead of the data centre's own (the sandbox)."),
    Setting("zoho.plan.per_day", "whole", 2000,
            "Calls a day that your plan allows: Books free 1000, Standard 2000, Professional 5000, above "
            "10000; Inventory Standard 2500. What Zoho's answers say counts too: the worse of both.",
            within=("100", "1000000")),
    Setting("zoho.plan.per_minute", "whole", 90, "Calls a minute that we allow ourselves (Zoho: 100).",
            within=("1", "100")),
    Setting("zoho.plan.burst", "whole", 10,
            "Calls at once on top of an even flow; with per_minute it stays within 100.",
            within=("1", "50")),
    Setting("zoho.plan.concurrent", "whole", 8,
            "Calls in flight at once (Zoho: 10, on free plans 5: set 4 there).", within=("1", "10")),
    Setting("zoho.webhook_signature", "choice", "when_present",
            "What a callback of Zoho must prove besides its secret header: nothing, a signature where it carries one, "
            "or always a signature.", ("off", "when_present", "required")),
    Setting("zoho.edition", "choice", "auto",
            "Edition of the organization, which decides what tax fields there are; auto: by its country.", EDITIONS),
    Setting("zoho.state", "text", "",
            'State of an organization in India ("KA" or "Karnataka"): what leaves it bears IGST.'),
    Setting("schedule.order_interval", "whole", 60,
            "Seconds between two looks for orders that no callback told us of.", within=("10", "86400")),
    Setting("schedule.daily_at", "clock", "03:00", "When the daily comparison runs."),
    Setting("schedule.time_zone", "zone", "",
            "IANA zone of document dates and of daily_at. Empty: the store's own."),
    Setting("schedule.reconcile_at", "clock", "04:30",
            "When orders and books are compared by lists, once a day, in schedule.time_zone."),
    Setting("schedule.reconcile_days", "whole", 31, "How many days, up to yesterday, that comparison covers.",
            within=("1", "400")),
    Setting("schedule.history_days", "whole", 400,
            "Days for which the history of a record is kept; that of a held record stays until it is settled.",
            within=("31", "36500")),
    Setting("orders.statuses", "ids", frozenset({2, 3, 7, 8, 9, 10, 11, 12, 13}),
            "Status ids of the orders that are booked; 0 (incomplete) never is."),
    Setting("orders.paid_statuses", "ids", frozenset({2, 3, 8, 9, 10, 11}),
            "Status ids that count as paid for methods without transactions (bank deposit, cheque, cash)."),
    Setting("orders.price_basis_fallback", "choice", "hold",
            "Price basis of old orders that do not say whether their prices contain tax.",
            ("hold", "inclusive", "exclusive")),
    Setting("orders.offline", "choice", "by_status",
            "Whether an offline payment is recorded when the status counts as paid. What is recorded stays.",
            ("by_status", "never")),
    Setting("orders.no_email", "choice", "hold",
            "An order without e-mail: held, booked on the walk-in contact, or on the store's customer id.",
            ("hold", "walk_in", "customer_id")),
    Setting("orders.walk_in_name", "text", "Walk-in customer", "Name of the contact of no_email = walk_in."),
    Setting("orders.document", "choice", "invoice",
            "What an order becomes. One that is in the books already goes on as it was begun.",
            ("invoice", "sales_order", "sales_order_then_invoice")),
    Setting("orders.invoice_when", "choice", "paid",
            "With document = sales_order_then_invoice: when the sales order is invoiced: once all is "
            "paid, from status Shipped on, or at status Completed. Orders that wait follow another choice at their "
            "next change.", ("paid", "shipped", "completed")),
    Setting("orders.invoice_date", "choice", "moment",
            "With document = sales_order_then_invoice: the invoice bears the day on which it became due to be made (of "
            "the last payment, of the shipment), or the order's.", ("moment", "order")),
    Setting("orders.partial_invoices", "choice", "off",
            "With document = sales_order_then_invoice and invoice_when = shipped: one invoice for every shipment of "
            "the store's order, or one for all.", ("off", "on")),
    Setting("orders.estimate_statuses", "ids", frozenset(),
            "Status ids in which an order is only a quote and becomes an estimate (7: awaiting payment; Zoho Books "
            "only); empty: none does."),
    Setting("orders.drop_ship", "choice", "off",
            "Whether goods whose item has a preferred vendor are ordered from him for the sales order, to be sent to "
            "the customer (Zoho Inventory, document = sales_order or sales_order_then_invoice).", ("off", "on")),
    Setting("orders.missing_product", "choice", "create",
            "A product that Zoho lacks: its item is created, the order held, or the catch-all item used.",
            ("create", "hold", "catch_all")),
    Setting("orders.catch_all_sku", "text", "CATCH-ALL",
            "SKU of the item used by missing_product = catch_all."),
    Setting("orders.shipping", "choice", "item",
            "Shipping as a line on the item skus.shipping, or as the document's shipping charge.",
            ("item", "charge")),
    Setting("orders.adjustment_limit", "number", Decimal("0.02"),
            "Most by which Zoho's rounding of tax may differ and be offset by a visible adjustment, per "
            "document and per tax rate; beyond it the order is held. Told in cents: of a currency without cents 0.02 "
            "allows 2 of its smallest coins.", within=("0", "10")),
    Setting("orders.contact_name", "choice", "person", "What names a contact that has both.",
            ("person", "company")),
    Setting("orders.payments", "choice", "separate",
            "A payment is recorded by itself with its gateway reference, or with the invoice in one call "
            "(Books only, saves a call, carries no reference).", ("separate", "with_invoice")),
    Setting("orders.unpaid", "choice", "sent",
            "An invoice without a payment: marked as sent, so that it counts as owed, or left a draft.",
            ("sent", "draft")),
    Setting("orders.payment_modes", "map", {}, "Payment method of the store = payment mode in Zoho."),
    Setting("orders.deposit_accounts", "map", {}, "Payment method of the store = account id in Zoho."),
    Setting("orders.gift_certificate_account", "text", "",
            "Account id of the liability for gift certificates, sold and used."),
    Setting("orders.store_credit_account", "text", "", "Account id from which store credit is paid."),
    Setting("orders.taxes", "map", {},
            'Tax of the store = tax id in Zoho, by name and rate ("VAT 20") or by rate ("20"; "0" is the tax of '
            'untaxed lines). A destination may follow and goes first: "VAT 20@FR", "8@US-CA", in India "18@intra" and '
            '"18@inter".'),
    Setting("orders.tax_authorities", "map", {},
            'Destination ("US-CA" or "US") = id of the tax authority that its documents name (US and Canada).'),
    Setting("orders.tax_exemption", "text", "",
            "Code or id of the exemption that lines without tax name (US, Canada, Australia, India); without it such "
            "an order is held where Zoho asks for one."),
    Setting("orders.treatments", "map", {},
            'Destination ("FR", "IN-KA", "*" for all others) = tax treatment of documents and new contacts (UK, EU, '
            'India, Gulf), or "contact": as Zoho\'s contact says. Default: that of a private person there.'),
    Setting("orders.exchange_rate", "choice", "zoho",
            "Exchange rate of orders in a currency that is not the books' own: Zoho's, or the order's. The store's "
            "field is named default-to-transactional, so 1 / rate is sent; order_as_told sends it as it stands.",
            ("zoho", "order", "order_as_told")),
    Setting("orders.number", "choice", "zoho", "Who numbers the documents.", ("zoho", "order")),
    Setting("orders.number_prefix", "text", "",
            "Stands before the order's id where number = order; an invoice of one shipment also names that."),
    Setting("orders.skus", "names", SKUS, "SKUs of the items that stand for what is no product.",
            tuple(SKUS)),
    Setting("orders.key_field", "text", "cf_cartbooks_key",
            "API name of the unique custom field that keeps documents single. Leave it as it is once orders are "
            "booked: documents are told by it."),
    Setting("orders.mark", "choice", "external_order_id",
            "Where the store's order learns the Zoho number.", ("external_order_id", "metafield", "none")),
    Setting("orders.ask_after", "seconds", (5.0, 30.0),
            "Seconds after an unheard answer at which we ask what became of the write."),
    Setting("orders.lease", "number", Decimal(90),
            "Seconds after which the work of a vanished worker is handed out again.",
            within=("10", "3600")),
    Setting("orders.amend", "choice", "unpaid",
            "An order that is edited: which of its documents are rewritten in place (unpaid ones, only drafts, none).",
            ("unpaid", "draft", "never")),
    Setting("orders.edited", "choice", "credit",
            "An edited order whose document may not be rewritten: a credit note takes it back and a new document "
            "follows, or it is held.", ("credit", "hold")),
    Setting("orders.cancelled", "choice", "reverse",
            "A cancelled order that is in the books: taken back, left as it is, or held.", ENDED),
    Setting("orders.declined", "choice", "reverse", "The same for a declined order.", ENDED),
    Setting("orders.disputed", "choice", "keep", "The same for a disputed order.", ENDED),
    Setting("orders.archived", "choice", "keep", "The same for an order that was archived in the store.", ENDED),
    Setting("orders.deleted", "choice", "hold", "The same for an order that the store no longer has.", ENDED),
    Setting("orders.reversal", "choice", "void",
            "How an unpaid document is taken back: made void, or credited. A paid one is always credited.",
            ("void", "credit")),
    Setting("orders.restock", "choice", "never",
            "Whether the pieces that a refund names go back into Zoho's stock; never: credited on skus.refund.",
            ("never", "always")),
    Setting("orders.tax_refunds", "choice", "two_lines",
            "A refund of nothing but tax: the sale is credited with tax and charged again without (the tax report is "
            "right then), or one untaxed line on skus.refund.", ("two_lines", "one_line")),
    Setting("orders.voided_payments", "choice", "delete",
            "A payment in the books that the store made void: deleted in Zoho, or the order is held.",
            ("delete", "hold")),
    Setting("orders.refund_accounts", "map", {},
            "Payment method of the store = id of the account that refunds are paid from; else the deposit account."),
    Setting("orders.gateway_fees", "fees", {},
            'Payment method of the store = what its gateway keeps, such as "2.9% + 0.30" (the amount in the payment\'s '
            "currency): recorded as the payment's bank charges."),
    Setting("orders.lock_date", "day", "",
            "Books are closed up to this day (2026-03-31): nothing dated then or before is written, changed or taken "
            "back; such orders are held."),
    Setting("orders.tracking", "choice", "off",
            "Whether a shipment that leaves Zoho Inventory for a sales order of ours becomes a shipment of the store's "
            "order, with its tracking number.", ("off", "on")),
    Setting("catalogue.items", "choice", "off", "Whether Zoho's items become products of the store.",
            ("off", "on")),
    Setting("catalogue.price_lists", "choice", "off",
            "Whether Zoho's sales price lists become price lists of the store; needs items.", ("off", "on")),
    Setting("catalogue.items_interval", "whole", 300,
            "Seconds between two looks for items that were changed; a look costs one Zoho call or two.",
            within=("30", "86400")),
    Setting("catalogue.prices_interval", "whole", 3600,
            "Seconds between two looks at the price lists; a look costs a Zoho call per list.",
            within=("60", "86400")),
    Setting("catalogue.daily_at", "clock", "03:30",
            "When all items are compared, once a day, in schedule.time_zone."),
    Setting("catalogue.create", "choice", "create",
            "An item that the store lacks: made, held, or made only where its custom field listed_field is ticked.",
            ("create", "hold", "only_listed")),
    Setting("catalogue.listed_field", "text", "cf_show_in_store",
            "API name of the item's check box that create = only_listed looks at."),
    Setting("catalogue.composites", "choice", "skip",
            "Composite items: left out, or products like others.", ("product", "skip")),
    Setting("catalogue.fields", "ownership", OWNERSHIP,
            "Who owns what of a product: follow (Zoho's is written whenever it changes), create (written once, then "
            "the shop's own), never.", tuple(OWNERSHIP)),
    Setting("catalogue.categories", "places", (), "Ids of the categories that new products are put in."),
    Setting("catalogue.weight", "number", Decimal(0),
            "Weight, in the store's unit, of a new product whose item has none.", within=("0", "1000000")),
    Setting("catalogue.type", "choice", "physical", "Type of new products.", ("physical", "digital")),
    Setting("catalogue.visible", "flag", True, "Whether new products are visible at once."),
    Setting("catalogue.tax_classes", "classes", {},
            'Name of the item\'s tax in Zoho, or its percentage ("20"; "0" for untaxed items) = id of the tax class in '
            "the store."),
    Setting("catalogue.custom_fields", "map", {},
            "API name of an item's custom field in Zoho = name of the product's custom field in the store."),
    Setting("catalogue.rates", "choice", "exclusive", "Whether the rates of Zoho's items contain tax.",
            ("exclusive", "inclusive")),
    Setting("catalogue.largest_hide", "number", Decimal(10),
            "Percent of the products that the looks of a day may make invisible; beyond it (and beyond five) they ask.",
            within=("0", "100")),
    Setting("catalogue.adopt_price_lists", "flag", False,
            "Whether a price list of the store that bears the name of one of Zoho's is taken over; else it is held."),
    Setting("catalogue.assignments", "assignments", (),
            'Name of a price list = whom it is for, such as "group 2, group 3 channel 1, channel 1".'),
    Setting("stock.method", "choice", "off",
            "How stock follows: not at all; by looks (scheduled); by looks and Zoho's callbacks, Zoho always right "
            "(one_way); the same and what is changed in the store becomes an adjustment in Zoho (two_way).",
            ("off", "scheduled", "one_way", "two_way")),
    Setting("stock.figure", "choice", "available",
            "Which figure of Zoho the store shows: what is there less what sales orders promise, or what is there. "
            "With document = sales_order change it, and stock.mode, only while no sales order is open.",
            ("available", "on_hand")),
    Setting("stock.mode", "choice", "accounting",
            "Zoho's accounting stock (moved by bills and invoices) or its physical stock (by receives and shipments).",
            ("accounting", "physical")),
    Setting("stock.locations", "locations", {},
            "Id of a location in Zoho = id of the store's location that shows it; several to one are added up. Empty: "
            "the whole item goes to order_location. Documents of orders take their goods from the first one that "
            "leads to order_location."),
    Setting("stock.order_location", "whole", 1, "Id of the store's location from which its orders are taken.",
            within=("1", "2147483647")),
    Setting("stock.buffer", "whole", 0, "Pieces that are kept back: the store shows so many fewer, never below 0.",
            within=("0", "1000000")),
    Setting("stock.overrides", "overrides", {},
            'SKU = its own buffer, or "skip" to leave its stock in the store alone.'),
    Setting("stock.untracked", "choice", "leave",
            "A product that counts no stock in the store while Zoho's item does: left alone, or made to count.",
            ("leave", "track")),
    Setting("stock.interval", "whole", 900,
            "Seconds between two looks at all stock; fewer looks are made where the day's calls do not allow so many.",
            within=("60", "86400")),
    Setting("stock.daily_at", "clock", "02:30",
            "When everything is paired and compared anew, once a day, in schedule.time_zone."),
    Setting("stock.largest_fall", "number", Decimal(50),
            "Percent of a level by which it may fall without a second look at Zoho; to nothing always needs one.",
            within=("0", "100")),
    Setting("stock.many", "number", Decimal(10),
            "Percent of the SKUs that may fall like that within a day; beyond it (and beyond five) a person is asked.",
            within=("0", "100")),
)  # fmt: skip
