"""Which records the audit trail follows."""

from auditlog.registry import auditlog
from django.db.models import Model

from accounts.models import User

from .models import Category, Customer, PaymentMethod, Product, ProductUnit, ShopProfile, Supplier, TaxRate


def follow() -> None:
    """Follow master data, the shop's settings and the people; secrets show only that they changed."""
    for model in (Category, Customer, PaymentMethod, Product, ProductUnit, ShopProfile, Supplier, TaxRate):
        follow_model(model)
    if not auditlog.contains(User):
        auditlog.register(
            User,
            exclude_fields=["last_login"],
            mask_fields=["password", "pin_hash"],
            mask_callable="master.audit.masked",
            m2m_fields={"groups"},
        )


def follow_model(model: type[Model]) -> None:
    """Follow every change of a model's records that is made through its instances."""
    if not auditlog.contains(model):
        auditlog.register(model)


def masked(value: str) -> str:
    """Show of a secret no more than that it is there; the usual mask leaves half of a hash readable."""
    return "***" if value else ""
