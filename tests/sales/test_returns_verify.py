"""A return that was tampered with is named."""

import pytest
from django.db import connection

from summary.verify import differences

from .returns_shop import ReturnShop

pytestmark = pytest.mark.django_db

CORRUPTIONS = {
    "a refund is the sum of its lines, tax and rounding (I4)": "UPDATE sales_salereturn SET rounding = rounding + 1",
    "no more is given back than was paid": "UPDATE sales_salereturn SET total_amount = total_amount + 90000",
    "when everything has come back, all that was paid is given back": (
        "UPDATE sales_salereturn SET total_amount = total_amount - 1"
    ),
    "goods come back of paid sales only": "UPDATE sales_sale SET status = 'CANCELLED'",
    "no more comes back than was sold": "UPDATE sales_salereturnitem SET qty = qty + 3",
    "returned goods came back": "UPDATE sales_salereturnitem SET qty = qty * 0.5",
}


@pytest.mark.parametrize("rule", CORRUPTIONS)
def test_a_planted_corruption_of_a_return_is_named(rule):
    shop = ReturnShop()
    sale = shop.sell((shop.soap, 3), (shop.rice, "1.333"), discount=777)
    shop.take_back(sale, (0, 2), (1, "1.333", True))
    shop.take_back(sale, (0, 1))
    assert list(differences()) == []

    with connection.cursor() as cursor:
        cursor.execute(CORRUPTIONS[rule])
        assert cursor.rowcount > 0

    assert rule in {difference.rule for difference in differences()}
