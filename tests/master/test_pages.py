import re
from decimal import Decimal

import pytest
from django.urls import reverse

from inventori.permissions import ADMIN, ANALYST, CASHIER, MANAGER, WAREHOUSE
from master.models import Customer, Product
from tests.factories import (
    CategoryFactory,
    CustomerFactory,
    ProductFactory,
    SupplierFactory,
    UserFactory,
    WarehouseFactory,
    stock_up,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def enter(client):
    def sign_in(role, language="en"):
        user = UserFactory(role=role, language=language)
        client.force_login(user)
        client.cookies["django_language"] = language
        return client

    return sign_in


def filled(**more):
    return {
        "name": "Kopi",
        "sku": "KP-1",
        "barcode": "",
        "uom": "pcs",
        "price": "12,500",
        "cost": "9,000",
        "min_stock": "0",
        "order_multiple": "1",
        "description": "",
        **more,
    }


@pytest.mark.parametrize(("language", "price"), [("id", "12.500"), ("en", "12,500")])
def test_a_product_is_saved_with_the_price_that_was_typed_in_the_reader_s_language(enter, language, price):
    category = CategoryFactory()
    cost = "9.000" if language == "id" else "9,000"

    enter(MANAGER, language).post(
        reverse("master:product_create"), filled(category=category.pk, price=price, cost=cost)
    )

    product = Product.objects.get()
    assert (product.price, product.cost, product.barcode) == (Decimal(12_500), Decimal(9_000), None)


def test_a_price_in_the_other_notation_is_refused_beside_its_field_and_comes_back_as_typed(enter):
    page = enter(MANAGER).post(
        reverse("master:product_create"), filled(category=CategoryFactory().pk, price="12.500,00")
    )

    assert page.context["form"].errors == {"price": ["“12.500,00” is no number. Write it like 1,234.56."]}
    assert 'value="12.500,00"' in page.content.decode()
    assert not Product.objects.exists()


def test_a_sku_that_differs_by_case_and_spaces_only_is_refused(enter):
    ProductFactory(sku="KP 1", name="Kopi lama")

    page = enter(MANAGER).post(reverse("master:product_create"), filled(category=CategoryFactory().pk, sku=" kp   1 "))

    assert page.context["form"].errors == {"sku": ["KP 1 already belongs to Kopi lama."]}
    assert Product.objects.count() == 1


def test_a_barcode_with_a_wrong_check_digit_is_refused_with_the_right_one(enter):
    page = enter(MANAGER).post(
        reverse("master:product_create"), filled(category=CategoryFactory().pk, barcode="590 1234 123451")
    )

    sentence = "5901234123451 is no valid EAN-13: its last digit should be 7. Scan it again."
    assert page.context["form"].errors == {"barcode": [sentence]}


@pytest.mark.parametrize("barcode", ["ABC-123", "12345678", "012345678905"])
def test_a_barcode_of_another_kind_is_taken(enter, barcode):
    enter(MANAGER).post(reverse("master:product_create"), filled(category=CategoryFactory().pk, barcode=barcode))

    assert Product.objects.get().barcode == barcode


@pytest.mark.parametrize("role", [WAREHOUSE, CASHIER, ANALYST])
def test_the_cost_is_nowhere_for_whoever_may_not_see_it(enter, role):
    product = ProductFactory(cost=Decimal("7123"))
    client = enter(role)

    texts = [
        client.get(reverse("master:product_list")).content.decode(),
        client.get(reverse("master:product_list"), {"sort": "cost"}).content.decode(),
        client.get(reverse("master:product_show", args=[product.pk])).content.decode(),
        b"".join(client.get(reverse("master:product_list"), {"export": "csv"}).streaming_content).decode(),
    ]

    assert [("7,123" in text, "7123" in text, "Buying price" in text) for text in texts] == [(False,) * 3] * 4


def test_a_product_leads_to_its_own_stock_and_its_own_moves(enter):
    warehouse, product, other = WarehouseFactory(), ProductFactory(sku="KP 1"), ProductFactory(sku="TH-1")
    stock_up(product, warehouse, 3)
    stock_up(other, warehouse, 4)
    client = enter(MANAGER)

    page = client.get(reverse("master:product_show", args=[product.pk])).content.decode()
    links = re.findall(r'href="(/(?:stocks|moves)/\?[^"]*)"', page)

    shown = [client.get(link).context["page"].count for link in links]
    assert shown == [1, 1]


def test_a_manager_sees_the_cost_in_list_and_export(enter):
    ProductFactory(cost=Decimal("7123"))
    client = enter(MANAGER)

    page = client.get(reverse("master:product_list")).content.decode()
    export = b"".join(client.get(reverse("master:product_list"), {"export": "csv"}).streaming_content).decode()

    assert "7,123" in page
    assert "7123.00" in export


def test_products_are_found_by_sku_barcode_and_name_and_narrowed_by_category(enter):
    kopi = ProductFactory(name="Kopi", sku="KP-1", barcode="ABC1")
    ProductFactory(name="Teh", sku="TH-1")
    client = enter(WAREHOUSE)

    def found(**query):
        return [row.name for row in client.get(reverse("master:product_list"), query).context["page"].rows]

    assert found(q="kp-1") == found(q="abc1") == found(q="KOPI") == found(category=kopi.category.pk) == ["Kopi"]
    assert found(active="0") == []
    assert found() == ["Kopi", "Teh"]


@pytest.mark.parametrize(
    ("kind", "factory", "queries"),
    [
        ("product", ProductFactory, 8),
        ("category", CategoryFactory, 6),
        ("supplier", SupplierFactory, 7),
        ("customer", CustomerFactory, 6),
    ],
)
@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_asks_the_same_number_of_questions_for_any_number_of_rows(
    enter, django_assert_num_queries, kind, factory, queries, rows
):
    factory.create_batch(rows)
    client = enter(MANAGER)

    with django_assert_num_queries(queries):
        client.get(reverse(f"master:{kind}_list"))


def test_delete_of_a_product_with_moves_is_refused_and_offers_to_deactivate(enter):
    product = ProductFactory()
    stock_up(product, WarehouseFactory(), 5)

    page = enter(ADMIN).post(reverse("master:product_delete", args=[product.pk]))

    assert page.status_code == 409
    assert reverse("master:product_deactivate", args=[product.pk]) in page.content.decode()
    assert Product.objects.filter(pk=product.pk).exists()


def test_deactivate_and_activate_switch_a_product_off_and_on(enter):
    product, client = ProductFactory(), enter(MANAGER)

    client.post(reverse("master:product_deactivate", args=[product.pk]))
    off = Product.objects.get().is_active
    client.post(reverse("master:product_activate", args=[product.pk]))

    assert (off, Product.objects.get().is_active) == (False, True)


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        (CASHIER, "customer_create", 200),
        (CASHIER, "product_create", 403),
        (CASHIER, "supplier_create", 403),
        (WAREHOUSE, "customer_create", 403),
        (ANALYST, "product_list", 200),
        (MANAGER, "shop_profile", 403),
        (MANAGER, "audit_list", 403),
        (WAREHOUSE, "import_start", 403),
        (MANAGER, "import_start", 200),
        (ADMIN, "shop_profile", 200),
        (ADMIN, "audit_list", 200),
    ],
)
def test_a_page_opens_for_those_who_have_the_right(enter, role, page, status):
    assert enter(role).get(reverse(f"master:{page}")).status_code == status


