from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.db.transaction import TransactionManagementError

from inventori.errors import InsufficientStock, InvalidInput
from inventory import ledger
from inventory.ledger import Document, Line, moving_average
from inventory.models import RefType, Stock, StockMove
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 5, 0, tzinfo=UTC)


def document(warehouse, lines, *, ref_id=1, ref_type=RefType.SALE, at=NOON, by=None):
    return Document(
        warehouse=warehouse, ref_type=ref_type, ref_id=ref_id, lines=lines, moved_at=at, by=by or UserFactory()
    )


def test_post_writes_moves_with_running_balance_and_leaves_stock_equal_to_their_sum():
    warehouse, soap, tea = WarehouseFactory(), ProductFactory(), ProductFactory()
    stock_up(soap, warehouse, 10, cost=7000)
    stock_up(tea, warehouse, 5, cost=3000)
    lines = [Line(soap.pk, Decimal(-2)), Line(tea.pk, Decimal(-5)), Line(soap.pk, Decimal(-1))]

    ledger.post(document(warehouse, lines))

    assert [line.unit_cost for line in lines] == [7000, 3000, 7000]
    moves = StockMove.objects.filter(ref_type=RefType.SALE).order_by("id")
    assert list(moves.values_list("product_id", "qty_in", "qty_out", "balance", "unit_cost", "business_date")) == [
        (soap.pk, 0, 2, 8, 7000, date(2026, 11, 20)),
        (tea.pk, 0, 5, 0, 3000, date(2026, 11, 20)),
        (soap.pk, 0, 1, 7, 7000, date(2026, 11, 20)),
    ]
    assert dict(Stock.objects.values_list("product_id", "qty")) == {soap.pk: 7, tea.pk: 0}


def test_post_refuses_once_with_every_short_line_and_leaves_everything_untouched():
    warehouse, soap, tea, rice = WarehouseFactory(), ProductFactory(name="Soap"), ProductFactory(), ProductFactory()
    stock_up(soap, warehouse, 3)
    stock_up(tea, warehouse, 9)
    moves_before = StockMove.objects.count()
    lines = [
        Line(soap.pk, Decimal(-2)),
        Line(tea.pk, Decimal(-1)),
        Line(soap.pk, Decimal(-2)),
        Line(rice.pk, Decimal(-1)),
    ]

    with pytest.raises(InsufficientStock) as refusal, transaction.atomic():
        ledger.post(document(warehouse, lines))

    assert [(i.product_id, i.wanted, i.available) for i in refusal.value.items] == [(soap.pk, 4, 3), (rice.pk, 1, 0)]
    assert "Soap: 3" in str(refusal.value)
    assert StockMove.objects.count() == moves_before
    assert dict(Stock.objects.values_list("product_id", "qty")) == {soap.pk: 3, tea.pk: 9}


def test_post_all_checks_each_document_in_turn():
    warehouse, soap = WarehouseFactory(), ProductFactory()
    stock_up(soap, warehouse, 1)
    sale = document(warehouse, [Line(soap.pk, Decimal(-2))])
    receipt = document(warehouse, [Line(soap.pk, Decimal(5), Decimal(100))], ref_type=RefType.GRN)

    with pytest.raises(InsufficientStock), transaction.atomic():
        ledger.post_all([sale, receipt])
    ledger.post_all([receipt, sale])

    assert Stock.objects.get().qty == 4


def test_post_demands_an_open_transaction(transactional_db):
    warehouse, soap = WarehouseFactory(), ProductFactory()

    with pytest.raises(TransactionManagementError):
        ledger.post(document(warehouse, [Line(soap.pk, Decimal(1), Decimal(1))]))

    assert StockMove.objects.count() == 0


def test_a_warehouse_that_allows_it_may_fall_below_zero():
    warehouse, soap = WarehouseFactory(allow_negative=True), ProductFactory()

    ledger.post(document(warehouse, [Line(soap.pk, Decimal(-2))]))

    assert Stock.objects.get().qty == -2


def test_stock_beyond_what_its_column_holds_is_refused_and_leaves_everything_untouched():
    warehouse, soap = WarehouseFactory(), ProductFactory(name="Soap")
    stock_up(soap, warehouse, 999_999_999)
    lines = [Line(soap.pk, Decimal(999_999_999)) for _ in range(100)]

    with pytest.raises(InvalidInput, match="Soap: the stock must stay below 100,000,000,000"):
        ledger.post(document(warehouse, lines, ref_type=RefType.ADJUST))

    assert Stock.objects.get().qty == 999_999_999
    assert StockMove.objects.count() == 1


def test_the_database_itself_refuses_stock_below_zero():
    warehouse, soap = WarehouseFactory(), ProductFactory()
    stock_up(soap, warehouse, 1)

    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.update(qty=-1)

    assert Stock.objects.get().qty == 1


def test_a_move_is_never_changed_or_deleted():
    warehouse, soap = WarehouseFactory(), ProductFactory()
    stock_up(soap, warehouse, 1)
    move = StockMove.objects.get()

    move.qty_in = 9
    for forbidden in (
        move.save,
        move.delete,
        StockMove.objects.all().delete,
        lambda: StockMove.objects.update(qty_in=9),
    ):
        with pytest.raises(TypeError):
            forbidden()

    assert StockMove.objects.get().qty_in == 1


def test_business_date_follows_the_warehouse_zone_and_the_cutoff():
    ShopProfileFactory(cutoff_hour=3)
    jakarta, jayapura = WarehouseFactory(), WarehouseFactory(time_zone="Asia/Jayapura")
    soap = ProductFactory()
    late = datetime(2026, 11, 20, 19, 30, tzinfo=UTC)  # 02:30 WIB, 04:30 WIT on the 21st

    for warehouse in (jakarta, jayapura):
        ledger.post(document(warehouse, [Line(soap.pk, Decimal(1), Decimal(1))], at=late))

    assert dict(StockMove.objects.values_list("warehouse_id", "business_date")) == {
        jakarta.pk: date(2026, 11, 20),
        jayapura.pk: date(2026, 11, 21),
    }


@pytest.mark.parametrize(
    ("on_hand", "average", "qty_in", "unit_cost", "expected"),
    [
        ("10", "7000", "10", "8000", "7500.00"),
        ("3", "100", "1", "101", "100.25"),
        ("2", "1", "1", "2", "1.33"),
        ("0", "500", "4", "900", "900.00"),
        ("-3", "500", "4", "900", "900.00"),
    ],
)
def test_moving_average_weighs_by_quantity_and_starts_again_from_zero(on_hand, average, qty_in, unit_cost, expected):
    result = moving_average(Decimal(on_hand), Decimal(average), Decimal(qty_in), Decimal(unit_cost))

    assert result == Decimal(expected)
    assert str(result) == expected
