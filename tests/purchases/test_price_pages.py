"""The supplier's price list on its pages."""

import pytest
from auditlog.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.selectors import business_today
from purchases.models import SupplierPrice
from tests.factories import ProductFactory, SupplierFactory

from .buying import signed_in
from .desk import named_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return named_desk()


@pytest.mark.parametrize("count", [1, 3])
def test_prices_ask_as_often_for_three_rows_as_for_one(desk, count):
    for _n in range(count):
        SupplierPrice.objects.create(supplier=desk.supplier, product=ProductFactory(), unit_price=94_000)
    client = signed_in()

    with CaptureQueriesContext(connection) as queries:
        page = client.get(f"/po/prices/?supplier={desk.supplier.code}")

    assert len(page.context["page"].table) == count
    assert len(queries) == 8, [query["sql"] for query in queries]


@pytest.mark.parametrize(("role", "sees"), [("Manager", True), ("Warehouse", False)])
def test_prices_are_for_those_who_may_see_costs(desk, role, sees):
    SupplierPrice.objects.create(supplier=desk.supplier, product=desk.product, unit_price=94_321)
    client = signed_in(role)

    pages = [client.get(url).content.decode() for url in ("/po/prices/", f"/po/prices/of-supplier/{desk.supplier.pk}/")]
    pages.append(b"".join(client.get("/po/prices/?export=csv").streaming_content).decode())

    assert ["94,321" in pages[0], "94,321" in pages[1], "94321" in pages[2]] == [sees] * 3


def test_a_price_is_typed_and_changed(desk):
    client = signed_in()
    typed_price = {"supplier": desk.supplier.pk, "product_text": desk.product.sku, "unit": "box"}
    client.post("/po/prices/new/", typed_price | {"unit_price": "94,000", "min_qty": "50", "multiple": ""})
    price = SupplierPrice.objects.get()

    client.post(f"/po/prices/{price.pk}/", {"unit": "box", "unit_price": "95,000", "min_qty": "50", "multiple": "10"})

    price.refresh_from_db()
    assert (price.unit, price.factor, price.unit_price, price.previous_price) == ("box", 10, 95_000, 94_000)
    assert (price.min_qty, price.multiple) == (50, 10)
    assert price.changed_on == business_today(desk.warehouse)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"unit": "crate"}, "has no unit of this name"),
        ({"multiple": "0"}, "above zero"),
        ({"unit_price": "-1"}, "greater than or equal to 0"),
    ],
)
def test_a_price_that_cannot_be_is_refused(desk, change, sentence):
    price = SupplierPrice.objects.create(supplier=desk.supplier, product=desk.product, unit_price=94_000)
    good = {"unit": "", "unit_price": "95,000", "min_qty": "", "multiple": ""}

    response = signed_in().post(f"/po/prices/{price.pk}/", good | change)

    assert response.status_code == 400
    assert sentence in response.content.decode()
    price.refresh_from_db()
    assert price.unit_price == 94_000


def test_a_supplier_without_prices_is_said_to_have_none(desk):
    page = signed_in().get(f"/po/prices/of-supplier/{SupplierFactory().pk}/").content.decode()

    assert "No price yet." in page


def test_a_price_that_is_typed_stands_in_the_audit_trail(desk):
    price = SupplierPrice.objects.create(supplier=desk.supplier, product=desk.product, unit_price=94_000)
    client = signed_in("Admin")

    client.post(f"/po/prices/{price.pk}/", {"unit": "", "unit_price": "95,000", "min_qty": "", "multiple": ""})

    assert LogEntry.objects.get_for_object(price).first().changes["unit_price"] == ["94000.00", "95000.00"]
