"""A cashier's shift: opening, cash in and out, closing, and the figures of its report."""

import random
from decimal import Decimal

import pytest
from django.utils import timezone

from inventori.errors import DomainError, InvalidInput, KeyReused
from inventori.posting import new_key
from inventory.models import Stock, StockMove
from master.models import CASH, PaymentMethod
from sales.denominations import counted, denominations
from sales.models import Approval, CashMove, Payment, Sale, SaleReturn, Shift, ShiftCount
from sales.services import (
    Discount,
    Tender,
    basket_add,
    basket_discount,
    cash_move_post,
    line_change,
    sale_cancel,
    sale_pay,
    shift_close,
    shift_open,
)
from sales.shifts import cash_of, shift_report, shifts_seen_by
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

IN, OUT, OPEN = CashMove.Kind.IN, CashMove.Kind.OUT, CashMove.Kind.OPEN


class Till:
    """An open shift with 100,000 in the drawer, and soap at 10,000 (50 on hand)."""

    def __init__(self):
        self.cashier, self.warehouse = UserFactory(), WarehouseFactory()
        self.soap = ProductFactory(price=10_000)
        stock_up(self.soap, self.warehouse, 50)
        self.shift = open_shift(self.cashier, self.warehouse, 100_000)

    def basket(self, qty=1):
        key = new_key()
        return basket_add(key=key, warehouse=self.warehouse, product=self.soap, qty=Decimal(qty), by=self.cashier)

    def sell(self, qty=1, *tenders):
        basket = self.basket(qty)
        given = [Tender(method, Decimal(amount), "ref") for method, amount in tenders or [(CASH, basket.total_amount)]]
        return sale_pay(key=basket.key, tenders=given, expected_total=basket.total_amount, by=self.cashier)[0]

    def take_back(self, amount, method=CASH):
        return SaleReturn.objects.create(
            return_number=new_key()[:20],
            warehouse=self.warehouse,
            shift=self.shift,
            method_id=method,
            total_amount=amount,
            returned_at=timezone.now(),
            business_date=self.shift.business_date,
            by=self.cashier,
            key=new_key(),
        )

    def move(self, kind, amount, reason="bank", key=None):
        return cash_move_post(kind=kind, amount=Decimal(amount), reason=reason, key=key or new_key(), by=self.cashier)[
            0
        ]

    def close(self, counts, note="", by=None):
        pieces = {Decimal(value): count for value, count in counts.items()}
        return shift_close(shift_id=self.shift.pk, counts=pieces, note=note, by=by or self.cashier)

    def is_open(self):
        return Shift.objects.get(pk=self.shift.pk).is_open


@pytest.fixture
def till():
    return Till()


# --- Opening -----------------------------------------------------------------------
def test_the_same_form_opens_one_shift(till):
    cashier, key = UserFactory(), new_key()
    first = shift_open(warehouse=till.warehouse, opening_float=Decimal(50_000), key=key, by=cashier)

    again = shift_open(warehouse=till.warehouse, opening_float=Decimal(50_000), key=key, by=cashier)

    assert (again.pk, first.number) == (first.pk, f"SHF-{first.business_date:%y%m%d}-{first.pk:06d}")
    assert Shift.objects.filter(cashier=cashier).count() == 1


def test_nobody_has_two_open_shifts(till):
    with pytest.raises(DomainError, match="Your shift is open already"):
        shift_open(warehouse=till.warehouse, opening_float=Decimal(0), key=new_key(), by=till.cashier)

    assert Shift.objects.count() == 1


@pytest.mark.parametrize("amount", [-1, 10**13, "0.50"])
def test_a_float_that_no_drawer_holds_is_refused(till, amount):
    with pytest.raises(InvalidInput):
        shift_open(warehouse=till.warehouse, opening_float=Decimal(amount), key=new_key(), by=UserFactory())

    assert Shift.objects.count() == 1


# --- Cash in and out -----------------------------------------------------------------
def test_cash_in_and_out_change_what_the_drawer_should_hold(till):
    till.move(IN, 50_000)
    till.move(OUT, 30_000)
    till.move(OPEN, 0)

    assert cash_of(till.shift).expected == 120_000


