from decimal import Decimal

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from inventori.errors import NotAllowed
from inventori.permissions import CASHIER, MANAGER
from master.units import unit_delete, unit_save
from tests.factories import ProductFactory, ProductUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

EAN = "8991234567891"


@pytest.fixture
def manager(client):
    client.force_login(UserFactory(role=MANAGER))
    client.cookies["django_language"] = "en"
    return client


def new(product):
    return reverse("master:unit_create", args=[product.pk])


def page(unit, name="change"):
    return reverse(f"master:unit_{name}", args=[unit.pk])


def filled(**more):
    return {"name": "box", "factor": "10", "barcode": EAN, "price": "90000", **more}


def stored(product):
    return list(product.units.values_list("name", "factor", "barcode", "price", "is_for_buying"))


def refusal(answer):
    return {name: list(errors) for name, errors in answer.context["form"].errors.items()}


def test_a_unit_is_added_on_its_products_page_and_shown_there(manager):
    product = ProductFactory(uom="strip")

    answer = manager.post(new(product), filled(barcode="8991234 567891", is_for_buying="on"), follow=True)

    assert stored(product) == [("box", Decimal(10), EAN, Decimal(90_000), True)]
    shown = answer.content.decode()
    assert answer.redirect_chain == [(reverse("master:product_show", args=[product.pk]), 302)]
    assert "10 strip" in shown
    assert EAN in shown


def test_a_unit_without_a_price_is_not_sold(manager):
    product = ProductFactory()

    answer = manager.post(new(product), filled(price="", barcode=""), follow=True)

    assert stored(product) == [("box", Decimal(10), None, None, False)]
    assert "not sold" in answer.content.decode()


def test_a_unit_is_changed_and_keeps_its_own_barcode(manager):
    unit = ProductUnitFactory(barcode=EAN)

    manager.post(page(unit), filled(factor="12", price="100000"))

    assert stored(unit.product) == [("box", Decimal(12), EAN, Decimal(100_000), False)]


def test_a_unit_is_deleted(manager):
    unit = ProductUnitFactory()

    manager.post(page(unit, "delete"))

    assert stored(unit.product) == []


def test_one_unit_only_is_usual_for_buying(manager):
    box = ProductUnitFactory(is_for_buying=True)

    manager.post(new(box.product), filled(name="carton", factor="100", is_for_buying="on"))

    assert list(box.product.units.values_list("name", "is_for_buying")) == [("box", False), ("carton", True)]


@pytest.mark.parametrize("name", ["box", "BOX", " Box ", "strip", "Strip"])
def test_a_name_that_the_product_has_already_is_refused(manager, name):
    product = ProductUnitFactory(product__uom="strip").product

    answer = manager.post(new(product), filled(name=name))

    assert refusal(answer) == {"name": [f"{product} already has the unit {name.strip()}."]}
    assert product.units.count() == 1


@pytest.mark.parametrize("holder", ["product", "unit", "own product"])
def test_a_barcode_that_a_product_or_a_unit_holds_is_refused(manager, holder):
    product = ProductFactory(name="Sanmol", barcode=EAN if holder == "own product" else None)
    other = ProductFactory(name="Bodrex", barcode=EAN if holder == "product" else None)
    ProductUnitFactory(product=other, barcode=EAN if holder == "unit" else None)
    named = {"product": "Bodrex", "unit": "Bodrex (box)", "own product": "Sanmol"}[holder]

    answer = manager.post(new(product), filled())

    assert refusal(answer) == {"barcode": [f"{EAN} already belongs to {named}."]}
    assert stored(product) == []


def test_a_product_cannot_take_a_units_barcode(manager):
    unit = ProductUnitFactory(product__name="Sanmol", barcode=EAN)
    other = ProductFactory(name="Bodrex")
    typed = {
        "name": "Bodrex",
        "sku": other.sku,
        "barcode": EAN,
        "category": other.category_id,
        "uom": "pcs",
        "price": "1",
        "cost": "1",
        "min_stock": "0",
        "order_multiple": "1",
    }

    answer = manager.post(reverse("master:product_change", args=[other.pk]), typed)

    assert refusal(answer) == {"barcode": [f"{EAN} already belongs to {unit.product} (box)."]}
    other.refresh_from_db()
    assert other.barcode is None


def test_a_wrong_check_digit_is_refused(manager):
    product = ProductFactory()

    answer = manager.post(new(product), filled(barcode="8991234567890"))

    assert refusal(answer)["barcode"] == [
        "8991234567890 is no valid EAN-13: its last digit should be 1. Scan it again."
    ]
    assert stored(product) == []


def test_what_is_counted_in_whole_units_has_no_broken_box(manager):
    whole, measured = ProductFactory(uom="strip"), ProductFactory(uom="kg", sold_by_measure=True)

    refused = manager.post(new(whole), filled(factor="2.5", barcode=""))
    manager.post(new(measured), filled(factor="2.5", barcode=""))

    assert refusal(refused) == {"factor": [f"{whole} is counted in whole strip: enter a whole number."]}
    assert stored(whole) == []
    assert stored(measured) == [("box", Decimal("2.5"), None, Decimal(90_000), False)]


@pytest.mark.parametrize("factor", ["0", "-1", "many"])
def test_a_unit_holds_something(manager, factor):
    product = ProductFactory()

    answer = manager.post(new(product), filled(factor=factor))

    assert list(refusal(answer)) == ["factor"]
    assert stored(product) == []


def test_a_cashier_neither_saves_nor_deletes_units():
    cashier, unit = UserFactory(role=CASHIER), ProductUnitFactory()
    unit.factor = Decimal(12)

    with pytest.raises(NotAllowed):
        unit_save(unit=unit, by=cashier)
    with pytest.raises(NotAllowed):
        unit_delete(unit=unit, by=cashier)

    assert stored(unit.product) == [("box", Decimal(10), None, Decimal(90_000), False)]


def test_the_audit_trail_follows_units(manager):
    product = ProductFactory()

    manager.post(new(product), filled())
    manager.post(page(product.units.get()), filled(price="95000"))

    entries = LogEntry.objects.filter(content_type__model="productunit").order_by("id")
    assert [entry.get_action_display() for entry in entries] == ["create", "update"]
    assert entries[1].changes["price"] == ["90000.00", "95000.00"]


def test_the_search_of_everything_finds_a_product_by_its_box(manager):
    unit = ProductUnitFactory(product__name="Sanmol", barcode=EAN)

    answer = manager.get("/search/", {"q": EAN})

    assert answer["Location"] == reverse("master:product_show", args=[unit.product_id])
