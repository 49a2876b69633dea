"""Other prices and discounts: who may give how much, and what becomes of them when the basket changes."""

from decimal import Decimal

import pytest

from inventori.errors import InvalidInput
from inventori.posting import new_key
from sales.models import Approval, Sale, SaleItem
from sales.services import Discount, basket_add, basket_change, basket_discount, basket_remove, line_change
from sales.services.approval import NeedsApproval
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory

pytestmark = pytest.mark.django_db

TEN, HALF = Discount(percent=Decimal(10)), Discount(percent=Decimal(50))


class Basket:
    """Two soaps at 10,000 and one tea at 3,550 in a cashier's basket; the cashier's limit is 10 %."""

    def __init__(self):
        ShopProfileFactory(cashier_discount_limit=10, manager_discount_limit=60)
        self.cashier, self.manager, self.admin = (UserFactory(role=role) for role in ("Cashier", "Manager", "Admin"))
        self.soap, self.tea = ProductFactory(name="Soap", price=10_000), ProductFactory(name="Tea", price=3_550)
        self.warehouse, self.key, self.by = WarehouseFactory(), new_key(), self.cashier
        self.add(self.soap, 2)
        self.add(self.tea)

    def add(self, product, qty=1):
        return basket_add(key=self.key, warehouse=self.warehouse, product=product, qty=Decimal(qty), by=self.by)

    def item(self, product):
        return SaleItem.objects.get(product=product)

    def line(self, product, allowed_by=None, **changed):
        item_id = self.item(product).pk
        return line_change(key=self.key, item_id=item_id, by=self.by, allowed_by=allowed_by, **changed)

    def qty(self, product, qty, allowed_by=None):
        item_id = self.item(product).pk
        return basket_change(key=self.key, item_id=item_id, qty=Decimal(qty), by=self.by, allowed_by=allowed_by)

    def on_sale(self, discount, allowed_by=None):
        return basket_discount(key=self.key, discount=discount, by=self.by, allowed_by=allowed_by)

    def amounts(self):
        sale = Sale.objects.get()
        return sale.subtotal, sale.discount, sale.total_amount


@pytest.fixture
def basket():
    return Basket()


def test_a_discount_in_per_cent_follows_the_quantity(basket):
    basket.line(basket.soap, discount=TEN)
    assert basket.amounts() == (21_550, 0, 21_550)

    basket.qty(basket.soap, 3)

    assert (basket.item(basket.soap).discount, basket.amounts()) == (3_000, (30_550, 0, 30_550))


def test_a_discount_in_money_stands_still(basket):
    basket.line(basket.soap, discount=Discount(amount=Decimal(1_000)))

    basket.qty(basket.soap, 3)

    assert (basket.item(basket.soap).discount, basket.amounts()) == (1_000, (32_550, 0, 32_550))


def test_half_a_rupiah_of_discount_rounds_up(basket):
    basket.line(basket.tea, discount=Discount(percent=Decimal("0.1")))

    assert basket.item(basket.tea).discount == 4  # 3,550 × 0.1 % = 3.55


def test_zero_takes_a_discount_off(basket):
    basket.line(basket.soap, discount=TEN)

    basket.line(basket.soap, discount=Discount())

    assert (basket.item(basket.soap).discount_percent, basket.amounts()) == (None, (23_550, 0, 23_550))


def test_one_more_of_a_discounted_product_is_a_line_of_its_own(basket):
    basket.line(basket.soap, discount=TEN)

    basket.add(basket.soap)

    assert list(SaleItem.objects.filter(product=basket.soap).values_list("qty", "discount")) == [(2, 2_000), (1, 0)]


@pytest.mark.parametrize("wrong", [Discount(amount=Decimal(20_001)), Discount(amount=Decimal(-1))])
def test_a_discount_beyond_the_line_is_refused(basket, wrong):
    with pytest.raises(InvalidInput, match="must lie between zero and the amount"):
        basket.line(basket.soap, discount=wrong)

    assert basket.amounts() == (23_550, 0, 23_550)


@pytest.mark.parametrize("over", [Discount(percent=Decimal("10.01")), Discount(amount=Decimal(2_002))])
def test_a_cashier_gives_up_to_the_limit_and_no_more(basket, over):
    basket.line(basket.soap, discount=Discount(amount=Decimal(2_000)))

    with pytest.raises(NeedsApproval, match="A discount above 10 % needs a manager's PIN") as refused:
        basket.line(basket.soap, discount=over)

    assert refused.value.right == "discount_over_limit"
    assert (basket.item(basket.soap).discount, Approval.objects.count()) == (2_000, 0)


