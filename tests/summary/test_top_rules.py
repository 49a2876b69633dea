"""The best rules as data, in the same shape and order as the page of rules answers them."""

import pytest

from tests.factories import ProductFactory
from tests.mining.found import RunFactory, rule_of, signed_in

pytestmark = pytest.mark.django_db
ADDRESS = "/summary/api/top-rules/"


@pytest.fixture
def goods():
    run = RunFactory(is_active=True)
    a, b, c = (ProductFactory(name=name) for name in ("Stopkontak", "Saklar", "Kabel"))
    general = rule_of(run, [a], [b], support=0.08, confidence=0.65, lift=1.25)
    rule_of(run, [b], [c], support=0.02, confidence=0.5, lift=3)
    rule_of(run, [a, c], [b], lift=9, is_redundant=True, general_id=general.pk)
    return a, b, c


def test_the_best_rules_are_answered_in_the_agreed_shape(goods):
    answer = signed_in("Analyst").get(f"{ADDRESS}?sort=confidence&limit=1")

    assert answer.json() == [
        {"antecedent": ["Stopkontak"], "consequent": ["Saklar"], "support": 0.08, "confidence": 0.65, "lift": 1.25}
    ]


def test_they_are_those_of_the_page_of_rules(goods):
    client = signed_in("Manager")

    here, there = client.get(ADDRESS), client.get("/mining/rules/", headers={"accept": "application/json"})

    assert [rule["lift"] for rule in here.json()] == [3, 1.25]
    assert here.json() == there.json()


def test_before_the_first_run_there_are_none():
    assert signed_in("Analyst").get(ADDRESS).json() == []


@pytest.mark.parametrize("asked", ["sort=price", "limit=many"])
def test_what_cannot_be_read_is_refused_with_a_sentence(goods, asked):
    answer = signed_in("Analyst").get(f"{ADDRESS}?{asked}")

    assert answer.status_code == 400
    assert answer.json()["error"].startswith(f"“{asked.partition('=')[0]}” must be")


def test_a_cashier_gets_none(goods):
    assert signed_in("Cashier").get(ADDRESS).status_code == 403
