"""Products and customers that a sales file names and the shop does not know yet."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db import models
from django.utils.translation import gettext as _

from inventori.transactions import retried
from master.models import Category, Customer, Product

from .options import ImportOptions
from .plan import Plan

CATEGORY_CODE = "IMPORT"
SLICE = 5_000

M = TypeVar("M", bound=models.Model)


def known(model: type[M], field: str, codes: Iterable[str]) -> dict[str, M]:
    """Return the rows of `model` whose `field` is one of `codes`, by code."""
    wanted = sorted(codes)
    found: dict[str, M] = {}
    for start in range(0, len(wanted), SLICE):
        rows = model._default_manager.filter(**{f"{field}__in": wanted[start : start + SLICE]})
        found |= {getattr(row, field): row for row in rows}
    return found


def whole_unit_fractions(plan: Plan) -> dict[int, str]:
    """Return the lines that sell a fraction of what the shop sells in whole units."""
    broken = plan.fractions()
    whole = {sku for sku, product in known(Product, "sku", broken).items() if not product.sold_by_measure}
    return {
        line.line: "fraction_of_whole_units"
        for document in plan.documents
        for line in document.lines
        if line.sku in whole and line.qty != line.qty.to_integral()
    }


@retried
def products_create(plan: Plan, options: ImportOptions) -> tuple[dict[str, Product], int]:
    """Create the plan's missing products; return all of them by code, and how many are new."""
    there = known(Product, "sku", plan.skus())
    missing = sorted(plan.skus() - there.keys())
    if not missing:
        return there, 0
    # The category's name is the shop's own once it exists.
    category, _made = Category.objects.get_or_create(code=CATEGORY_CODE, defaults={"name": _("Imported")})
    fractions = plan.fractions()
    products = []
    for sku in missing:
        seen = plan.goods[sku]
        price = seen.price()
        products.append(
            Product(
                sku=sku,
                name=seen.name(sku)[:200],
                category=category,
                price=price,
                cost=options.cost_of(price),
                sold_by_measure=sku in fractions,
            )
        )
    Product.objects.bulk_create(products, batch_size=1_000)
    return there | known(Product, "sku", missing), len(missing)


@retried
def customers_create(plan: Plan) -> tuple[dict[str, int], int]:
    """Create the plan's missing customers; return the ids of all of them by code, and how many are new."""
    wanted = {document.customer for document in plan.documents if document.customer}
    there = known(Customer, "code", wanted)
    missing = sorted(wanted - there.keys())
    Customer.objects.bulk_create(_new_customers(plan, missing), batch_size=1_000)
    everybody = there | known(Customer, "code", missing)
    return {code: customer.pk for code, customer in everybody.items()}, len(missing)


def _new_customers(plan: Plan, codes: Sequence[str]) -> list[Customer]:
    return [
        Customer(
            code=code,
            name=(plan.people[code].name or _("Customer %(code)s") % {"code": code})[:150],
            address=plan.people[code].country,
        )
        for code in codes
    ]