def test_a_cashier_s_forbidden_change_of_a_customer_changes_nothing(enter):
    customer = CustomerFactory(name="Ibu Sari")

    page = enter(CASHIER).post(reverse("master:customer_change", args=[customer.pk]), {"name": "X", "code": "X"})

    assert page.status_code == 403
    assert Customer.objects.get().name == "Ibu Sari"


def test_a_stranger_is_sent_to_sign_in(client):
    page = client.get(reverse("master:product_list"))

    assert page.status_code == 302
    assert page["Location"].startswith(reverse("accounts:sign_in"))


def test_the_audit_page_names_person_and_change(enter):
    product, client = ProductFactory(name="Kopi"), enter(ADMIN)
    client.post(reverse("master:product_deactivate", args=[product.pk]))

    page = client.get(reverse("master:audit_list"), {"action": "1", "q": "Kopi"}).content.decode()

    assert "active: yes → no" in page


def test_warehouses_are_closed_only_when_empty(enter):
    full, empty = WarehouseFactory(), WarehouseFactory()
    stock_up(ProductFactory(), full, 1)
    client = enter(ADMIN)

    for warehouse in (full, empty):
        client.post(reverse("inventory:warehouse_deactivate", args=[warehouse.pk]))

    full.refresh_from_db()
    empty.refresh_from_db()
    assert (full.is_active, empty.is_active) == (True, False)


def test_a_warehouse_is_added_with_a_code_nobody_has(enter):
    WarehouseFactory(code="TOKO", name="Toko")
    client, data = enter(ADMIN), {"name": "Baru", "address": "", "time_zone": "Asia/Makassar"}

    refused = client.post(reverse("inventory:warehouse_create"), {**data, "code": "toko "})
    made = client.post(reverse("inventory:warehouse_create"), {**data, "code": "baru"})

    assert refused.context["form"].errors == {"code": ["TOKO already belongs to Toko."]}
    assert made.status_code == 302
    assert client.get(reverse("inventory:warehouse_list")).context["page"].count == 2
