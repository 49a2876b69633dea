"""Every form can be left: its Cancel leads back to where one came from."""

import re

import pytest

from tests.factories import ProductFactory, WarehouseFactory, stock_up
from tests.inventory.test_adjustment_pages import signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("page", "back"),
    [
        ("/adjustments/new/", "/adjustments/"),
        ("/transfers/new/", "/transfers/"),
        ("/counts/new/", "/counts/"),
        ("/stocks/{}/batches/start/", "/stocks/{}/batches/"),
        ("/grn/new/", "/grn/"),
        ("/po/new/", "/po/"),
        ("/supplier-returns/new/", "/supplier-returns/"),
    ],
)
def test_cancel_leads_back(page, back):
    product = ProductFactory()
    stock_up(product, WarehouseFactory(), 5)

    shown = signed_in("Manager").get(page.format(product.pk)).content.decode()

    assert re.findall(r'href="([^"]*)" data-leave', shown) == [back.format(product.pk)]
    assert 'href=""' not in shown
