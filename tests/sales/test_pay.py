from datetime import UTC, datetime
from decimal import Decimal

import pytest

from inventori.errors import DomainError, InsufficientStock, InvalidInput, KeyReused
from inventori.posting import new_key
from inventory.models import RefType, Stock, StockMove, Warehouse
from sales.models import Payment, Sale, SaleItem
from sales.selectors import line_amount
from sales.services import Tender, basket_add, basket_change, basket_remove, sale_cancel, sale_pay
from sales.services.basket import basket_totals
from tests.factories import (
    ProductFactory,
    ShopProfileFactory,
    TaxRateFactory,
    UserFactory,
    WarehouseFactory,
    open_shift,
    stock_up,
)

pytestmark = pytest.mark.django_db


class Shop:
    """A till with two products: soap at 10,000 (10 on hand, cost 7,000) and tea at 3,550 (4 on hand)."""

    def __init__(self):
        self.cashier, self.warehouse = UserFactory(), WarehouseFactory()
        self.soap, self.tea = ProductFactory(price=10_000), ProductFactory(price=3_550)
        stock_up(self.soap, self.warehouse, 10, cost=7000)
        stock_up(self.tea, self.warehouse, 4, cost=2000)
        open_shift(self.cashier, self.warehouse)
        self.key = new_key()

    def add(self, product, qty=1):
        return basket_add(key=self.key, warehouse=self.warehouse, product=product, qty=Decimal(qty), by=self.cashier)

    def pay(self, tendered, expected, method="CASH", **changed):
        given = {"key": self.key, "by": self.cashier} | changed
        return sale_pay(tenders=[Tender(method, Decimal(tendered))], expected_total=Decimal(expected), **given)

    def qty(self, product):
        return Stock.objects.get(product=product, warehouse=self.warehouse).qty


@pytest.fixture
def shop():
    return Shop()


def test_a_sale_takes_goods_and_money_in_one_step(shop):
    shop.add(shop.soap, 2)
    shop.add(shop.tea)

    sale, paid_now = shop.pay(25_000, 23_550)

    assert paid_now
    sale.refresh_from_db()
    assert (sale.status, sale.subtotal, sale.total_amount) == (Sale.Status.PAID, 23_550, 23_550)
    assert sale.invoice_number == f"INV-{sale.business_date:%y%m%d}-{sale.pk:06d}"
    assert list(sale.items.values_list("product", "qty", "price", "cost")) == [
        (shop.soap.pk, 2, 10_000, 7_000),
        (shop.tea.pk, 1, 3_550, 2_000),
    ]
    assert list(sale.payments.values_list("method", "amount", "tendered", "change")) == [
        ("CASH", 23_550, 25_000, 1_450)
    ]
    assert (shop.qty(shop.soap), shop.qty(shop.tea)) == (8, 3)
    moves = StockMove.objects.filter(ref_type=RefType.SALE, ref_id=sale.pk)
    assert list(moves.order_by("id").values_list("product", "qty_out", "balance", "note")) == [
        (shop.soap.pk, 2, 8, sale.invoice_number),
        (shop.tea.pk, 1, 3, sale.invoice_number),
    ]


def test_the_same_product_again_raises_its_line(shop):
    shop.add(shop.soap)
    sale = shop.add(shop.soap, 3)

    assert list(sale.items.values_list("qty", flat=True)) == [4]
    assert sale.total_amount == 40_000


def test_lines_change_and_leave_the_basket(shop):
    shop.add(shop.soap)
    sale = shop.add(shop.tea)
    soap_line, tea_line = sale.items.all()

    basket_change(key=shop.key, item_id=soap_line.pk, qty=Decimal(5), by=shop.cashier)
    sale = basket_remove(key=shop.key, item_id=tea_line.pk, by=shop.cashier)

    assert list(sale.items.values_list("product", "qty")) == [(shop.soap.pk, 5)]
    assert sale.total_amount == 50_000


