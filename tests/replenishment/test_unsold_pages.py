"""What will expire unsold: the list, its file, and the sentences on the page of a policy."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from inventory.models import ReorderPolicy
from inventory.selectors import business_today
from replenishment.unsold import unsold_sentences
from tests.factories import ShopProfileFactory, UserFactory
from tests.replenishment.reorder_shop import ReorderShop
from tests.replenishment.shelf_shop import came

pytestmark = pytest.mark.django_db
PAGE = "/reorder/unsold/"


@pytest.fixture
def client(client):
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def shop():
    ShopProfileFactory()
    return ReorderShop()


@pytest.fixture
def syrup(shop):
    """Of B11 four and of B12 eighteen expire unsold at two a day; B13 is sold."""
    return goods(shop, "Syrup")


def goods(shop, name):
    product = shop.goods(name, tracks_batches=True, uom="strip")
    ReorderPolicy.objects.update(computed_at=timezone.now())
    came(shop, product, "B11", 14, left=4)
    came(shop, product, "B12", 30, left=10)
    came(shop, product, "B13", 2, left=700)
    return product


def page(client, role="Manager", **asked):
    client.force_login(UserFactory(role=role))
    return client.get(PAGE, asked)


def test_each_batch_stands_with_its_day_its_units_and_their_value(client, shop, syrup):
    text = b"".join(page(client, export="csv").streaming_content).decode("utf-8-sig")

    header, *rows = csv.reader(io.StringIO(text))
    today = business_today(shop.warehouse)
    assert header[2:] == ["Batch", "Expiry date", "Days left", "On hand", "Unsold", "Unit", "Value"]
    assert [row[2:] for row in rows] == [
        ["B11", str(today + timedelta(days=4)), "4", "14.000", "4", "strip", "20000"],
        ["B12", str(today + timedelta(days=10)), "10", "30.000", "18", "strip", "90000"],
    ]


def test_the_sums_stand_above_by_how_soon_it_is(client, shop, syrup):
    shown = page(client)

    assert [(span.name, span.batches, span.qty, span.value) for span in shown.context["spans"]] == [
        ("30", 2, 22, 110_000),
        ("90", 0, 0, 0),
        ("later", 0, 0, 0),
    ]
    assert page(client, within="90").context["page"].count == 0
    assert page(client, within="30").context["page"].count == 2


def test_who_may_not_see_costs_sees_units_alone(client, shop, syrup):
    shown = page(client, role="Warehouse").content.decode()

    assert "B12" in shown
    assert "110,000" not in shown
    assert "90,000" not in shown


def test_where_everything_sells_in_time_the_page_says_so(client, shop):
    assert "nothing here will expire before it is sold" in page(client).content.decode()


def test_the_expiry_list_leads_there(client, shop):
    client.force_login(UserFactory(role="Manager"))

    assert PAGE in client.get(reverse("summary:expiry_list")).content.decode()


def test_a_sentence_names_batch_units_day_and_value(shop, syrup):
    ReorderPolicy.objects.filter(product=syrup).update(avg_daily_demand=0)
    day = date(2031, 3, 12)
    came(shop, syrup, "X1", 14, left=(day - business_today(shop.warehouse)).days, cost=15_000)

    assert unsold_sentences(syrup, shop.warehouse, sees_costs=False)[-1] == (
        "X1: 14 strip will expire unsold on 12-03-2031."
    )
    # At the average cost of what lies there.
    assert unsold_sentences(syrup, shop.warehouse, sees_costs=True)[-1] == (
        "X1: 14 strip will expire unsold on 12-03-2031, IDR 102,667."
    )


def test_the_list_costs_the_same_for_one_and_for_three(client, shop, syrup, django_assert_num_queries):
    client.force_login(shop.by)
    client.get(PAGE)
    with django_assert_num_queries(15):
        assert client.get(PAGE).context["page"].count == 2
    goods(shop, "Second")
    goods(shop, "Third")

    with django_assert_num_queries(15):
        assert client.get(PAGE).context["page"].count == 6


def test_the_page_of_a_policy_and_of_its_number_lead_to_it(client, shop, syrup):
    client.force_login(UserFactory(role="Manager"))
    policy = ReorderPolicy.objects.get(product=syrup)

    shown = client.get(reverse("replenishment:policy_show", args=[policy.pk])).content.decode()
    why = client.get(reverse("replenishment:order_why_now", args=[syrup.pk])).content.decode()

    assert "B11: 4 strip will expire unsold on" in shown
    assert ", IDR 20,000." in shown
    assert f"{PAGE}?q={syrup.sku}" in why
