"""Past sales and returns of goods that track batches: out of the first expiring, back into where they left."""

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from inventori.dates import local_instant
from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import AdjustReason, BatchStock, StockMove
from inventory.services import adjustment_post
from sales.models import SaleReturnItem
from sales.services import PastLine, PastReturn, PastSale, past_documents_post
from tests.factories import ProductFactory, UserFactory, WarehouseFactory

pytestmark = pytest.mark.django_db


def at(hour: int) -> datetime:
    return local_instant(date(2026, 11, 20), time(hour), "Asia/Jakarta")


class Pharmacy:
    """Paracetamol: 3 strips of A, which expires first, and 10 of B, each bought at 2,500."""

    def __init__(self):
        self.by, self.warehouse = UserFactory(role="Manager"), WarehouseFactory()
        self.product = ProductFactory(price=4_000, cost=2_500, tracks_batches=True)
        lines = []
        for number, day, qty in (("A", date(2027, 1, 31), 3), ("B", date(2028, 1, 31), 10)):
            batch = batch_ensure(product=self.product, number=number, expires_on=day)
            lines.append(Line(self.product.pk, Decimal(qty), Decimal(2_500), batch_id=batch.pk))
        adjustment_post(
            warehouse=self.warehouse, reason=AdjustReason.OPENING, lines=lines, key=new_key(), by=self.by, at=at(5)
        )

    def post(self, kind, name, qty, hour, **rest):
        line = PastLine(self.product.pk, Decimal(qty), Decimal(4_000))
        document = kind(key=name, number=name, at=at(hour), lines=[line], by=self.by, **rest)
        return past_documents_post(warehouse=self.warehouse, documents=[document])

    def left(self):
        return {number: int(qty) for number, qty in BatchStock.objects.values_list("batch__number", "qty")}


@pytest.fixture
def pharmacy():
    return Pharmacy()


def test_a_past_sale_takes_the_first_expiring_and_its_return_comes_back_into_the_same_batches(pharmacy):
    pharmacy.post(PastSale, "INV-1", 5, hour=9)

    assert pharmacy.left() == {"A": 0, "B": 8}

    pharmacy.post(PastReturn, "RET-1", 5, hour=10, of_sale="INV-1")

    assert pharmacy.left() == {"A": 3, "B": 10}
    item = SaleReturnItem.objects.get()
    assert (item.qty, item.price, item.cost) == (5, 4_000, 2_500)
    assert sorted(StockMove.objects.filter(ref_type="RETURN").values_list("batch__number", "qty_in")) == [
        ("A", 3),
        ("B", 2),
    ]


def test_a_past_return_of_an_unknown_sale_comes_back_into_an_unknown_batch(pharmacy):
    pharmacy.post(PastSale, "INV-1", 5, hour=9)
    pharmacy.post(PastReturn, "RET-1", 2, hour=10)

    assert pharmacy.left() == {"A": 0, "B": 8, "UNKNOWN": 2}


def test_the_same_past_return_again_adds_nothing(pharmacy):
    pharmacy.post(PastSale, "INV-1", 5, hour=9)

    counts = [pharmacy.post(PastReturn, "RET-1", 1, hour=10, of_sale="INV-1") for _ in range(2)]

    assert counts == [1, 0]
    assert pharmacy.left() == {"A": 0, "B": 9}
