"""A barcode means one product or one unit, at every door through which one comes in."""

import pytest
from django.test import Client
from django.urls import reverse

from inventori.errors import InvalidInput
from inventori.permissions import ADMIN, MANAGER
from master.barcode_holders import barcode_holder, barcode_holders, barcodes_claim
from master.importing.services import import_apply
from master.models import Product, ProductUnit
from master.services import record_save
from master.units import unit_save
from tests.factories import CategoryFactory, ProductFactory, ProductUnitFactory, UserFactory
from tests.master.files import check, csv_of, faults

pytestmark = pytest.mark.django_db

EAN, OTHER = "8991234567891", "8990000000020"


@pytest.fixture
def tea():
    """A product with one barcode, its carton with another."""
    product = ProductFactory(sku="TEA", name="Tea", barcode=EAN)
    ProductUnitFactory(product=product, name="carton", factor=12, barcode=OTHER)
    return product


def signed_in(role=MANAGER):
    client = Client(headers={"accept-language": "en"})
    client.force_login(UserFactory(role=role), "accounts.backends.PeopleBackend")
    return client


def product_typed(barcode):
    return {
        "name": "Soap",
        "sku": "SOAP",
        "barcode": barcode,
        "category": CategoryFactory().pk,
        "uom": "bar",
        "price": "1",
        "cost": "1",
        "min_stock": "0",
        "order_multiple": "1",
    }


def by_product_form(barcode):
    answer = signed_in().post("/products/new/", product_typed(barcode))
    return answer.context["form"].errors["barcode"]


def by_admin(barcode):
    answer = signed_in(ADMIN).post("/admin/master/product/add/", product_typed(barcode))
    return answer.context["adminform"].form.errors["barcode"]


def by_unit_form(barcode):
    soap = ProductFactory(name="Soap")
    typed = {"name": "box", "factor": "10", "barcode": barcode, "price": ""}
    return signed_in().post(reverse("master:unit_create", args=[soap.pk]), typed).context["form"].errors["barcode"]


def by_product_service(barcode):
    soap = ProductFactory.build(category=CategoryFactory(), barcode=barcode)
    with pytest.raises(InvalidInput) as refusal:
        record_save(record=soap, by=UserFactory(role=MANAGER))
    return [str(refusal.value)]


def by_unit_service(barcode):
    unit = ProductUnitFactory.build(product=ProductFactory(name="Soap"), name="box", barcode=barcode)
    with pytest.raises(InvalidInput) as refusal:
        unit_save(unit=unit, by=UserFactory(role=MANAGER))
    return [str(refusal.value)]


FORMS = [by_product_form, by_admin, by_unit_form, by_product_service, by_unit_service]


@pytest.mark.parametrize("door", FORMS)
@pytest.mark.parametrize(("barcode", "holder"), [(EAN, "Tea"), (OTHER, "Tea (carton)")])
def test_a_held_barcode_is_refused_at_every_door(tea, door, barcode, holder):
    refused = door(barcode)

    assert refused == [f"{barcode} already belongs to {holder}."]
    assert list(Product.objects.exclude(barcode=None)) == [tea]
    assert ProductUnit.objects.count() == 1


@pytest.mark.parametrize("kind", ["products", "units"])
@pytest.mark.parametrize(("barcode", "holder"), [(EAN, "Tea (TEA)"), (OTHER, "Tea, carton (TEA)")])
def test_a_held_barcode_is_refused_in_every_file(tea, kind, barcode, holder):
    ProductFactory(sku="SOAP")
    lines = {
        "products": ("sku,barcode", f"SOAP,{barcode}"),
        "units": ("sku,unit,holds,barcode", f"SOAP,box,10,{barcode}"),
    }

    _upload, plan = check(csv_of(*lines[kind]), UserFactory(role=MANAGER), kind)

    assert faults(plan) == [(2, "barcode", f"{holder} already has this barcode.")]


def test_a_file_of_products_is_refused_whole_when_a_unit_takes_a_barcode_just_before(tea, monkeypatch):
    manager, soap = UserFactory(role=MANAGER), ProductFactory(sku="SOAP", barcode=None)
    upload, _plan = check(csv_of("sku,barcode", "SOAP,NEW-1"), manager)
    # As if the unit came between the check and the claim of the same import.
    monkeypatch.setattr("master.importing.products.refuse_taken", lambda plan, model: None)
    ProductUnitFactory(product=tea, name="box", barcode="new-1")

    with pytest.raises(InvalidInput, match="NEW-1 already belongs to Tea"):
        import_apply(token=upload.token, by=manager)

    soap.refresh_from_db()
    assert soap.barcode is None


def test_capitals_make_no_other_barcode(tea):
    ProductUnit.objects.update(barcode="ABC-1")

    assert barcode_holder("abc-1", besides=tea) == "Tea (carton)"


def test_one_keeps_its_own_barcode_and_two_may_swap(tea):
    unit = tea.units.get()
    tea.barcode, unit.barcode = OTHER, EAN

    barcodes_claim([tea, unit])

    assert barcode_holder(EAN, besides=Product.objects.get()) == ""


def test_two_that_ask_for_the_same_barcode_at_once_are_refused(tea):
    soap, salt = ProductFactory.build(name="Soap", barcode="X"), ProductFactory.build(name="Salt", barcode="x")

    with pytest.raises(InvalidInput, match="x already belongs to Soap"):
        barcodes_claim([soap, salt])


@pytest.mark.parametrize("count", [1, 50])
def test_holders_of_few_and_of_many_barcodes_are_found_alike(tea, count, django_assert_num_queries):
    wanted = [EAN, OTHER, *(f"FREE-{n}" for n in range(count))]

    with django_assert_num_queries(2):
        found = barcode_holders(wanted)

    assert {code: [str(holder) for holder in holders] for code, holders in found.items()} == {
        EAN: ["Tea"],
        OTHER: ["carton"],
    }