def test_the_same_move_sent_again_is_noted_once(till):
    key = new_key()
    post = {"kind": OUT, "amount": Decimal(20_000), "reason": "bank", "key": key, "by": till.cashier}
    first, now = cash_move_post(**post)

    assert now
    assert cash_move_post(**post) == (first, False)
    assert cash_of(till.shift).expected == 80_000


def test_a_move_sent_again_after_its_shift_closed_is_the_first(till):
    key = new_key()
    first = till.move(OUT, 20_000, key=key)
    till.close({50_000: 1, 20_000: 1, 10_000: 1})

    assert till.move(OUT, 20_000, key=key).pk == first.pk


def test_a_key_with_another_amount_is_refused(till):
    key = new_key()
    till.move(OUT, 20_000, key=key)

    with pytest.raises(KeyReused):
        till.move(OUT, 30_000, key=key)

    assert cash_of(till.shift).expected == 80_000


def test_no_more_is_taken_out_than_the_drawer_should_hold(till):
    with pytest.raises(DomainError, match=r"should hold 100,000 only"):
        till.move(OUT, 100_001)

    assert CashMove.objects.count() == 0
    assert till.move(OUT, 100_000).amount == 100_000


@pytest.mark.parametrize(
    ("kind", "amount", "reason", "field"),
    [
        (OUT, 5_000, "  ", "reason"),
        (IN, 0, "change", "amount"),
        (IN, -5, "change", "amount"),
        (IN, 10**13, "change", "amount"),
        (IN, "100.50", "change", "amount"),
        (OPEN, 5, "change", "amount"),
        ("ALL", 5, "change", "kind"),
    ],
)
def test_a_move_without_sense_is_refused(till, kind, amount, reason, field):
    with pytest.raises(InvalidInput) as refusal:
        till.move(kind, amount, reason)

    assert refusal.value.field == field
    assert CashMove.objects.count() == 0


def test_without_a_shift_nothing_goes_in_or_out(till):
    with pytest.raises(DomainError, match="Your shift is not open"):
        cash_move_post(kind=IN, amount=Decimal(5), reason="x", key=new_key(), by=UserFactory())

    assert CashMove.objects.count() == 0


# --- Closing -----------------------------------------------------------------------
def test_a_shift_closes_with_what_is_in_the_drawer(till):
    till.sell(2)
    till.sell(1, ("QRIS", 10_000))
    cancelled = till.sell(3)
    sale_cancel(sale_id=cancelled.pk, reason="typo", by=UserFactory(role="Manager"))
    till.take_back(10_000)
    till.take_back(5_000, "TRANSFER")
    till.move(IN, 50_000)
    till.move(OUT, 30_000)

    shift, now = till.close({100_000: 1, 20_000: 1, 10_000: 1})

    assert now
    assert (shift.expected_cash, shift.counted_cash) == (130_000, 130_000)
    assert (shift.open_for, shift.closed_by, shift.is_open) == (None, till.cashier, False)
    assert set(shift.counts.values_list("value", "pieces")) == {(100_000, 1), (20_000, 1), (10_000, 1)}


def test_a_difference_needs_a_note(till):
    with pytest.raises(InvalidInput, match=r"should hold 100,000, and 95,000 is counted") as refusal:
        till.close({50_000: 1, 20_000: 2, 5_000: 1})

    assert refusal.value.field == "note"
    assert till.is_open()
    assert ShiftCount.objects.count() == 0

    shift, _now = till.close({50_000: 1, 20_000: 2, 5_000: 1}, note="A customer got 5,000 too much back")

    assert (shift.expected_cash, shift.counted_cash) == (100_000, 95_000)


def test_the_same_close_again_returns_the_first_and_another_is_refused(till):
    till.close({100_000: 1})

    assert till.close({100_000: 1, 500: 0}) == (till.shift, False)
    with pytest.raises(DomainError, match="with another count"):
        till.close({50_000: 2})

    assert list(ShiftCount.objects.values_list("value", "pieces")) == [(100_000, 1)]


