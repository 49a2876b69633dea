"""The search that forgives: what is found by which words, and in which order."""

import pytest

from inventori.permissions import MANAGER
from master import product_search
from master.importing.services import import_apply
from master.models import Product
from master.product_search import product_ids_found
from tests.factories import CategoryFactory, ProductFactory, UserFactory
from tests.master.files import check, csv_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf():
    drinks = CategoryFactory(name="Minuman Dingin")
    return {
        "fever": ProductFactory(
            sku="OBT-001", barcode="8990000000011", name="Paracetamol 500 mg", indication="demam, sakit kepala"
        ),
        "tea": ProductFactory(sku="MNM-7", name="Teh Melati Celup", category=drinks),
        "coffee": ProductFactory(sku="KPT-1", name="Kopi Café Latte"),
        "soap": ProductFactory(sku="TBH-9", name="Sabun Mandi Melati"),
    }


def found(text, limit=20):
    names = dict(Product.objects.values_list("pk", "name"))
    return [names[pk] for pk in product_ids_found(text, limit=limit)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("celup teh", ["Teh Melati Celup"]),
        ("andi ati sab", ["Sabun Mandi Melati"]),
        ("obt-001", ["Paracetamol 500 mg"]),
        ("8990000000011", ["Paracetamol 500 mg"]),
        ("00000011 para", ["Paracetamol 500 mg"]),
        ("dingin", ["Teh Melati Celup"]),
        ("melati minuman", ["Teh Melati Celup"]),
        ("kepala", ["Paracetamol 500 mg"]),
        ("DEMAM para", ["Paracetamol 500 mg"]),
        ("CAFE", ["Kopi Café Latte"]),
        ("café latté", ["Kopi Café Latte"]),
        ("melati kopi", []),
        ("", []),
        ("  ", []),
        ("\0", []),
        ("100%", []),
        ("_", []),
        ("'; DROP", []),
    ],
)
def test_words_in_any_order_find_by_name_sku_barcode_category_and_what_it_is_good_for(shelf, text, names):
    assert found(text) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("parasetamol", ["Paracetamol 500 mg"]),
        ("paracetmol", ["Paracetamol 500 mg"]),
        ("paraccetamol", ["Paracetamol 500 mg"]),
        ("paracteamol", ["Paracetamol 500 mg"]),
        ("xaracetamol", ["Paracetamol 500 mg"]),
        ("racetmol", ["Paracetamol 500 mg"]),
        ("parasetamol demm", ["Paracetamol 500 mg"]),
        ("kopy", ["Kopi Café Latte"]),
        ("okpi", ["Kopi Café Latte"]),
        ("xopi", ["Kopi Café Latte"]),
        ("koopi", ["Kopi Café Latte"]),
        ("minumen", ["Teh Melati Celup"]),
        ("clup minumann", ["Teh Melati Celup"]),
        ("saubn", ["Sabun Mandi Melati"]),
        ("parasetmol", []),
        ("tah", []),
        ("melati kopy", []),
    ],
)
def test_one_wrong_missing_extra_or_swapped_letter_in_a_word_of_four_is_forgiven(shelf, text, names):
    assert found(text) == names


@pytest.mark.parametrize("text", ["8990000000012", "obt-002", "paracetamol 501"])
def test_a_wrong_digit_is_another_code_and_finds_nothing(shelf, text):
    assert found(text) == []


def test_a_name_that_begins_so_stands_before_a_word_that_begins_so_before_one_that_only_holds_it():
    for name in ["Unkopik", "Susu Kopi", "Teh Kopi", "Kopi Susu", "Kopi Hitam"]:
        ProductFactory(name=name)

    assert found("kopi") == ["Kopi Hitam", "Kopi Susu", "Susu Kopi", "Teh Kopi", "Unkopik"]
    assert found("kopi", limit=2) == ["Kopi Hitam", "Kopi Susu"]
    assert found("susu kopi") == ["Susu Kopi", "Kopi Susu"]


def test_what_is_spelt_as_typed_stands_before_what_is_forgiven_and_enough_of_it_hides_that():
    ProductFactory(name="Melatonin")
    ProductFactory(name="Melati 1")

    assert found("melati") == ["Melati 1", "Melatonin"]

    for number in range(2, 6):
        ProductFactory(name=f"Melati {number}")

    assert found("melati") == [f"Melati {number}" for number in range(1, 6)]


def test_a_category_that_only_sounds_like_it_is_not_shown_beside_what_is_spelt_as_typed():
    drinks = CategoryFactory(name="Minuman")
    ProductFactory(name="Teh", category=drinks)

    assert found("minumas") == ["Teh"]

    ProductFactory(name="Minumas Botol", category=CategoryFactory(name="Lain"))

    assert found("minumas") == ["Minumas Botol"]


def test_a_product_no_longer_sold_is_left_out_however_it_is_spelt(shelf):
    Product.objects.update(is_active=False)

    assert found("paracetamol") == []
    assert found("parasetamol") == []
    assert found("minumen") == []


def test_an_import_that_changes_a_name_or_what_it_is_good_for_is_found_by_the_new_words(shelf):
    manager = UserFactory(role=MANAGER)
    rows = ["OBT-001,Parasetamol Sirup,batuk,yes", "TBH-9,,gatal,no"]

    upload, plan = check(csv_of("sku,name,indication,is_favourite", *rows), manager)
    import_apply(token=upload.token, by=manager)

    assert plan.faults == []
    assert found("sirup") == found("batuk") == found("8990000000011") == ["Parasetamol Sirup"]
    assert found("gatal mandi") == ["Sabun Mandi Melati"]
    assert found("demam") == []
    shelf["fever"].refresh_from_db()
    assert (shelf["fever"].indication, shelf["fever"].is_favourite) == ("batuk", True)


def test_what_the_database_leaves_out_would_not_have_been_found_anyway():
    names = ["kopi susu", "sabun mandi", "teh", "minyak angin", "obat kumur", "okpi", "nasi uduk", "sanbe", "xsabun"]
    for name in names:
        ProductFactory(name=name, sku=f"{names.index(name)}")
    typed = {
        wrong
        for word in ("kopi", "susu", "sabun", "mandi", "minyak", "angin", "sanbe")
        for at in range(len(word))
        for wrong in (
            *(word[:at] + word[at + 1 :], word[:at] + "z" + word[at:], word[:at] + "z" + word[at + 1 :]),
            word[:at] + word[at + 1 : at + 2] + word[at] + word[at + 2 :],
        )
    }
    rows = list(Product.objects.values_list("pk", "search_text", "category_id", "is_active"))

    lost = []
    for text in sorted(typed):
        words = product_search._words(text)
        expected = {row[0] for row in rows if product_search._rank(words, row) is not None}
        if set(product_search._nearly_holding(words, Product.objects.all())) != expected:
            lost.append(text)

    assert lost == []
    assert len(typed) == 136


def test_a_search_asks_two_questions_and_a_third_only_when_little_is_found(shelf, django_assert_num_queries):
    for number in range(5):
        ProductFactory(name=f"Permen {number}")

    with django_assert_num_queries(2):
        assert len(found_ids("permen")) == 5
    with django_assert_num_queries(3):
        assert len(found_ids("permmen")) == 5
    with django_assert_num_queries(2):
        assert found_ids("8990000000099") == []


def found_ids(text):
    return product_ids_found(text, limit=20)
