"""One item in a world of two platforms: people and shoppers act, orders become known and booked, and looks write."""

from dataclasses import dataclass, field
from decimal import Decimal

from mappings.stock import Agreed, Now, expected, one_way, published, two_way


@dataclass
class Sale:
    """An order: what it did to the store's level, and how much of it we know and have booked."""

    quantity: int
    created: int
    got: int = 0  # less than its quantity where less was there
    shipped: bool = False
    over: bool = False
    taken: int = 0  # as we last read it
    due: int = 0
    booked: int = 0
    seen: int | None = None


@dataclass
class World:
    """`ships`: the store lowers its level when goods are shipped; `restocks`: and puts them back when cancelled."""

    books: Decimal
    store: int
    buffer: int = 0
    ships: bool = False
    restocks: bool = True
    clips: bool = True  # the level stays at nothing where more is sold than is there
    leaves: int = 0  # shoppers and people never take the last ones off the shelf
    sells_beyond: bool = True
    at_nothing: bool = False  # an order that got less than it says is cancelled only while nothing is there
    sales: list[Sale] = field(default_factory=list)
    agreed: Agreed | None = None
    at: int = -1
    overwrote: int = -1  # when the level was last written absolutely
    now: int = 0
    half: Agreed | None = (
        None  # after a crash: the adjustment is made, found by its reference, the level not written
    )
    edited: Decimal = Decimal(0)
    writes: int = 0

    # what shoppers and people do

    def sell(self, wanted):
        quantity = wanted if self.sells_beyond else min(wanted, max(self.store - self.leaves, 0))
        if not quantity:
            return
        self.sales.append(Sale(quantity, self._tick()))
        if not self.ships:
            self._take(self.sales[-1])

    def order(self, wanted):
        """A sale that is read at once."""
        self.sell(wanted)
        self.read(-1)

    def ship(self, which):
        if sale := self._pick(which, lambda one: self.ships and not one.over and not one.shipped):
            sale.shipped = True
            self._take(sale)

    def cancel(self, which):
        if sale := self._pick(which, lambda one: not one.over and self._shows(one)):
            sale.over = True
            if self.restocks:
                self.store += sale.got
                sale.got = 0

    def in_books(self, change):
        self.books += change
        self.edited += change

    def bring(self, pieces):
        self._count(pieces)

    def take(self, pieces):
        self._count(max(-pieces, min(self.leaves - self.store, 0)))

    # what we do

    def read(self, which):
        if sale := self._pick(which, self.unread):
            self._read(sale)

    def book(self, which):
        """An order's document is made, or a cancelled one's is void: in flight, so that no look comes between."""
        if sale := self._pick(which, lambda one: one.seen is not None and one.booked != one.due):
            self.books += sale.booked - sale.due
            sale.booked = sale.due

    def patient_look(self, crash=False):
        """What differs is believed only when every order has been read."""
        if not any(map(self.unread, self.sales)):
            self.look(crash)
            assert self.half is not None or self.store == self.for_sale()

    def settle(self):
        """Every order is read, and what that changes is agreed on."""
        for sale in self.sales:
            self._read(sale)
        self.look()

    def unread(self, sale):
        return sale.seen is None or (sale.taken, sale.due) != self._told(sale)

    def look(self, crash=False):
        """Reads, merges, and writes into the books first, then into the store."""
        before, now = self._resumed(), self._seen()
        merged = two_way(before, now, self.buffer)
        self.books += merged.to_books
        if before is not None and crash:
            self.half = Agreed(merged.base, self.store, now.taken)
            self.half_at = self.now
            return merged
        self.writes += bool(merged.to_books) + bool(merged.to_store)
        self.store += merged.to_store
        self.overwrote = self.now if before is None else self.overwrote
        self._agree(Agreed(merged.base, self.store, now.taken))
        return merged

    def look_one_way(self):
        now = self._seen()
        merged = one_way(now, self.buffer)
        doubtful = [one for one in self.sales if one.seen is not None and one.created <= self.at < one.seen]
        told = self.agreed and expected(self.agreed, now.taken)
        if self.agreed is None or doubtful or told != merged.wanted or self.store != merged.wanted:
            self.writes += self.store != merged.wanted
            self.store = merged.wanted
            self._agree(Agreed(merged.base, self.store, now.taken))
        assert any(map(self.unread, self.sales)) or self.store == self.for_sale()

    def rest(self, look):
        """Everything is read, shipped and booked, and looked at until nothing is left to do."""
        for sale in self.sales:
            if self.ships and not sale.over and not sale.shipped:
                sale.shipped = True
                self._take(sale)
            self._read(sale)
            self.books += sale.booked - sale.due
            sale.booked = sale.due
        look()
        look()
        self.writes = 0
        look()

    def sold(self):
        return sum(one.quantity for one in self.sales if not one.over)

    def wanted(self):
        return published(self.books, self.buffer)

    def for_sale(self):
        """What is neither sold nor gone: Zoho's figure less the orders that its documents have not taken yet."""
        ordered = sum(0 if one.over else one.quantity for one in self.sales)
        return published(self.books - ordered + sum(one.booked for one in self.sales), self.buffer)

    def _shows(self, sale):
        short = sale.got < sale.quantity and (sale.shipped or not self.ships)
        return not (self.at_nothing and short and self.store > 0)

    def _count(self, change):
        """By a person in the store; before the first look Zoho's figure is right."""
        if self.agreed is not None:
            self.edited += change
            self.store += change

    def _resumed(self):
        if self.half is not None:
            self.agreed, self.at, self.half = self.half, self.half_at, None
        return self.agreed

    def _seen(self):
        self._tick()
        known = [one for one in self.sales if one.seen is not None]
        late = sum(one.taken for one in known if one.seen > self.at and one.created <= self.overwrote)
        sums = (sum(getattr(one, name) for one in known) for name in ("taken", "due", "booked"))
        return Now(self.books, *sums, store=self.store, late=late)

    def _agree(self, agreed):
        self.agreed, self.at = agreed, self.now

    def _read(self, sale):
        sale.seen = self._tick() if sale.seen is None else sale.seen
        sale.taken, sale.due = self._told(sale)

    def _told(self, sale):
        took = sale.shipped if self.ships else True
        kept = took and not (sale.over and self.restocks)
        return sale.quantity * kept, 0 if sale.over else sale.quantity

    def _take(self, sale):
        sale.got = min(sale.quantity, max(self.store, 0)) if self.clips else sale.quantity
        self.store -= sale.got

    def _pick(self, which, fits):
        fitting = [one for one in self.sales if fits(one)]
        return fitting[which % len(fitting)] if fitting else None

    def _tick(self):
        self.now += 1
        return self.now