def test_paying_twice_makes_one_sale(shop):
    shop.add(shop.soap)

    first, paid_first = shop.pay(10_000, 10_000)
    second, paid_second = shop.pay(10_000, 10_000)

    assert (paid_first, paid_second) == (True, False)
    assert first.pk == second.pk
    assert Payment.objects.count() == 1
    assert shop.qty(shop.soap) == 9


def test_another_cashier_learns_nothing_of_a_paid_basket(shop):
    shop.add(shop.soap)
    shop.pay(10_000, 10_000)

    with pytest.raises(DomainError) as refusal:
        shop.pay(10_000, 10_000, by=UserFactory())

    assert (refusal.value.code, refusal.value.data) == ("not_yours", {})


def test_the_same_key_with_other_money_is_refused(shop):
    shop.add(shop.soap)
    shop.pay(10_000, 10_000)

    with pytest.raises(KeyReused):
        shop.pay(50_000, 10_000)

    assert Payment.objects.get().tendered == 10_000


def test_pay_refuses_when_stock_is_short_and_touches_nothing(shop):
    shop.add(shop.soap, 2)
    shop.add(shop.tea, 5)

    with pytest.raises(InsufficientStock) as refusal:
        shop.pay(50_000, 37_750)

    assert [(i.product_id, i.wanted, i.available) for i in refusal.value.items] == [(shop.tea.pk, 5, 4)]
    sale = Sale.objects.get(key=shop.key)
    assert (sale.status, sale.invoice_number, sale.items.count()) == (Sale.Status.DRAFT, None, 2)
    assert (shop.qty(shop.soap), shop.qty(shop.tea)) == (10, 4)
    assert Payment.objects.count() == 0
    assert StockMove.objects.filter(ref_type=RefType.SALE).count() == 0


@pytest.mark.parametrize(
    ("tendered", "expected", "method", "error"),
    [
        (9_999, 10_000, "CASH", InvalidInput),
        (10_000, 9_000, "CASH", DomainError),
        (10_001, 10_000, "CARD", InvalidInput),
        (-5, 10_000, "CASH", InvalidInput),
        (10_000, 10_000, "GOLD", InvalidInput),
    ],
)
def test_pay_refuses_wrong_money(shop, tendered, expected, method, error):
    shop.add(shop.soap)

    with pytest.raises(error):
        shop.pay(tendered, expected, method)

    assert Sale.objects.get().status == Sale.Status.DRAFT
    assert shop.qty(shop.soap) == 10


def test_pay_refuses_an_empty_basket_and_another_cashiers(shop):
    with pytest.raises(InvalidInput):
        shop.pay(0, 0)
    shop.add(shop.soap)

    with pytest.raises(DomainError) as refusal:
        shop.pay(10_000, 10_000, by=UserFactory())

    assert refusal.value.code == "not_yours"
    assert Sale.objects.get().status == Sale.Status.DRAFT


def test_cash_is_rounded_to_the_coin_and_card_is_not(shop):
    ShopProfileFactory(cash_coin=100)
    shop.add(shop.tea)
    cash, _ = shop.pay(5_000, 3_550)
    shop.key = new_key()
    shop.add(shop.tea)
    card, _ = shop.pay(3_550, 3_550, "CARD")

    assert (cash.total_amount, cash.rounding, cash.payments.get().change) == (3_600, 50, 1_400)
    assert (card.total_amount, card.rounding) == (3_550, 0)


def test_tax_is_added_or_included_by_the_profile(shop):
    TaxRateFactory()
    profile = ShopProfileFactory(charges_tax=True, prices_include_tax=False)
    shop.add(shop.soap)
    added, _ = shop.pay(11_100, 11_100)
    profile.prices_include_tax = True
    profile.save()
    shop.key = new_key()
    shop.add(shop.soap)
    included, _ = shop.pay(10_000, 10_000)

    assert (added.subtotal, added.tax, added.tax_included, added.total_amount) == (10_000, 1_100, 0, 11_100)
    assert (included.subtotal, included.tax, included.tax_included, included.total_amount) == (10_000, 0, 991, 10_000)


