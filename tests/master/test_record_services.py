from decimal import Decimal

import pytest
from auditlog.models import LogEntry

from inventori.errors import DomainError, InvalidInput, NotAllowed
from inventori.permissions import ADMIN, CASHIER, MANAGER, WAREHOUSE
from master.models import Category, Customer, Product, Supplier
from master.services import record_delete, record_save, record_set_active
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


def test_record_save_makes_a_code_for_whoever_has_none():
    manager = UserFactory(role=MANAGER)

    first = record_save(record=Supplier(name="PT Satu"), by=manager)
    second = record_save(record=Supplier(name="PT Dua"), by=manager)

    assert first.code == "SUP00001"
    assert second.code == f"SUP{first.pk + 1:05d}"


def test_record_save_passes_over_a_code_that_somebody_already_uses():
    taken = CustomerFactory()
    Customer.objects.filter(pk=taken.pk).update(code=f"CUS{taken.pk + 1:05d}")

    made = record_save(record=Customer(name="Ibu Sari"), by=UserFactory(role=MANAGER))

    assert made.code == f"CUS{taken.pk + 2:05d}"


def test_a_cashier_adds_a_customer_and_changes_none():
    cashier = UserFactory(role=CASHIER)
    customer = record_save(record=Customer(name="Ibu Sari"), by=cashier)
    customer.name = "Ibu Dewi"

    with pytest.raises(NotAllowed):
        record_save(record=customer, by=cashier)

    assert Customer.objects.get().name == "Ibu Sari"


@pytest.mark.parametrize("role", [WAREHOUSE, CASHIER])
def test_record_save_refuses_a_product_of_somebody_without_the_right(role):
    with pytest.raises(NotAllowed):
        record_save(record=ProductFactory.build(category=CategoryFactory()), by=UserFactory(role=role))

    assert not Product.objects.exists()


def test_record_save_refuses_a_barcode_that_was_taken_in_the_meantime():
    ProductFactory(barcode="5901234123457")
    second = ProductFactory.build(category=CategoryFactory(), barcode="5901234123457")

    with pytest.raises(InvalidInput, match="already belongs to Product") as refusal:
        record_save(record=second, by=UserFactory(role=MANAGER))

    assert refusal.value.field == "barcode"
    assert Product.objects.count() == 1


def test_record_delete_takes_away_what_has_no_history():
    product = ProductFactory()

    record_delete(record=product, by=UserFactory(role=ADMIN))

    assert not Product.objects.exists()


def test_record_delete_refuses_what_has_moves_and_names_the_way_out():
    admin, product = UserFactory(role=ADMIN), ProductFactory(name="Kopi")
    stock_up(product, WarehouseFactory(), 5, by=admin)

    with pytest.raises(DomainError) as refused:
        record_delete(record=product, by=admin)

    assert refused.value.code == "has_history"
    assert str(refused.value).startswith("Kopi cannot be deleted")
    assert "stock moves" in str(refused.value)
    assert "Deactivate it instead" in str(refused.value)
    assert Product.objects.get() == product


def test_record_delete_refuses_a_category_with_products():
    product = ProductFactory()

    with pytest.raises(DomainError, match=r"products"):
        record_delete(record=product.category, by=UserFactory(role=ADMIN))

    assert Category.objects.get() == product.category


def test_a_manager_deactivates_but_does_not_delete():
    manager, supplier = UserFactory(role=MANAGER), SupplierFactory()

    record_set_active(record=supplier, is_active=False, by=manager)
    with pytest.raises(NotAllowed):
        record_delete(record=supplier, by=manager)

    assert Supplier.objects.get().is_active is False


def test_the_audit_trail_keeps_the_old_and_the_new_value():
    product = Product.objects.get(pk=ProductFactory(price=Decimal(10_000)).pk)
    product.price = Decimal(12_000)

    record_save(record=product, by=UserFactory(role=MANAGER))

    entry = LogEntry.objects.get_for_object(product).filter(action=LogEntry.Action.UPDATE).get()
    assert entry.changes_dict == {"price": ["10000.00", "12000"]}


def test_the_audit_trail_shows_nothing_of_a_password():
    person = UserFactory()

    written = " ".join(str(entry.changes) for entry in LogEntry.objects.get_for_object(person))

    assert person.password not in written
    assert person.password[-8:] not in written