@pytest.mark.parametrize("counts", [{75_000: 1}, {50_000: -2}, {50_000: 100_000}])
def test_a_count_that_cannot_be_right_is_refused(till, counts):
    with pytest.raises(InvalidInput):
        till.close(counts, note="odd")

    assert till.is_open()


def test_closing_keeps_the_unpaid_basket_and_touches_no_stock(till):
    basket = till.basket(60)
    moves, stock = StockMove.objects.count(), Stock.objects.get().qty

    till.close({100_000: 1})

    basket.refresh_from_db()
    assert (basket.status, basket.shift, basket.items.get().qty) == (Sale.Status.DRAFT, None, 60)
    assert (StockMove.objects.count(), Stock.objects.get().qty) == (moves, stock)


def test_after_closing_nothing_is_paid_until_a_new_shift_opens(till):
    basket = till.basket()
    till.close({100_000: 1})
    pay = {"key": basket.key, "tenders": [Tender(CASH, Decimal(10_000))], "expected_total": Decimal(10_000)}

    with pytest.raises(DomainError, match="Your shift is not open"):
        sale_pay(**pay, by=till.cashier)

    assert (Payment.objects.count(), Stock.objects.get().qty) == (0, 50)
    second = open_shift(till.cashier, till.warehouse)
    assert sale_pay(**pay, by=till.cashier)[0].shift_id == second.pk


def test_a_stranger_does_not_close_it_but_a_manager_does(till):
    with pytest.raises(DomainError, match="shift of somebody else"):
        till.close({100_000: 1}, by=UserFactory())

    assert till.is_open()
    manager = UserFactory(role="Manager")
    assert till.close({100_000: 1}, by=manager)[0].closed_by == manager


def test_a_cashier_sees_only_the_own_shifts(till):
    other = open_shift(UserFactory(), till.warehouse)

    assert list(shifts_seen_by(till.cashier)) == [till.shift]
    assert set(shifts_seen_by(UserFactory(role="Manager"))) == {till.shift, other}


def test_every_currency_counts_each_value_once():
    for currency in ("IDR", "USD", "GBP"):
        values = denominations(currency)
        assert len(set(values)) == len(values)
        assert counted(dict.fromkeys(values, 2)) == 2 * sum(values)


# --- The report ----------------------------------------------------------------------
def test_the_report_says_what_happened(till):
    first = till.sell(2)
    till.sell(3, ("QRIS", 20_000), (CASH, 10_000))
    cancelled = till.sell(1)
    sale_cancel(sale_id=cancelled.pk, reason="typo", by=UserFactory(role="Manager"))
    till.take_back(5_000)
    till.move(OPEN, 0)
    till.move(OUT, 30_000)
    Approval.objects.create(
        right="price_override",
        sale=first,
        detail="",
        by=till.cashier,
        allowed_by=UserFactory(role="Manager"),
        allowed_at=timezone.now(),
    )

    report = shift_report(till.shift)

    assert (report.sales_count, report.gross, report.total) == (2, 50_000, 50_000)
    assert (report.cancelled_count, report.cancelled) == (1, 10_000)
    assert (report.returns_count, report.returns, report.after_returns) == (1, 5_000, 45_000)
    assert [(str(p.method), p.count, p.amount) for p in report.payments] == [("cash", 2, 30_000), ("QRIS", 1, 20_000)]
    assert [(r.method.code, r.count, r.amount) for r in report.refunds] == [(CASH, 1, 5_000)]
    assert (report.drawer_openings, report.approvals) == (1, 1)
    assert [(move.kind, move.amount) for move in report.cash_moves] == [(OUT, 30_000)]
    assert (report.expected_cash, report.counted_cash, report.difference) == (95_000, None, None)
    assert (report.first_invoice, report.last_invoice) == (first.invoice_number, cancelled.invoice_number)


def test_the_report_of_an_untouched_shift_is_all_zero(till):
    report = shift_report(till.shift)

    assert (report.sales_count, report.total, report.payments, report.refunds) == (0, 0, [], [])
    assert (report.expected_cash, report.first_invoice, report.is_z) == (100_000, "", False)