def test_fractions_are_for_goods_sold_by_measure(shop):
    with pytest.raises(InvalidInput):
        shop.add(shop.soap, "0.5")
    rice = ProductFactory(price=13_333, sold_by_measure=True)
    stock_up(rice, shop.warehouse, 10)

    sale = shop.add(rice, "0.25")

    assert sale.total_amount == 3_333


def test_an_inactive_product_is_not_sold(shop):
    shop.soap.is_active = False
    shop.soap.save()

    with pytest.raises(InvalidInput):
        shop.add(shop.soap)

    assert SaleItem.objects.count() == 0


def test_a_paid_basket_takes_no_more_lines(shop):
    shop.add(shop.soap)
    shop.pay(10_000, 10_000)

    with pytest.raises(DomainError) as refusal:
        shop.add(shop.tea)

    assert refusal.value.code == "already_paid"
    assert SaleItem.objects.count() == 1


def test_cancelling_puts_everything_back_once(shop):
    manager = UserFactory(role="Manager")
    shop.add(shop.soap, 2)
    sale, _ = shop.pay(20_000, 20_000)

    sale, first = sale_cancel(sale_id=sale.pk, reason="wrong customer", by=manager)
    _, second = sale_cancel(sale_id=sale.pk, reason="wrong customer", by=manager)

    assert (first, second) == (True, False)
    assert (sale.status, sale.cancelled_by, sale.cancel_reason) == (Sale.Status.CANCELLED, manager, "wrong customer")
    assert shop.qty(shop.soap) == 10
    assert sorted(sale.payments.values_list("amount", flat=True)) == [-20_000, 20_000]
    assert Stock.objects.get(product=shop.soap).average_cost == 7_000


def test_cancelling_a_basket_or_without_a_reason_is_refused(shop):
    basket = shop.add(shop.soap)
    with pytest.raises(DomainError):
        sale_cancel(sale_id=basket.pk, reason="typo", by=shop.cashier)
    sale, _ = shop.pay(10_000, 10_000)

    with pytest.raises(InvalidInput):
        sale_cancel(sale_id=sale.pk, reason="  ", by=shop.cashier)

    sale.refresh_from_db()
    assert sale.status == Sale.Status.PAID
    assert shop.qty(shop.soap) == 9


def test_the_tax_is_that_of_the_warehouses_business_day(shop):
    profile = ShopProfileFactory(charges_tax=True, prices_include_tax=False, cutoff_hour=3)
    TaxRateFactory(percent=Decimal(10), base_numerator=1, base_denominator=1, valid_until="2026-12-31")
    TaxRateFactory(percent=Decimal(12), base_numerator=1, base_denominator=1, valid_from="2027-01-01")
    sale = Sale(warehouse=WarehouseFactory(time_zone="Asia/Jayapura"))
    items = [SaleItem(qty=Decimal(1), price=Decimal(10_000))]

    # 02:59 and 03:00 of the new year in Jayapura, both still the old year in Jakarta's clock or cut-off.
    before = basket_totals(sale, items, profile, at=datetime(2026, 12, 31, 17, 59, tzinfo=UTC))
    after = basket_totals(sale, items, profile, at=datetime(2026, 12, 31, 18, 0, tzinfo=UTC))

    assert (before.tax, after.tax) == (1_000, 1_200)


def test_a_basket_of_a_closed_warehouse_is_not_sold(shop):
    shop.add(shop.soap)
    Warehouse.objects.update(is_active=False, allow_negative=True)

    with pytest.raises(DomainError, match="is closed meanwhile"):
        shop.pay(10_000, 10_000)

    assert (shop.qty(shop.soap), Payment.objects.count()) == (10, 0)


def test_a_price_with_cents_is_rounded_where_the_currency_has_none_so_that_the_lines_add_up(shop):
    ShopProfileFactory(currency="IDR")
    shop.tea.price = Decimal("3550.50")

    shop.add(shop.tea, 2)
    basket = shop.add(shop.tea)

    assert [(line.qty, line.price) for line in basket.lines] == [(3, 3_551)]
    assert basket.total_amount == sum(line_amount(line, "IDR") for line in basket.lines) == 10_653
