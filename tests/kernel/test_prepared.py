"""A prepared read answers as its queryset does, on the database that the tests run on."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection, models, transaction
from django.db.models import F, Q
from django.db.transaction import TransactionManagementError

from accounts.models import User
from inventori.posting import new_key
from inventori.prepared import MOST_VALUES, prepared
from master.models import Product, TaxRate
from sales.models import Sale, SaleItem, Shift
from sales.services import Tender, basket_add, sale_pay
from tests.factories import ProductFactory, SupplierFactory, UserFactory, WarehouseFactory, open_shift, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    """A shop with a paid sale of two lines and a basket of one, and every kind of column filled and empty."""
    cashier, warehouse = UserFactory(till_keys={"pay": "F9"}), WarehouseFactory(allow_negative=True)
    soap = ProductFactory(barcode="899", supplier=SupplierFactory(), price=Decimal("12.50"), is_favourite=True)
    tea = ProductFactory(name="Teh 100% 'murni'")
    open_shift(cashier, warehouse)
    stock_up(soap, warehouse, 5)
    key = new_key()
    for product in (soap, tea):
        sale = basket_add(key=key, warehouse=warehouse, product=product, qty=Decimal(1), by=cashier)
    cash = [Tender("CASH", Decimal(100_000))]
    sale_pay(key=key, tenders=cash, expected_total=sale.total_amount, by=cashier)
    basket_add(key=new_key(), warehouse=warehouse, product=soap, qty=Decimal(2), by=cashier)
    Product.objects.filter(pk=tea.pk).update(is_active=False)
    return cashier, soap, tea


def columns(row):
    """Return every loaded column with its type, and the rows joined to it."""
    own = {f.attname: (type(getattr(row, f.attname)), getattr(row, f.attname)) for f in row._meta.concrete_fields}
    joined = {n: columns(r) for n, r in row._state.fields_cache.items() if isinstance(r, models.Model)}
    return type(row), row._state.db, row._state.adding, own, joined


QUERIES = {
    "text": lambda: (lambda key: Sale.objects.filter(key=key), list(Sale.objects.values_list("key", flat=True))),
    "number": lambda: (lambda pk: User.objects.filter(pk=pk), list(User.objects.values_list("pk", flat=True))),
    "relation": lambda: (lambda pk: SaleItem.objects.filter(sale=pk), list(Sale.objects.values_list("pk", flat=True))),
    "joined": lambda: (
        lambda pk: SaleItem.objects.filter(sale=pk).select_related("product__supplier", "sale__customer"),
        list(Sale.objects.values_list("pk", flat=True)),
    ),
    "constant": lambda: (
        lambda pk: Sale.objects.filter(cashier=pk, status="PAID").order_by("-id")[:1],
        list(User.objects.values_list("pk", flat=True)),
    ),
    "either": lambda: (lambda code: Product.objects.filter(Q(barcode=code) | Q(sku=code)), ["899", "SKU-1", "'%s"]),
}


@pytest.mark.parametrize("name", QUERIES)
def test_the_rows_are_the_querysets_own(shop, name):
    build, values = QUERIES[name]()
    read = prepared(build)

    for value in [*values, *reversed(values)]:
        assert [columns(row) for row in read(value)] == [columns(row) for row in build(value)]


def test_lists_of_every_length_find_their_rows(shop):
    ids = list(Product.objects.values_list("pk", flat=True))

    def build(products, prices):
        return Product.objects.filter(pk__in=products, price__in=[12.5, 10_000], uom__in=prices).order_by("pk")

    read = prepared(build)

    for products in ([], ids[:1], ids, [*ids, -1], ids[1:], list(range(MOST_VALUES + 1))):
        assert read(products, ["pcs", "kg"]) == list(build(products, ["pcs", "kg"]))


def test_a_day_finds_the_rate_of_that_day():
    TaxRate.objects.create(percent=Decimal(11), valid_from=date(2022, 4, 1), valid_until=date(2024, 12, 31))
    TaxRate.objects.create(percent=Decimal(12), valid_from=date(2025, 1, 1))
    read = prepared(lambda day: TaxRate.objects.filter(valid_from__lte=day).order_by("-valid_from"))

    found = [read.first(day) for day in (date(2022, 3, 31), date(2024, 12, 31), date(2025, 1, 1))]

    assert [rate and rate.percent for rate in found] == [None, 11, 12]


def test_an_annotation_comes_with_the_row(shop):
    read = prepared(lambda pk: User.objects.filter(pk=pk).annotate(at=F("groups__name")))

    assert read.first(shop[0].pk).at == "Cashier"


def test_no_value_is_asked_for_as_the_orm_does(shop):
    read = prepared(lambda cashier: Shift.objects.filter(open_for=cashier))

    assert read.first(shop[0].pk) is not None
    assert read(None) == list(Shift.objects.filter(open_for=None)) == []


def test_the_text_is_built_once_and_sent_each_time(shop, django_assert_num_queries):
    built = []

    def build(pk):
        built.append(pk)
        return Product.objects.filter(pk=pk)

    read = prepared(build)

    with django_assert_num_queries(3):
        found = [read.first(pk) for pk in (shop[1].pk, shop[2].pk, -1)]

    assert found == [shop[1], shop[2], None]
    assert len(built) == 1


def test_a_row_that_changed_is_read_as_it_is_now(shop):
    read = prepared(lambda pk: Product.objects.filter(pk=pk))
    read.first(shop[1].pk)

    Product.objects.filter(pk=shop[1].pk).update(name="Another")

    assert read.first(shop[1].pk).name == "Another"


def test_a_lock_is_asked_for_in_the_text(shop):
    read = prepared(lambda pk: Product.objects.select_for_update().filter(pk=pk))

    with transaction.atomic():
        read(shop[1].pk)
        read(shop[1].pk)

    (text,) = read._texts.values()
    assert text._sql.endswith(" FOR UPDATE") == connection.features.has_select_for_update


@pytest.mark.django_db(transaction=True)
def test_a_lock_without_a_transaction_is_a_mistake():
    read = prepared(lambda pk: Product.objects.select_for_update().filter(pk=pk))

    with pytest.raises(TransactionManagementError):
        read(1)


def test_a_query_that_does_not_hold_its_value_as_given_is_a_mistake():
    with pytest.raises(ValueError, match="as it is given"):
        prepared(lambda text: Product.objects.filter(name__contains=text)).first("soap")