def test_the_report_asks_as_often_for_a_long_shift_as_for_a_short_one(till, django_assert_num_queries):
    till.sell()
    till.move(IN, 5_000)
    with django_assert_num_queries(13):
        shift_report(till.shift)

    for _round in range(3):
        till.sell(1, ("QRIS", 4_000), (CASH, 6_000))
        till.move(IN, 5_000)
        till.take_back(1_000)
    # One more: refunds have methods to name.
    with django_assert_num_queries(14):
        shift_report(till.shift)


@pytest.mark.parametrize("seed", range(12))
def test_whatever_a_day_brings_the_report_reconciles(till, seed):
    dice = random.Random(seed)
    ShopProfileFactory(
        charges_tax=dice.random() < 0.5,
        prices_include_tax=dice.random() < 0.5,
        cash_coin=dice.choice([0, 100, 500]),
        cash_rounding=dice.choice(["nearest", "down", "up"]),
    )
    TaxRateFactory()
    products = [ProductFactory(price=price) for price in (3_550, 12_345, 799, 18_750)]
    for product in products:
        stock_up(product, till.warehouse, 1_000)
    codes = list(PaymentMethod.objects.values_list("code", flat=True))
    for _sale in range(15):
        ring_up(till, dice, products, codes)

    report = shift_report(till.shift)

    paid = Sale.objects.filter(shift=till.shift, status=Sale.Status.PAID)
    assert report.sales_count == paid.count() > 0
    assert report.total == sum(sale.total_amount for sale in paid)
    assert sum(payment.amount for payment in report.payments) == report.total
    discounts = report.line_discounts + report.sale_discounts
    assert report.gross - discounts + report.tax + report.rounding == report.total
    rows = Payment.objects.filter(sale__shift=till.shift, method__code=CASH).values_list("amount", flat=True)
    assert report.expected_cash == 100_000 + sum(rows) - report.cash_refunded + report.cash_in - report.cash_out

    closed, _now = till.close({100_000: 1}, note="not counted")

    after = shift_report(closed)
    assert (after.total, after.expected_cash) == (report.total, closed.expected_cash)
    assert after.difference == 100_000 - closed.expected_cash


def ring_up(till, dice, products, codes):
    """Sell a basket by cash, another way or both, with discounts; cancel some; take out and refund now and then."""
    key = new_key()
    for product in dice.sample(products, dice.randint(1, 4)):
        qty = Decimal(dice.randint(1, 5))
        sale = basket_add(key=key, warehouse=till.warehouse, product=product, qty=qty, by=till.cashier)
    total = discounted(sale, dice).total_amount
    split = Decimal(dice.randint(0, int(total)))
    other = dice.choice([code for code in codes if code != CASH])
    tenders = dice.choice(
        [
            [Tender(CASH, total + 50_000)],
            [Tender(other, total, "ref")],
            [Tender(other, split, "ref"), Tender(CASH, total - split + 50_000)],
        ]
    )
    sale, _now = sale_pay(key=key, tenders=tenders, expected_total=total, by=till.cashier)
    if dice.random() < 0.2:
        sale_cancel(sale_id=sale.pk, reason="typo", by=UserFactory(role="Manager"))
    if dice.random() < 0.2:
        till.take_back(Decimal(dice.randint(1, 3_000)), dice.choice(codes))
    if dice.random() < 0.2:
        till.move(dice.choice([IN, OUT]), dice.randint(1, 20_000))


def discounted(sale, dice):
    """Now and then take something off a line or the whole basket, within a cashier's limit."""
    if dice.random() < 0.4:
        off = Discount(percent=Decimal(dice.randint(1, 8)))
        sale = line_change(key=sale.key, item_id=sale.items.first().pk, discount=off, by=sale.cashier)
    if dice.random() < 0.4:
        sale = basket_discount(key=sale.key, discount=Discount(amount=Decimal(dice.randint(1, 15))), by=sale.cashier)
    return sale
