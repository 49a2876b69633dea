"""The questions that other rooms ask about master data."""

from datetime import date

from django.db.models import Count, Q, QuerySet

from inventori.prepared import prepared

from .models import Category, Product, ShopProfile, Supplier, TaxRate

_profile = prepared(lambda: ShopProfile.objects.filter(pk=1))


def shop_profile() -> ShopProfile:
    """Return the shop's profile; a shop that has not filled it in has the defaults."""
    return _profile.first() or ShopProfile(pk=1)


_rates_in_force = prepared(
    lambda day: TaxRate.objects.filter(
        Q(valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gte=day))
    ).order_by("-valid_from")[:1]
)


def tax_rate_on(day: date, *, profile: ShopProfile | None = None) -> TaxRate | None:
    """Return the tax rate in force on `day`, or None where the shop charges none."""
    if not (profile or shop_profile()).charges_tax:
        return None
    return _rates_in_force.first(day)


def product_rows() -> QuerySet[Product]:
    """Return all products with what their list shows of them."""
    return Product.objects.select_related("category", "supplier")


def category_rows() -> QuerySet[Category]:
    """Return all categories with `product_count`: how many active products each has."""
    return Category.objects.annotate(product_count=Count("product", filter=Q(product__is_active=True)))


def supplier_rows() -> QuerySet[Supplier]:
    """Return all suppliers with `product_count`: how many active products each is the usual supplier of."""
    return Supplier.objects.annotate(product_count=Count("product", filter=Q(product__is_active=True)))
