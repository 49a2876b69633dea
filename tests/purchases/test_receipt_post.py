"""Booking goods in: of an order or without one, with batches, tolerance, posting key and last buying price."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from inventori.errors import DomainError, InvalidInput, KeyReused
from inventori.posting import new_key
from inventory.models import Batch, BatchStock, Stock, StockMove
from inventory.selectors import business_today
from purchases.models import GoodsReceipt, PurchaseOrder
from purchases.refusals import LinesRefused
from purchases.services import ReceiptLine, receipt_post
from tests.factories import ProductFactory, ShopProfileFactory, SupplierFactory, UserFactory, WarehouseFactory
from tests.purchases.buying import LAST_DAY, books, receive, sent_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def by():
    return UserFactory(role="Warehouse")


@pytest.fixture
def shop():
    return WarehouseFactory(code="TOKO")


@pytest.fixture
def soap():
    return ProductFactory(sku="SOAP", name="Soap", cost=Decimal(400))


@pytest.fixture
def pill():
    return ProductFactory(sku="PILL", name="Pill", cost=Decimal(400), tracks_batches=True)


def post(shop, by, *lines, key=None, **rest):
    supplier = rest.pop("supplier", None) or SupplierFactory()
    return receipt_post(supplier=supplier, warehouse=shop, lines=lines, key=key or new_key(), by=by, **rest)


def pills(pill, qty, batch="A1", expires_on=LAST_DAY, **rest):
    return ReceiptLine(Decimal(qty), product=pill, batch_number=batch, expires_on=expires_on, **rest)


# --- Of an order ------------------------------------------------------------------------
def test_an_order_is_received_in_parts_and_closed_when_each_line_is_full(shop, by, soap, pill):
    order = sent_order(shop, by, soap, pill, qty=10)

    receive(order, by, 4)
    order.refresh_from_db()
    assert order.status == PurchaseOrder.Status.SENT

    receive(order, by, 6, 9)
    order.refresh_from_db()
    assert order.status == PurchaseOrder.Status.SENT

    receive(order, by, 0, 1)
    order.refresh_from_db()
    assert order.status == PurchaseOrder.Status.RECEIVED
    assert sorted(Stock.objects.values_list("product__sku", "qty")) == [("PILL", 10), ("SOAP", 10)]


def test_the_cost_of_an_order_line_is_what_the_goods_cost_and_the_last_buying_price(shop, by, soap):
    order = sent_order(shop, by, soap, qty=10, price=500)

    receive(order, by, 10)

    soap.refresh_from_db()
    assert (soap.cost, Stock.objects.get().average_cost) == (500, 500)
    assert GoodsReceipt.objects.get().items.get().unit_cost == 500


def test_more_than_ordered_is_refused_naming_every_line_and_changes_nothing(shop, by, soap, pill):
    order = sent_order(shop, by, soap, pill, qty=10)
    receive(order, by, 4)
    before = books()

    with pytest.raises(LinesRefused) as refused:
        receive(order, by, 7, 11)

    assert [(item.index, item.field, item.code) for item in refused.value.items] == [
        (0, "qty", "over_receipt"),
        (1, "qty", "over_receipt"),
    ]
    assert str(refused.value) == (
        "Soap: more than ordered. 6 still open, 7 received. Pill: more than ordered. 10 still open, 11 received."
    )
    assert books() == before
    assert list(order.items.values_list("received_qty", flat=True)) == [4, 0]


def test_one_line_split_over_two_batches_is_counted_together(shop, by, pill):
    order = sent_order(shop, by, pill, qty=10)
    item = order.items.get()
    parts = [
        ReceiptLine(Decimal(6), po_item=item, batch_number="a1", expires_on=LAST_DAY),
        ReceiptLine(Decimal(5), po_item=item, batch_number="B2", expires_on=LAST_DAY),
    ]

    with pytest.raises(LinesRefused, match="4 still open, 5 received"):
        post(shop, by, *parts, order=order, supplier=order.supplier)
    receipt = post(shop, by, parts[0], order=order, supplier=order.supplier)

    assert [(line.batch.number, line.qty) for line in receipt.items.select_related("batch")] == [("A1", 6)]
    assert list(Batch.objects.values_list("number", flat=True)) == ["A1"]


def test_the_shop_may_tolerate_more_than_ordered(shop, by, soap):
    profile = ShopProfileFactory(over_receipt_percent=Decimal("10"))
    order = sent_order(shop, by, soap, qty=100)

    with pytest.raises(LinesRefused, match="100 still open, 111 received"):
        receive(order, by, 111)
    receipt = receive(order, by, 110)

    order.refresh_from_db()
    assert (order.status, receipt.over_percent) == (PurchaseOrder.Status.RECEIVED, profile.over_receipt_percent)
    assert Stock.objects.get().qty == 110


@pytest.mark.parametrize("status", [PurchaseOrder.Status.DRAFT, PurchaseOrder.Status.CANCELLED])
def test_nothing_is_received_on_an_order_that_is_not_sent(shop, by, soap, status):
    order = sent_order(shop, by, soap)
    PurchaseOrder.objects.update(status=status)

    with pytest.raises(DomainError, match="nothing can be received on it"):
        receive(order, by, 1)

    assert books() == (0, 0, [], [])


def test_a_line_of_another_order_is_refused(shop, by, soap):
    order, other = sent_order(shop, by, soap), sent_order(shop, by, soap)
    line = ReceiptLine(Decimal(1), po_item=other.items.get())

    with pytest.raises(InvalidInput, match="does not belong to"):
        post(shop, by, line, order=order, supplier=order.supplier)

    assert books() == (0, 0, [], [])


# --- The posting key ------------------------------------------------------------------------
def test_the_same_key_again_returns_the_first_receipt_also_when_the_order_is_full(shop, by, soap):
    order, key = sent_order(shop, by, soap, qty=10), new_key()

    first, again = receive(order, by, 10, key=key), receive(order, by, 10, key=key)

    assert first.pk == again.pk
    assert Stock.objects.get().qty == 10


def test_the_same_key_with_other_content_is_refused(shop, by, pill):
    supplier, key = SupplierFactory(), new_key()
    post(shop, by, pills(pill, 5), key=key, supplier=supplier)
    before = books()

    for other in (pills(pill, 6), pills(pill, 5, "B2"), pills(pill, 5, expires_on=LAST_DAY - timedelta(1))):
        with pytest.raises(KeyReused):
            post(shop, by, other, key=key, supplier=supplier)
    with pytest.raises(KeyReused):
        post(shop, by, pills(pill, 5), key=key, supplier=supplier, note="other")

    assert books() == before


# --- Without an order ---------------------------------------------------------------------------
def test_without_an_order_the_typed_cost_counts_and_becomes_the_buying_price(shop, by, soap):
    post(shop, by, ReceiptLine(Decimal(4), product=soap, unit_cost=Decimal("450.50")))

    soap.refresh_from_db()
    assert (soap.cost, Stock.objects.get().average_cost) == (Decimal("450.50"), Decimal("450.50"))


def test_goods_without_a_typed_cost_come_in_at_the_buying_price(shop, by, soap):
    post(shop, by, ReceiptLine(Decimal(4), product=soap))

    soap.refresh_from_db()
    assert (soap.cost, Stock.objects.get().average_cost) == (400, 400)


def test_goods_that_cost_nothing_tell_no_price(shop, by, soap):
    post(shop, by, ReceiptLine(Decimal(4), product=soap, unit_cost=Decimal(0)))

    soap.refresh_from_db()
    assert (soap.cost, Stock.objects.get().average_cost) == (400, 0)


def test_the_average_cost_moves_with_each_receipt(shop, by, soap):
    for cost in (100, 300):
        post(shop, by, ReceiptLine(Decimal(2), product=soap, unit_cost=Decimal(cost)))

    assert Stock.objects.get().average_cost == 200


# --- Batches -------------------------------------------------------------------------------------
def test_goods_come_into_their_batches(shop, by, pill, soap):
    receipt = post(
        shop, by, pills(pill, 5, " a1 "), pills(pill, 3, "B2", date(2032, 1, 31)), ReceiptLine(Decimal(2), product=soap)
    )

    assert sorted(BatchStock.objects.values_list("batch__number", "batch__expires_on", "qty")) == [
        ("A1", LAST_DAY, 5),
        ("B2", date(2032, 1, 31), 3),
    ]
    lines = receipt.items.select_related("batch")
    assert [(line.product_id, str(line.batch or ""), line.qty) for line in lines] == [
        (pill.pk, "A1", 5),
        (pill.pk, "B2", 3),
        (soap.pk, "", 2),
    ]
    assert sorted(StockMove.objects.values_list("batch__number", "qty_in"), key=str) == [
        ("A1", 5),
        ("B2", 3),
        (None, 2),
    ]


def test_a_product_that_tracks_batches_needs_number_and_day_on_every_line(shop, by, pill):
    with pytest.raises(LinesRefused) as refused:
        post(shop, by, pills(pill, 5, " "), pills(pill, 5, "A1", None), pills(pill, Decimal("0.5")))

    assert [(item.index, item.field) for item in refused.value.items] == [(0, "batch"), (1, "expires_on"), (2, "qty")]
    assert refused.value.status == 400
    assert books() == (0, 0, [], [])
    assert not Batch.objects.exists()


def test_a_batch_known_with_another_day_is_refused(shop, by, pill):
    post(shop, by, pills(pill, 5))
    before = books()

    with pytest.raises(LinesRefused, match="batch A1 is known to expire on 31-12-2031") as refused:
        post(shop, by, pills(pill, 5, "NEW"), pills(pill, 5, "a1", date(2032, 1, 1)))

    assert [(item.index, item.field, item.code) for item in refused.value.items] == [(1, "expires_on", "other_expiry")]
    assert books() == before
    assert not Batch.objects.filter(number="NEW").exists()


def test_an_expired_batch_is_refused_unless_taken_in_with_a_reason(shop, by, pill):
    today = business_today(shop)
    past, last = pills(pill, 5, "OLD", today - timedelta(days=1)), pills(pill, 5, "LAST", today)

    with pytest.raises(LinesRefused) as refused:
        post(shop, by, past, last)
    assert [(item.index, item.field, item.code) for item in refused.value.items] == [(0, "expires_on", "expired")]
    with pytest.raises(InvalidInput, match="Say in the note why"):
        post(shop, by, past, takes_expired=True, note="  ")
    assert books() == (0, 0, [], [])

    receipt = post(shop, by, past, last, takes_expired=True, note=" For the insurance ")

    assert receipt.note == "For the insurance"
    assert Stock.objects.get().qty == 10


def test_a_batch_is_left_out_of_a_product_that_tracks_none(shop, by, soap):
    receipt = post(shop, by, ReceiptLine(Decimal(1), product=soap, batch_number="A1", expires_on=LAST_DAY))

    assert receipt.items.get().batch is None
    assert not Batch.objects.exists()
