"""The grid of products for touch."""

import re
from decimal import Decimal

import pytest
from django.urls import reverse

from master.models import Category, Product
from tests.factories import CategoryFactory, ProductFactory, UserFactory, WarehouseFactory, open_shift, stock_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def cashier(client):
    client.cookies["django_language"] = "en"
    cashier = UserFactory()
    client.force_login(cashier)
    return cashier


@pytest.fixture
def warehouse(cashier):
    warehouse = WarehouseFactory()
    open_shift(cashier, warehouse)
    return warehouse


@pytest.fixture
def drinks(warehouse):
    drinks = CategoryFactory(name="Minuman")
    stock_up(ProductFactory(name="Teh", sku="TEA", price=3_500, category=drinks, is_favourite=True), warehouse, 4)
    stock_up(ProductFactory(name="Kopi", sku="COF", price=5_000, category=drinks), WarehouseFactory(), 9)
    ProductFactory(name="Kopi Lama", category=drinks, is_active=False, is_favourite=True)
    return drinks


def shown(client, **asked):
    return client.get(reverse("sales:product_grid"), asked).content.decode()


def words(html):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


def test_it_opens_with_the_favourites_and_a_tab_for_each_category_that_sells_something(client, drinks):
    CategoryFactory(name="Leer")
    ProductFactory(is_active=False, category=CategoryFactory(name="Aus"))

    html = shown(client)

    assert words(html) == "Favourites Minuman Back to the basket Teh 4 pcs 3,500"
    assert re.findall(r'data-tab="(\w+)"( aria-current)?', html) == [
        ("favourites", " aria-current"),
        (str(drinks.pk), ""),
    ]


def test_a_category_shows_its_products_with_price_and_stock_in_the_shifts_warehouse(client, drinks):
    html = shown(client, category=drinks.pk)

    assert "Kopi none in stock 5,000 Teh 4 pcs 3,500" in words(html)
    tea = Product.objects.get(sku="TEA")
    assert re.findall(r'data-product="(\d+)" data-times="1"', html)[1] == str(tea.pk)
    assert f'data-tab="{drinks.pk}" aria-current' in html


@pytest.mark.parametrize("asked", ["", "favourites", "999999", "x", "-1", "\0"])
def test_what_nobody_knows_shows_the_favourites(client, drinks, asked):
    assert "Teh 4 pcs 3,500" in words(shown(client, category=asked))


def test_a_shop_without_favourites_is_told_how_to_have_some(client, drinks):
    Product.objects.update(is_favourite=False)

    assert "No favourites yet. Tick “favourite at the till” on the products you sell most" in words(shown(client))


def test_forty_eight_stand_on_a_page_and_more_follow(client, warehouse):
    drinks = CategoryFactory()
    for number in range(50):
        ProductFactory(name=f"Teh {number:02d}", category=drinks)

    first = shown(client, category=drinks.pk)
    second = shown(client, category=drinks.pk, page=2)

    assert (first.count("data-product="), second.count("data-product=")) == (48, 2)
    assert f'data-more="2" data-tab="{drinks.pk}"' in first
    assert "Teh 48" in second
    assert "data-more" not in second
    assert "grid-tabs" not in second


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "١"])
def test_an_unknown_page_is_the_first(client, drinks, page):
    assert "grid-tabs" in shown(client, page=page)


def test_a_page_past_the_end_says_that_there_is_nothing_more(client, drinks):
    assert words(shown(client, category=drinks.pk, page=999_999)) == "There is nothing more here."


def test_without_an_open_shift_it_is_refused_with_a_sentence(client, cashier):
    answer = client.get(reverse("sales:product_grid"))

    assert answer.status_code == 409
    assert "Your shift is not open. Open it first; your basket is kept." in words(answer.content.decode())


def test_a_name_is_shown_as_text(client, drinks):
    ProductFactory(name="<script>zz</script>", category=drinks)

    assert "<script>zz" not in shown(client, category=drinks.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_questions_does_not_grow_with_tiles_and_tabs(client, warehouse, django_assert_num_queries, count):
    for _number in range(count):
        stock_up(ProductFactory(is_favourite=True), warehouse, 5, 1_000)

    with django_assert_num_queries(7):
        html = shown(client)

    assert html.count("data-product=") == count
    assert Category.objects.count() == count
    assert Decimal(5) == Product.objects.first().stock_set.get().qty
