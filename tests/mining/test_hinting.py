"""Which hints a basket gets: what goes with it, lies on the shelf, and is worth selling."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from inventori.posting import new_key
from inventory.batches import batch_ensure
from inventory.ledger import Line
from inventory.models import ReorderPolicy, Stock
from inventory.services import adjustment_post
from mining.hinting import excess, hint_settings, hints_for, is_control, nearness
from mining.models import HintOff, HintSettings
from tests.factories import ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory, stock_up
from tests.mining.found import RunFactory, rule_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    ShopProfileFactory()
    return WarehouseFactory()


@pytest.fixture
def scanned(shop):
    return ProductFactory(name="Infusion set")


@pytest.fixture
def partner(shop, scanned):
    """What goes with the scanned product: 40 of it at 10,000, which cost 7,000."""
    product = ProductFactory(name="Stopcock")
    stock_up(product, shop, 40)
    rule_of(RunFactory(is_active=True), [scanned], [product], lift=2.0)
    return product


def hinted(shop, *basket, **kwargs):
    return hints_for(basket=[product.pk for product in basket], warehouse=shop, settings=hint_settings(), **kwargs)


def names(hints):
    return [hint.name for hint in hints]


def test_what_goes_with_the_basket_is_hinted_at_with_its_margin(shop, scanned, partner):
    (hint,) = hinted(shop, scanned)

    assert (hint.product_id, hint.sku, hint.margin, hint.worth) == (partner.pk, partner.sku, 3_000, 6_000)


def test_what_is_in_the_basket_is_not(shop, scanned, partner):
    assert hinted(shop, scanned, partner) == []


def test_what_lies_in_another_warehouse_only_is_not(shop, scanned, partner):
    assert hinted(WarehouseFactory(), scanned) == []


def test_what_is_held_altogether_in_other_baskets_is_not(shop, scanned, partner):
    assert names(hinted(shop, scanned)) == ["Stopcock"]

    Stock.objects.filter(product=partner).update(held=40)

    assert hinted(shop, scanned) == []


def test_what_is_expired_is_not(shop, scanned):
    pills = ProductFactory(tracks_batches=True)
    rule_of(RunFactory(is_active=True), [scanned], [pills])
    yesterday = timezone.localdate() - timedelta(days=2)
    batch = batch_ensure(product=pills, number="OLD", expires_on=yesterday)
    lines = [Line(pills.pk, Decimal(5), Decimal(7_000), batch_id=batch.pk)]
    adjustment_post(warehouse=shop, reason="OPENING", lines=lines, key=new_key(), by=UserFactory())

    assert hinted(shop, scanned) == []


@pytest.mark.parametrize("low", [{"is_low": True}, {"rop": 40}])
def test_what_is_at_its_reorder_point_is_not(shop, scanned, partner, low):
    Stock.objects.filter(product=partner).update(**low)

    assert hinted(shop, scanned) == []


def test_what_is_switched_off_is_not_by_product_or_by_category(shop, scanned, partner):
    off = HintOff.objects.create(product=partner)
    assert hinted(shop, scanned) == []
    off.delete()
    assert names(hinted(shop, scanned)) == ["Stopcock"]

    HintOff.objects.create(category=partner.category)

    assert hinted(shop, scanned) == []


def test_what_is_not_sold_any_more_is_not(shop, scanned, partner):
    partner.is_active = False
    partner.save()

    assert hinted(shop, scanned) == []


def test_what_earns_nothing_is_not(shop, scanned, partner):
    partner.price = Decimal(7_000)
    partner.save()

    assert hinted(shop, scanned) == []


def test_lift_times_margin_decides_and_three_hints_are_enough(shop, scanned):
    run = RunFactory(is_active=True)
    for name, lift, price in (("A", 5, 8_000), ("B", 2, 10_000), ("C", 3, 9_000), ("D", 9, 7_500)):
        product = ProductFactory(name=name, price=price)
        stock_up(product, shop, 10)
        rule_of(run, [scanned], [product], lift=float(lift))

    assert [(hint.name, hint.worth) for hint in hinted(shop, scanned)] == [("B", 6_000), ("C", 6_000), ("A", 5_000)]


def test_goods_in_excess_come_first(shop, scanned, partner):
    other = ProductFactory(name="Cotton")
    stock_up(other, shop, 60)
    rule_of(RunFactory._meta.model.objects.get(), [scanned], [other], lift=1.5)
    assert names(hinted(shop, scanned)) == ["Stopcock", "Cotton"]

    ReorderPolicy.objects.create(product=other, warehouse=shop, rop=10, reorder_qty=20)
    Stock.objects.filter(product=other).update(rop=10)

    assert [(hint.name, hint.worth) for hint in hinted(shop, scanned)] == [("Cotton", 9_000), ("Stopcock", 6_000)]


def test_the_questions_are_few_however_many_products_go_with_the_basket(shop, scanned, django_assert_max_num_queries):
    run = RunFactory(is_active=True)
    for _n in range(12):
        product = ProductFactory()
        stock_up(product, shop, 10)
        rule_of(run, [scanned], [product])
    hinted(shop, scanned)

    with django_assert_max_num_queries(6):
        assert len(hinted(shop, scanned, sale_key="k")) == 3


def test_urgency_grows_with_excess_and_with_nearness():
    assert excess(Decimal(30), Decimal(10), Decimal(20)) == 0
    assert excess(Decimal(90), Decimal(10), Decimal(20)) == 1
    assert excess(Decimal(90), None, Decimal(20)) == 0
    assert nearness([], timezone.localdate()) == 0


def test_about_the_set_share_of_sales_is_a_control_and_a_sale_stays_what_it_is():
    keys = [f"sale-{n}" for n in range(5_000)]

    drawn = [is_control(key, Decimal(10)) for key in keys]

    assert 400 < sum(drawn) < 600
    assert drawn == [is_control(key, Decimal(10)) for key in keys]
    assert not any(is_control(key, Decimal(0)) for key in keys)
    assert all(is_control(key, Decimal(100)) for key in keys)


def test_the_least_lift_is_a_setting(shop, scanned, partner):
    HintSettings.objects.create(min_lift=Decimal("2.5"))

    assert hinted(shop, scanned) == []
