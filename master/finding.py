"""What the search of everything finds in master data. Costs are never among it."""

from typing import Any

from django.db.models import Case, Q, QuerySet, Value, When
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from inventori import search
from inventori.search import Hit, exact_first, holds_every_word, parts, status_of

from .models import Customer, Product, Supplier
from .product_search import product_ids_found


def register() -> None:
    sources = [
        search.Source("products", _("Products"), "tag", ("master_view",), find_products, "master:product_list"),
        search.Source(
            "customers", _("Customers"), "person-lines-fill", ("master_view",), find_customers, "master:customer_list"
        ),
        search.Source("suppliers", _("Suppliers"), "truck", ("master_view",), find_suppliers, "master:supplier_list"),
    ]
    for source in sources:
        search.register(source)


def find_products(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    """Find by SKU or barcode, also of a larger unit, else as the till finds: in any order, a letter typed wrong."""
    exact = list(Product.objects.filter(Q(barcode=text) | Q(sku=text) | Q(units__barcode=text)).distinct())
    alike = Product.objects.in_bulk(ids := product_ids_found(text, limit=limit, products=Product.objects.all()))
    others = [alike[pk] for pk in ids if pk in alike and alike[pk] not in exact]
    found = [*((product, True) for product in exact), *((product, False) for product in others)][:limit]
    return [
        Hit(
            product.name,
            reverse("master:product_show", args=[product.pk]),
            parts(product.sku, product.barcode),
            status_of(product),
            is_exact=is_exact,
        )
        for product, is_exact in found
    ]


def find_customers(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    alike = holds_every_word(text, "name__icontains", "code__icontains", "phone__icontains")
    found = exact_first(_begins(Customer.objects, text), Q(code=text), alike, limit)
    return [
        Hit(
            customer.name,
            reverse("master:customer_show", args=[customer.pk]),
            parts(customer.code, customer.phone),
            status_of(customer),
            is_exact=is_exact,
        )
        for customer, is_exact in found
    ]


def find_suppliers(request: HttpRequest, text: str, limit: int) -> list[Hit]:
    alike = holds_every_word(text, "name__icontains", "code__icontains", "city__icontains")
    found = exact_first(_begins(Supplier.objects, text), Q(code=text), alike, limit)
    return [
        Hit(
            supplier.name,
            reverse("master:supplier_show", args=[supplier.pk]),
            parts(supplier.code, supplier.city),
            status_of(supplier),
            is_exact=is_exact,
        )
        for supplier, is_exact in found
    ]


def _begins(rows: Any, text: str) -> QuerySet[Any]:
    """Active ones first, then those whose name begins with the first word."""
    first = Case(When(name__istartswith=text.split()[0], then=Value(0)), default=Value(1))
    ordered: QuerySet[Any] = rows.order_by("-is_active", first, "name", "pk")
    return ordered
