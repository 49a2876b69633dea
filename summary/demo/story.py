"""What happens in the demo shop, day by day: plain values, the same for the same seed and days."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from inventori.dates import local_instant
from inventori.numbering import document_number

from .baskets import Basket, Shelf, cash_given
from .batches import Batches, tracks_batches
from .buying import ZONE, Buying, kept_in_store
from .catalogue import Catalogue, Client, Item
from .events import SHOP, STORE, Cancelled, Corrected, Day, Line, Moved, Returned, Sold
from .rhythm import HOURS, DayMood, mood

CALIBRATION_DAYS = 30
WHOLESALE_OFF = Decimal("0.03")
CANCEL_REASONS = ("Salah scan barang", "Pembeli batal membayar", "Salah pilih metode bayar")
RETURN_REASONS = ("Kemasan rusak", "Salah beli ukuran", "Mendekati kedaluwarsa")
# Days before the end on which goods that have expired are found, and on which goods leave the back store.
FOUND_DAYS, FOUND_GOODS = 2, 2
MOVE_DAYS, MOVE_GOODS = (3, 0), 3
LOSSES = (("EXPIRED", "Kedaluwarsa, ditarik dari rak"), ("DAMAGE", "Kemasan rusak"), ("LOST", "Tidak ditemukan di rak"))


class Story:
    """Tells `days` days that end with `last`. Iterate once."""

    def __init__(self, catalogue: Catalogue, *, seed: int, days: int, last: date) -> None:
        self.catalogue, self.seed = catalogue, seed
        self.first, self.last = last - timedelta(days=days - 1), last
        self.shelf = Shelf(catalogue.items)
        self.buying = Buying(catalogue, self._expected_demand(), last=last, rng=self._rng("buying"))
        self.batches = Batches(last, self._rng("batches"))
        self.people = [client for client in catalogue.clients if not client.is_business]
        self.businesses = [client for client in catalogue.clients if client.is_business]
        self.carton_items = [item for item in catalogue.items if kept_in_store(item)]
        self.serial = self.return_serial = self.move_serial = 0

    def __iter__(self) -> Iterator[Day]:
        day, before = self.first, None
        while day <= self.last:
            told = self._day(day, before)
            yield told
            day, before = day + timedelta(days=1), told

    def _rng(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed}:{purpose}")

    def _expected_demand(self) -> list[float]:
        """Return units a day for each product, from a month of ordinary days."""
        rng, units = self._rng("demand"), [0.0] * len(self.catalogue.items)
        for _day in range(CALIBRATION_DAYS):
            for basket in self.shelf.day(rng, self.first, DayMood(factor=1.0, feast=0.0, hours=HOURS)):
                for item, qty in basket.lines:
                    units[item.index] += float(qty) / CALIBRATION_DAYS
        return units

    def _day(self, day: date, before: Day | None) -> Day:
        rng = self._rng(f"{day}")
        told = Day(day)
        if before is None:
            told.opening = [self._opening(day, warehouse) for warehouse in (SHOP, STORE)]
        told.arrived = list(self.buying.arrivals(day))
        for arrived in told.arrived:
            arrived.lines = [self.batches.delivered(line, day) for line in arrived.lines]
        told.sold[STORE] = self._wholesale_round(rng, day)
        for basket in self.shelf.day(rng, day, mood(day, first=self.first, last=self.last)):
            told.sold[SHOP] += self._sale(rng, day, basket)
        if before and rng.random() < 0.12:
            told.sold[SHOP] += self._return(rng, day, before)
            told.sold[SHOP].sort(key=lambda document: document.at)
        told.cancelled = list(self._cancelled(rng, day, told))
        told.corrected = list(self._corrected(rng, day))
        told.moved = list(self._moved(day))
        told.ordered = list(self.buying.orders(day, prices_rose=(day - self.first) * 2 > self.last - self.first))
        return told

    # --- Selling -------------------------------------------------------------------
    def _sale(self, rng: random.Random, day: date, basket: Basket) -> list[Sold]:
        """Return the sale of a basket, or nothing where the shelf had none of it."""
        lines = []
        for item, wanted in basket.lines:
            if got := self.buying.take(item, SHOP, wanted):
                lines.append(Line(item=item, qty=got, price=item.price))
        if not lines:
            return []
        client = rng.choice(self.people).code if rng.random() < 0.13 else ""
        return [self._paid(rng, day, basket.at, lines, client)]

    def _wholesale_round(self, rng: random.Random, day: date) -> list[Sold | Returned]:
        """Return the businesses that fetch cartons before the shop opens; none on a Sunday."""
        if day.weekday() == 6:
            return []
        sales: list[Sold | Returned] = []
        for place in range(rng.choices((0, 1, 2, 3), weights=(25, 35, 28, 12))[0]):
            sales += self._wholesale(rng, day, time(7, 2 + 18 * place + rng.randrange(15), rng.randrange(60)))
        return sales

    def _wholesale(self, rng: random.Random, day: date, at: time) -> list[Sold]:
        """Return a business buying whole cartons from the back store, a little cheaper."""
        client: Client = rng.choice(self.businesses)
        lines = []
        for item in rng.sample(self.carton_items, rng.choice((1, 2, 2, 3, 4))):
            if self.buying.take(item, STORE, item.order_multiple) == item.order_multiple:
                off = item.order_multiple * item.price * WHOLESALE_OFF // 100 * 100
                lines.append(Line(item=item, qty=item.order_multiple, price=item.price, discount=off))
        if not lines:
            return []
        return [self._paid(rng, day, at, lines, client.code)]

    def _paid(self, rng: random.Random, day: date, at: time, lines: list[Line], client: str) -> Sold:
        self.serial += 1
        number = document_number("INV", day, self.serial)
        # The manager serves the businesses, and stands in on Mondays and over the lunch hour.
        cashier = "manager" if day.weekday() == 0 or at.hour in (7, 12) else "cashier"
        sold = Sold(number, local_instant(day, at, ZONE), lines, cashier, client, "CASH", Decimal(0))
        sold.method = self._method(rng, sold.total)
        sold.tendered = cash_given(rng, sold.total) if sold.method == "CASH" else sold.total
        return sold

    @staticmethod
    def _method(rng: random.Random, total: Decimal) -> str:
        if total > 1_000_000:
            return rng.choice(("TRANSFER", "TRANSFER", "CASH"))
        weights = (64, 25, 11) if total >= 50_000 else (76, 24, 0)
        return rng.choices(("CASH", "QRIS", "CARD"), weights=weights)[0]

    def _return(self, rng: random.Random, day: date, before: Day) -> list[Returned]:
        """Return one line of a sale of yesterday coming back."""
        undone = [entry.sale_number for entry in before.cancelled]
        sales = [s for s in before.sold[SHOP] if isinstance(s, Sold) and s.number not in undone]
        if not sales:
            return []
        sale = rng.choice(sales)
        line = rng.choice(sale.lines)
        self.buying.put(line.item, SHOP, line.qty)
        self.return_serial += 1
        at = local_instant(day, time(rng.randint(9, 19), rng.randrange(60), rng.randrange(60)), ZONE)
        number = document_number("RET", day, self.return_serial)
        return [Returned(number, at, [line], sale.client, rng.choice(RETURN_REASONS), sale.number)]

    def _cancelled(self, rng: random.Random, day: date, told: Day) -> Iterator[Cancelled]:
        """Take back one of the day's sales after closing, now and then."""
        sales = [s for s in told.sold[SHOP] if isinstance(s, Sold)]
        if not sales or rng.random() > 0.16:
            return
        sale = rng.choice(sales)
        for line in sale.lines:
            self.buying.put(line.item, SHOP, line.qty)
        yield Cancelled(sale.number, self._after_closing(day, 5), rng.choice(CANCEL_REASONS))

    # --- Keeping the stock -----------------------------------------------------------
    def _opening(self, day: date, warehouse: str) -> Corrected:
        at = local_instant(day, time(5, 30), ZONE)
        lines = [part for line in self.buying.opening(warehouse) for part in self.batches.opened(line, day)]
        return Corrected(warehouse, "OPENING", "Stok awal", at, lines)

    def _corrected(self, rng: random.Random, day: date) -> Iterator[Corrected]:
        """Return the month's count on its first day, now and then what spoiled, and what was found near the end."""
        if day.day == 1:
            lines = [self._change(item, rng.choice((-2, -1, -1, 1))) for item in self._pick(rng, 8)]
            yield from self._correction(day, 15, "COUNT", "Stok opname bulanan", lines)
        if rng.random() < 0.10:
            reason, note = rng.choice(LOSSES)
            picked = self._pick(rng, rng.choice((1, 1, 2)), keeps_dates=reason == "EXPIRED")
            lines = [self._change(item, -rng.choice((1, 1, 2))) for item in picked]
            yield from self._correction(day, 25, reason, note, lines)
        if (self.last - day).days == FOUND_DAYS:
            yield from self._correction(day, 35, "FOUND", "Ditemukan di belakang rak", self._forgotten(rng, day))

    def _forgotten(self, rng: random.Random, day: date) -> list[Line]:
        """Return a few units that expired; they are not on the story's shelf, for nobody sells them."""
        medicines = [item for item in self.catalogue.items if tracks_batches(item) and item.popularity <= 4]
        lines = [
            Line(item, Decimal(rng.randint(1, 3)), item.earlier_cost) for item in rng.sample(medicines, FOUND_GOODS)
        ]
        return [self.batches.expired(line, day) for line in lines]

    def _moved(self, day: date) -> Iterator[Moved]:
        """Return goods that leave the back store after closing: received the next morning, or still on their way."""
        days_left = (self.last - day).days
        if days_left not in MOVE_DAYS or day == self.first:
            return
        lines: list[Line] = []
        for item in sorted(self.carton_items, key=lambda item: -item.popularity):
            if len(lines) < MOVE_GOODS and self.buying.on_hand[item.index, STORE] >= item.order_multiple:
                self.buying.put(item, STORE, -item.order_multiple)
                lines.append(Line(item, item.order_multiple, item.cost))
        if not lines:
            return
        self.move_serial += 1
        if not days_left:
            yield Moved(self.move_serial, self._after_closing(day, 40), lines, received_at=None)
            return
        received_at = local_instant(day + timedelta(days=1), time(5, 50), ZONE)
        yield Moved(self.move_serial, self._after_closing(day, 40), lines, received_at, missing=Decimal(1))
        for place, line in enumerate(lines):
            self.buying.put(line.item, SHOP, line.qty - (0 if place else 1))

    def _pick(self, rng: random.Random, count: int, *, keeps_dates: bool = False) -> list[Item]:
        """Return goods that a correction concerns; keeps_dates: of those without batches, whose dates nobody checks."""
        goods = [item for item in self.catalogue.items if item.price < 100_000]
        return rng.sample([item for item in goods if not (keeps_dates and tracks_batches(item))], count)

    def _change(self, item: Item, qty: int) -> Line:
        change = max(Decimal(qty), -self.buying.on_hand[item.index, SHOP])
        self.buying.put(item, SHOP, change)
        return self.batches.found(Line(item=item, qty=change, price=item.cost))

    def _correction(self, day: date, minute: int, reason: str, note: str, lines: list[Line]) -> Iterator[Corrected]:
        if lines := [line for line in lines if line.qty]:
            yield Corrected(SHOP, reason, note, self._after_closing(day, minute), lines)

    @staticmethod
    def _after_closing(day: date, minute: int) -> datetime:
        return local_instant(day, time(22, minute), ZONE)
