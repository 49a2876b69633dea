"""The shelf: neighbours are what is bought together, and what has a fixed place is never moved."""

import numpy as np
import pytest

from inventori.errors import InvalidInput
from mining.encoding import Baskets
from mining.models import FixedPlace
from mining.services.shelf import fixed_place_set
from mining.shelf import best_beside, bought_together, chain
from tests.factories import CategoryFactory, ProductFactory, ShopProfileFactory, UserFactory, WarehouseFactory, stock_up
from tests.mining.found import RunFactory, Sold, signed_in


def baskets(*lists):
    pairs = [(n, item) for n, items in enumerate(lists) for item in items]
    return Baskets(np.array([n for n, _i in pairs], np.int64), np.array([i for _n, i in pairs], np.int64), len(lists))


# --- Counting and ordering -----------------------------------------------------------------
def test_lift_is_that_of_the_definition():
    # 20 baskets: 1 in 10, 2 in 8, both in 6. 6·20 / (10·8) = 1.5
    found = bought_together(baskets(*[[1, 2]] * 6, *[[1]] * 4, *[[2]] * 2, *[[3]] * 8), most=9)

    assert found.sales == {1: 10, 2: 8, 3: 8}
    assert found.lifts == {(1, 2): 1.5, (2, 1): 1.5}


def test_an_item_on_two_lines_of_a_sale_is_in_it_once():
    found = bought_together(baskets(*[[1, 1, 2]] * 5), most=9)

    assert found.sales == {1: 5, 2: 5}
    assert found.both == {(1, 2): 5, (2, 1): 5}


def test_fewer_than_five_sales_say_nothing_of_a_pair():
    found = bought_together(baskets(*[[1, 2]] * 4, *[[3]] * 9), most=9)

    assert found.both == {(1, 2): 4, (2, 1): 4}
    assert found.lifts == {}


def test_only_the_most_frequent_of_the_chosen_items_are_looked_at():
    found = bought_together(baskets([1, 2, 3], [1, 2], [1], [4], [4]), most=2, only=[1, 2, 3])

    assert found.items == [1, 2]


def test_of_no_sales_nothing_is_found():
    assert bought_together(baskets(), most=5).items == []
    assert bought_together(baskets([]), most=5).items == []


def test_the_chain_grows_at_the_end_that_is_linked_more_strongly():
    lifts = {("A", "B"): 5.0, ("B", "C"): 2.0, ("A", "D"): 3.0, ("C", "E"): 1.5}

    assert chain(["A", "B", "C", "D", "E"], lifts) == ["D", "A", "B", "C", "E"]


@pytest.mark.parametrize("items", [[], ["A"], ["A", "B", "C"]])
def test_the_chain_of_what_nothing_links_keeps_its_order(items):
    assert chain(items, {}) == items


def test_beside_an_item_stands_what_is_bought_with_it_more_than_by_chance():
    lifts = {("A", "B"): 1.2, ("A", "C"): 3.0, ("A", "D"): 0.9}

    assert best_beside("A", ["B", "C", "D", "E"], lifts) == ["C", "B"]


# --- The page ----------------------------------------------------------------------------
@pytest.fixture
def shop(db):
    """Bread and jam are bought together five times, milk with bread five times; soap alone."""
    ShopProfileFactory()
    warehouse = WarehouseFactory(code="TOKO")
    goods = {}
    for name in ("Bread", "Jam", "Milk", "Soap"):
        goods[name] = ProductFactory(name=name, category=CategoryFactory(code=name.upper(), name=f"{name} goods"))
        stock_up(goods[name], warehouse, 100)
    sold = Sold(warehouse)
    for _n in range(5):
        sold.sell(goods["Bread"], goods["Jam"])
        sold.sell(goods["Milk"], goods["Bread"])
    for _n in range(10):
        sold.sell(goods["Soap"])
    RunFactory(is_active=True)
    return goods


def order(page) -> list[str]:
    return [spot.name for spot in page.context["plan"].spots]


def test_categories_stand_beside_what_they_are_bought_with(shop):
    page = signed_in("Analyst").get("/mining/shelf/")

    assert order(page) == ["Milk goods", "Bread goods", "Jam goods", "Soap goods"]
    # 5·20 / (10·5) = 2
    assert [spot.lift for spot in page.context["plan"].spots] == [None, 2.0, 2.0, None]
    assert page.context["plan"].sales_read == 20


def test_a_fixed_category_is_not_moved_and_says_what_goes_beside_it(shop):
    fixed_place_set(category=shop["Bread"].category, place="Counter", by=UserFactory())

    plan = signed_in("Analyst").get("/mining/shelf/").context["plan"]

    assert [spot.name for spot in plan.spots] == ["Soap goods", "Jam goods", "Milk goods"]
    assert [(one.name, one.place, one.beside) for one in plan.fixed] == [
        ("Bread goods", "Counter", ["Jam goods", "Milk goods"])
    ]


def test_the_products_of_one_category_are_placed_among_themselves(shop):
    page = signed_in("Analyst").get("/mining/shelf/?category=bread")

    assert order(page) == ["Bread"]


def test_without_sales_the_page_says_so(db):
    page = signed_in("Analyst").get("/mining/shelf/")

    assert "Nothing was sold in these days that could be placed." in page.content.decode()


def test_a_manager_fixes_a_place_changes_it_and_lets_it_go(shop):
    client, category = signed_in("Manager"), shop["Milk"].category

    for place in ("Fridge", "Fridge 2"):
        client.post("/mining/shelf/places/", {"category": category.pk, "place": place})
    fixed = FixedPlace.objects.get()
    page = client.get("/mining/shelf/").content.decode()

    assert (fixed.category, fixed.place) == (category, "Fridge 2")
    assert "<strong>Fridge 2</strong>: Milk goods" in page

    client.post(f"/mining/shelf/places/{fixed.pk}/delete/")
    assert not FixedPlace.objects.exists()


@pytest.mark.parametrize("place", ["", "   ", "x" * 41])
def test_a_place_without_a_name_or_with_too_long_a_one_is_refused(shop, place):
    answer = signed_in("Manager").post("/mining/shelf/places/", {"category": shop["Milk"].category.pk, "place": place})

    assert answer.status_code == 400
    assert not FixedPlace.objects.exists()


def test_the_service_refuses_a_place_without_a_name(shop):
    with pytest.raises(InvalidInput, match="Say where it stays"):
        fixed_place_set(category=shop["Milk"].category, place=" ", by=UserFactory())

    assert not FixedPlace.objects.exists()


def test_an_analyst_reads_the_shelf_and_fixes_nothing(shop):
    client = signed_in("Analyst")

    answer = client.post("/mining/shelf/places/", {"category": shop["Milk"].category.pk, "place": "Fridge"})

    assert answer.status_code == 403
    assert not FixedPlace.objects.exists()
    assert "Fix this place" not in client.get("/mining/shelf/").content.decode()
