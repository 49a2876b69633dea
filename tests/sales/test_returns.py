"""Goods that come back, and sales that are cancelled: stock, money and who allowed it."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from inventori.errors import DomainError, InvalidInput, KeyReused, NotAllowed
from inventori.posting import new_key
from inventory.models import RefType, StockAdjustment, StockMove
from master.models import PaymentMethod
from sales.models import Approval, Sale, SaleReturn
from sales.selectors import line_amount
from sales.services import PastLine, PastSale, ReturnLine, past_documents_post, sale_cancel, sale_return
from sales.services.approval import NeedsApproval
from sales.services.returns import LinesRefused
from sales.shifts import cash_of
from summary.verify import differences
from tests.factories import ShopProfileFactory, TaxRateFactory, UserFactory, WarehouseFactory, open_shift, stock_up

from .returns_shop import ReturnShop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return ReturnShop()


def nothing_came_back(shop, sale):
    """Say whether stock and books are as they were right after the sale of 3 soaps."""
    return (
        shop.on_hand(shop.soap) == 97
        and not SaleReturn.objects.exists()
        and not Approval.objects.exists()
        and Sale.objects.get(pk=sale.pk).status == "PAID"
    )


def test_a_return_brings_goods_in_at_the_cost_they_left_with_and_money_out(shop):
    sale = shop.sell((shop.soap, 3))
    # The average has moved meanwhile: 97 × 7,000 and 97 × 9,000.
    stock_up(shop.soap, shop.warehouse, 97, cost=9_000)

    taken_back = shop.take_back(sale, (0, 2))

    assert taken_back.return_number == f"RET-{taken_back.business_date:%y%m%d}-{taken_back.pk:06d}"
    assert (taken_back.total_amount, taken_back.method_id, taken_back.reason) == (20_000, "CASH", "leaking")
    assert (taken_back.sale, taken_back.warehouse, taken_back.by) == (sale, shop.warehouse, shop.manager)
    assert list(taken_back.items.values_list("sale_item", "product", "qty", "price", "discount", "cost")) == [
        (sale.items.get().pk, shop.soap.pk, 2, 10_000, 0, 7_000)
    ]
    move = StockMove.objects.get(ref_type=RefType.RETURN, ref_id=taken_back.pk)
    assert (move.qty_in, move.unit_cost, move.balance) == (2, 7_000, 196)
    assert not Approval.objects.exists()
    assert list(differences()) == []


def test_a_refund_in_cash_comes_out_of_the_drawer_of_who_gives_it(shop):
    sale = shop.sell((shop.soap, 3))

    taken_back = shop.take_back(sale, (0, 1))

    assert taken_back.shift == shop.manager.open_shift
    assert cash_of(taken_back.shift).expected == -10_000
    assert cash_of(sale.shift).expected == 30_000


def test_a_refund_in_cash_needs_an_open_shift_and_another_way_does_not(shop):
    sale = shop.sell((shop.soap, 3))
    other = UserFactory(role="Manager")

    with pytest.raises(DomainError, match="Open your shift first") as refusal:
        shop.take_back(sale, (0, 1), by=other)

    assert (refusal.value.code, refusal.value.field) == ("no_shift", "method")
    assert nothing_came_back(shop, sale)
    taken_back = shop.take_back(sale, (0, 1), by=other, method="TRANSFER")
    assert (taken_back.shift, taken_back.method_id) == (None, "TRANSFER")


def test_a_drawer_in_another_warehouse_pays_nothing_back(shop):
    sale = shop.sell((shop.soap, 3))
    other = UserFactory(role="Manager")
    open_shift(other, WarehouseFactory())

    with pytest.raises(DomainError, match="your drawer is elsewhere"):
        shop.take_back(sale, (0, 1), by=other)

    assert nothing_came_back(shop, sale)


def test_never_more_than_was_sold_less_what_came_back_and_every_line_is_named(shop):
    sale = shop.sell((shop.soap, 3), (shop.rice, 2))
    shop.take_back(sale, (0, 2))
    shop.take_back(sale, (1, 2))

    with pytest.raises(LinesRefused) as refusal:
        shop.take_back(sale, (0, 2), (1, "0.5"))

    assert str(refusal.value) == ("Sabun: 1 can still come back, 2 asked. Beras: all of it has come back already.")
    assert list(refusal.value.sentences) == list(sale.items.values_list("pk", flat=True))
    assert SaleReturn.objects.count() == 2
    assert shop.on_hand(shop.soap) == 99


def test_two_lines_of_one_sale_line_count_together(shop):
    sale = shop.sell((shop.soap, 3))

    with pytest.raises(LinesRefused, match="3 can still come back, 4 asked"):
        shop.take_back(sale, (0, 2), (0, 2, True))

    assert nothing_came_back(shop, sale)


@pytest.mark.parametrize(
    ("units", "sentence"), [(0, "above zero"), (-1, "above zero"), ("0.5", "whole pcs"), ("1.0005", "whole pcs")]
)
def test_units_that_cannot_be_are_refused(shop, units, sentence):
    sale = shop.sell((shop.soap, 3))

    with pytest.raises(LinesRefused, match=sentence):
        shop.take_back(sale, (0, units))

    assert nothing_came_back(shop, sale)


def test_a_line_of_another_sale_is_refused(shop):
    sale, other = shop.sell((shop.soap, 3)), shop.sell((shop.rice, 1))
    lines = [ReturnLine(other.items.get().pk, Decimal(1))]

    with pytest.raises(InvalidInput, match="not of this sale"):
        sale_return(sale_id=sale.pk, lines=lines, reason="x", method="CASH", key=new_key(), by=shop.manager)

    assert nothing_came_back(shop, sale)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"reason": "  "}, "Say why"), ({"method": "GIRO"}, "how the money is given back"), ({"key": ""}, "posting key")],
)
def test_a_return_without_reason_way_or_key_changes_nothing(shop, changed, sentence):
    sale = shop.sell((shop.soap, 3))

    with pytest.raises(InvalidInput, match=sentence):
        shop.take_back(sale, (0, 1), **changed)

    assert nothing_came_back(shop, sale)


def test_a_return_of_nothing_is_refused(shop):
    sale = shop.sell((shop.soap, 3))

    with pytest.raises(InvalidInput, match="at least one line"):
        shop.take_back(sale)

    assert nothing_came_back(shop, sale)


def test_a_way_that_is_offered_no_more_still_pays_back_what_it_paid(shop):
    by_card, in_cash = shop.sell((shop.soap, 1), method="CARD"), shop.sell((shop.soap, 1))
    PaymentMethod.objects.filter(code="CARD").update(is_active=False)

    assert shop.take_back(by_card, (0, 1), method="CARD").total_amount == 10_000
    with pytest.raises(InvalidInput):
        shop.take_back(in_cash, (0, 1), method="CARD")


def test_nothing_comes_back_of_a_basket_or_a_cancelled_sale(shop):
    basket, sale = shop.basket((shop.soap, 1)), shop.sell((shop.soap, 3))
    sale_cancel(sale_id=sale.pk, reason="typo", by=shop.manager)

    for document, code in ((basket, "not_paid"), (sale, "cancelled")):
        with pytest.raises(DomainError) as refusal:
            shop.take_back(document, (0, 1))
        assert refusal.value.code == code

    assert not SaleReturn.objects.exists()
    assert shop.on_hand(shop.soap) == 100


def test_the_same_key_again_is_the_first_return_and_with_other_content_it_is_refused(shop):
    sale, key = shop.sell((shop.soap, 3)), new_key()

    first = shop.take_back(sale, (0, 3), key=key)

    assert shop.take_back(sale, (0, 3), key=key) == first
    with pytest.raises(KeyReused):
        shop.take_back(sale, (0, 2), key=key)
    assert SaleReturn.objects.count() == 1
    assert shop.on_hand(shop.soap) == 100


def test_damaged_units_come_back_and_leave_stock_at_once(shop):
    sale = shop.sell((shop.soap, 3))

    taken_back = shop.take_back(sale, (0, 1), (0, 2, True))

    assert shop.on_hand(shop.soap) == 98
    assert StockMove.objects.filter(ref_type=RefType.RETURN, ref_id=taken_back.pk).count() == 2
    damage = StockAdjustment.objects.get(reason="DAMAGE")
    assert damage.note == f"{taken_back.return_number}: leaking"
    out = StockMove.objects.get(ref_type=RefType.ADJUST, ref_id=damage.pk)
    assert (out.qty_out, out.unit_cost) == (2, 7_000)
    assert list(taken_back.items.values_list("qty", "is_damaged")) == [(1, False), (2, True)]
    assert taken_back.total_amount == 30_000
    assert list(differences()) == []


def test_refunds_of_a_sale_with_discount_tax_and_rounding_add_up_to_what_was_paid(shop):
    ShopProfileFactory(charges_tax=True, prices_include_tax=False, cash_coin=Decimal(100))
    TaxRateFactory()
    sale = shop.sell((shop.soap, 3), (shop.rice, "1.333"), discount=1_777)
    # 30,000 + 24,994 − 1,777 = 53,217; tax 5,854; 59,071 in cash is 59,100.
    assert (sale.subtotal, sale.discount, sale.tax, sale.rounding) == (54_994, 1_777, 5_854, 29)

    returns = [
        shop.take_back(sale, (0, 1), (1, "0.5")),
        shop.take_back(sale, (0, 1), method="TRANSFER"),
        shop.take_back(sale, (1, "0.833"), (0, 1)),
    ]

    for taken_back in returns:
        lines = sum(line_amount(item, "IDR") for item in taken_back.items.all())
        assert taken_back.total_amount == lines + taken_back.tax + taken_back.rounding
    assert [taken_back.total_amount for taken_back in returns] == [20_800, 10_753, 27_547]
    assert sum(taken_back.total_amount for taken_back in returns) == sale.total_amount == 59_100
    assert sum(taken_back.tax for taken_back in returns) == 5_854
    assert list(differences()) == []


def test_a_sale_brought_in_from_the_past_comes_back_to_the_cent(shop):
    lines = [
        PastLine(shop.rice.pk, Decimal("0.333"), Decimal(1_001)),
        PastLine(shop.soap.pk, Decimal(2), Decimal("9.99")),
    ]
    past = PastSale("old", "P-1", datetime(2026, 11, 1, 5, tzinfo=UTC), lines, shop.manager, method="CARD")
    past_documents_post(warehouse=shop.warehouse, documents=[past])
    sale = Sale.objects.get(key="old")
    assert sale.total_amount == Decimal("353.31")

    parts = [shop.take_back(sale, (1, 1), method="CARD"), shop.take_back(sale, (0, "0.333"), (1, 1), method="CARD")]

    assert [part.total_amount for part in parts] == [Decimal("9.99"), Decimal("343.32")]
    assert list(differences()) == []


def test_a_cashier_needs_a_manager_and_both_names_are_kept(shop):
    sale = shop.sell((shop.soap, 3))

    for helper in (None, shop.cashier, UserFactory(role="Warehouse")):
        with pytest.raises(NeedsApproval):
            shop.take_back(sale, (0, 1), by=shop.cashier, allowed_by=helper)
    assert nothing_came_back(shop, sale)

    taken_back = shop.take_back(sale, (0, 1), by=shop.cashier, allowed_by=shop.manager)

    approval = Approval.objects.get()
    assert (approval.right, approval.sale, approval.by, approval.allowed_by) == (
        "sale_cancel",
        sale,
        shop.cashier,
        shop.manager,
    )
    assert approval.detail == f"{taken_back.return_number}: leaking"
    assert taken_back.by == shop.cashier


# --- Cancel ------------------------------------------------------------------------
def test_a_cashier_cancels_a_sale_of_the_own_open_shift_with_a_manager(shop):
    sale = shop.sell((shop.soap, 3))

    with pytest.raises(NeedsApproval):
        sale_cancel(sale_id=sale.pk, reason="typo", by=shop.cashier)
    assert nothing_came_back(shop, sale)

    sale, now = sale_cancel(sale_id=sale.pk, reason="typo", by=shop.cashier, allowed_by=shop.manager)

    assert (now, sale.status, sale.cancelled_by) == (True, "CANCELLED", shop.cashier)
    assert shop.on_hand(shop.soap) == 100
    assert Approval.objects.values_list("right", "by", "allowed_by", "detail").get() == (
        "sale_cancel",
        shop.cashier.pk,
        shop.manager.pk,
        "typo",
    )
    assert cash_of(sale.shift).expected == 0


def test_a_cashier_cancels_no_sale_of_another_shift_even_with_a_manager(shop):
    sale = shop.sell((shop.soap, 3), by=shop.manager)

    with pytest.raises(NotAllowed, match="your own open shift only"):
        sale_cancel(sale_id=sale.pk, reason="typo", by=shop.cashier, allowed_by=shop.manager)

    assert nothing_came_back(shop, sale)


def test_a_sale_of_a_closed_shift_comes_back_as_a_return_only(shop):
    sale = shop.sell((shop.soap, 3))
    shop.close(shop.cashier)

    with pytest.raises(DomainError, match="Take the goods back as a return") as refusal:
        sale_cancel(sale_id=sale.pk, reason="typo", by=shop.manager)

    assert refusal.value.code == "shift_closed"
    assert nothing_came_back(shop, sale)
    assert shop.take_back(sale, (0, 3)).total_amount == 30_000


def test_a_sale_without_a_shift_is_cancelled_by_a_manager_alone(shop):
    line = PastLine(shop.soap.pk, Decimal(3), Decimal(10_000))
    past = PastSale("old", "P-1", datetime(2026, 11, 1, 5, tzinfo=UTC), [line], shop.manager)
    past_documents_post(warehouse=shop.warehouse, documents=[past])
    sale = Sale.objects.get(key="old")

    with pytest.raises(NotAllowed):
        sale_cancel(sale_id=sale.pk, reason="typo", by=shop.cashier, allowed_by=shop.manager)
    assert nothing_came_back(shop, sale)

    assert sale_cancel(sale_id=sale.pk, reason="typo", by=shop.manager)[1]


def test_a_sale_of_which_something_came_back_is_not_cancelled(shop):
    sale = shop.sell((shop.soap, 3))
    shop.take_back(sale, (0, 1))

    with pytest.raises(DomainError, match="Take back the rest as a return"):
        sale_cancel(sale_id=sale.pk, reason="typo", by=shop.manager)

    assert Sale.objects.get(pk=sale.pk).status == "PAID"
    assert shop.on_hand(shop.soap) == 98