def test_lines_and_sale_together_stay_within_the_limit(basket):
    basket.line(basket.soap, discount=TEN)

    with pytest.raises(NeedsApproval):
        basket.on_sale(Discount(amount=Decimal(356)))
    basket.on_sale(Discount(amount=Decimal(355)))  # 2,000 + 355 = 10 % of 23,550

    assert basket.amounts() == (21_550, 355, 21_195)


def test_a_manager_allows_one_discount_and_both_names_are_kept(basket):
    basket.line(basket.soap, discount=HALF, allowed_by=basket.manager)

    assert basket.amounts() == (13_550, 0, 13_550)
    assert list(Approval.objects.values_list("right", "by", "allowed_by", "detail")) == [
        ("discount_over_limit", basket.cashier.pk, basket.manager.pk, "Soap: −10000")
    ]
    with pytest.raises(NeedsApproval):
        basket.line(basket.tea, discount=HALF)


def test_what_a_manager_allowed_does_not_grow_with_the_basket(basket):
    basket.line(basket.soap, discount=HALF, allowed_by=basket.manager)

    sale = basket.qty(basket.soap, 3)

    assert (basket.item(basket.soap).discount, basket.amounts()) == (0, (33_550, 0, 33_550))
    assert [str(notice) for notice in sale.notices] == [
        "The discount on Soap was taken off: it was given for another quantity."
    ]


def test_what_a_manager_allowed_stays_when_the_basket_shrinks(basket):
    basket.line(basket.soap, discount=HALF, allowed_by=basket.manager)

    basket.qty(basket.soap, 1)

    assert basket.amounts() == (8_550, 0, 8_550)


def test_a_sale_discount_that_outgrows_its_basket_is_taken_off_and_said(basket):
    basket.on_sale(Discount(amount=Decimal(2_000)))

    sale = basket_remove(key=basket.key, item_id=basket.item(basket.soap).pk, by=basket.cashier)

    assert basket.amounts() == (3_550, 0, 3_550)
    assert [str(notice) for notice in sale.notices] == [
        "The discount on the whole sale was taken off: it was given for another basket."
    ]


def test_above_the_managers_limit_only_an_admin_helps(basket):
    most = Discount(percent=Decimal(80))

    with pytest.raises(NeedsApproval, match="A discount above 60 % needs an admin's PIN"):
        basket.on_sale(most, allowed_by=basket.manager)
    basket.on_sale(most, allowed_by=basket.admin)

    assert basket.amounts() == (23_550, 18_840, 4_710)
    assert Approval.objects.get().allowed_by == basket.admin


def test_a_changed_price_needs_a_manager_and_keeps_the_list_price(basket):
    with pytest.raises(NeedsApproval, match="Another price needs a manager's PIN"):
        basket.line(basket.soap, price=Decimal(9_000))
    assert basket.amounts() == (23_550, 0, 23_550)

    basket.line(basket.soap, price=Decimal(9_000), allowed_by=basket.manager)

    item = basket.item(basket.soap)
    assert (item.price, item.list_price, basket.amounts()) == (9_000, 10_000, (21_550, 0, 21_550))
    assert Approval.objects.get().detail == "Soap: 10000 → 9000"


def test_more_units_at_a_changed_price_need_a_manager_again(basket):
    basket.line(basket.soap, price=Decimal(9_000), allowed_by=basket.manager)

    with pytest.raises(NeedsApproval, match="More units at a changed price"):
        basket.qty(basket.soap, 3)
    basket.qty(basket.soap, 1)

    assert basket.amounts() == (12_550, 0, 12_550)


def test_the_products_own_price_comes_back_without_a_manager(basket):
    basket.line(basket.soap, price=Decimal(9_000), allowed_by=basket.manager)

    basket.line(basket.soap, price=Decimal(10_000))

    assert (basket.item(basket.soap).list_price, basket.amounts()) == (None, (23_550, 0, 23_550))


def test_a_manager_needs_nobody_and_leaves_no_approval(basket):
    Sale.objects.update(cashier=basket.manager)
    basket.by = basket.manager

    basket.line(basket.soap, price=Decimal(9_000), discount=HALF, allowed_by=basket.admin)

    assert (basket.amounts(), Approval.objects.count()) == ((12_550, 0, 12_550), 0)


def test_a_note_is_kept_with_its_line(basket):
    basket.line(basket.tea, note="  no   sugar ")

    assert basket.item(basket.tea).note == "no sugar"
