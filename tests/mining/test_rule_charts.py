"""Rules drawn: every name has a place of its own, thickness and shade follow lift, and each part leads to its rule."""

from itertools import pairwise

import pytest

from mining.rule_charts import LONGEST_LABEL, WIDTH, Link, heat_map, lift_bars, network
from tests.factories import ProductFactory
from tests.mining.found import RunFactory, rule_of, signed_in


def link(one, other, lift):
    return Link([(name, name) for name in one], [(name, name) for name in other], lift, f"/{one}{other}/", "")


def test_names_of_the_network_never_lie_on_each_other():
    drawn = network([link(f"{n}", f"{n * 7 % 40}", 1 + n) for n in range(1, 40)])

    for anchor in ("start", "end"):
        heights = sorted(node.y for node in drawn.nodes if node.anchor == anchor)
        assert min(b - a for a, b in pairwise(heights)) >= 20
    assert all(node.label_x > WIDTH / 2 for node in drawn.nodes if node.anchor == "start")
    assert all(node.label_x < WIDTH / 2 for node in drawn.nodes if node.anchor == "end")


def test_the_same_rules_are_always_drawn_alike():
    links = [link("A", "B", 3), link("B", "C", 2), link("AC", "D", 5)]

    assert network(links) == network(links)


def test_a_rule_of_many_items_is_an_arrow_from_each():
    drawn = network([link("AC", "D", 5)])

    assert sorted(node.name for node in drawn.nodes) == ["A", "C", "D"]
    assert [edge.address for edge in drawn.edges] == ["/ACD/", "/ACD/"]


def test_of_two_rules_on_one_arrow_the_higher_lift_is_drawn_and_thickness_follows_lift():
    drawn = network([link("A", "B", 2), link("AC", "B", 3), link("D", "E", 1)])

    by_address = {edge.address: edge.width for edge in drawn.edges}
    assert by_address == {"/ACB/": 6.0, "/DE/": 1.0}


def test_a_long_name_is_cut_and_kept_whole_beside_it():
    long = "Paracetamol 500 mg strip of ten tablets, sugar-coated"

    (cut, _other) = network([Link([(1, long)], [(2, "B")], 2, "/", "")]).nodes

    assert (cut.name, len(cut.label), cut.label[-1]) == (long, LONGEST_LABEL, "…")


def test_the_heat_map_sets_first_sides_against_second_ones():
    found = heat_map([link("A", "B", 5), link("A", "C", 3), link("D", "B", 1)])

    assert found.columns == ["B", "C"]
    assert [(name, [cell and cell.shade for cell in cells]) for name, cells in found.rows] == [
        ("A", [9, 4]),
        ("D", [0, None]),
    ]


def test_bars_are_as_long_as_their_lift_and_mark_chance():
    assert [(bar.length, bar.by_chance) for bar in lift_bars([link("A", "B", 4), link("A", "C", 1)])] == [
        (100.0, 25.0),
        (25.0, 25.0),
    ]


def test_nothing_is_drawn_of_nothing():
    assert (network([]).nodes, heat_map([]).rows, lift_bars([])) == ([], [], [])


@pytest.mark.django_db
def test_the_page_draws_what_the_address_asks_for():
    run = RunFactory(is_active=True)
    a, b, c = (ProductFactory(name=name) for name in ("Soap", "Towel", "Brush"))
    kept = rule_of(run, [a], [b], lift=3)
    rule_of(run, [b], [c], lift=2)

    page = signed_in("Analyst").get("/mining/rules/chart/?min_lift=3")

    assert [edge.address for edge in page.context["network"].edges] == [f"/mining/rules/{kept.pk}/"]
    assert "Who buys Soap also takes Towel" in page.content.decode()
    assert "Brush" not in page.content.decode()


@pytest.mark.django_db
def test_without_rules_the_page_leads_to_the_form():
    page = signed_in("Analyst").get("/mining/rules/chart/").content.decode()

    assert "Nothing was mined yet." in page
    assert 'href="/mining/run/"' in page
