from decimal import Decimal

import pytest
from django.db import OperationalError, connection
from django.utils.translation import override

from inventori import transactions
from inventori.errors import InvalidInput, KeyReused
from inventori.transactions import is_conflict, retried
from inventory.ledger import Line
from inventory.models import AdjustReason, Stock, StockAdjustment, StockMove
from inventory.services import adjustment_post
from tests.factories import ProductFactory, UserFactory, WarehouseFactory

pytestmark = pytest.mark.django_db


def post(product, warehouse, by, *, key="form-1", qty=5):
    lines = [Line(product.pk, Decimal(qty), Decimal(100))]
    return adjustment_post(warehouse=warehouse, reason=AdjustReason.FOUND, lines=lines, key=key, by=by)


def test_the_same_key_again_returns_the_first_document():
    product, warehouse, by = ProductFactory(), WarehouseFactory(), UserFactory()

    first, second = post(product, warehouse, by), post(product, warehouse, by)

    assert first.pk == second.pk
    assert first.number.startswith("ADJ-")
    assert StockMove.objects.count() == 1
    assert Stock.objects.get().qty == 5


def test_the_same_key_with_other_content_is_refused():
    product, warehouse, by = ProductFactory(), WarehouseFactory(), UserFactory()
    post(product, warehouse, by)

    with pytest.raises(KeyReused):
        post(product, warehouse, by, qty=6)

    assert StockAdjustment.objects.count() == 1
    assert Stock.objects.get().qty == 5


@pytest.mark.parametrize("key", ["", "x" * 65])
def test_a_form_without_a_proper_key_is_refused(key):
    with pytest.raises(InvalidInput):
        post(ProductFactory(), WarehouseFactory(), UserFactory(), key=key)

    assert StockAdjustment.objects.count() == 0


def test_a_fraction_of_whole_goods_is_refused_and_nothing_is_posted():
    with override("en"), pytest.raises(InvalidInput, match="whole"):
        post(ProductFactory(), WarehouseFactory(), UserFactory(), qty="1.5")

    assert StockMove.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_a_lost_race_is_run_again_whole(monkeypatch):
    monkeypatch.setattr(transactions.time, "sleep", lambda seconds: None)
    code = (1213, "Deadlock found") if connection.vendor == "mysql" else ("database is locked",)
    tries = []

    @retried
    def work():
        tries.append(WarehouseFactory(code="ONCE"))
        if len(tries) < 3:
            raise OperationalError(*code)
        return "done"

    assert work() == "done"
    assert len(tries) == 3
    assert [w.code for w in type(tries[0]).objects.all()] == ["ONCE"]


@pytest.mark.django_db(transaction=True)
def test_another_database_error_is_not_run_again():
    tries = []

    @retried
    def work():
        tries.append(1)
        raise OperationalError(1045, "Access denied")

    with pytest.raises(OperationalError):
        work()
    assert tries == [1]


@pytest.mark.parametrize("code", [1213, 1205, 1020])
def test_deadlock_timeout_and_changed_record_are_lost_races(code):
    assert is_conflict(OperationalError(code, "…"))
