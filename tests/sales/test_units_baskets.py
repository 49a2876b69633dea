"""Random baskets of boxes and strips, paid, partly returned or cancelled, against plain counting."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from inventori.posting import new_key
from inventory.models import Stock
from sales.services import ReturnLine, Tender, basket_add, sale_cancel, sale_pay, sale_return
from summary.verify import differences
from tests.factories import (
    ProductFactory,
    ProductUnitFactory,
    ShopProfileFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)

FACTORS = {"": Decimal(1), "box": Decimal(10), "carton": Decimal(120), "sack": Decimal("2.5")}
PIECES = st.tuples(st.sampled_from([("pills", ""), ("pills", "box"), ("pills", "carton")]), st.integers(1, 5))
KILOS = st.tuples(st.sampled_from([("rice", ""), ("rice", "sack")]), st.decimals("0.2", "9", places=1, allow_nan=False))
BASKETS = st.lists(st.one_of(PIECES, KILOS), min_size=1, max_size=6)
# Of every line of a sale, what share comes back: none, a part, all; None cancels the whole sale.
FATES = st.one_of(st.none(), st.lists(st.sampled_from([0, 1, 2]), min_size=6, max_size=6))


@pytest.mark.filterwarnings("ignore::hypothesis.errors.NonInteractiveExampleWarning")
class TestBasketsInUnits(TestCase):
    def setUp(self):
        self.profile, self.warehouse = ShopProfileFactory(), WarehouseFactory()
        self.by = UserFactory(role="Manager")
        self.goods = {
            "pills": ProductFactory(uom="strip", price=1_250),
            "rice": ProductFactory(uom="kg", price=15_333, sold_by_measure=True),
        }
        self.units = {
            ("pills", "box"): ProductUnitFactory(product=self.goods["pills"], name="box", price=11_999),
            ("pills", "carton"): ProductUnitFactory(
                product=self.goods["pills"], name="carton", factor=120, price=140_000
            ),
            ("rice", "sack"): ProductUnitFactory(
                product=self.goods["rice"], name="sack", factor=Decimal("2.5"), price=36_000
            ),
        }
        for product in self.goods.values():
            stock_up(product, self.warehouse, 100_000, cost=777)
        open_shift(self.by, self.warehouse)

    @settings(max_examples=40, deadline=None)
    @given(sales=st.lists(st.tuples(BASKETS, FATES), min_size=1, max_size=4))
    def test_stock_is_exact_and_the_ledger_balances(self, sales):
        wanted = {name: Decimal(100_000) for name in self.goods}

        for basket, fate in sales:
            sale = self.pay(basket)
            if fate is None:
                sale_cancel(sale_id=sale.pk, reason="wrong", by=self.by)
                continue
            for (name, unit), qty in basket:
                wanted[name] -= Decimal(qty) * FACTORS[unit]
            for name, units in self.bring_back(sale, fate):
                wanted[name] += units

        for name, product in self.goods.items():
            assert Stock.objects.get(product=product).qty == wanted[name]
        assert list(differences()) == []

    def pay(self, basket):
        key = new_key()
        for (name, unit), qty in basket:
            sale = basket_add(
                key=key,
                warehouse=self.warehouse,
                product=self.goods[name],
                unit=self.units.get((name, unit)),
                qty=Decimal(qty),
                by=self.by,
            )
        total = sale.total_amount
        return sale_pay(key=key, tenders=[Tender("QRIS", total)], expected_total=total, by=self.by)[0]

    def bring_back(self, sale, fate):
        """Take back a part or all of each line, in two returns, and give what came into stock."""
        names = {product.pk: name for name, product in self.goods.items()}
        came, lines = [], []
        for item, share in zip(sale.items.all(), fate, strict=False):
            qty = item.qty if share == 2 else Decimal(share)
            if 0 < qty <= item.qty:
                lines.append(ReturnLine(item.pk, qty))
                came.append((names[item.product_id], qty * FACTORS[item.unit]))
        for part in (lines[:1], lines[1:]):
            if part:
                sale_return(sale_id=sale.pk, lines=part, reason="x", method="QRIS", key=new_key(), by=self.by)
        return came
