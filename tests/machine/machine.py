"""A shop that does one random thing after another, and a model that says what its stock must be after each."""

import random
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import time_machine

from inventori.errors import DomainError
from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import AdjustReason, BatchStock, Stock
from inventory.selectors import business_today
from inventory.services import adjustment_post
from inventory.services.counts import count_approve, count_cancel, count_line_save, count_open, count_submit
from inventory.services.transfers import TransferLine, transfer_receive, transfer_send
from purchases.services import ReceiptLine, receipt_post
from sales.models import Sale
from sales.services import ReturnLine, Tender, basket_add, sale_cancel, sale_pay, sale_return
from tests.factories import CategoryFactory, ProductFactory, SupplierFactory, UserFactory, WarehouseFactory, open_shift

from .model import Model, Sold

START = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
# How often each thing happens.
WEIGHTS = {
    "receive": 6,
    "sell": 8,
    "sell_back": 4,
    "cancel": 2,
    "adjust": 3,
    "send": 3,
    "arrive": 3,
    "count": 2,
    "expire": 1,
}


class Machine:
    """Two warehouses, two products that track batches and two that do not; a manager who may do everything."""

    def __init__(self, clock: Any) -> None:
        self.clock, self.now = clock, START
        category = CategoryFactory()
        self.products = [
            ProductFactory(category=category, tracks_batches=n < 2, price=1_000 * (n + 1)) for n in range(4)
        ]
        self.warehouses = WarehouseFactory.create_batch(2)
        self.people = [UserFactory(role="Manager") for _ in self.warehouses]
        for person, warehouse in zip(self.people, self.warehouses, strict=True):
            open_shift(person, warehouse)
        self.supplier = SupplierFactory()
        self.model = Model(tracked={0, 1})
        self.batches: list[Any] = []
        self.sales: list[tuple[int, int, list[Sold]]] = []
        self.on_its_way: list[tuple[Any, int, int]] = []
        self.refused = 0

    # --- What can happen ------------------------------------------------------------
    def step(self, name: str, dice: random.Random) -> None:
        self.now += timedelta(seconds=30)
        self.clock.move_to(self.now)
        getattr(self, name)(dice)
        self.check()

    def receive(self, dice: random.Random) -> None:
        product, warehouse, qty = dice.randrange(4), dice.randrange(2), dice.randint(1, 12)
        line: dict[str, Any] = {"qty": Decimal(qty), "product": self.products[product]}
        line["unit_cost"] = Decimal(dice.randrange(100, 900))
        batch = None
        if product in self.model.tracked:
            batch = self._some_batch(product, dice)
            line["batch_number"], line["expires_on"] = self.batches[batch].number, self.batches[batch].expires_on
        receipt_post(
            supplier=self.supplier,
            warehouse=self.warehouses[warehouse],
            lines=[ReceiptLine(**line)],
            key=new_key(),
            by=self.people[warehouse],
            takes_expired=True,
            note="as it came",
        )
        self.model.put(product, warehouse, batch, qty)

    def sell(self, dice: random.Random) -> None:
        warehouse, today = dice.randrange(2), self.today()
        wanted = {product: dice.randint(1, 5) for product in dice.sample(range(4), dice.randint(1, 3))}
        enough = all(self.model.usable(p, warehouse, today) >= qty for p, qty in wanted.items())
        key, by = new_key(), self.people[warehouse]
        for product, qty in wanted.items():
            sale = basket_add(
                key=key,
                warehouse=self.warehouses[warehouse],
                product=self.products[product],
                qty=Decimal(qty),
                by=by,
            )
        total = sale.total_amount

        def pay() -> Any:
            return sale_pay(key=key, tenders=[Tender("CASH", total)], expected_total=total, by=by)

        if not self._allowed(pay, enough):
            return
        lines = [Sold(p, warehouse, self.model.take(p, warehouse, qty, today)) for p, qty in wanted.items()]
        self.sales.append((Sale.objects.get(key=key).pk, warehouse, lines))

    def sell_back(self, dice: random.Random) -> None:
        """Bring back a part of a sale, sometimes more than is left of it."""
        if not self.sales:
            return
        pk, warehouse, lines = dice.choice(self.sales)
        place = dice.randrange(len(lines))
        qty = dice.randint(1, 4)
        item = list(Sale.objects.get(pk=pk).items.order_by("id"))[place]

        def bring() -> Any:
            back = [ReturnLine(sale_item_id=item.pk, qty=Decimal(qty))]
            return sale_return(
                sale_id=pk, lines=back, reason="back", method="CASH", key=new_key(), by=self.people[warehouse]
            )

        if self._allowed(bring, qty <= lines[place].left):
            self.model.give_back(lines[place], qty)

    def cancel(self, dice: random.Random) -> None:
        if not self.sales:
            return
        place = dice.randrange(len(self.sales))
        pk, warehouse, lines = self.sales[place]
        untouched = all(not sum(sold.returned.values()) for sold in lines)
        if self._allowed(lambda: sale_cancel(sale_id=pk, reason="no", by=self.people[warehouse]), untouched):
            for sold in lines:
                self.model.give_back(sold, sold.left)
            self.sales.pop(place)

    def adjust(self, dice: random.Random) -> None:
        product, warehouse, qty = dice.randrange(4), dice.randrange(2), dice.randint(1, 6)
        if dice.random() < 0.4:
            batch = self._some_batch(product, dice) if product in self.model.tracked else None
            self._correct(product, warehouse, qty, batch, AdjustReason.FOUND)
            self.model.put(product, warehouse, batch, qty)
            return
        there = self.model.usable(product, warehouse, self.today(), also_expired=True)
        if self._allowed(lambda: self._correct(product, warehouse, -qty, None, AdjustReason.DAMAGE), there >= qty):
            self.model.take(product, warehouse, qty, self.today(), also_expired=True)

    def send(self, dice: random.Random) -> None:
        """Goods leave for the other warehouse; expired ones stay."""
        product, source, qty, today = dice.randrange(4), dice.randrange(2), dice.randint(1, 5), self.today()
        sent: list[Any] = []

        def leave() -> None:
            lines = [TransferLine(self.products[product].pk, Decimal(qty))]
            here, there = self.warehouses[source], self.warehouses[1 - source]
            by = self.people[source]
            sent.append(transfer_send(source=here, target=there, lines=lines, key=new_key(), by=by))

        if self._allowed(leave, self.model.usable(product, source, today) >= qty):
            self.model.take(product, source, qty, today)
            self.on_its_way.append((sent[0], product, 1 - source))

    def arrive(self, dice: random.Random) -> None:
        """What was sent arrives, now and then not all of it."""
        if not self.on_its_way:
            return
        transfer, product, target = self.on_its_way.pop(dice.randrange(len(self.on_its_way)))
        numbers = {batch.pk: n for n, batch in enumerate(self.batches)}
        received = {}
        for item in transfer.items.all():
            qty = int(item.qty) if dice.random() < 0.7 else dice.randint(0, int(item.qty))
            received[item.pk] = Decimal(qty)
            self.model.put(product, target, numbers[item.batch_id] if item.batch_id else None, qty)
        transfer_receive(transfer=transfer, received=received, by=self.people[target])

    def count(self, dice: random.Random) -> None:
        """Count one product wrongly or rightly, sell in between, and post the differences."""
        product, warehouse = dice.randrange(4), dice.randrange(2)
        by, numbers = self.people[warehouse], {batch.pk: n for n, batch in enumerate(self.batches)}
        if product in self.model.tracked and not self.model.batches(product, warehouse):
            return
        count = count_open(
            warehouse=self.warehouses[warehouse],
            product_ids=[self.products[product].pk],
            scope="",
            is_blind=True,
            key=new_key(),
            by=by,
        )
        differences = {}
        for line in count.lines.all():
            place = (product, warehouse, numbers[line.batch_id] if line.batch_id else None)
            counted = max(0, self.model.units[place] + dice.randint(-2, 2))
            differences[place] = counted - self.model.units[place]
            count_line_save(line_id=line.pk, qty=Decimal(counted), by=by)
        if dice.random() < 0.7:
            self.sell(dice)
        count_submit(count=count, uncounted="leave", by=by)
        possible = all(self.model.units[place] + by_how_much >= 0 for place, by_how_much in differences.items())
        if self._allowed(lambda: count_approve(count=count, by=by), possible):
            for place, by_how_much in differences.items():
                self.model.units[place] += by_how_much
        else:
            count_cancel(count=count, by=by)

    def expire(self, dice: random.Random) -> None:
        """Days pass; what is expired is sometimes written off."""
        self.now += timedelta(days=dice.randint(1, 4))
        self.clock.move_to(self.now)
        for product in self.model.tracked:
            for warehouse in range(2):
                for batch in self.model.batches(product, warehouse):
                    if self.model.is_expired(batch, self.today()) and dice.random() < 0.5:
                        qty = self.model.units[product, warehouse, batch]
                        self._correct(product, warehouse, -qty, batch, AdjustReason.EXPIRED)
                        self.model.put(product, warehouse, batch, -qty)

    # --- How it is done, and what must be true afterwards ---------------------------------
    def today(self) -> Any:
        return business_today(self.warehouses[0])

    def _allowed(self, act: Any, is_allowed: bool) -> bool:
        """Do it; it must succeed exactly when the model says so."""
        try:
            act()
        except DomainError:
            assert not is_allowed, "refused what the model allows"
            self.refused += 1
            return False
        assert is_allowed, "allowed what the model refuses"
        return True

    def _correct(self, product: int, warehouse: int, qty: int, batch: int | None, reason: str) -> Any:
        line = Line(self.products[product].pk, Decimal(qty), batch_id=None if batch is None else self.batches[batch].pk)
        return adjustment_post(
            warehouse=self.warehouses[warehouse], reason=reason, lines=[line], key=new_key(), by=self.people[warehouse]
        )

    def _some_batch(self, product: int, dice: random.Random) -> int:
        """A batch that is there, or a new one that expires within a month."""
        known = self.model.batches_of[product]
        if known and dice.random() < 0.5:
            return dice.choice(known)
        number = len(self.batches)
        last = self.today() + timedelta(days=dice.randint(0, 30))
        self.batches.append(batch_ensure(product=self.products[product], number=f"B{number}", expires_on=last))
        self.model.batches_of[product].append(number)
        self.model.expires[number] = last
        return number

    def check(self) -> None:
        """The stock and every batch are what the model says."""
        places = {product.pk: n for n, product in enumerate(self.products)}
        shops = {warehouse.pk: n for n, warehouse in enumerate(self.warehouses)}
        numbers = {batch.pk: n for n, batch in enumerate(self.batches)}
        found = {
            (places[p], shops[w], None): int(qty)
            for p, w, qty in Stock.objects.filter(product_id__in=places).values_list("product", "warehouse", "qty")
        }
        wanted = {(p, w, None): self.model.stock(p, w) for p, w, _batch in found}
        assert found == wanted
        lying = {
            (numbers[b], shops[w]): int(qty)
            for b, w, qty in BatchStock.objects.filter(batch_id__in=numbers).values_list("batch", "warehouse", "qty")
        }
        tracked = {(batch, w): units for (_p, w, batch), units in self.model.units.items() if batch is not None}
        assert {key: qty for key, qty in lying.items() if qty} == {key: qty for key, qty in tracked.items() if qty}


def run(seed: int, steps: int) -> Machine:
    """Let a shop do `steps` random things, the same ones for the same seed."""
    dice = random.Random(seed)
    names, weights = list(WEIGHTS), list(WEIGHTS.values())
    with time_machine.travel(START, tick=False) as clock:
        machine = Machine(clock)
        for _ in range(steps):
            machine.step(dice.choices(names, weights)[0], dice)
    return machine
