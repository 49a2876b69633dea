"""The shifts of the demo shop's last week: each cashier's drawer, opened in the morning and counted at night."""

from datetime import date, time
from decimal import Decimal

from accounts.models import User
from inventori.dates import local_instant
from inventory.models import Warehouse
from sales.denominations import denominations
from sales.models import Shift
from sales.services import shift_close, shift_open
from sales.shifts import cash_of

from .buying import ZONE
from .rhythm import CLOSES_AT, OPENS_AT

DAYS = 7
FLOAT = Decimal(200_000)
# On some evenings the drawer does not hold what it should.
MISSING = {3: (Decimal(2_000), "Kurang kembalian, belum ketemu"), 5: (Decimal(-500), "Pembeli menolak kembalian")}


class Drawers:
    """Opens and closes the shifts of a day; before the last `DAYS` days there are none."""

    def __init__(self, warehouse: Warehouse, last: date, key: str) -> None:
        self.warehouse, self.last, self.key = warehouse, last, key
        self.open: dict[int, Shift] = {}

    def shift_of(self, day: date, cashier: User) -> int | None:
        """Return the id of the cashier's shift of `day`, opening it for the first sale."""
        if (self.last - day).days >= DAYS:
            return None
        if cashier.pk not in self.open:
            self.open[cashier.pk] = shift_open(
                warehouse=self.warehouse,
                opening_float=FLOAT,
                key=f"{self.key}:{day}:{cashier.username}",
                by=cashier,
                at=local_instant(day, time(OPENS_AT - 1, 45), ZONE),
            )
        return self.open[cashier.pk].pk

    def close(self, day: date) -> None:
        """Count every drawer and close its shift."""
        for shift in self.open.values():
            missing, note = MISSING.get((self.last - day).days, (Decimal(0), ""))
            counts = pieces(cash_of(shift).expected - missing)
            at = local_instant(day, time(CLOSES_AT, 10), ZONE)
            shift_close(shift_id=shift.pk, counts=counts, note=note, by=shift.cashier, at=at)
        self.open.clear()


def pieces(amount: Decimal) -> dict[Decimal, int]:
    """Return notes and coins that make `amount`, with as few pieces as can be."""
    counts: dict[Decimal, int] = {}
    for value in denominations("IDR"):
        count, amount = divmod(amount, value)
        counts[value] = int(count)
    return counts
