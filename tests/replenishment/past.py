"""A past that the ledger tells: goods that came in, and what was sold of them on each day."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from django.db import transaction

from accounts.models import User
from inventory import ledger
from inventory.ledger import Document, Line
from inventory.models import RefType, Warehouse
from master.models import Product

NOON = datetime(2026, 11, 1, 5, tzinfo=UTC)


def days_between(first: date, last: date) -> Iterator[date]:
    for n in range((last - first).days + 1):
        yield first + timedelta(n)


def came_in(product: Product, warehouse: Warehouse, qty: int, day: date, *, by: User) -> None:
    _post([_document(warehouse, RefType.GRN, product, Decimal(qty), day, by)])


def sold(product: Product, warehouse: Warehouse, by_day: Mapping[date, int], *, by: User) -> None:
    """Sell so many on each of these days."""
    _post([_document(warehouse, RefType.SALE, product, -Decimal(qty), day, by) for day, qty in by_day.items() if qty])


def came_back(product: Product, warehouse: Warehouse, qty: int, day: date, *, by: User) -> None:
    _post([_document(warehouse, RefType.RETURN, product, Decimal(qty), day, by)])


def _document(warehouse: Warehouse, ref: RefType, product: Product, qty: Decimal, day: date, by: User) -> Document:
    document = Document(warehouse, ref.value, 1, [Line(product.pk, qty, Decimal(7_000))], NOON, by)
    document.business_date = day
    return document


def _post(documents: list[Document]) -> None:
    with transaction.atomic():
        for document in documents:
            ledger.post(document)
