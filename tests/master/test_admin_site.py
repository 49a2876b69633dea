from decimal import Decimal

import pytest
from django.contrib import admin
from django.urls import reverse

from inventori.admin import ReadOnlyAdmin
from inventori.permissions import ADMIN, ANALYST, CASHIER, MANAGER, WAREHOUSE
from inventory.models import Stock, StockAdjustment, StockMove
from master.models import Category, Product
from purchases.models import GoodsReceipt, GoodsReceiptItem, POItem, PurchaseOrder
from sales.models import Payment, Sale, SaleItem, SaleReturn, SaleReturnItem
from tests.factories import CategoryFactory, ProductFactory, UserFactory, WarehouseFactory, stock_up

pytestmark = pytest.mark.django_db
DOCUMENTS = [
    *(Stock, StockMove, StockAdjustment, Sale, SaleItem, Payment, SaleReturn, SaleReturnItem),
    *(PurchaseOrder, POItem, GoodsReceipt, GoodsReceiptItem),
]


@pytest.fixture
def admin_client(client):
    client.force_login(UserFactory(role=ADMIN))
    client.cookies["django_language"] = "en"
    return client


@pytest.mark.parametrize("role", [MANAGER, WAREHOUSE, CASHIER, ANALYST])
def test_the_admin_is_closed_to_every_other_role(client, role):
    client.force_login(UserFactory(role=role))

    for page in ("admin:index", "admin:master_product_changelist", "admin:inventory_stockmove_changelist"):
        assert client.get(reverse(page), follow=True).status_code == 403


def test_a_stranger_signs_in_where_everybody_does(client):
    page = client.get(reverse("admin:index"), follow=True)

    assert page.redirect_chain[-1][0].startswith(reverse("accounts:sign_in"))


@pytest.mark.parametrize("model", DOCUMENTS)
def test_documents_and_the_ledger_can_only_be_read(admin_client, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}"

    assert isinstance(admin.site._registry[model], ReadOnlyAdmin)
    assert admin_client.get(reverse(f"{name}_changelist")).status_code == 200
    assert admin_client.get(reverse(f"{name}_add")).status_code == 403


def test_no_list_of_the_admin_offers_to_delete_many_rows_at_once(rf):
    request = rf.get("/")
    request.user = UserFactory(role=ADMIN)

    offered = {model.__name__: list(site.get_actions(request)) for model, site in admin.site._registry.items()}

    assert {
        name: actions for name, actions in offered.items() if actions and name in {m.__name__ for m in DOCUMENTS}
    } == {}
    assert offered["Product"] == []


def test_a_move_posted_to_the_admin_is_refused_and_changes_nothing(admin_client):
    stock_up(ProductFactory(), WarehouseFactory(), 5)
    move = StockMove.objects.get()

    changed = admin_client.post(reverse("admin:inventory_stockmove_change", args=[move.pk]), {"qty_in": "9"})
    deleted = admin_client.post(reverse("admin:inventory_stockmove_delete", args=[move.pk]), {"post": "yes"})

    assert (changed.status_code, deleted.status_code) == (403, 403)
    assert StockMove.objects.get().qty_in == Decimal(5)


def test_a_product_is_saved_through_the_same_form_as_on_its_page(admin_client):
    data = {
        "name": "Kopi",
        "sku": "kp-1",
        "barcode": "5901234123451",
        "category": CategoryFactory().pk,
        "uom": "pcs",
        "price": "12,500",
        "cost": "9,000",
        "min_stock": "0",
        "order_multiple": "1",
        "description": "",
    }

    refused = admin_client.post(reverse("admin:master_product_add"), data)
    nothing_yet = Product.objects.count()
    admin_client.post(reverse("admin:master_product_add"), {**data, "barcode": "5901234123457"})

    assert list(refused.context["adminform"].form.errors) == ["barcode"]
    assert nothing_yet == 0
    assert Product.objects.values_list("sku", "price").get() == ("KP-1", Decimal(12_500))


def test_a_category_is_deleted_only_without_products(admin_client):
    used, free = ProductFactory().category, CategoryFactory()

    for category in (used, free):
        admin_client.post(reverse("admin:master_category_delete", args=[category.pk]), {"post": "yes"})

    assert list(Category.objects.all()) == [used]
