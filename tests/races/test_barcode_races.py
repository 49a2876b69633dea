"""A product and a unit that ask for one barcode at the same moment, on MariaDB."""

from functools import partial

import pytest

from inventori.errors import InvalidInput
from master import barcode_holders
from master.models import Product, ProductUnit
from master.services import record_save
from master.units import unit_save
from tests.factories import CategoryFactory, ProductFactory, ProductUnitFactory, ShopProfileFactory, UserFactory
from tests.races.runner import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.mariadb]

CODES = [f"CODE-{n}" for n in range(8)]


def results_of_asking_twice_for_each():
    """Let a new product and a new unit ask for each of the codes, all at once."""
    ShopProfileFactory()
    by, category = UserFactory(role="Manager"), CategoryFactory()
    asking = []
    for code in CODES:
        product = ProductFactory.build(category=category, supplier=None, barcode=code)
        unit = ProductUnitFactory.build(product=ProductFactory(category=category), name="box", barcode=code)
        asking += [partial(record_save, record=product, by=by), partial(unit_save, unit=unit, by=by)]
    return at_once(asking)


def held_twice():
    products = set(Product.objects.filter(barcode__in=CODES).values_list("barcode", flat=True))
    return products & set(ProductUnit.objects.filter(barcode__in=CODES).values_list("barcode", flat=True))


def test_of_a_product_and_a_unit_that_want_one_barcode_one_gets_it():
    results = results_of_asking_twice_for_each()

    assert held_twice() == set()
    assert sum(isinstance(result, InvalidInput) for result in results) == len(CODES)
    assert sum(isinstance(result, (Product, ProductUnit)) for result in results) == len(CODES)


def test_without_waiting_for_each_other_both_get_it(monkeypatch):
    monkeypatch.setattr(barcode_holders, "_wait_for_others", lambda: None)

    results_of_asking_twice_for_each()

    assert held_twice() != set()
