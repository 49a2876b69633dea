"""What a shop's stock must be, in the simplest words: numbers in a dictionary."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

# product, warehouse, batch (None: the product tracks none): plain numbers, in the order they were made.
Place = tuple[int, int, int | None]


@dataclass
class Sold:
    """One line of a sale: where its units came from, and what has come back to each place."""

    product: int
    warehouse: int
    taken: dict[int | None, int]
    returned: dict[int | None, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def left(self) -> int:
        return sum(self.taken.values()) - sum(self.returned.values())


class Model:
    """Units by place; a batch's last day by its number."""

    def __init__(self, tracked: set[int]) -> None:
        self.units: dict[Place, int] = defaultdict(int)
        self.expires: dict[int, date | None] = {}
        self.batches_of: dict[int, list[int]] = defaultdict(list)
        self.tracked = tracked

    def batches(self, product: int, warehouse: int) -> list[int]:
        """The batches that lie there, the first expiring first."""
        lying = [batch for batch in self.batches_of[product] if self.units[product, warehouse, batch] > 0]
        return sorted(lying, key=lambda batch: (self.expires[batch] is None, self.expires[batch] or date.max, batch))

    def usable(self, product: int, warehouse: int, today: date, *, also_expired: bool = False) -> int:
        if product not in self.tracked:
            return self.units[product, warehouse, None]
        return sum(
            self.units[product, warehouse, batch]
            for batch in self.batches(product, warehouse)
            if also_expired or not self.is_expired(batch, today)
        )

    def is_expired(self, batch: int, today: date) -> bool:
        last = self.expires[batch]
        return last is not None and today > last

    def take(
        self, product: int, warehouse: int, qty: int, today: date, *, also_expired: bool = False
    ) -> dict[int | None, int]:
        """Take units, the first expiring first, and say where they came from."""
        if product not in self.tracked:
            self.units[product, warehouse, None] -= qty
            return {None: qty}
        taken: dict[int | None, int] = {}
        for batch in self.batches(product, warehouse):
            if qty == 0 or (self.is_expired(batch, today) and not also_expired):
                continue
            part = min(qty, self.units[product, warehouse, batch])
            self.units[product, warehouse, batch] -= part
            taken[batch] = part
            qty -= part
        assert qty == 0, "the machine asks the model first"
        return taken

    def put(self, product: int, warehouse: int, batch: int | None, qty: int) -> None:
        self.units[product, warehouse, batch] += qty

    def give_back(self, sold: Sold, qty: int) -> None:
        """Units of a sale come back: the newest batch it took from is filled first."""
        for batch in sorted(sold.taken, key=lambda batch: -(batch or 0)):
            part = min(qty, sold.taken[batch] - sold.returned[batch])
            sold.returned[batch] += part
            self.put(sold.product, sold.warehouse, batch, part)
            qty -= part

    def stock(self, product: int, warehouse: int) -> int:
        return sum(units for (p, w, _batch), units in self.units.items() if (p, w) == (product, warehouse))
